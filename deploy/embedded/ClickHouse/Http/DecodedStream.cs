using K4os.Compression.LZ4.Streams;
using ZstdSharp;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>A request body in zstd or lz4, any number of frames. Broken data are an InvalidDataException, as those of .NET's decoders are.</summary>
internal sealed class DecodedStream(Func<Memory<byte>, CancellationToken, ValueTask<int>> decode, IDisposable decoder) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static DecodedStream Zstd(Stream body)
    {
        var decoder = new DecompressionStream(body, leaveOpen: true);
        return new DecodedStream(decoder.ReadAsync, decoder);
    }

    public static DecodedStream Lz4(Stream body)
    {
        var decoder = LZ4Frame.Decode(body, leaveOpen: true);
        return new DecodedStream(ReadAsync, decoder);

        // A read returns nothing at the end of a frame; another may follow, as clickhouse-connect sends a frame for each block.
        async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
        {
            while (await decoder.OpenFrameAsync(token))
            {
                var read = await decoder.ReadManyBytesAsync(token, buffer, interactive: true);
                if (read > 0)
                {
                    return read;
                }
            }

            return 0;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decode(buffer, cancellationToken);
        }
        catch (Exception error) when (error is ZstdException or EndOfStreamException or InvalidOperationException or ArgumentException
            or NotImplementedException or IndexOutOfRangeException)
        {
            throw new InvalidDataException(error.Message, error);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoder.Dispose();
        }
        base.Dispose(disposing);
    }
}
