using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>The operation <c>payment.recorded</c>: what became of money for an order.</summary>
/// <param name="Kind"><c>AUTHORIZED</c>, <c>CAPTURED</c>, <c>VOIDED</c>, <c>EXPIRED</c> or <c>CHARGED_BACK</c>.</param>
/// <param name="Amount">Gross, in the order's currency; null where none was told: the whole.</param>
public sealed record PaymentRecorded(
    OrderId OrderId, int Number, string Channel, string Currency, string Kind, string? AuthorizationId, decimal? Amount)
{
    public const string Type = "payment.recorded";
}

/// <summary>
/// The operation <c>order.reservation_ended</c>: the order was not paid in time, what it was promised and not released is available to others.
/// </summary>
public sealed record ReservationEnded(OperationEvents.OrderState Order, IReadOnlyList<OperationEvents.LineQuantity> Lines)
{
    public const string Type = "order.reservation_ended";
}

/// <summary>The operation <c>order.promise_changed</c>: the customer was told another time of arrival.</summary>
/// <param name="Order">Its <c>promisedAt</c> is the first promise, as always.</param>
/// <param name="Before">What was promised until then.</param>
public sealed record OrderPromised(
    OperationEvents.OrderState Order, [property: JsonPropertyName("promisedAt")] DateTimeOffset Promise, DateTimeOffset Before, string? Reason)
{
    public const string Type = "order.promise_changed";
}
