using System.Text.Unicode;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>JSON may hold invalid UTF-8 or escaped lone surrogates; .NET's reader lets both pass and throws only when the text is read.</summary>
internal static class JsonText
{
    public static bool IsUnicode(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && !HasLoneSurrogate(json);

    private static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        var next = json.IndexOf("\\u"u8);
        if (next < 0) return false;
        // A backslash is escaped by one before it, so the length of their run decides; from its start on, escapes are read one by one.
        while (next > 0 && json[next - 1] == '\\') next--;
        var high = -1;
        for (var i = next; i < json.Length; i++)
        {
            if (json[i] != '\\')
            {
                // Nothing up to the next escape can be wrong, unless a high surrogate waits for its pair.
                if (high >= 0) return true;
                var skip = json[i..].IndexOf((byte)'\\');
                if (skip < 0) return false;
                i += skip - 1;
                continue;
            }
            var code = i + 5 < json.Length && json[i + 1] == 'u' ? Hex(json.Slice(i + 2, 4)) : -1;
            if ((high >= 0) != code is >= 0xDC00 and <= 0xDFFF) return true;
            high = high < 0 && code is >= 0xD800 and <= 0xDBFF ? code : -1;
            i += code >= 0 ? 5 : 1;
        }
        return high >= 0;
    }

    private static int Hex(ReadOnlySpan<byte> digits) =>
        System.Buffers.Text.Utf8Parser.TryParse(digits, out int value, out var read, 'x') && read == 4 ? value : -1;
}
