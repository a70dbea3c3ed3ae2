using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using EcomIntel.Cli.Supervisor;
using Json.Schema;

namespace EcomIntel.Tests.Events;

/// <summary>
/// What an event is by the documents that producers have (core/Events/docs) and by nothing else: JsonSchema.Net evaluates the schemas, and the README's rules
/// beyond them are written here. The codec is held against it and shares no code with it.
/// </summary>
internal sealed partial class EventRules
{
    public const string Prefix = "com.ecomintel.";

    public static readonly string Folder = Path.Combine(Home.Find().Root, "core/Events/docs");

    private static readonly EvaluationOptions Strict = new() { RequireFormatValidation = true, OutputFormat = OutputFormat.Flag };

    /// <summary>Of all members that schemas name.</summary>
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private EventRules()
    {
        foreach (var file in Directory.EnumerateFiles(Folder, "*.schema.json"))
        {
            var schema = new Document(File.ReadAllText(file));
            Schemas.Add(schema.Title, schema);
            AddNames(schema.Json);
        }
        Envelope = Schemas["envelope"];
        Schemas.Remove("envelope");
        foreach (Match row in Row().Matches(File.ReadAllText(Path.Combine(Folder, "README.md"))))
            Topics.Add(row.Groups["name"].Value, row.Groups["topic"].Value);
    }

    private void AddNames(JsonElement json)
    {
        foreach (var member in json.ValueKind == JsonValueKind.Object ? json.EnumerateObject().ToList() : [])
        {
            if (member is { Name: "properties", Value.ValueKind: JsonValueKind.Object })
                _names.UnionWith(member.Value.EnumerateObject().Select(property => property.Name));
            AddNames(member.Value);
        }
    }

    /// <summary>A schema, and its JSON.</summary>
    internal sealed class Document(string text)
    {
        // $ is the end of the text in JSON Schema; .NET's lets a last newline follow.
        private readonly JsonSchema _schema =
            JsonSchema.FromText(Pattern().Replace(text, pattern => pattern.Value.Replace("$", @"\\z", StringComparison.Ordinal)));

        public JsonElement Json { get; } = JsonDocument.Parse(text).RootElement;

        public string Title => Json.GetProperty("title").GetString()!;

        public string Id => Json.GetProperty("$id").GetString()!;

        public bool Allows(JsonElement value)
        {
            try
            {
                return _schema.Evaluate(value, Strict).IsValid;
            }
            catch (FormatException) // the library compares numbers as decimals; one that is none (1e400) is beyond every maximum there is
            {
                return false;
            }
        }

        public bool Names(string member) => Json.GetProperty("properties").TryGetProperty(member, out _);

        public bool Requires(string member) => Json.TryGetProperty("required", out var names) && names.EnumerateArray().Any(name => name.ValueEquals(member));
    }

    public static EventRules Documented { get; } = new();

    /// <summary>By type, without the prefix.</summary>
    public Dictionary<string, Document> Schemas { get; } = [];

    public Document Envelope { get; }

    /// <summary>By type: as the README's list says.</summary>
    public Dictionary<string, string> Topics { get; } = [];

    /// <summary>Why a message is no event; null if it is one.</summary>
    public string? Refuse(ReadOnlySpan<byte> payload, string topic, string? key)
    {
        if (payload.Length > 1 << 20)
            return "larger than 1 MiB";
        if (!Utf8.IsValid(payload))
            return "no UTF-8";
        try
        {
            using var json = JsonDocument.Parse(payload.ToArray(), new() { MaxDepth = 16 });
            return Refuse(json.RootElement, topic, key);
        }
        catch (JsonException wrong)
        {
            return wrong.Message;
        }
    }

