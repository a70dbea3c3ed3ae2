using System.Text.Json;
using EcomIntel.Core.Procurement.DelayRisk;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.DelayRisk;

[GraphQLObject("DelayRisk")]
internal sealed record Risk(
    string PurchaseOrderId, int Line, decimal Probability, string Moment, DateTime Against, DateTime AssessedAt, string Model, string ModelVersion,
    decimal FirstProbability, string Quantiles, string Moved)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public IReadOnlyList<RiskQuantile> DaysLate { get; } = JsonSerializer.Deserialize<List<RiskQuantile>>(Quantiles, Web)!;

    public IReadOnlyList<RiskDriver> Drivers { get; } = JsonSerializer.Deserialize<List<RiskDriver>>(Moved, Web)!;
}

[GraphQLObject("DelayQuantile")]
internal sealed record RiskQuantile(decimal Level, decimal Days);

[GraphQLObject("DelayDriver")]
internal sealed record RiskDriver(string Name, decimal Value, decimal? Effect);

[GraphQLObject("DelayConsequences")]
internal sealed record RiskConsequences(
    DateOnly ArrivesOn, DateOnly? RunsOutOn, long UnitsShort, bool RunsOutAnyway, IReadOnlyList<LateLine> Orders, IReadOnlyList<RiskHelp> Help);

[GraphQLObject("LateOrder")]
internal sealed record LateLine(string OrderId, int Line, long Units, DateOnly PromisedOn, int DaysLate, Money Value);

[GraphQLObject("DelayHelp")]
internal sealed record RiskHelp(string Kind, string? From, long Units, DateOnly? ArrivesOn);

[GraphQLResolvers("PurchaseOrderLine")]
internal static class RiskOfLine
{
    private const string Select = """
        SELECT r.purchase_order_id, r.line, r.probability, r.moment, r.against, r.assessed_at, r.model, r.model_version, r.first_probability,
            r.days_late::text AS quantiles, r.drivers::text AS moved
        FROM delay_risks r JOIN unnest(@orders, @lines) AS k (purchase_order_id, line) USING (purchase_order_id, line)
        """;

    public static Task<Risk?> DelayRisk([Parent] PurchaseOrderLine line, RequestContext context) =>
        context.Batch<(string, int), Risk>((line.PurchaseOrderId, line.Line), LoadAsync);

    private static async Task<IReadOnlyDictionary<(string, int), Risk>> LoadAsync(IReadOnlyList<(string Order, int Line)> keys, RequestContext context)
    {
        var parameters = new { orders = keys.Select(key => key.Order).ToArray(), lines = keys.Select(key => key.Line).ToArray() };
        var told = await context.Services.GetRequiredService<ReadDatabase>().QueryAsync<Risk>(Select, parameters, context);
        return told.ToDictionary(each => (each.PurchaseOrderId, each.Line));
    }
}

/// <summary>What follows from a late line: one statement a line, of rows as they are now.</summary>
[GraphQLResolvers("DelayRisk")]
internal static class RiskFields
{
    private const int MostDays = 365, MostOrders = 200, MostHelp = 20;
    private const decimal PlannedFor = 0.8m;

    private static readonly string Select = LinesAtRisk.Select.Replace("@now", BusinessTime.Sql, StringComparison.Ordinal);

    public static async Task<RiskConsequences?> Consequences([Parent] Risk risk, RequestContext context, [Service] ReadDatabase database, int? daysLate)
    {
        if (daysLate is < 0 or > MostDays)
            throw new GraphQLException($"daysLate must be 0 to {MostDays}", "BAD_USER_INPUT");
        var caller = context.Caller();
        var (locations, channels) = (caller.Locations?.ToArray(), caller.Channels?.ToArray());
        var rows = await database.QueryAsync<LinesAtRisk.Known>(
            Select, new { purchaseOrders = (string[])[risk.PurchaseOrderId], lines = (int[])[risk.Line], locations, channels }, context);
        if (LinesAtRisk.Of(rows) is not var (line, transferDays))
            return null;
        var planned = risk.DaysLate.FirstOrDefault(each => each.Level >= PlannedFor) ?? risk.DaysLate[^1];
        var days = daysLate ?? (int)Math.Min(MostDays, Math.Ceiling(planned.Days));
        var follows = DelayConsequences.Of(line, DateOnly.FromDateTime(risk.Against).AddDays(days), transferDays);
        return new(follows.ArrivesOn, follows.RunsOutOn, follows.UnitsShort, follows.RunsOutAnyway,
            [.. follows.Orders.Take(MostOrders).Select(order => new LateLine(
                order.OrderId, order.Line, order.Units, order.PromisedOn, order.DaysLate, new(order.Value, order.Currency)))],
            [.. follows.Help.Take(MostHelp).Select(help => new RiskHelp(
                help.Kind.ToString(), help.From.Length == 0 ? null : help.From, help.Units, help.ArrivesOn))]);
    }
}
