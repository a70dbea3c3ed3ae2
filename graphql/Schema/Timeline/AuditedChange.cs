using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Schema.Timeline;

/// <summary>What somebody asked for, from the audit log.</summary>
/// <param name="Key">Whose timeline it belongs to.</param>
internal sealed record AuditedChange(
    string Key, long Number, DateTime At, string Actor, string Action, string? Reason, string Outcome, string Subject, decimal? VersionBefore,
    decimal? VersionAfter)
{
    /// <summary>Numbers of entries that are no kept decision: after all those of the same instant.</summary>
    public const long Unnumbered = 1L << 60;

    public bool IsDone => Outcome == "done";

    public TimelineActor By => new(TimelineActorKind.Caller, Actor);

    public TimelineEntry Entry => new(
        At, Action, IsDone ? $"{Action} of {Subject}" : $"{Action} of {Subject} was refused: {Outcome}", By, Reason, [], (long?)VersionAfter, null, !IsDone,
        null, Unnumbered + Number);

    /// <summary>It took its subject on by the versions in between; what was made by it has none before.</summary>
    public bool Made(string subject, long? version) => IsDone && Subject == subject && version > (VersionBefore ?? 0) && version <= VersionAfter;
}

/// <param name="Pruned">Number of the last decision that is not kept any more; 0 where all are.</param>
/// <param name="KeptFrom">When the first that is kept was made.</param>
internal sealed record Kept(long Pruned, DateTime? KeptFrom)
{
    private const string Select = $"""
        SELECT p.sequence AS pruned, coalesce((SELECT o.time FROM outbox o ORDER BY o.sequence LIMIT 1), {BusinessTime.Sql}) AS kept_from
        FROM pruned p WHERE p.kind = 'operations'
        """;

    public static async Task<Kept> FindAsync(ReadDatabase database, RequestContext context) =>
        (await database.QueryAsync<Kept>(Select, null, context))[0];
}