    private string? Refuse(JsonElement json, string topic, string? key)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return "no object";
        // Members that the envelope does not name are ignored, whatever they are.
        var known = json.EnumerateObject().Where(member => Text(() => member.Name) is { } name && Envelope.Names(name)).ToList();
        if (HasNameTwice(known))
            return "a name stands twice";
        if (known.Any(member => !IsWhole(member.Value)))
            return "half a character, or a name that stands twice";
        var e = JsonSerializer.SerializeToElement(known.ToDictionary(member => member.Name, member => member.Value));
        if (!Envelope.Allows(e))
            return "against the envelope's schema";
        var type = e.GetProperty("type").GetString()!;
        if (!type.StartsWith(Prefix, StringComparison.Ordinal) || !Schemas.TryGetValue(type[Prefix.Length..], out var schema))
            return "unknown type";
        if (e.TryGetProperty("dataschema", out var named) && !named.ValueEquals(schema.Id))
            return "unknown version";
        var home = Topics[schema.Title];
        if (home != "every one" && (home != topic || (key is not null && !e.GetProperty("subject").ValueEquals(key))))
            return "wrong topic or key";
        var data = e.GetProperty("data");
        return !schema.Allows(data) ? "against the schema of its data" : Beyond(Envelope.Json, e) ?? Beyond(schema.Json, data) ?? BetweenMembers(schema, data);
    }

    /// <summary>What schemas cannot say: whole numbers are written without fraction or exponent, instants are real ones of the years allowed.</summary>
    private static string? Beyond(JsonElement schema, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when schema.TryGetProperty("properties", out var properties):
                return value.EnumerateObject().Select(member => properties.TryGetProperty(member.Name, out var its) ? Beyond(its, member.Value) : null)
                    .FirstOrDefault(wrong => wrong is not null);
            case JsonValueKind.Array when schema.TryGetProperty("items", out var items):
                return value.EnumerateArray().Select(item => Beyond(items, item)).FirstOrDefault(wrong => wrong is not null);
            case JsonValueKind.Number when schema.TryGetProperty("type", out var type) && type.ToString().Contains("integer", StringComparison.Ordinal):
                return value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? null : "no whole number";
            case JsonValueKind.Number:
                return DecimalsOf(value.GetRawText()) <= MostDecimals(schema) ? null : "more decimals than it may have";
            case JsonValueKind.String when schema.TryGetProperty("format", out var format) && format.ValueEquals("date-time"):
                return IsInstant(value.GetString()!) ? null : "no instant of 1970 to 2199";
            default:
                return null;
        }
    }

    /// <summary>Four, where the words of the schema do not say ten.</summary>
    private static int MostDecimals(JsonElement schema) => schema.TryGetProperty("description", out var words)
        && words.GetString()!.Contains("At most 10 decimals", StringComparison.Ordinal) ? 10 : 4;

    /// <summary>Of a number as it is written, trailing zeros not counted.</summary>
    private static long DecimalsOf(string number)
    {
        var parts = number.Split('e', 'E');
        var mantissa = parts[0].TrimStart('-');
        var fraction = mantissa.Contains('.', StringComparison.Ordinal) ? mantissa.Split('.')[1].TrimEnd('0').Length : 0;
        if (mantissa.All(digit => digit is '0' or '.'))
            return 0;
        var zeros = fraction > 0 ? 0 : mantissa.Split('.')[0].Length - mantissa.Split('.')[0].TrimEnd('0').Length;
        return fraction - zeros - (parts.Length > 1 ? long.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0);
    }

    private static string? BetweenMembers(Document schema, JsonElement data)
    {
        if (schema.Title is "order.placed" or "po.placed" or "po.drafted" or "invoice.received"
            && data.GetProperty("lines").EnumerateArray().CountBy(line => line.GetProperty("line").GetInt64()).Any(each => each.Value > 1))
            return "a line's number stands twice";
        if (schema.Title == "stock.received" && ExpiresWithoutLot(data))
            return "expiresAt without a lot";
        if (schema.Title is "po.received" or "receipt.blind" && data.GetProperty("lines").EnumerateArray().Any(line => ExpiresWithoutLot(line)
            || (line.TryGetProperty("damaged", out var damaged) && damaged.GetInt64() > line.GetProperty("quantity").GetInt64())))
            return "expiresAt without a lot, or more damaged than delivered";
        if (schema.Title == "po.inspected" && data.GetProperty("accepted").GetInt64() == 0
            && !(data.TryGetProperty("rejected", out var rejected) && rejected.GetInt64() > 0))
            return "neither accepted nor rejected";
        if (schema.Title == "stock.counted" && data.TryGetProperty("all", out var all) && all.GetBoolean()
            && data.TryGetProperty("state", out var state) && !state.ValueEquals("available"))
            return "all with a state";
        if (schema.Title == "forecast.updated" && ForecastWrong(data) is { } wrong)
            return wrong;
        return schema.Requires("from") && schema.Requires("to") && data.GetProperty("from").ValueEquals(data.GetProperty("to").GetString())
            ? "from and to are the same" : null;
    }

    private static string? ForecastWrong(JsonElement data)
    {
        var levels = Numbers(data, "levels");
        if (Falls(levels, byNothing: true))
            return "levels do not ascend";
        var demands = data.GetProperty("demands").EnumerateArray().ToList();
        var leads = data.TryGetProperty("leadTimes", out var told) && told.ValueKind == JsonValueKind.Array ? told.EnumerateArray().ToList() : [];
        if (demands.CountBy(demand => demand.GetProperty("location").GetString()!).Any(each => each.Value > 1)
            || leads.CountBy(lead => lead.GetProperty("supplier").GetString()!).Any(each => each.Value > 1))
            return "named twice";
        var sums = demands.ConvertAll(demand => demand.GetProperty("sums").EnumerateArray().ToList());
        if (sums.Any(each => Falls(each.ConvertAll(sum => sum.GetProperty("days").GetDecimal()), byNothing: true)))
            return "days do not ascend";
        if (demands.Zip(sums).Any(each => each.Second[^1].GetProperty("days").GetInt64() > each.First.GetProperty("daily").GetArrayLength()))
            return "more days than there are";
        return sums.SelectMany(each => each).Concat(leads).Select(each => Numbers(each, "quantiles"))
            .Any(quantiles => quantiles.Count != levels.Count || Falls(quantiles, byNothing: false)) ? "wrong quantiles" : null;

        static List<decimal> Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(each => each.GetDecimal())];

        static bool Falls(List<decimal> values, bool byNothing) =>
            values.Zip(values.Skip(1)).Any(pair => byNothing ? pair.Second <= pair.First : pair.Second < pair.First);
    }

    private static bool ExpiresWithoutLot(JsonElement json) => json.TryGetProperty("expiresAt", out var expires) && expires.ValueKind != JsonValueKind.Null
        && !(json.TryGetProperty("lot", out var lot) && lot.GetString()!.Length > 0);

    /// <summary>All its names and texts are whole characters, and no object in it has a name twice that a schema names, or in settings any.</summary>
    private bool IsWhole(JsonElement value, bool isFree = false) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value.GetString) is not null,
        JsonValueKind.Array => value.EnumerateArray().All(each => IsWhole(each, isFree)),
        JsonValueKind.Object => value.EnumerateObject()
            .All(member => Text(() => member.Name) is not null && IsWhole(member.Value, isFree || member.NameEquals("settings")))
            && !HasNameTwice(value.EnumerateObject().Where(member => isFree || _names.Contains(member.Name))),
        _ => true,
    };

    private static bool HasNameTwice(IEnumerable<JsonProperty> members) => members.GroupBy(member => member.Name).Any(group => group.Count() > 1);

    /// <summary>Null for half a character, which an escape can write and .NET does not read.</summary>
    private static string? Text(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The schema's pattern and format hold already: what is left are leap seconds, zones and years.</summary>
    private static bool IsInstant(string text) =>
        DateTimeOffset.TryParse(Fraction().Replace(text, ".${kept}"), CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
        && instant >= DateTimeOffset.UnixEpoch && instant <= new DateTimeOffset(2199, 12, 31, 0, 0, 0, TimeSpan.Zero);

    [GeneratedRegex(@"\.(?<kept>[0-9]{1,6})[0-9]*", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Fraction();

    [GeneratedRegex("\"pattern\": \".*\"", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^\| \[(?<name>[a-z._]+)\]\(\k<name>\.1\.schema\.json\) \| (?<topic>[a-z ]+) \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Row();
}
