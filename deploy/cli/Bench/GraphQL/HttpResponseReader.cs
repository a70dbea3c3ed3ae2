using System.Buffers.Text;
using System.Text;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>Reads HTTP/1.1 responses off one connection with as little work as can be: status, and the body by Content-Length or in chunks.</summary>
internal sealed class HttpResponseReader
{
    private const int MaxBytes = 64 * 1024 * 1024;

    private byte[] _bytes = new byte[64 * 1024];
    private int _filled;
    private int _head; // where the body begins; 0 until the head is whole
    private int _length; // of the body; -1 where it comes in chunks
    private int _chunk; // where the next chunk begins
    private readonly List<Range> _chunks = [];

    public int Status { get; private set; }

    public int BodyLength { get; private set; }

    /// <summary>Room for what comes next.</summary>
    public Span<byte> Free
    {
        get
        {
            if (_filled == _bytes.Length)
            {
                if (_filled >= MaxBytes) throw new InstanceException($"a response has more than {MaxBytes} bytes");
                Array.Resize(ref _bytes, _filled * 2);
            }
            return _bytes.AsSpan(_filled);
        }
    }

    /// <summary>So many bytes were received into <see cref="Free"/>.</summary>
    /// <returns>true when the response is complete.</returns>
    public bool Advance(int count)
    {
        _filled += count;
        if (_head == 0 && !ReadHead()) return false;
        if (_length >= 0)
        {
            BodyLength = _length;
            return _filled >= _head + _length;
        }
        return ReadChunks();
    }

    public byte[] Body()
    {
        if (_length >= 0) return _bytes[_head..(_head + _length)];
        return [.. _chunks.SelectMany(chunk => _bytes[chunk])];
    }

    public void Clear()
    {
        (_filled, _head, _length, _chunk, BodyLength) = (0, 0, 0, 0, 0);
        _chunks.Clear();
    }

    private bool ReadHead()
    {
        var bytes = _bytes.AsSpan(0, _filled);
        var end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return false;
        var head = bytes[..(end + 2)];
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
            throw new InstanceException($"no HTTP response: {Encoding.ASCII.GetString(head[..Math.Min(100, head.Length)])}");
        (Status, _head, _length) = (status, end + 4, -1);
        _chunk = _head;
        for (var line = head[(head.IndexOf("\r\n"u8) + 2)..]; !line.IsEmpty; line = line[(line.IndexOf("\r\n"u8) + 2)..])
            if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "content-length:"u8)
                && Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out int length, out _))
                _length = length;
        return true;
    }

    private bool ReadChunks()
    {
        while (true)
        {
            var rest = _bytes.AsSpan(_chunk, _filled - _chunk);
            var end = rest.IndexOf("\r\n"u8);
            if (end < 0) return false;
            if (!Utf8Parser.TryParse(rest[..end], out int size, out _, 'x')) throw new InstanceException("a response has neither a length nor chunks");
            if (rest.Length < end + 2 + size + 2) return false;
            if (size == 0) return true;
            _chunks.Add((_chunk + end + 2)..(_chunk + end + 2 + size));
            BodyLength += size;
            _chunk += end + 2 + size + 2;
        }
    }
}
