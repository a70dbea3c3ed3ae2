using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// Writes a response as UTF-8 JSON into one pooled buffer. It can rewind to an earlier position, which is how a null replaces an object half written.
/// </summary>
public sealed partial class ResultWriter : IDisposable
{
    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\', .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    private byte[] _buffer;

    internal ResultWriter(int limit = int.MaxValue, int initialBytes = 4096) => (Limit, _buffer) = (limit, ArrayPool<byte>.Shared.Rent(initialBytes));

    internal int Limit { get; }

    public int Position { get; private set; }

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Position);

    public void Null() => Raw("null"u8);

    public void Boolean(bool value) => Raw(value ? "true"u8 : "false"u8);

    public void Number(int value)
    {
        Reserve(11);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(Position), out var length);
        Position += length;
    }

    public void Number(long value)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(Position), out var length);
        Position += length;
    }

    /// <exception cref="GraphQLException">The number is not finite: JSON cannot represent it.</exception>
    public void Number(double value)
    {
        if (!double.IsFinite(value)) throw new GraphQLException("A Float must be a finite number.");
        Reserve(32);
        var integral = Math.Abs(value) < 1e15 && Math.Truncate(value) == value;
        var written = integral
            ? Utf8Formatter.TryFormat((long)value, _buffer.AsSpan(Position), out var length)
            : value.TryFormat(_buffer.AsSpan(Position), out length, "R", CultureInfo.InvariantCulture);
        if (!written) throw new InvalidOperationException("A number did not fit the reserved buffer.");
        Position += length;
    }

    public void Number(decimal value)
    {
        Reserve(32);
        Position += Decimals.Write(value, _buffer.AsSpan(Position));
    }

    public void String(string value) => String(value.AsSpan());

    public void String(ReadOnlySpan<char> value)
    {
        Reserve(value.Length + 2);
        if (PlainText.TryWrite(value, _buffer.AsSpan(Position), out var length))
        {
            Position += length;
            return;
        }
        Byte((byte)'"');
        while (!value.IsEmpty)
        {
            var stop = value.IndexOfAny(Escaped);
            if (stop < 0) stop = value.Length;
            Plain(value[..stop]);
            if (stop == value.Length) break;
            stop += Special(value[stop..]);
            value = value[stop..];
        }
        Byte((byte)'"');
    }

    /// <summary>A UTF-8 text that needs no escaping, such as a date or a number in quotes.</summary>
    public void AsciiString(ReadOnlySpan<byte> value)
    {
        Byte((byte)'"');
        Raw(value);
        Byte((byte)'"');
    }

    /// <summary>Raw JSON. The caller guarantees that it is one JSON value.</summary>
    public void Json(JsonElement value) => Raw(Encoding.UTF8.GetBytes(value.GetRawText()));

    internal void Raw(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(Position));
        Position += bytes.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Byte(byte value)
    {
        if (Position == _buffer.Length) Reserve(1);
        _buffer[Position++] = value;
    }

    internal void Rewind(int position) => Position = position;

    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Plain(ReadOnlySpan<char> text)
    {
        Reserve(text.Length * 3);
        Position += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(Position));
    }

    private int Special(ReadOnlySpan<char> text)
    {
        if (char.IsSurrogate(text[0]))
        {
            Reserve(4);
            Rune.DecodeFromUtf16(text, out var rune, out var consumed);
            Position += rune.EncodeToUtf8(_buffer.AsSpan(Position));
            return consumed;
        }
        Byte((byte)'\\');
        switch (text[0])
        {
            case '"' or '\\':
                Byte((byte)text[0]);
                break;
            case '\n':
                Byte((byte)'n');
                break;
            case '\r':
                Byte((byte)'r');
                break;
            case '\t':
                Byte((byte)'t');
                break;
            case '\b':
                Byte((byte)'b');
                break;
            case '\f':
                Byte((byte)'f');
                break;
            default:
                Raw("u00"u8);
                Byte((byte)(text[0] < 0x10 ? '0' : '1'));
                Byte((byte)"0123456789abcdef"[text[0] & 0xF]);
                break;
        }
        return 1;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - Position >= bytes) return;
        if (Position > Limit) throw new ResultTooLargeException(Limit);
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(Position + bytes)));
        _buffer.AsSpan(0, Position).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

internal sealed class ResultTooLargeException(string message) : Exception(message)
{
    public ResultTooLargeException(int limit) : this($"The result has more than {limit} bytes.") { }
}
