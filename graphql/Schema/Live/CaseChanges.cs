using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Cases;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

[GraphQLObject("ExceptionCaseChange")]
internal sealed record CaseChange(Change<ExceptionChanged> Change)
{
    public ExceptionChanged State => Change.State;
    public string Cursor => Change.Cursor;
    public DateTime At => Change.Operation.Time.UtcDateTime;
    public string Event => Change.Operation.Type;
    public string CaseId => State.CaseId;
    public long Version => State.Version;
    public string Status => State.CaseStatus;
    public string Category => State.Category;
    public string Subject => State.Subject;
    public string Detail => State.Detail;
    public DateTime? DetectedAt => State.DetectedAt?.UtcDateTime;
    public string? Team => State.Team;
    public string? Severity => State.Severity;
    public string? Assignee => State.Assignee;
    public int Level => State.Level;
    public long Reports => State.Reports;
    public DateTime? DueAt => State.DueAt?.UtcDateTime;
    public string? RootCause => State.RootCause;
    public DateTime? EndedAt => State.EndedAt?.UtcDateTime;
    public string? DuplicateOf => State.DuplicateOf;
    public string? By => State.By;
    public string? Note => State.Note;
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record CaseChangeFilter(
    bool? Open, string[]? CaseIds, string[]? Statuses, string[]? Categories, string[]? Locations, string[]? Subjects, decimal? MoneyFrom, string[]? Teams,
    string[]? Severities, string[]? Events)
{
    public bool Matches(string name, ExceptionChanged state) =>
        (Open is not { } open || open == state.EndedAt is null)
        && CaseIds?.Contains(state.CaseId) != false
        && Statuses?.Contains(state.CaseStatus) != false
        && Categories?.Contains(state.Category) != false
        && Locations?.Contains(state.Location?.Value) != false
        && Subjects?.Contains(state.Subject) != false
        && (MoneyFrom is not { } least || (state.MoneyAtRisk ?? 0) >= least)
        && Teams?.Contains(state.Team) != false
        && Severities?.Contains(state.Severity) != false
        && Events?.Contains(name) != false;
}

[GraphQLResolvers("Subscription")]
internal static class CaseChanges
{
    public static async IAsyncEnumerable<CaseChange> ExceptionCaseChangesAsync(
        RequestContext context, [Service] OperationsFeed feed, [Service] NpgsqlDataSource postgres, CaseChangeFilter? filter, string? after)
    {
        await CheckAsync(filter, context);
        var caller = context.Caller();
        var choice = new ChangeChoice<ExceptionChanged>(
            "cases",
            (operation, state) => caller.Locations?.Contains(state.Location?.Value ?? "") != false && filter?.Matches(operation.Type, state) != false,
            caller.Channels is null ? null : changes => OfCallersChannelsAsync(changes, context));
        await foreach (var change in ChangeStream.FollowAsync(context, feed, postgres, choice, after))
            yield return new(change);
    }

    /// <summary>Of which channel the order is that a case is about stands with the order.</summary>
    private static async Task<IReadOnlyList<Change<ExceptionChanged>>> OfCallersChannelsAsync(
        IReadOnlyList<Change<ExceptionChanged>> changes, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var caseIds = changes.Select(change => change.State.CaseId).Distinct(StringComparer.Ordinal).ToArray();
        var visible = CaseQueries.VisibleTo(context.Caller()).And("c.case_id = ANY(@caseIds)", "caseIds", caseIds);
        var seen = await database.QueryAsync<string>($"SELECT c.case_id FROM exception_cases c{visible.Where}", visible.Parameters, context);
        var own = seen.ToHashSet(StringComparer.Ordinal);
        return [.. changes.Where(change => own.Contains(change.State.CaseId))];
    }

    private static async Task CheckAsync(CaseChangeFilter? filter, RequestContext context)
    {
        KnownNames.Check("event", filter?.Events, ExceptionChanged.Types);
        CaseQueries.CheckMoney(filter?.MoneyFrom is not null, context);
        if (filter?.Locations is not null)
            await context.Services.GetRequiredService<KnownNames>().CheckLocationsAsync(filter.Locations, context);
        if (filter?.Categories is not null)
            await CaseQueries.CheckCategoriesAsync(filter.Categories, context.Services.GetRequiredService<ReadDatabase>(), context);
    }
}

[GraphQLResolvers("ExceptionCaseChange")]
internal static class CaseChangeFields
{
    public static Task<Location?> Location([Parent] CaseChange change, RequestContext context) =>
        change.State.Location is { } location ? context.Batch<string, Location>(location.Value, CatalogLoads.Locations) : Task.FromResult<Location?>(null);

    public static Task<Money?> MoneyAtRisk([Parent] CaseChange change, RequestContext context) =>
        CaseFields.MoneyAsync(change.Category, change.Subject, change.State.MoneyAtRisk, context);

    public static Task<ExceptionCase?> Case([Parent] CaseChange change, RequestContext context, [Service] ReadDatabase database) =>
        CaseQueries.ExceptionCase(context, database, change.CaseId);
}
