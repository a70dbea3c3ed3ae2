using EcomIntel.Core.Governance;

namespace EcomIntel.Core.Checks;

/// <summary>What a check found.</summary>
/// <param name="Name">Snake case, frozen.</param>
/// <param name="Detail">What was compared, or what does not agree and where.</param>
public sealed record CheckResult(string Name, bool Ok, string Detail);

/// <param name="BusinessNow">Both databases were asked as of this instant.</param>
/// <param name="Sequence">The last decision that was in both.</param>
/// <param name="Audit">Its head, kept elsewhere, shows a later rewriting of the whole log.</param>
public sealed record CheckReport(DateTimeOffset BusinessNow, long Sequence, AuditVerdict Audit, IReadOnlyList<CheckResult> Checks)
{
    public bool Ok => Checks.All(check => check.Ok);
}
