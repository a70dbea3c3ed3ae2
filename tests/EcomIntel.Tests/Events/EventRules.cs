using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Events;

/// <summary>What an event is by the documents that producers have (core/Events/docs) and by nothing else: the criterion that the codec is held to, and that it shares no code with.</summary>
internal sealed partial class EventRules
{
    public const string Prefix = "com.ecomintel.";

    private static readonly ConcurrentDictionary<string, Regex> Patterns = new(StringComparer.Ordinal);

    public static readonly string Folder = Path.Combine(Home.Find().Root, "core/Events/docs");

    private EventRules()
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*.schema.json"))
        {
            var schema = (Json.Map)Json.Parse(File.ReadAllBytes(file));
            Schemas.Add(((Json.Text)schema["title"]!).Value, schema);
        }
        Envelope = Schemas["envelope"];
        Schemas.Remove("envelope");
        foreach (Match row in Row().Matches(File.ReadAllText(Path.Combine(Folder, "README.md"))))
            Topics.Add(row.Groups["name"].Value, row.Groups["topic"].Value);
    }

    public static EventRules Documented { get; } = new();

    /// <summary>By type, without the prefix.</summary>
    public Dictionary<string, Json.Map> Schemas { get; } = [];

    public Json.Map Envelope { get; }

    /// <summary>By type: as the README's list says.</summary>
    public Dictionary<string, string> Topics { get; } = [];

    /// <summary>Why a message is no event; null if it is one.</summary>
    public string? Refuse(ReadOnlySpan<byte> payload, string topic, string? key)
    {
        if (payload.Length > 1 << 20)
            return "larger than 1 MiB";
        Json json;
        try
        {
            json = Json.Parse(payload);
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
        if (json.Depth > 16)
            return "deeper than 16";
        if ((Twice(Envelope, json) ?? Against(Envelope, json, "")) is { } wrongEnvelope)
            return wrongEnvelope;
        var e = (Json.Map)json;
        var type = ((Json.Text)e["type"]!).Value;
        if (!type.StartsWith(Prefix, StringComparison.Ordinal) || !Schemas.TryGetValue(type[Prefix.Length..], out var schema))
            return "unknown type";
        if (e["dataschema"] is Json.Text named && named.Value != ((Json.Text)schema["$id"]!).Value)
            return "unknown version";
        var home = Topics[type[Prefix.Length..]];
        if (home != "every one" && (home != topic || (key is not null && key != ((Json.Text)e["subject"]!).Value)))
            return "wrong topic or key";
        var data = (Json.Map)e["data"]!;
        return Instant(e["time"]) ?? Instant(data["promisedAt"]) ?? Against(schema, data, "data") ?? TwiceAnywhere(data) ?? HalfACharacter(data)
            ?? (type == Prefix + "order.placed" && ((Json.List)data["lines"]!).Items.GroupBy(line => ((Json.Map)line)["line"]!).Any(lines => lines.Count() > 1) ? "a line's number stands twice" : null)
            ?? (data["from"] is { } from && data["to"] is { } to && schema["required"] is Json.List required && required.Items.Contains(new Json.Text("from")) && from == to ? "from and to are the same" : null);
    }

    /// <summary>The first thing that a value does against a schema; of draft 2020-12, what the documents use.</summary>
    public static string? Against(Json.Map schema, Json value, string where)
    {
        foreach (var (keyword, rule) in schema.Members)
            if (Broken(keyword, rule, schema, value, where) is { } wrong)
                return wrong;
        return null;
    }

    private static string? Broken(string keyword, Json rule, Json.Map schema, Json value, string where)
    {
        switch (keyword)
        {
            case "$schema" or "$id" or "title" or "description" or "default":
                return null;
            case "type":
                return (rule is Json.List several ? several.Items : [rule]).Exists(kind => Is(((Json.Text)kind).Value, value)) ? null : $"{where} is not {rule.Write()}";
            case "const":
                return value == rule || (value is Json.Number && rule is Json.Number && Value(value) == Value(rule)) ? null : $"{where} is not {rule.Write()}";
            case "enum":
                return ((Json.List)rule).Items.Contains(value) ? null : $"{where} is none of {rule.Write()}";
            case "not":
                return Against((Json.Map)rule, value, where) is null ? $"{where} is {rule.Write()}" : null;
            case "required":
                return value is Json.Map map ? ((Json.List)rule).Items.Where(name => map[((Json.Text)name).Value] is null).Select(name => $"{where} has no {name}").FirstOrDefault() : null;
            case "properties":
                return value is Json.Map of ? of.Members.Select(member => ((Json.Map)rule)[member.Key] is Json.Map its ? Against(its, member.Value, $"{where}.{member.Key}") : null).FirstOrDefault(wrong => wrong is not null) : null;
            case "items":
                return value is Json.List list ? list.Items.Select((item, index) => Against((Json.Map)rule, item, $"{where}[{index}]")).FirstOrDefault(wrong => wrong is not null) : null;
            case "minItems" or "maxItems":
                return value is Json.List counted && (keyword == "minItems" ? counted.Items.Count < Value(rule) : counted.Items.Count > Value(rule)) ? $"{where} has {counted.Items.Count} items" : null;
            case "minLength" or "maxLength":
                return value is Json.Text measured && measured.Value.EnumerateRunes().Count() is var length && (keyword == "minLength" ? length < Value(rule) : length > Value(rule)) ? $"{where} has {length} characters" : null;
            case "pattern":
                return value is Json.Text text && !Matches(((Json.Text)rule).Value, text.Value) ? $"{where} does not match {rule.Write()}" : null;
            case "minimum" or "maximum":
                return value is Json.Number && (keyword == "minimum" ? Value(value) < Value(rule) : Value(value) > Value(rule)) ? $"{where} is out of range" : null;
            case "multipleOf":
                return value is Json.Number && Value(value) is { } units && units % Value(rule) != 0 ? $"{where} has too many decimals" : null;
            case "format":
                return value is Json.Text && ((Json.Text)rule).Value == "date-time" ? Instant(value) : null;
            default:
                throw new NotSupportedException($"{keyword} in {schema["title"]}");
        }
    }

    private static bool Is(string type, Json value) => type switch
    {
        "object" => value is Json.Map,
        "array" => value is Json.List,
        "string" => value is Json.Text text && !Json.HasLoneSurrogate(text.Value),
        "number" => value is Json.Number && Value(value) is not null,
        "integer" => value is Json.Number number && number.Raw.All(c => char.IsAsciiDigit(c) || c == '-') && Value(value) is not null,
        "boolean" => value is Json.Word { Raw: "true" or "false" },
        "null" => value is Json.Word { Raw: "null" },
        _ => throw new NotSupportedException(type),
    };

    private static decimal? Value(Json number) => decimal.TryParse(((Json.Number)number).Raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>$ is the end of the text in JSON Schema; here it may stand before a last line's end.</summary>
    private static bool Matches(string pattern, string text) =>
        Patterns.GetOrAdd(pattern, written => new(written.Replace("$", @"\z", StringComparison.Ordinal), RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))).IsMatch(text);

    private static string? Twice(Json.Map schema, Json value) => value is Json.Map map
        ? map.Members.Where(member => ((Json.Map)schema["properties"]!)[member.Key] is not null).GroupBy(member => member.Key).FirstOrDefault(group => group.Count() > 1)?.Key
        : null;

    private static string? TwiceAnywhere(Json value) => value switch
    {
        Json.Map map => map.Members.GroupBy(member => member.Key).FirstOrDefault(group => group.Count() > 1)?.Key ?? map.Members.Select(member => TwiceAnywhere(member.Value)).FirstOrDefault(name => name is not null),
        Json.List list => list.Items.Select(TwiceAnywhere).FirstOrDefault(name => name is not null),
        _ => null,
    };

    private static string? HalfACharacter(Json value) => value switch
    {
        Json.Map map => map.Members.Where(member => Json.HasLoneSurrogate(member.Key)).Select(_ => "half a character in a name").FirstOrDefault() ?? map.Members.Select(member => HalfACharacter(member.Value)).FirstOrDefault(wrong => wrong is not null),
        Json.List list => list.Items.Select(HalfACharacter).FirstOrDefault(wrong => wrong is not null),
        _ => null,
    };

    /// <summary>A real instant of the years allowed: worked out from the digits, with no date parser.</summary>
    private static string? Instant(Json? value)
    {
        if (value is not Json.Text text)
            return null;
        if (Digits().Match(text.Value) is not { Success: true } match)
            return "no instant";
        int Part(string name) => int.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        int year = Part("y"), month = Part("m"), day = Part("d"), hour = Part("h"), minute = Part("n"), second = Part("s");
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return "no instant";
        var offset = 0;
        if (match.Groups["oh"].Success)
        {
            if (Part("oh") > 14 || Part("om") > 59 || (Part("oh") == 14 && Part("om") > 0))
                return "no zone";
            offset = ((Part("oh") * 60) + Part("om")) * (match.Groups["sign"].Value == "-" ? -1 : 1);
        }
        var ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks - (offset * TimeSpan.TicksPerMinute)
            + long.Parse((match.Groups["f"].Value + "0000000")[..6], CultureInfo.InvariantCulture) * TimeSpan.TicksPerMicrosecond;
        return ticks < new DateTime(1970, 1, 1).Ticks || ticks > new DateTime(2199, 12, 31).Ticks ? "not of 1970 to 2199" : null;
    }

    [GeneratedRegex(@"^(?<y>[0-9]{4})-(?<m>[0-9]{2})-(?<d>[0-9]{2})T(?<h>[0-9]{2}):(?<n>[0-9]{2}):(?<s>[0-9]{2})(\.(?<f>[0-9]{1,16}))?(Z|(?<sign>[+-])(?<oh>[0-9]{2}):(?<om>[0-9]{2}))\z", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Digits();

    [GeneratedRegex(@"^\| \[(?<name>[a-z._]+)\]\(\k<name>\.1\.schema\.json\) \| (?<topic>[a-z ]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Row();
}
