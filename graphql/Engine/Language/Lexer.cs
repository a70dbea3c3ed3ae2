using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace EcomIntel.GraphQL.Engine.Language;

internal enum TokenKind : byte
{
    EndOfFile, Bang, Dollar, Ampersand, ParenOpen, ParenClose, Spread, Colon, Equal, At, BracketOpen, BracketClose, BraceOpen, Pipe, BraceClose,
    Name, Int, Float, String, BlockString,
}

/// <summary>Reads tokens from UTF-8 bytes without allocating strings; the parser reads the text of those it keeps.</summary>
internal ref struct Lexer(ReadOnlySpan<byte> bytes)
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("_0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);
    private static readonly SearchValues<byte> StringStops = SearchValues.Create("\"\\\n\r"u8);

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public TokenKind Kind { get; private set; }
    public int Start { get; private set; }
    public int End { get; private set; }
    public int PreviousEnd { get; private set; }

    public readonly ReadOnlySpan<byte> Raw => _bytes[Start..End];

    public void Next()
    {
        PreviousEnd = End;
        var at = SkipIgnored(End);
        Start = at;
        if (at >= _bytes.Length)
        {
            Kind = TokenKind.EndOfFile;
            End = at;
            return;
        }
        var b = _bytes[at];
        var punctuator = Punctuator(b);
        if (punctuator != TokenKind.EndOfFile)
        {
            Kind = punctuator;
            End = at + 1;
        }
        else if (IsNameStart(b))
        {
            Kind = TokenKind.Name;
            var length = _bytes[(at + 1)..].IndexOfAnyExcept(NameBytes);
            End = length < 0 ? _bytes.Length : at + 1 + length;
        }
        else if (b == '"') ReadString(at);
        else if (b == '-' || IsDigit(b)) ReadNumber(at);
        else if (b == '.' && At(at + 1) == '.' && At(at + 2) == '.')
        {
            Kind = TokenKind.Spread;
            End = at + 3;
        }
        else if (b == '\'') throw new SyntaxException("Unexpected single quote character ('), strings are written with double quotes (\").", at);
        else throw new SyntaxException($"Unexpected character: {Describe(at)}.", at);
    }

    /// <summary>The value of the current string or block string token.</summary>
    public readonly string StringText() => Kind == TokenKind.BlockString
        ? BlockString.Value(_bytes[(Start + 3)..(End - 3)])
        : Unescape(_bytes[(Start + 1)..(End - 1)]);

    public readonly string Describe(int at)
    {
        if (at >= _bytes.Length) return "the end of the document";
        Rune.DecodeFromUtf8(_bytes[at..], out var rune, out _);
        if (rune.Value is < 0x20 or > 0x7E) return "U+" + rune.Value.ToString("X4", CultureInfo.InvariantCulture);
        return rune.Value == '"' ? "'\"'" : $"\"{rune}\"";
    }

    private readonly int SkipIgnored(int at)
    {
        while (at < _bytes.Length)
        {
            switch (_bytes[at])
            {
                case (byte)' ' or (byte)'\t' or (byte)',' or (byte)'\n' or (byte)'\r':
                    at++;
                    break;
                case (byte)'#':
                    var end = _bytes[at..].IndexOfAny((byte)'\n', (byte)'\r');
                    at = end < 0 ? _bytes.Length : at + end;
                    break;
                case 0xEF when At(at + 1) == 0xBB && At(at + 2) == 0xBF:
                    at += 3;
                    break;
                default:
                    return at;
            }
        }
        return at;
    }

    private static TokenKind Punctuator(byte b) => b switch
    {
        (byte)'!' => TokenKind.Bang,
        (byte)'$' => TokenKind.Dollar,
        (byte)'&' => TokenKind.Ampersand,
        (byte)'(' => TokenKind.ParenOpen,
        (byte)')' => TokenKind.ParenClose,
        (byte)':' => TokenKind.Colon,
        (byte)'=' => TokenKind.Equal,
        (byte)'@' => TokenKind.At,
        (byte)'[' => TokenKind.BracketOpen,
        (byte)']' => TokenKind.BracketClose,
        (byte)'{' => TokenKind.BraceOpen,
        (byte)'|' => TokenKind.Pipe,
        (byte)'}' => TokenKind.BraceClose,
        _ => TokenKind.EndOfFile,
    };

    private void ReadNumber(int at)
    {
        Kind = TokenKind.Int;
        if (_bytes[at] == '-') at++;
        if (At(at) == '0')
        {
            at++;
            if (IsDigit(At(at))) throw new SyntaxException($"Invalid number, unexpected digit after 0: {Describe(at)}.", at);
        }
        else at = ReadDigits(at);
        if (At(at) == '.')
        {
            Kind = TokenKind.Float;
            at = ReadDigits(at + 1);
        }
        if (At(at) is 'e' or 'E')
        {
            Kind = TokenKind.Float;
            at++;
            if (At(at) is '+' or '-') at++;
            at = ReadDigits(at);
        }
        if (At(at) == '.' || IsNameStart(At(at))) throw new SyntaxException($"Invalid number, expected a digit but got {Describe(at)}.", at);
        End = at;
    }

    private readonly int ReadDigits(int at)
    {
        if (!IsDigit(At(at))) throw new SyntaxException($"Invalid number, expected a digit but got {Describe(at)}.", at);
        while (IsDigit(At(at))) at++;
        return at;
    }

    private void ReadString(int start)
    {
        if (At(start + 1) == '"' && At(start + 2) == '"')
        {
            ReadBlockString(start);
            return;
        }
        var at = start + 1;
        while (true)
        {
            var stop = _bytes[at..].IndexOfAny(StringStops);
            if (stop < 0) throw new SyntaxException("Unterminated string.", _bytes.Length);
            at += stop;
            switch (_bytes[at])
            {
                case (byte)'"':
                    Kind = TokenKind.String;
                    End = at + 1;
                    return;
                case (byte)'\\':
                    at += Escape(_bytes, at, out _);
                    break;
                default:
                    throw new SyntaxException("Unterminated string.", at);
            }
        }
    }

    private void ReadBlockString(int start)
    {
        var at = start + 3;
        while (true)
        {
            var quotes = _bytes[at..].IndexOf("\"\"\""u8);
            if (quotes < 0) throw new SyntaxException("Unterminated string.", _bytes.Length);
            at += quotes + 3;
            // A backslash right before the quotes escapes them, however many backslashes come before it.
            if (quotes > 0 && _bytes[at - 4] == '\\') continue;
            Kind = TokenKind.BlockString;
            End = at;
            return;
        }
    }

    private static string Unescape(ReadOnlySpan<byte> body)
    {
        if (!body.Contains((byte)'\\')) return Encoding.UTF8.GetString(body);
        var text = new StringBuilder(body.Length);
        var at = 0;
        while (at < body.Length)
        {
            var next = body[at..].IndexOf((byte)'\\');
            if (next < 0) next = body.Length - at;
            text.Append(Encoding.UTF8.GetString(body.Slice(at, next)));
            at += next;
            if (at >= body.Length) break;
            at += Escape(body, at, out var rune);
            text.Append(rune.ToString());
        }
        return text.ToString();
    }

    // Returns the length of the escape in bytes; throws if it is invalid.
    private static int Escape(ReadOnlySpan<byte> bytes, int at, out Rune rune)
    {
        var kind = At(bytes, at + 1);
        if (kind == 'u') return At(bytes, at + 2) == '{' ? BracedEscape(bytes, at, out rune) : FixedEscape(bytes, at, out rune);
        rune = kind switch
        {
            '"' => new Rune('"'),
            '\\' => new Rune('\\'),
            '/' => new Rune('/'),
            'b' => new Rune('\b'),
            'f' => new Rune('\f'),
            'n' => new Rune('\n'),
            'r' => new Rune('\r'),
            't' => new Rune('\t'),
            _ => throw new SyntaxException($"Invalid character escape sequence: \"{Snippet(bytes, at, 2)}\".", at),
        };
        return 2;
    }

    private static int BracedEscape(ReadOnlySpan<byte> bytes, int at, out Rune rune)
    {
        var point = 0;
        for (var size = 3; size < 12;)
        {
            var b = At(bytes, at + size++);
            if (b == '}')
            {
                if (size < 5 || !Rune.TryCreate(point, out rune)) break;
                return size;
            }
            var digit = Hex(b);
            point = (point << 4) | digit;
            if (digit < 0 || point < 0) break;
        }
        throw new SyntaxException($"Invalid Unicode escape sequence: \"{Snippet(bytes, at, 12)}\".", at);
    }

    private static int FixedEscape(ReadOnlySpan<byte> bytes, int at, out Rune rune)
    {
        var code = Hex4(bytes, at + 2);
        if (code >= 0 && Rune.TryCreate(code, out rune)) return 6;
        if (code >= 0 && At(bytes, at + 6) == '\\' && At(bytes, at + 7) == 'u'
            && Hex4(bytes, at + 8) is var low and >= 0 && Rune.TryCreate((char)code, (char)low, out rune)) return 12;
        throw new SyntaxException($"Invalid Unicode escape sequence: \"{Snippet(bytes, at, 6)}\".", at);
    }

    private static int Hex4(ReadOnlySpan<byte> bytes, int at) =>
        (Hex(At(bytes, at)) << 12) | (Hex(At(bytes, at + 1)) << 8) | (Hex(At(bytes, at + 2)) << 4) | Hex(At(bytes, at + 3));

    private static int Hex(int b) => b switch
    {
        >= '0' and <= '9' => b - '0',
        >= 'A' and <= 'F' => b - 'A' + 10,
        >= 'a' and <= 'f' => b - 'a' + 10,
        _ => -1,
    };

    private static string Snippet(ReadOnlySpan<byte> bytes, int at, int length) =>
        Encoding.UTF8.GetString(bytes.Slice(at, Math.Min(length, bytes.Length - at)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int At(int at) => At(_bytes, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int At(ReadOnlySpan<byte> bytes, int at) => at < bytes.Length ? bytes[at] : -1;

    private static bool IsDigit(int b) => b is >= '0' and <= '9';

    private static bool IsNameStart(int b) => b == '_' || (b | 0x20) is >= 'a' and <= 'z';
}
