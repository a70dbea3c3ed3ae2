using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Returns;

/// <summary>
/// Money that went back for a return, or for an order. Told again under the same id, it is the same refund: as it was told of the earliest time.
/// </summary>
internal sealed class Refund : Row
{
    public static readonly Table<Refund> Table = new Table<Refund>("refunds")
        .Key(refund => refund.OrderId).Key(refund => refund.Id, "refund_id")
        .Column(refund => refund.ReturnId).Column(refund => refund.Amount).Column(refund => refund.PaidAt);

    public required OrderId OrderId { get; init; }

    /// <summary>Unique within the order: its payer's, or the identity of the event that told of it.</summary>
    public required string Id { get; init; }

    /// <summary>Null where it is of the order.</summary>
    public ReturnId? ReturnId { get; set; }

    /// <summary>In the order's currency.</summary>
    public decimal Amount { get; set => field = PlainAmount.Of(value); }
    public DateTimeOffset PaidAt { get; set; }
}

/// <summary>What may go back for units of an order: what was paid for them.</summary>
internal static class RefundLimit
{
    /// <param name="units">Units by line.</param>
    /// <param name="extras">Taxes and shipping of the whole order, of which the units have their share; null where the order does not tell.</param>
    /// <param name="tolerance">For those, where the order does not tell: a part of the net.</param>
    /// <returns>In the order's currency, rounded up to hundredths.</returns>
    public static decimal Of(IReadOnlyList<OrderLine> lines, Func<OrderLine, long> units, decimal? extras, decimal tolerance)
    {
        decimal net = 0, all = 0;
        foreach (var line in lines)
        {
            net += units(line) * line.Price;
            all += line.Ordered * line.Price;
        }
        var gross = extras is not { } told ? net * (1 + tolerance) : all == 0 ? 0 : net + (told * (net / all));
        return decimal.Ceiling(gross * 100) / 100;
    }

    /// <summary>An order's taxes and shipping; null where it does not tell.</summary>
    public static decimal? ExtrasOf(Order order) => order is { Taxes: null, Shipping: null } ? null : (order.Taxes ?? 0) + (order.Shipping ?? 0);
}
