using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EcomIntel.Tests.Events;

/// <summary>A message as Kafka gives it.</summary>
internal sealed record Sent(string Topic, string? Key, byte[] Payload);

/// <summary>
/// Makes of good messages hostile ones, from a seed: in their values, their names, their shape, their bytes, their topic and key. Some stay good;
/// <see cref="EventRules"/> tells which.
/// </summary>
internal sealed class Hostility(int seed)
{
    private static readonly string[] Nasty =
    [
        "null", "true", "[]", "{}", "\"\"", "0", "-1", "-0", "1.5", "1e2", "1e400", "-1e400", "1e-400", "1000000001", "9223372036854775807",
        "9223372036854775808", "99999999999999999999999999999999999999", "0.00001", "0.12345", "01", "+1", ".5", "1.", "NaN", "Infinity",
        "\"1\"", "\"\\u0000\"", "\"a\\u0000b\"",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\" padded \"", "\"line\\nbreak\"", "\"last line\\n\"", "\"\\x\"", "\"unended",
        "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"1969-12-31T23:59:59.999999Z\"", "\"2200-01-01T00:00:00Z\"", "\"2026-02-30T00:00:00Z\"", "\"2026-01-05T00:00:00\"", "\"2026-01-05\"",
        "\"2026-01-05T00:00Z\"", "\"2026-01-05T23:59:60Z\"", "\"2026-01-05T00:00:00+25:00\"", "\"2026-01-05 00:00:00Z\"", "\"2026-01-05T00:00:00+01\"",
        "1767571200", "\"DROP TABLE orders; --\"", "\"../../etc/passwd\"",
    ];

    private static readonly byte[][] WrongBytes = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80], [0], [0xE2, 0x80]];

    private readonly Random _random = new(seed);

    public Sent Mutate(Sent good) => _random.Next(20) switch
    {
        0 => good with { Topic = Pick(["orders", "inventory", "suppliers", "carriers", "catalog", "findings"]) },
        1 => good with { Key = Pick(["", "someone else", good.Key + " ", "\0", "\ud800", new string('k', 10_000)]) },
        2 => good with { Payload = Bytes(Shaped()) },
        3 or 4 or 5 => good with { Payload = Broken(good.Payload) },
        _ => good with { Payload = Bytes(Rewritten(good.Payload)) },
    };

    private byte[] Bytes(string text) => _random.Next(60) switch
    {
        0 => Encoding.Unicode.GetBytes(text),
        1 => [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
        _ => Encoding.UTF8.GetBytes(text),
    };

    /// <summary>What is no event from the start.</summary>
    private string Shaped() => _random.Next(8) switch
    {
        0 => "",
        1 => new string('[', _random.Next(1, 3_000)),
        2 => string.Concat(Enumerable.Repeat("{\"data\":", _random.Next(1, 300))) + "1" + new string('}', _random.Next(1, 300)),
        3 => _random.Next().ToString(CultureInfo.InvariantCulture),
        4 => $"\"{new string('x', _random.Next(2_000))}\"",
        5 => $"[{_random.Next()}]",
        6 => $"{{\"specversion\":\"1.0\",\"id\":\"{_random.Next()}\"}}",
        _ => $"// {_random.Next()}",
    };

    /// <summary>The bytes, wrong in a place or two.</summary>
    private byte[] Broken(byte[] payload)
    {
        List<byte> bytes = [.. payload];
        for (var times = _random.Next(1, 3); times > 0 && bytes.Count > 1; times--)
        {
            var at = _random.Next(bytes.Count);
            switch (_random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << _random.Next(8)); break;
                case 1: bytes[at] = (byte)_random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, _random.Next(1, 20))); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                case 4: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, _random.Next(1, 30)))); break;
                default: bytes.InsertRange(at, Pick(WrongBytes)); break;
            }
        }
        return [.. bytes];
    }

    /// <summary>Well-formed most often, and wrong in what it says.</summary>
    private string Rewritten(byte[] payload)
    {
        using var json = JsonDocument.Parse(payload);
        var map = Pick(Objects(json.RootElement).ToList());
        var members = map.EnumerateObject().Select(member => (Name: JsonSerializer.Serialize(member.Name), Value: member.Value.GetRawText())).ToList();
        var (whole, written) = (Encoding.UTF8.GetString(payload), map.GetRawText());
        if (members.Count == 0)
            return whole + "{}";
        var at = _random.Next(members.Count);
        var (name, value) = members[at];
        switch (_random.Next(8))
        {
            case 0: members.RemoveAt(at); break;
            case 1: members.Add((name, value)); break;
            case 2:
                members[at] = (Pick([name.ToUpperInvariant(), name[..^1] + "\\u0000\"", "\"\"", "\"\\ud800\"", Letters('n', 2_000), "\"__proto__\""]), value);
                break;
            case 3: members[at] = (name, Nested(_random.Next(5, 40))); break;
            case 4: members[at] = (name, Letters('s', _random.Next(2_000) == 0 ? (1 << 20) + _random.Next(10) : _random.Next(90, 700))); break;
            default: members[at] = (name, Pick(Nasty)); break;
        }
        var place = whole.IndexOf(written, StringComparison.Ordinal);
        return $"{whole[..place]}{{{string.Join(',', members.Select(member => $"{member.Name}:{member.Value}"))}}}{whole[(place + written.Length)..]}";
    }

    private static IEnumerable<JsonElement> Objects(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Objects(member.Value)).Prepend(json),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Objects),
        _ => [],
    };

    private static string Letters(char letter, int count) => $"\"{new string(letter, count)}\"";

    private string Nested(int depth) => _random.Next(2) == 0
        ? new string('[', depth) + new string(']', depth)
        : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private T Pick<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];
}
