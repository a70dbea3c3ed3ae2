using EcomIntel.Core.Events;

namespace EcomIntel.Core.Policies;

/// <summary>All versions of all policies, those made known since they were loaded included.</summary>
internal sealed class PolicyBook
{
    private readonly Dictionary<string, PolicyKind> _kinds = new(StringComparer.Ordinal);
    private readonly List<PolicyVersion> _versions = [];

    public IReadOnlyList<PolicyVersion> All => _versions;

    public IReadOnlyDictionary<string, PolicyKind> Kinds => _kinds;

    /// <summary>Versions that came by events of the batch at hand.</summary>
    public int Updates { get; private set; }

    /// <summary>A slice says which policies it decides by.</summary>
    public void Define(PolicyKind kind) => _kinds.Add(kind.Name, kind);

    public void Add(PolicyVersion version) => _versions.Add(version);

    /// <summary>The highest version of a kind that rules at an instant.</summary>
    public Policy<TSettings> At<TSettings>(PolicyKind<TSettings> kind, DateTimeOffset at) where TSettings : class, new()
    {
        PolicyVersion? best = null;
        foreach (var version in _versions)
            if (version.Kind == kind.Name && version.EffectiveAt <= at && version.Version > (best?.Version ?? 0))
                best = version;
        return best?.As(kind) ?? kind.BuiltIn;
    }

    /// <summary>A version by which something was decided.</summary>
    public Policy<TSettings> Version<TSettings>(PolicyKind<TSettings> kind, int version) where TSettings : class, new() =>
        _versions.Find(each => each.Kind == kind.Name && each.Version == version)?.As(kind) ?? kind.BuiltIn;

    public Rejection? Update(CloudEvent e, PolicyUpdated data)
    {
        if (!_kinds.TryGetValue(e.Subject, out var kind))
            return new(RejectionCodes.Invalid, $"no policy kind '{e.Subject}'; there are {string.Join(" and ", _kinds.Keys)}");
        if (kind.Invalid(data.Settings) is { } wrong)
            return new(RejectionCodes.Invalid, wrong);
        if (_versions.Exists(version => version.Kind == e.Subject && version.Version == data.Version))
            return new(RejectionCodes.AlreadyExists, $"policy {e.Subject} has a version {data.Version} already");
        _versions.Add(new() { Kind = e.Subject, Version = data.Version, EffectiveAt = e.Time, Settings = data.Settings.GetRawText() });
        Updates++;
        return null;
    }
}
