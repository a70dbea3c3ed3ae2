using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Remedies;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Cases;

/// <summary>What a case is about, from other tables: one statement each for all cases of a response.</summary>
[GraphQLResolvers("ExceptionCase")]
internal static class CaseFields
{
    private const string SelectHistory = """
        SELECT case_id, version, kind, at, status, owner_team AS team, assignee, level, detail, root_cause, done_by AS by, note,
            upper(remedy) AS remedy, target
        FROM (SELECT *, row_number() OVER (PARTITION BY case_id ORDER BY version DESC) AS number FROM exception_case_entries WHERE case_id = ANY(@keys)) e
        WHERE number <= 200 ORDER BY case_id, version
        """;

    // A subject may be an order, a shipment or a return; one that is more than one of these is the first.
    private const string SelectOrders = """
        SELECT w.subject, o.order_id, o.currency
        FROM unnest(@keys) w (subject)
        JOIN orders o ON o.order_id = coalesce(
            (SELECT x.order_id FROM orders x WHERE x.order_id = w.subject), (SELECT s.order_id FROM shipments s WHERE s.shipment_id = w.subject),
            (SELECT r.order_id FROM returns r WHERE r.return_id = w.subject))
        """;

    private sealed record About(string Subject, string OrderId, string Currency);

    public static Task<Location?> Location([Parent] ExceptionCase found, RequestContext context) =>
        found.LocationId is { } location ? context.Batch<string, Location>(location, CatalogLoads.Locations) : Task.FromResult<Location?>(null);

    public static Task<Money?> MoneyAtRisk([Parent] ExceptionCase found, RequestContext context) =>
        MoneyAsync(found.Category, found.Subject, found.Risk, context);

    public static async Task<IReadOnlyList<ExceptionCaseEntry>> History([Parent] ExceptionCase found, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<ExceptionCaseEntry>>(found.CaseId, HistoryAsync) ?? [];

    public static async Task<IReadOnlyList<CaseAction>> Actions([Parent] ExceptionCase found, RequestContext context)
    {
        var rows = await context.Batch<string, IReadOnlyList<CaseChoiceRow>>(found.CaseId, ChoicesAsync) ?? [];
        return [.. CaseActions.Of(found.CaseId, found.Category, found.Status, rows).Select(action =>
        {
            var why = action.Why ?? RemedyAccess.Refusal(action.Remedy, context.Caller());
            return new CaseAction(action.Remedy, why is null, why,
                [.. action.Choices.Select(choice => new CaseChoiceShown(choice.Target, choice.Line, choice.Hold?.ToUpperInvariant()))]);
        })];
    }

    public static async Task<Order?> Order([Parent] ExceptionCase found, RequestContext context) =>
        await AboutAsync(found.Category, found.Subject, context) is { } about ? await context.Batch<string, Order>(about.OrderId, OrderLoads.Orders) : null;

    /// <summary>What is at risk by a case, in the currency of the order it is about.</summary>
    public static async Task<Money?> MoneyAsync(string category, string subject, decimal? risk, RequestContext context) =>
        risk is { } amount ? new(amount, (await AboutAsync(category, subject, context))?.Currency ?? "") : null;

    /// <summary>Other cases are about none of these; their subjects may be written as some order's id is.</summary>
    private static Task<About?> AboutAsync(string category, string subject, RequestContext context) =>
        ExceptionCaseStore.AboutOrders.Contains(category.Split('.')[0])
            ? context.Batch<string, About>(subject, LoadAsync)
            : Task.FromResult<About?>(null);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<ExceptionCaseEntry>>> HistoryAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var entries = await database.QueryAsync<ExceptionCaseEntry>(SelectHistory, new { keys = keys.ToArray() }, context);
        return entries.GroupBy(entry => entry.CaseId).ToDictionary(
            group => group.Key, group => (IReadOnlyList<ExceptionCaseEntry>)[.. group], StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<CaseChoiceRow>>> ChoicesAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var rows = await database.QueryAsync<CaseChoiceRow>(CaseActions.SelectChoices, new { keys = keys.ToArray() }, context);
        return rows.GroupBy(row => row.CaseId).ToDictionary(
            group => group.Key, group => (IReadOnlyList<CaseChoiceRow>)[.. group], StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, About>> LoadAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var orders = await database.QueryAsync<About>(SelectOrders, new { keys = keys.ToArray() }, context);
        return orders.ToDictionary(about => about.Subject, StringComparer.Ordinal);
    }
}
