using EcomIntel.Core.Database;

namespace EcomIntel.Core.Policies;

/// <summary>One version of a policy; it rules from <see cref="EffectiveAt"/> on, until a higher version does. Never changed.</summary>
internal sealed class PolicyVersion : Row
{
    public static readonly Table<PolicyVersion> Table = new Table<PolicyVersion>("policies")
        .Key(policy => policy.Kind).Key(policy => policy.Version)
        .Column(policy => policy.EffectiveAt).Column(policy => policy.Settings, cast: "jsonb");

    private object? _policy;

    public required string Kind { get; init; }
    public required int Version { get; init; }
    public required DateTimeOffset EffectiveAt { get; init; }

    /// <summary>A JSON object.</summary>
    public required string Settings { get; init; }

    /// <summary>Parsed once.</summary>
    public Policy<TSettings> As<TSettings>(PolicyKind<TSettings> kind) where TSettings : class, new() =>
        (Policy<TSettings>)(_policy ??= new Policy<TSettings>(Version, kind.Parse(Settings)));
}
