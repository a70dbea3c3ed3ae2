using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Supply;

[GraphQLObject("ExpectedSupply")]
internal sealed record ExpectedSupply(string OrderId, int OrderLine, long Quantity, DateTime ExpectedAt, string PurchaseOrderId, int Line);

/// <summary>What lines that wait were told: one statement for all lines of a response.</summary>
[GraphQLResolvers("OrderLine")]
internal static class ExpectedSupplyFields
{
    private const string Select = """
        SELECT order_id, line AS order_line, quantity, expected_at, purchase_order_id, purchase_order_line AS line
        FROM line_expectations JOIN unnest(@orders, @lines) AS k (order_id, line) USING (order_id, line)
        """;

    public static Task<ExpectedSupply?> Expected([Parent] OrderLine line, RequestContext context) =>
        context.Batch<(string, int), ExpectedSupply>((line.OrderId, line.Line), LoadAsync);

    private static async Task<IReadOnlyDictionary<(string, int), ExpectedSupply>> LoadAsync(
        IReadOnlyList<(string OrderId, int Line)> keys, RequestContext context)
    {
        var parameters = new { orders = keys.Select(key => key.OrderId).ToArray(), lines = keys.Select(key => key.Line).ToArray() };
        var told = await context.Services.GetRequiredService<ReadDatabase>().QueryAsync<ExpectedSupply>(Select, parameters, context);
        return told.ToDictionary(each => (each.OrderId, each.OrderLine));
    }
}
