using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Alerts;

[GraphQLResolvers("Query")]
internal static class AlertQueries
{
    /// <summary>The roles that may read what is at risk, as in the SDL.</summary>
    private static readonly uint SeesMoney = Caller.BitsOf(["EXECUTIVE", "PLANNER", "FINANCE", "ADMIN", "SERVICE"]);

    public static async Task<Connection<Alert>> Alerts(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, AlertFilter? filter, AlertSort sort, SortDirection direction)
    {
        await CheckAsync(filter, sort == AlertSort.MoneyAtRisk, names, context);
        var conditions = Schema.Alerts.Alert.Narrow(Schema.Alerts.Alert.VisibleTo(context.Caller()), filter);
        return await Schema.Alerts.Alert.Rows.PageAsync(
            database, conditions, Schema.Alerts.Alert.Sorts[sort], direction, new(first, after, last, before), context);
    }

    public static Task<Alert?> Alert(RequestContext context, [Service] ReadDatabase database, string alertId)
    {
        var visible = Schema.Alerts.Alert.VisibleTo(context.Caller()).And("a.alert_id = @alertId", "alertId", alertId);
        return Schema.Alerts.Alert.Rows.FindAsync(database, visible, context);
    }

    public static async Task<IReadOnlyList<AlertCount>> AlertCounts(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names, AlertFilter? filter)
    {
        await CheckAsync(filter, false, names, context);
        var conditions = Schema.Alerts.Alert.Narrow(Schema.Alerts.Alert.VisibleTo(context.Caller()), filter);
        var sql = $"""
            SELECT a.status, a.kind, a.model, count(*) AS count, min(a.raised_at) AS oldest_at FROM alerts a{conditions.Where}
            GROUP BY a.status, a.kind, a.model ORDER BY count(*) DESC, a.status, a.kind, a.model
            """;
        return await database.CountAsync<AlertCount>(sql, conditions.Parameters, context);
    }

    public static async Task<Connection<Finding>> Findings(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, FindingFilter? filter, SortDirection direction)
    {
        await names.CheckLocationsAsync(filter?.Locations, context);
        var conditions = Finding.Narrow(Finding.VisibleTo(context.Caller()), filter);
        return await Finding.Rows.PageAsync(database, conditions, Finding.ByTime, direction, new(first, after, last, before), context);
    }

    private static Task CheckAsync(AlertFilter? filter, bool sortsByMoney, KnownNames names, RequestContext context)
    {
        CheckMoney(sortsByMoney || filter?.MoneyFrom is not null, context);
        return names.CheckLocationsAsync(filter?.Locations, context);
    }

    /// <exception cref="GraphQLException">
    /// The caller may not read money: that a filter or an order finds an alert would tell what its fields may not.
    /// </exception>
    public static void CheckMoney(bool asksForMoney, RequestContext context)
    {
        if (asksForMoney && (context.Caller().RoleBits & SeesMoney) == 0)
            throw new GraphQLException("Your roles may not read the money at risk, and so neither filter nor sort by it.", AccessGuard.Forbidden);
    }
}
