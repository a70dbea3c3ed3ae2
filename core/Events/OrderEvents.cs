using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic orders, key order id.

/// <summary>A customer's order as a channel took it. Prices are net, in the order's currency, per unit.</summary>
/// <param name="Channel">Where it was taken, for example <c>web</c> or a marketplace.</param>
/// <param name="PromisedAt">When the customer was told it would arrive; without it the promise policy sets one.</param>
/// <param name="Tier">0 is served first, 9 last.</param>
/// <param name="ShipComplete">Ship in one piece or wait.</param>
/// <param name="Payment"><c>authorized</c> or <c>pending</c>; pending opens the hold <c>awaiting_payment</c>.</param>
/// <param name="Taxes">Of the whole order; its gross total is net lines, taxes and shipping.</param>
/// <param name="Shipping">What the customer pays for it, for the whole order.</param>
/// <param name="ShipTo">The sender's id of the address that it goes to, the same for the same address. Not the address itself.</param>
public sealed record OrderPlaced(
    string Channel,
    IReadOnlyList<OrderPlaced.PlacedLine> Lines,
    string Currency = "GBP",
    string? Customer = null,
    string? Country = null,
    DateTimeOffset? PromisedAt = null,
    int Tier = 5,
    bool ShipComplete = false,
    string Payment = "authorized",
    decimal? Taxes = null,
    decimal? Shipping = null,
    string? ShipTo = null) : IEventData
{
    /// <summary>The most lines one order may have.</summary>
    public const int MaxLines = 5_000;

    /// <param name="Number">1 or more, unique in the order.</param>
    /// <param name="Quantity">Units, 1 or more.</param>
    public sealed record PlacedLine([property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, decimal Price);

    public string? Invalid()
    {
        if ((Check.Code(nameof(Channel), Channel) ?? Currencies.Invalid(nameof(Currency), Currency) ?? Check.Text(nameof(Customer), Customer)
            ?? Check.Text(nameof(Country), Country) ?? Check.Text(nameof(ShipTo), ShipTo) ?? Check.Time(nameof(PromisedAt), PromisedAt)
            ?? (Taxes is { } taxes ? Check.Money(nameof(Taxes), taxes) : null)
            ?? (Shipping is { } shipping ? Check.Money(nameof(Shipping), shipping) : null)) is { } wrong)
            return wrong;
        if (Tier is < 0 or > 9)
            return "tier must be 0 to 9";
        if (Payment is not ("authorized" or "pending"))
            return "payment must be authorized or pending";
        if (Lines is not { Count: >= 1 and <= MaxLines })
            return $"lines must be 1 to {MaxLines}";
        var numbers = new HashSet<int>();
        foreach (var line in Lines)
        {
            if (line is null)
                return "a line is null";
            if (!numbers.Add(line.Number))
                return $"line {line.Number} stands twice";
            if ((Check.Line(line.Number) ?? Check.Quantity("quantity", line.Quantity) ?? Check.Money("price", line.Price)) is { } bad)
                return $"line {line.Number}: {bad}";
        }
        return null;
    }
}

/// <summary>Something is wrong with an order (payment, fraud, address): opens the hold its event type names.</summary>
public sealed record OrderFlagged(string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason);
}

/// <summary>What was wrong is cleared: releases the hold its event type names.</summary>
public sealed record OrderCleared : IEventData
{
    public string? Invalid() => null;
}

/// <param name="By"><c>customer</c>, <c>seller</c>, or <c>stock</c>: no stock could be found.</param>
public sealed record OrderCancelled(string By = "customer", string? Reason = null) : IEventData
{
    internal static string? InvalidBy(string by) => by is "customer" or "seller" or "stock" ? null : "by must be customer, seller or stock";

    public string? Invalid() => InvalidBy(By) ?? Check.Text(nameof(Reason), Reason);
}

/// <param name="Quantity">Units to cancel; all that is left when absent.</param>
public sealed record OrderLineCancelled(int Line, long? Quantity = null, string By = "customer", string? Reason = null) : IEventData
{
    public string? Invalid() =>
        Check.Line(Line) ?? (Quantity is { } quantity ? Check.Quantity(nameof(Quantity), quantity) : null) ?? OrderCancelled.InvalidBy(By)
            ?? Check.Text(nameof(Reason), Reason);
}
