using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace EcomIntel.Core.Policies;

/// <summary>A set of rules that a business may change: its name is the subject of <c>policy.updated</c>.</summary>
internal abstract class PolicyKind(string name)
{
    public string Name { get; } = name;

    /// <returns>What is wrong with the settings, in one line; null if nothing.</returns>
    public abstract string? Invalid(JsonElement settings);

    /// <summary>All settings as they rule where a version says these, in one form: what it leaves out is as built in.</summary>
    /// <param name="json">Settings that are not <see cref="Invalid"/>.</param>
    public abstract string Whole(string json);
}

/// <param name="settings">An unknown setting is refused, not ignored.</param>
/// <param name="invalid">Judges the range of each setting.</param>
internal sealed class PolicyKind<TSettings>(string name, JsonTypeInfo<TSettings> settings, Func<TSettings, string?> invalid) : PolicyKind(name)
    where TSettings : class, new()
{
    private readonly JsonObject _defaults = JsonSerializer.SerializeToNode(new(), settings)!.AsObject();

    /// <summary>What rules where no version does.</summary>
    public Policy<TSettings> BuiltIn { get; } = new(0, new());

    /// <summary>What is left out has its default: also in a version that was stored before a setting was known.</summary>
    public TSettings Parse(string json) => Parse(JsonElement.Parse(json));

    public override string Whole(string json) => JsonSerializer.Serialize(Parse(json), settings);

    public override string? Invalid(JsonElement given) =>
        given.EnumerateObject().Select(Wrong).FirstOrDefault(wrong => wrong is not null) ?? invalid(Parse(given));

    private TSettings Parse(JsonElement given)
    {
        var whole = _defaults.DeepClone().AsObject();
        foreach (var setting in given.EnumerateObject())
            whole[setting.Name] = JsonNode.Parse(setting.Value.GetRawText());
        return whole.Deserialize(settings)!;
    }

    private string? Wrong(JsonProperty given)
    {
        var said = given.Name;
        if (settings.Properties.FirstOrDefault(property => property.Name == said) is not { } known)
            return $"no setting '{said}' in policy {Name}; there are {string.Join(", ", settings.Properties.Select(property => property.Name))}";
        var type = Nullable.GetUnderlyingType(known.PropertyType);
        if (given.Value.ValueKind == JsonValueKind.Null)
            return type is null ? $"{said} must be {Expected(known.PropertyType)}" : null;
        try
        {
            given.Value.Deserialize(settings.Options.GetTypeInfo(known.PropertyType));
            return null;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException) // the latter: half a character (a lone surrogate) in a string
        {
            return $"{said} must be {Expected(type ?? known.PropertyType)}";
        }
    }

    private static string Expected(Type type) =>
        type == typeof(TimeSpan) ? "a duration, as \"1.00:00:00\" for a day or \"00:30:00\" for half an hour"
        : type == typeof(bool) ? "true or false"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(decimal) ? "a number"
        : type == typeof(string) ? "a text"
        : type.IsEnum ? $"one of {string.Join(", ", type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(WordOf))}"
        : "of another form";

    private static string WordOf(FieldInfo value) =>
        value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(value.Name);
}

/// <summary>The rules that hold at an instant.</summary>
/// <param name="Version">0 for the built-in ones.</param>
internal sealed record Policy<TSettings>(int Version, TSettings Settings);
