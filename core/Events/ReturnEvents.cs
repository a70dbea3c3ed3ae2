using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic orders, key order id.

public sealed record ReturnRequested(ReturnId ReturnId, IReadOnlyList<ReturnRequested.RequestedLine> Lines) : IEventData
{
    public sealed record RequestedLine([property: JsonPropertyName("line")] int Number, long Quantity, string? Reason = null);

    public string? Invalid() => Check.Lines(Lines, line => line.Number, line => Check.Quantity("quantity", line.Quantity) ?? Check.Text("reason", line.Reason));
}

/// <summary>A person authorizes a return; one that was refused before is authorized again.</summary>
public sealed record ReturnAuthorized(ReturnId ReturnId) : IEventData
{
    public string? Invalid() => null;
}

/// <summary>A return is refused: nothing of it is to come.</summary>
public sealed record ReturnRefused(ReturnId ReturnId, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason);
}

/// <summary>Returned goods stand at <paramref name="Location"/>, not yet looked at.</summary>
public sealed record ReturnReceived(ReturnId ReturnId, LocationId Location, IReadOnlyList<ReturnReceived.ReceivedLine> Lines) : IEventData
{
    public sealed record ReceivedLine([property: JsonPropertyName("line")] int Number, long Quantity);

    public string? Invalid() => Check.Lines(Lines, line => line.Number, line => Check.Quantity("quantity", line.Quantity));
}

/// <param name="Location">Where they stand; without it where units of the return were received first.</param>
public sealed record ReturnInspected(ReturnId ReturnId, IReadOnlyList<ReturnInspected.InspectedLine> Lines, LocationId? Location = null) : IEventData
{
    /// <param name="Disposition"><c>restock</c>, <c>refurbish</c>, <c>quarantine</c>, <c>return_to_vendor</c> or <c>write_off</c>.</param>
    public sealed record InspectedLine([property: JsonPropertyName("line")] int Number, long Quantity, string Disposition);

    public string? Invalid() => Check.Lines(Lines, line => line.Number, line => Check.Quantity("quantity", line.Quantity)
        ?? (line.Disposition is "restock" or "refurbish" or "quarantine" or "return_to_vendor" or "write_off" ? null : "unknown disposition"));
}

/// <summary>No more of a return is to come: what was not sent back may be announced again.</summary>
public sealed record ReturnClosed(ReturnId ReturnId, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason);
}

/// <summary>Money went back.</summary>
/// <param name="Amount">In the order's currency.</param>
/// <param name="ReturnId">What it is for; without it, it is of the order.</param>
/// <param name="RefundId">Unique within the order: told again under it, it is the same refund. Without it each event is one of its own.</param>
/// <param name="Currency">Must be the order's.</param>
public sealed record RefundPaid(decimal Amount, ReturnId? ReturnId = null, string? RefundId = null, string? Currency = null) : IEventData
{
    public string? Invalid() =>
        Check.Money(nameof(Amount), Amount)
            ?? (RefundId is null ? null : Check.Code(nameof(RefundId), RefundId)) ?? (Currency is null ? null : Currencies.Invalid(nameof(Currency), Currency));
}

/// <summary>The operation <c>order.refunded</c>: money went back that is of no return.</summary>
/// <param name="Channel">The order's.</param>
/// <param name="Amount">Paid now, in the order's currency; below 0 where it had been told as too much.</param>
/// <param name="RefundId">Unique within the order.</param>
public sealed record OrderRefunded(OrderId OrderId, string Channel, string Currency, decimal Amount, string RefundId)
{
    public const string Type = "order.refunded";
}
