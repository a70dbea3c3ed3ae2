using System.Text.Json;
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

/// <param name="settings">Read strictly: an unknown setting is refused, not ignored.</param>
/// <param name="invalid">Judges the range of each setting.</param>
internal sealed class PolicyKind<TSettings>(string name, JsonTypeInfo<TSettings> settings, Func<TSettings, string?> invalid) : PolicyKind(name)
    where TSettings : class, new()
{
    /// <summary>What rules where no version does.</summary>
    public Policy<TSettings> BuiltIn { get; } = new(0, new());

    public TSettings Parse(string json) => JsonSerializer.Deserialize(json, settings)!;

    public override string Whole(string json) => JsonSerializer.Serialize(Parse(json), settings);

    public override string? Invalid(JsonElement given)
    {
        try
        {
            return invalid(given.Deserialize(settings)!);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException) // the latter: half a character (a lone surrogate) in a string
        {
            return wrong.Message;
        }
    }
}

/// <summary>The rules that hold at an instant.</summary>
/// <param name="Version">0 for the built-in ones.</param>
internal sealed record Policy<TSettings>(int Version, TSettings Settings);
