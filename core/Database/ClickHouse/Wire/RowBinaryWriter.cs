using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>Writes RowBinary into pooled segments, so that a body of many megabytes is neither copied while it grows nor left to the collector.</summary>
internal sealed class RowBinaryWriter : IDisposable
{
    private const int SegmentSize = 256 * 1024;
    private readonly List<ArraySegment<byte>> full = [];
    private byte[] current = ArrayPool<byte>.Shared.Rent(SegmentSize);
    private int used;
    private long fullLength;

    public long Length => fullLength + used;

    /// <summary>Room for <paramref name="count"/> contiguous bytes; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Room(int count)
    {
        if (current.Length - used < count)
        {
            full.Add(new(current, 0, used));
            fullLength += used;
            current = ArrayPool<byte>.Shared.Rent(Math.Max(SegmentSize, count));
            used = 0;
        }

        return current.AsSpan(used);
    }

    public void Advance(int count) => used += count;

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        used++;
    }

    public void Number<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(Room(Unsafe.SizeOf<T>()), value);
        used += Unsafe.SizeOf<T>();
    }

    public void WriteLength(int value)
    {
        var room = Room(5);
        var rest = (uint)value;
        var count = 0;
        for (; rest >= 0x80; rest >>= 7)
            room[count++] = (byte)(rest | 0x80);
        room[count++] = (byte)rest;
        used += count;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        used += value.Length;
    }

    public void Text(string value)
    {
        var size = Encoding.UTF8.GetByteCount(value);
        WriteLength(size);
        // Before the addition: making room may begin a new segment.
        var room = Room(size);
        used += Encoding.UTF8.GetBytes(value, room);
    }

    public void CopyTo(Stream stream)
    {
        foreach (var segment in full)
            stream.Write(segment);
        stream.Write(current, 0, used);
    }

    public async Task CopyToAsync(Stream stream, CancellationToken token)
    {
        foreach (var segment in full)
            await stream.WriteAsync(segment, token);
        await stream.WriteAsync(current.AsMemory(0, used), token);
    }

    public byte[] ToArray()
    {
        using var all = new MemoryStream();
        CopyTo(all);
        return all.ToArray();
    }

    /// <summary>The bytes gzipped, in a writer of their own.</summary>
    public RowBinaryWriter Gzip()
    {
        var packed = new RowBinaryWriter();
        using (var gzip = new GZipStream(new Sink(packed), CompressionLevel.Fastest))
            CopyTo(gzip);
        return packed;
    }

    public HttpContent ToContent() => new Content(this);

    public void Dispose()
    {
        foreach (var segment in full)
            ArrayPool<byte>.Shared.Return(segment.Array!);
        full.Clear();
        ArrayPool<byte>.Shared.Return(current);
        current = [];
        used = 0;
        fullLength = 0;
    }

    private sealed class Content(RowBinaryWriter writer) : HttpContent
    {
        protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => writer.CopyTo(stream);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => writer.CopyToAsync(stream, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            writer.CopyToAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = writer.Length;
            return true;
        }
    }

    private sealed class Sink(RowBinaryWriter writer) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => writer.Bytes(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => writer.Bytes(buffer);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
