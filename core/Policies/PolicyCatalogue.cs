using System.Text.Json;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Policies;

/// <param name="Setting">Which one; null where it is about several, or about no setting.</param>
public sealed record PolicyFault(string? Setting, string Message);

/// <param name="Before">JSON of its value.</param>
/// <param name="After">JSON of its value.</param>
public sealed record SettingChange(string Setting, string Before, string After);

/// <summary>The kinds of policies there are and what their settings say, for whoever shows or changes them.</summary>
public sealed class PolicyCatalogue(SliceSet slices)
{
    private readonly IReadOnlyDictionary<string, PolicyKind> _kinds = new Workspace(slices).Get<PolicyBook>().Kinds;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyList<string> Kinds => [.. _kinds.Keys.Order(StringComparer.Ordinal)];

    /// <summary>All settings as they rule, as one JSON object: what a version leaves out is as built in.</summary>
    /// <param name="settings">Of a version; null for the built-in ones.</param>
    /// <returns>Null where this program cannot read them: they are of a later one.</returns>
    public string? Whole(string kind, string? settings)
    {
        try
        {
            return _kinds[kind].Whole(settings ?? "{}");
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The settings that differ between two objects of <see cref="Whole"/>, in their order.</summary>
    public static IReadOnlyList<SettingChange> Differences(string before, string after)
    {
        using var old = JsonDocument.Parse(before);
        using var current = JsonDocument.Parse(after);
        var changes = new List<SettingChange>();
        foreach (var setting in current.RootElement.EnumerateObject())
        {
            var wasThere = old.RootElement.TryGetProperty(setting.Name, out var was);
            if (!wasThere || !JsonElement.DeepEquals(was, setting.Value))
                changes.Add(new(setting.Name, wasThere ? was.GetRawText() : "null", setting.Value.GetRawText()));
        }
        return changes;
    }

    /// <summary>What is wrong with settings: all that can be told at once, each with its setting; none where they may be a version.</summary>
    public IReadOnlyList<PolicyFault> Faults(string kind, JsonElement settings)
    {
        if (settings.ValueKind != JsonValueKind.Object)
            return [new(null, "settings must be one JSON object")];
        var of = _kinds[kind];
        var known = Names(of.Whole("{}"));
        var given = settings.EnumerateObject().ToList();
        var faults = given.Where(setting => !known.Contains(setting.Name))
            .Select(setting => new PolicyFault(setting.Name, $"policy {kind} has no such setting; it has {string.Join(", ", known)}"))
            .Concat(given.GroupBy(setting => setting.Name, StringComparer.Ordinal).Where(same => same.Skip(1).Any())
                .Select(same => new PolicyFault(same.Key, $"{same.Key} stands twice")))
            .ToList();
        if (faults.Count > 0 || of.Invalid(settings) is not { } wrong)
            return faults;
        // What each may be by itself may still not go together.
        var alone = given.Select(setting => (setting.Name, Wrong: Alone(of, setting))).Where(each => each.Wrong is not null).ToList();
        return alone.Count == 0 ? [new(null, wrong)] : [.. alone.Select(each => new PolicyFault(each.Name, each.Wrong!))];
    }

    private static string? Alone(PolicyKind kind, JsonProperty setting)
    {
        using var alone = JsonDocument.Parse(JsonSerializer.Serialize(new Dictionary<string, JsonElement> { [setting.Name] = setting.Value }));
        return kind.Invalid(alone.RootElement);
    }

    private static List<string> Names(string json)
    {
        using var whole = JsonDocument.Parse(json);
        return [.. whole.RootElement.EnumerateObject().Select(setting => setting.Name)];
    }
}
