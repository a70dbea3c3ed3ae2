using System.Globalization;
using System.Text;

namespace EcomIntel.Tests.Events;

/// <summary>A JSON text as a tree, read by RFC 8259's letter and kept as written: names may stand twice, numbers are text. Shares nothing with the reader that the hub uses, to be held against it.</summary>
internal abstract record Json
{
    internal sealed record Text(string Value) : Json;

    internal sealed record Number(string Raw) : Json;

    /// <summary>true, false, null; and, for who writes hostile texts, anything at all.</summary>
    internal sealed record Word(string Raw) : Json;

    internal sealed record List(List<Json> Items) : Json;

    internal sealed record Map(List<KeyValuePair<string, Json>> Members) : Json
    {
        public Json? this[string name] => Members.Find(member => member.Key == name).Value;
    }

    /// <exception cref="FormatException">It is no JSON, or no UTF-8.</exception>
    public static Json Parse(ReadOnlySpan<byte> utf8)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new FormatException("no UTF-8", wrong);
        }
        var reader = new Reader(text);
        return reader.Whole();
    }

    /// <summary>How many lists and maps are inside each other.</summary>
    public int Depth => this switch
    {
        List list => 1 + list.Items.Select(item => item.Depth).DefaultIfEmpty().Max(),
        Map map => 1 + map.Members.Select(member => member.Value.Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };

    public static bool HasLoneSurrogate(string text)
    {
        for (var index = 0; index < text.Length; index++)
            if (char.IsHighSurrogate(text[index]) && index + 1 < text.Length && char.IsLowSurrogate(text[index + 1]))
                index++;
            else if (char.IsSurrogate(text[index]))
                return true;
        return false;
    }

    public string Write()
    {
        var text = new StringBuilder();
        WriteTo(text);
        return text.ToString();
    }

    private void WriteTo(StringBuilder text)
    {
        switch (this)
        {
            case Text said: Quote(text, said.Value); break;
            case Number number: text.Append(number.Raw); break;
            case Word word: text.Append(word.Raw); break;
            case List list:
                text.Append('[');
                foreach (var (index, item) in list.Items.Index())
                {
                    text.Append(index == 0 ? "" : ",");
                    item.WriteTo(text);
                }
                text.Append(']');
                break;
            case Map map:
                text.Append('{');
                foreach (var (index, (name, value)) in map.Members.Index())
                {
                    text.Append(index == 0 ? "" : ",");
                    Quote(text, name);
                    text.Append(':');
                    value.WriteTo(text);
                }
                text.Append('}');
                break;
        }
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
            if (c < ' ' || c is '"' or '\\' || char.IsSurrogate(c))
                text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                text.Append(c);
        text.Append('"');
    }

    private ref struct Reader(string text)
    {
        private int _at;
        private int _depth;

        public Json Whole()
        {
            var value = Value();
            Space();
            return _at == text.Length ? value : throw Wrong();
        }

        private Json Value()
        {
            Space();
            switch (Peek())
            {
                case '{': return Object();
                case '[': return Array();
                case '"': return new Text(String());
                case 't': return Literal("true");
                case 'f': return Literal("false");
                case 'n': return Literal("null");
                default: return Digits();
            }
        }

        private Map Object()
        {
            var members = new List<KeyValuePair<string, Json>>();
            Enter('{');
            if (!Ends('}'))
                do
                {
                    Space();
                    var name = String();
                    Space();
                    Expect(':');
                    members.Add(new(name, Value()));
                }
                while (Another('}'));
            return new(members);
        }

        private List Array()
        {
            var items = new List<Json>();
            Enter('[');
            if (!Ends(']'))
                do
                    items.Add(Value());
                while (Another(']'));
            return new(items);
        }

        private void Enter(char open)
        {
            Expect(open);
            if (++_depth > 2_000)
                throw new FormatException("deeper than this reader's stack");
        }

        private bool Ends(char close)
        {
            Space();
            if (Peek() != close)
                return false;
            _at++;
            _depth--;
            return true;
        }

        private bool Another(char close)
        {
            if (Ends(close))
                return false;
            Expect(',');
            return true;
        }

        private string String()
        {
            Expect('"');
            var value = new StringBuilder();
            while (true)
            {
                var c = Peek();
                _at++;
                if (c == '"')
                    return value.ToString();
                if (c < ' ')
                    throw Wrong();
                value.Append(c == '\\' ? Escape() : c);
            }
        }

        private char Escape()
        {
            var c = Peek();
            _at++;
            if (c == 'u')
            {
                if (_at + 4 > text.Length || !text.AsSpan(_at, 4).ToString().All(char.IsAsciiHexDigit))
                    throw Wrong();
                _at += 4;
                return (char)int.Parse(text.AsSpan(_at - 4, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
            return c switch { '"' or '\\' or '/' => c, 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', _ => throw Wrong() };
        }

        private Word Literal(string word)
        {
            if (string.CompareOrdinal(text, _at, word, 0, word.Length) != 0)
                throw Wrong();
            _at += word.Length;
            return new(word);
        }

        private Number Digits()
        {
            var from = _at;
            Take('-');
            if (!Take('0'))
                Run();
            if (Take('.'))
                Run();
            if (Take('e') || Take('E'))
            {
                _ = Take('+') || Take('-');
                Run();
            }
            return new(text[from.._at]);
        }

        private void Run()
        {
            var from = _at;
            while (_at < text.Length && char.IsAsciiDigit(text[_at]))
                _at++;
            if (_at == from)
                throw Wrong();
        }

        private bool Take(char c)
        {
            if (_at >= text.Length || text[_at] != c)
                return false;
            _at++;
            return true;
        }

        private void Space()
        {
            while (_at < text.Length && text[_at] is (' ' or '\t' or '\n' or '\r'))
                _at++;
        }

        private readonly char Peek() => _at < text.Length ? text[_at] : throw Wrong();

        private void Expect(char c)
        {
            if (Peek() != c)
                throw Wrong();
            _at++;
        }

        private readonly FormatException Wrong() => new($"no JSON at {_at}");
    }
}
