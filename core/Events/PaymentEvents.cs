namespace EcomIntel.Core.Events;

// Topic orders, key order id: what becomes of the money of an order. Amounts are gross, in the order's currency.

/// <summary>Money for an order is reserved. Authorizations add up.</summary>
/// <param name="Amount">Without one it covers the order's total.</param>
/// <param name="AuthorizationId">The payment provider's. Told again, the authorization is of the later amount.</param>
public sealed record PaymentAuthorized(decimal? Amount = null, string? AuthorizationId = null) : IEventData
{
    public string? Invalid() => PaymentChanged.Invalid(Amount, AuthorizationId);
}

/// <summary>An authorization was captured, voided or has expired, or a payment was charged back: the event's type says which.</summary>
/// <param name="Amount">Without one all that is left of it.</param>
/// <param name="AuthorizationId">Of which authorization; without one of all of the order.</param>
public sealed record PaymentChanged(decimal? Amount = null, string? AuthorizationId = null, string? Reason = null) : IEventData
{
    public string? Invalid() => Invalid(Amount, AuthorizationId) ?? Check.Text(nameof(Reason), Reason);

    internal static string? Invalid(decimal? amount, string? authorizationId) =>
        (amount is { } money ? Check.Money(nameof(Amount), money) : null)
        ?? (authorizationId is null ? null : Check.Code(nameof(AuthorizationId), authorizationId));
}

/// <summary>Somebody holds an order back, or lets it go.</summary>
/// <param name="Hold"><c>manual</c>, <c>awaiting_payment</c>, <c>fraud_risk</c>, <c>incorrect_address</c> or <c>inventory</c>.</param>
public sealed record HoldRequested(string Hold = "manual", string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason)
        ?? (Hold is "manual" or "awaiting_payment" or "fraud_risk" or "incorrect_address" or "inventory"
            ? null : "hold must be manual, awaiting_payment, fraud_risk, incorrect_address or inventory");
}

/// <summary>The customer was told another time of arrival. The first promise is kept beside it.</summary>
public sealed record PromiseChanged(DateTimeOffset PromisedAt, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Time(nameof(PromisedAt), PromisedAt) ?? Check.Text(nameof(Reason), Reason);
}
