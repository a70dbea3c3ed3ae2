using System.Runtime.InteropServices;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>
/// Keeps .NET's signal handlers through the engine's start. libchdb installs its own for crashes, and with those in place the first
/// NullReferenceException ends the process: .NET turns SIGSEGV into that exception.
/// </summary>
internal sealed partial class SignalHandlers : IDisposable
{
    // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV; and the two that end the process in order
    private static readonly int[] Signals = [4, 5, 6, 7, 8, 11, 2, 15];

    // larger than struct sigaction of any Linux C library (152 bytes in glibc on x86-64)
    private const int ActionSize = 256;

    private readonly byte[][] _actions = new byte[Signals.Length][];

    private SignalHandlers()
    {
        for (var i = 0; i < Signals.Length; i++)
        {
            _actions[i] = new byte[ActionSize];
            Check(Read(Signals[i], 0, _actions[i]), Signals[i]);
        }
    }

    public static SignalHandlers Keep() => new();

    public void Dispose()
    {
        for (var i = 0; i < Signals.Length; i++)
        {
            Check(Restore(Signals[i], _actions[i], 0), Signals[i]);
        }
    }

    private static void Check(int result, int signal)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"sigaction({signal}) failed with errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int Read(int signal, nint none, [Out] byte[] current);

    [LibraryImport("libc", EntryPoint = "sigaction", SetLastError = true)]
    private static partial int Restore(int signal, byte[] action, nint none);
}
