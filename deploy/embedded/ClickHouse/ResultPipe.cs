using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>
/// A pipe whose writing end the engine opens by name (INTO OUTFILE '/dev/fd/N'). So a result flows as the engine makes it, in any format,
/// header and footer once; libchdb's own streaming calls render every block as a document of its own.
/// </summary>
internal sealed partial class ResultPipe : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int SetPipeSize = 1031;
    private const int Capacity = 1024 * 1024; // the most an unprivileged process may ask for

    private readonly SafeFileHandle _writer;

    public ResultPipe()
    {
        Span<int> ends = stackalloc int[2];
        if (Create(ref ends[0], CloseOnExec) != 0)
        {
            throw new IOException($"pipe2 failed with errno {Marshal.GetLastPInvokeError()}");
        }

        _ = Control(ends[1], SetPipeSize, Capacity); // refused when the user's pipes are many: then it stays 64 KiB
        Reader = new FileStream(new SafeFileHandle(ends[0], ownsHandle: true), FileAccess.Read, bufferSize: 0);
        _writer = new SafeFileHandle(ends[1], ownsHandle: true);
        EnginePath = $"/dev/fd/{ends[1]}";
    }

    public Stream Reader { get; }

    public string EnginePath { get; }

    /// <summary>To be called when the engine is through: the reader sees the end only then.</summary>
    public void CloseWriter() => _writer.Dispose();

    public void Dispose()
    {
        _writer.Dispose();
        Reader.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    private static partial int Create(ref int ends, int flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int value);
}
