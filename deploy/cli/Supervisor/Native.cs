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

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
