using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Alerts;
using EcomIntel.GraphQL.Schema.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

[GraphQLObject("AlertChange")]
internal sealed record AlertChange(Change<AlertChanged> Change)
{
    public AlertChanged State => Change.State;
    public string Cursor => Change.Cursor;
    public DateTime At => Change.Operation.Time.UtcDateTime;
    public string Event => Change.Operation.Type;
    public string AlertId => State.AlertId;
    public long Version => State.Version;
    public string Status => State.AlertStatus;
    public string Kind => State.Kind;
    public string Model => State.Model;
    public string Pattern => State.Pattern;
    public string Detail => State.Detail;
    public DateTime Since => State.Since.UtcDateTime;
    public decimal Score => State.Score;
    public Money? MoneyAtRisk => State.MoneyAtRisk is { } amount ? new(amount, State.Currency) : null;
    public DateTime RaisedAt => State.RaisedAt.UtcDateTime;
    public string Team => State.Team;
    public string Severity => State.Severity;
    public string? Assignee => State.Assignee;
    public int Level => State.Level;
    public DateTime? DueAt => State.DueAt?.UtcDateTime;
    public int FindingCount => State.Findings;
    public int Standing => State.Standing;
    public string? Action => State.Action?.ToUpperInvariant();
    public string? Reference => State.Reference;
    public string? DismissedAs => State.DismissedAs?.ToUpperInvariant();
    public DateTime? EndedAt => State.EndedAt?.UtcDateTime;
    public string? ClosedAs => State.ClosedAs?.ToUpperInvariant();
    public string? By => State.By;
    public string? Note => State.Note;

    public Schema.Alerts.FindingAbout About => new(
        State.About.Sku, State.About.Channel, State.About.Category, State.About.Location, State.About.Supplier, State.About.PurchaseOrder, State.About.Line,
        State.About.Feed);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record AlertChangeFilter(
    bool? Open, string[]? AlertIds, string[]? Statuses, string[]? Kinds, string[]? Models, string[]? Skus, string[]? Locations, string[]? Suppliers,
    decimal? MoneyFrom, string[]? Teams, string[]? Severities, string[]? Events)
{
    public bool Matches(string name, AlertChanged state) =>
        (Open is not { } open || open == state.EndedAt is null)
        && AlertIds?.Contains(state.AlertId) != false
        && Statuses?.Contains(state.AlertStatus) != false
        && Kinds?.Contains(state.Kind) != false
        && Models?.Contains(state.Model) != false
        && Skus?.Contains(state.About.Sku) != false
        && Locations?.Contains(state.About.Location) != false
        && Suppliers?.Contains(state.About.Supplier) != false
        && (MoneyFrom is not { } least || (state.MoneyAtRisk ?? 0) >= least)
        && Teams?.Contains(state.Team) != false
        && Severities?.Contains(state.Severity) != false
        && Events?.Contains(name) != false;
}

[GraphQLResolvers("Subscription")]
internal static class AlertChanges
{
    public static async IAsyncEnumerable<AlertChange> AlertChangesAsync(
        RequestContext context, [Service] OperationsFeed feed, [Service] NpgsqlDataSource postgres, AlertChangeFilter? filter, string? after)
    {
        await CheckAsync(filter, context);
        var caller = context.Caller();
        var choice = new ChangeChoice<AlertChanged>(
            "alerts", (operation, state) => IsVisible(caller, state.About) && filter?.Matches(operation.Type, state) != false);
        await foreach (var change in ChangeStream.FollowAsync(context, feed, postgres, choice, after))
            yield return new(change);
    }

    private static bool IsVisible(Caller caller, Core.Events.FindingAbout about) =>
        caller.Channels?.Contains(about.Channel ?? "") != false && caller.Locations?.Contains(about.Location ?? "") != false;

    private static async Task CheckAsync(AlertChangeFilter? filter, RequestContext context)
    {
        KnownNames.Check("event", filter?.Events, AlertChanged.Types);
        AlertQueries.CheckMoney(filter?.MoneyFrom is not null, context);
        if (filter?.Locations is not null)
            await context.Services.GetRequiredService<KnownNames>().CheckLocationsAsync(filter.Locations, context);
    }
}

[GraphQLResolvers("AlertChange")]
internal static class AlertChangeFields
{
    public static Task<Location?> Location([Parent] AlertChange change, RequestContext context) =>
        change.State.About.Location is { } location ? context.Batch<string, Location>(location, CatalogLoads.Locations) : Task.FromResult<Location?>(null);

    public static Task<Alert?> Alert([Parent] AlertChange change, RequestContext context, [Service] ReadDatabase database) =>
        AlertQueries.Alert(context, database, change.AlertId);
}
