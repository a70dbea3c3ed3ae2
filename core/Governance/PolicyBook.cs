using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Governance;

/// <summary>One version of a rule set; it rules from <see cref="EffectiveAt"/> on, until a higher version does.</summary>
internal sealed record PolicyVersion(string Kind, int Version, DateTimeOffset EffectiveAt, JsonElement Settings);

/// <summary>All policies, and those made known since they were loaded.</summary>
internal sealed class PolicyBook(IEnumerable<PolicyVersion> stored)
{
    private readonly List<PolicyVersion> _versions = [.. stored];

    public List<PolicyVersion> Added { get; } = [];

    /// <summary>The highest version of a kind that rules at an instant; null where only the built-in one does.</summary>
    public PolicyVersion? At(string kind, DateTimeOffset at)
    {
        PolicyVersion? best = null;
        foreach (var version in _versions)
            if (version.Kind == kind && version.EffectiveAt <= at && version.Version > (best?.Version ?? 0))
                best = version;
        return best;
    }

    public Rejection? Update(CloudEvent cloudEvent, PolicyUpdated data)
    {
        if (PolicyKinds.Invalid(cloudEvent.Subject, data.Settings) is { } wrong)
            return new(RejectionCodes.Invalid, wrong);
        if (_versions.Exists(version => version.Kind == cloudEvent.Subject && version.Version == data.Version))
            return new(RejectionCodes.AlreadyExists, $"policy {cloudEvent.Subject} has a version {data.Version} already");
        var added = new PolicyVersion(cloudEvent.Subject, data.Version, cloudEvent.Time, data.Settings.Clone());
        _versions.Add(added);
        Added.Add(added);
        return null;
    }
}
