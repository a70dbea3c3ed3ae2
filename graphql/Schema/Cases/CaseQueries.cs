using EcomIntel.Core.ExceptionCases;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Validation;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Cases;

[GraphQLResolvers("Query")]
internal static class CaseQueries
{
    private const string SelectCategories = "SELECT DISTINCT category FROM exception_cases WHERE category = ANY(@categories)";

    // An id that an order, a shipment and a return share must be of the caller's channels as each of them.
    private static readonly string OfCallersChannels = $"""
        split_part(c.category, '.', 1) IN ({string.Join(", ", ExceptionCaseStore.AboutOrders.Select(about => $"'{about}'"))}) AND (
            SELECT bool_and(o.channel = ANY(@callersChannels)) FROM orders o WHERE o.order_id IN (
                c.subject, (SELECT s.order_id FROM shipments s WHERE s.shipment_id = c.subject),
                (SELECT r.order_id FROM returns r WHERE r.return_id = c.subject)))
        """;

    /// <summary>The roles that may read what is at risk, as in the SDL.</summary>
    private static readonly uint SeesMoney = Caller.BitsOf(["EXECUTIVE", "PLANNER", "FINANCE", "ADMIN", "SERVICE"]);

    public static async Task<Connection<ExceptionCase>> ExceptionCases(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names,
        int? first, string? after, int? last, string? before, ExceptionCaseFilter? filter, ExceptionCaseSort sort, SortDirection direction)
    {
        await CheckAsync(filter, sort == ExceptionCaseSort.MoneyAtRisk, database, names, context);
        var page = new PageArguments(first, after, last, before);
        var conditions = Narrow(VisibleTo(context.Caller()), filter);
        return await Schema.Cases.ExceptionCase.Rows.PageAsync(database, conditions, Schema.Cases.ExceptionCase.Sorts[sort], direction, page, context);
    }

    public static Task<ExceptionCase?> ExceptionCase(RequestContext context, [Service] ReadDatabase database, string caseId)
    {
        var visible = VisibleTo(context.Caller()).And("c.case_id = @caseId", "caseId", caseId);
        return Schema.Cases.ExceptionCase.Rows.FindAsync(database, visible, context);
    }

    public static async Task<IReadOnlyList<ExceptionCaseCount>> ExceptionCaseCounts(
        RequestContext context, [Service] ReadDatabase database, [Service] KnownNames names, ExceptionCaseFilter? filter)
    {
        await CheckAsync(filter, false, database, names, context);
        var conditions = Narrow(VisibleTo(context.Caller()), filter);
        var sql = $"""
            SELECT c.status, c.category, count(*) AS count, min(c.detected_at) AS oldest_at FROM exception_cases c{conditions.Where}
            GROUP BY c.status, c.category ORDER BY count(*) DESC, c.status, c.category
            """;
        return await database.CountAsync<ExceptionCaseCount>(sql, conditions.Parameters, context);
    }

    /// <summary>Cases about orders of the caller's channels, their shipments and their returns, at one of the caller's locations.</summary>
    public static Conditions VisibleTo(Caller caller) => new Conditions()
        .And(OfCallersChannels, "callersChannels", caller.Channels?.ToArray())
        .And("c.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());

    private static async Task CheckAsync(
        ExceptionCaseFilter? filter, bool sortsByMoney, ReadDatabase database, KnownNames names, RequestContext context)
    {
        CheckMoney(sortsByMoney || filter?.MoneyFrom is not null, context);
        await names.CheckLocationsAsync(filter?.Locations, context);
        await CheckCategoriesAsync(filter?.Categories, database, context);
    }

    /// <exception cref="GraphQLException">
    /// The caller may not read money: that a filter or an order finds a case would tell what its fields may not.
    /// </exception>
    public static void CheckMoney(bool asksForMoney, RequestContext context)
    {
        if (asksForMoney && (context.Caller().RoleBits & SeesMoney) == 0)
            throw new GraphQLException("Your roles may not read the money at risk, and so neither filter nor sort by it.", AccessGuard.Forbidden);
    }

    /// <exception cref="GraphQLException">One is nearly a known category and is none.</exception>
    public static async Task CheckCategoriesAsync(string[]? wanted, ReadDatabase database, RequestContext context)
    {
        if (wanted?.Except(ExceptionCaseStore.Categories, StringComparer.Ordinal).ToArray() is { Length: > 0 } categories)
        {
            var opened = await database.CountAsync<string>(SelectCategories, new { categories }, context);
            string[] known = [.. ExceptionCaseStore.Categories, .. opened];
            // One of which there is no case yet may be asked for; what is nearly a known one is misspelt.
            if (categories.Except(opened, StringComparer.Ordinal).FirstOrDefault(each => Suggestions.For(each, known).Length > 0) is { } misspelt)
                throw KnownNames.Unknown("category", misspelt, known);
        }
    }

    private static Conditions Narrow(Conditions conditions, ExceptionCaseFilter? filter) => filter is null ? conditions : conditions
        .And(ExceptionCaseStore.OpenSql, filter.Open == true)
        .And($"NOT ({ExceptionCaseStore.OpenSql})", filter.Open == false)
        .And("c.status = ANY(@statuses)", "statuses", filter.Statuses)
        .And("c.category = ANY(@categories)", "categories", filter.Categories)
        .And("c.location = ANY(@locations)", "locations", filter.Locations)
        .And("c.subject = ANY(@subjects)", "subjects", filter.Subjects)
        .And($"{ExceptionCaseStore.MoneySql} >= @moneyFrom", "moneyFrom", filter.MoneyFrom)
        .And("c.owner_team = ANY(@teams)", "teams", filter.Teams)
        .And("c.assignee = ANY(@assignees)", "assignees", filter.Assignees)
        .And("c.severity = ANY(@severities)", "severities", filter.Severities)
        .And(ExceptionCaseStore.OverdueSql, filter.Overdue == true)
        .And($"NOT {ExceptionCaseStore.OverdueSql}", filter.Overdue == false)
        .And("c.level >= @levelFrom", "levelFrom", filter.LevelFrom)
        .And("c.detected_at >= @detectedFrom", "detectedFrom", filter.DetectedFrom)
        .And("c.detected_at < @detectedBefore", "detectedBefore", filter.DetectedBefore);
}
