using System.Runtime.InteropServices;

namespace EcomIntel.Cli.Supervisor;

/// <summary>The few calls of the kernel that .NET does not carry.</summary>
internal static partial class Native
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    public static bool IsRoot => EffectiveUser() == 0;

    /// <returns>false where the process is gone.</returns>
    public static bool Signal(int pid, int signal) => SendSignal(pid, signal) == 0;

    /// <summary>Whether nobody reads any more what is written to a pipe or terminal; .NET's console passes over it.</summary>
    public static bool IsAbandoned(int descriptor)
    {
        var asked = new Polled(descriptor, 0, 0);
        return Poll(ref asked, 1, 0) > 0 && (asked.Found & (PollError | PollHangUp)) != 0;
    }

    /// <summary>Keeps the calling thread on one processor, of the first 64.</summary>
    public static bool StayOn(int processor)
    {
        var mask = 1UL << processor;
        return SetAffinity(0, sizeof(ulong), mask) == 0;
    }

    private const short PollError = 8, PollHangUp = 16;

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Polled(int Descriptor, short Asked, short Found);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref Polled descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint size, in ulong mask);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
