using System.Runtime.InteropServices;
using EcomIntel.Embedded.ClickHouse.Native;
using Microsoft.Win32.SafeHandles;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>
/// A file without a name that the engine opens as /dev/fd/N: in memory while it is small and all spools together are, else on disk in the
/// data directory. Nothing is left of it when the process ends, however that happens.
/// </summary>
internal sealed partial class Spool : IDisposable
{
    private const uint CloseOnExec = 1;
    private const long MemoryLimit = 64L * 1024 * 1024;
    private const long MemoryLimitOfAll = 256L * 1024 * 1024;

    private static long s_memory;

    private readonly string _folder;
    private readonly long _limit;
    private SafeFileHandle _file;
    private bool _inMemory = true;

    /// <param name="folder">Where it goes when it is too large for memory.</param>
    /// <param name="limit">Bytes; one more is refused with LIMIT_EXCEEDED, 413.</param>
    public Spool(string folder, long limit)
    {
        _folder = folder;
        _limit = limit;
        var descriptor = CreateInMemory("clickhouse", CloseOnExec);
        if (descriptor < 0)
        {
            throw new IOException($"memfd_create failed with errno {Marshal.GetLastPInvokeError()}");
        }
        _file = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public long Length { get; private set; }

    public string EnginePath => $"/dev/fd/{_file.DangerousGetHandle()}";

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > _limit)
        {
            throw new RefusedException(ClickHouseError.LimitExceeded, $"The request body is larger than {_limit} bytes");
        }

        if (_inMemory)
        {
            var all = Interlocked.Add(ref s_memory, bytes.Length);
            if (all > MemoryLimitOfAll || Length + bytes.Length > MemoryLimit)
            {
                Interlocked.Add(ref s_memory, -bytes.Length);
                MoveToDisk();
            }
        }

        RandomAccess.Write(_file, bytes, Length);
        Length += bytes.Length;
    }

    /// <summary><see cref="Write"/> in the shape of a sink. Memory and page cache do not keep one waiting.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        Write(bytes.Span);
        return Task.CompletedTask;
    }

    /// <summary>Takes data for the engine: Native blocks in the form that it reads, all else as it comes.</summary>
    /// <param name="first">What has been read of <paramref name="source"/> already.</param>
    /// <param name="protocolVersion">client_protocol_version of Native data.</param>
    public async Task FillAsync(ReadOnlyMemory<byte> first, Stream source, string? format, int protocolVersion, CancellationToken token)
    {
        if (format == "Native" && protocolVersion > 0)
        {
            await new NativeFraming(protocolVersion, 0).CopyAsync(first, source, WriteAsync, token);
            return;
        }

        Write(first.Span);
        var buffer = new byte[128 * 1024];
        for (int read; (read = await source.ReadAsync(buffer, token)) > 0;)
        {
            Write(buffer.AsSpan(0, read));
        }
    }

    public async Task CopyToAsync(Func<ReadOnlyMemory<byte>, Task> take, CancellationToken token)
    {
        var buffer = new byte[128 * 1024];
        for (long at = 0; at < Length;)
        {
            var read = await RandomAccess.ReadAsync(_file, buffer, at, token);
            await take(buffer.AsMemory(0, read));
            at += read;
        }
    }

    public void Dispose()
    {
        if (!_file.IsClosed)
        {
            Release();
            _file.Dispose();
        }
    }

    private void MoveToDisk()
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        var disk = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path);
        var buffer = new byte[1024 * 1024];
        for (long at = 0; at < Length;)
        {
            var read = RandomAccess.Read(_file, buffer, at);
            RandomAccess.Write(disk, buffer.AsSpan(0, read), at);
            at += read;
        }

        Release();
        _file.Dispose();
        _file = disk;
        _inMemory = false;
    }

    private void Release()
    {
        if (_inMemory)
        {
            Interlocked.Add(ref s_memory, -Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateInMemory(string name, uint flags);
}
