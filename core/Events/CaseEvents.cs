namespace EcomIntel.Core.Events;

/// <summary>exception.acknowledged, started, waiting, closed, reopened: what somebody does with an exception case.</summary>
/// <param name="CaseId">As the hub's operation <c>exception.opened</c> told it.</param>
/// <param name="By">Who.</param>
public sealed record CaseDecided(string CaseId, string By, string? Note = null) : IEventData
{
    public string? Invalid() => CaseCheck.Case(nameof(CaseId), CaseId) ?? CaseCheck.By(By) ?? Check.Text(nameof(Note), Note);
}

/// <summary>A case is given to a team, to a person, or to both: one of them at least.</summary>
/// <param name="Team">Of the policy <c>cases</c>; null: the team that has it.</param>
/// <param name="Assignee">Who is to see to it; null: nobody yet where the team changes, otherwise who has it.</param>
public sealed record CaseAssigned(string CaseId, string By, string? Team = null, string? Assignee = null, string? Note = null) : IEventData
{
    public string? Invalid() => CaseCheck.Case(nameof(CaseId), CaseId) ?? CaseCheck.By(By) ?? Check.Text(nameof(Note), Note)
        ?? (Team is null ? null : Check.Code(nameof(Team), Team)) ?? (Assignee is null ? null : Check.Code(nameof(Assignee), Assignee));
}

/// <summary>What a case was about is settled.</summary>
/// <param name="RootCause">One of those of the policy <c>cases</c>.</param>
public sealed record CaseResolved(string CaseId, string RootCause, string By, string? Note = null) : IEventData
{
    public string? Invalid() => CaseCheck.Case(nameof(CaseId), CaseId) ?? Check.Code(nameof(RootCause), RootCause) ?? CaseCheck.By(By)
        ?? Check.Text(nameof(Note), Note);
}

/// <summary>A case is about the same as another.</summary>
/// <param name="DuplicateOf">The other.</param>
public sealed record CaseDuplicated(string CaseId, string DuplicateOf, string By, string? Note = null) : IEventData
{
    public string? Invalid() => CaseCheck.Case(nameof(CaseId), CaseId) ?? CaseCheck.Case(nameof(DuplicateOf), DuplicateOf) ?? CaseCheck.By(By)
        ?? Check.Text(nameof(Note), Note);
}

internal static class CaseCheck
{
    public static string? Case(string name, string value) =>
        Check.Text(name, value) ?? (value.Length == 0 ? $"{char.ToLowerInvariant(name[0])}{name[1..]} is empty" : null);

    public static string? By(string by) => Check.Text(nameof(by), by) ?? (by.Length == 0 ? "by is empty" : null);
}
