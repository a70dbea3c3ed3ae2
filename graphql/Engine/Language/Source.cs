using System.Text;
using System.Text.Unicode;

namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>A position in a document. Both numbers start at 1; columns count UTF-16 code units, as editors and the reference implementation do.</summary>
public readonly record struct SourceLocation(int Line, int Column);

/// <summary>The bytes of one document, and their line and column. Nodes carry byte offsets only; a location is computed when an error needs it.</summary>
internal sealed class Source(ReadOnlyMemory<byte> bytes, string name)
{
    private int[]? _lineStarts;

    public Source(string text, string name = "GraphQL request") : this(Encoding.UTF8.GetBytes(text), name) { }

    public string Name { get; } = name;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public SourceLocation Locate(int offset)
    {
        var starts = _lineStarts ??= LineStarts(Bytes.Span);
        var line = Array.BinarySearch(starts, offset);
        if (line < 0) line = ~line - 1;
        return new SourceLocation(line + 1, 1 + Utf16Length(Bytes.Span[starts[line]..offset]));
    }

    /// <summary>The offset of the first byte that is not UTF-8, or -1.</summary>
    public static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes)) return -1;
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes[offset..], out _, out var consumed) == System.Buffers.OperationStatus.Done) offset += consumed;
        return offset;
    }

    private static int[] LineStarts(ReadOnlySpan<byte> bytes)
    {
        var starts = new List<int> { 0 };
        var i = 0;
        while (i < bytes.Length)
        {
            var next = bytes[i..].IndexOfAny((byte)'\n', (byte)'\r');
            if (next < 0) break;
            i += next;
            i += bytes[i] == '\r' && i + 1 < bytes.Length && bytes[i + 1] == '\n' ? 2 : 1;
            starts.Add(i);
        }
        return [.. starts];
    }

    // A code point of four bytes is two UTF-16 units, every other one; continuation bytes do not count.
    private static int Utf16Length(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        foreach (var b in bytes)
        {
            if ((b & 0xC0) != 0x80) length++;
            if (b >= 0xF0) length++;
        }
        return length;
    }
}
