using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Orders;

[GraphQLObject("Payment")]
internal sealed record Payment(string OrderId, string Kind, string? AuthorizationId, decimal? Value, string Currency, DateTime At, string? Reason)
{
    public Money? Amount => Value is { } amount ? new(amount, Currency) : null;
}

/// <summary>An order's money and what follows from it: one statement for all orders of a response, one for their payments.</summary>
[GraphQLResolvers("Order")]
internal static class PaymentFields
{
    // What is owed less because units were cancelled is no payment.
    private const string SelectPayments = """
        SELECT p.order_id, p.kind, p.authorization_id, p.amount AS value, o.currency, p.at, p.reason FROM payments p JOIN orders o USING (order_id)
        WHERE p.order_id = ANY(@keys) AND p.kind <> 'REDUCED' ORDER BY p.order_id, p.at, p.number
        """;

    private const string SelectTerms = """
        SELECT order_id, taxes, shipping, coalesce(current_promise_at, promised_at) AS current_promise_at, reserved_until, reservation_ended_at FROM orders
        WHERE order_id = ANY(@keys)
        """;

    private sealed record Terms(
        string OrderId, decimal? Taxes, decimal? Shipping, DateTime CurrentPromiseAt, DateTime? ReservedUntil, DateTime? ReservationEndedAt);

    public static async Task<IReadOnlyList<Payment>> Payments([Parent] Order order, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Payment>>(order.OrderId, LoadPaymentsAsync) ?? [];

    public static async Task<Money?> Taxes([Parent] Order order, RequestContext context) => MoneyOf(order, (await TermsOf(order, context))?.Taxes);

    public static async Task<Money?> ShippingCharge([Parent] Order order, RequestContext context) => MoneyOf(order, (await TermsOf(order, context))?.Shipping);

    public static async Task<DateTime> CurrentPromiseAt([Parent] Order order, RequestContext context) =>
        (await TermsOf(order, context))?.CurrentPromiseAt ?? order.PromisedAt;

    public static async Task<DateTime?> ReservedUntil([Parent] Order order, RequestContext context) => (await TermsOf(order, context))?.ReservedUntil;

    public static async Task<DateTime?> ReservationEndedAt([Parent] Order order, RequestContext context) =>
        (await TermsOf(order, context))?.ReservationEndedAt;

    private static Money? MoneyOf(Order order, decimal? amount) => amount is { } told ? new(told, order.Currency) : null;

    private static Task<Terms?> TermsOf(Order order, RequestContext context) => context.Batch<string, Terms>(order.OrderId, LoadTermsAsync);

    private static async Task<IReadOnlyDictionary<string, Terms>> LoadTermsAsync(IReadOnlyList<string> keys, RequestContext context) =>
        (await Database(context).QueryAsync<Terms>(SelectTerms, new { keys = keys.ToArray() }, context)).ToDictionary(
            terms => terms.OrderId, StringComparer.Ordinal);

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<Payment>>> LoadPaymentsAsync(IReadOnlyList<string> keys, RequestContext context) =>
        (await Database(context).QueryAsync<Payment>(SelectPayments, new { keys = keys.ToArray() }, context))
            .GroupBy(payment => payment.OrderId, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<Payment>)[.. group], StringComparer.Ordinal);

    private static ReadDatabase Database(RequestContext context) => context.Services.GetRequiredService<ReadDatabase>();
}
