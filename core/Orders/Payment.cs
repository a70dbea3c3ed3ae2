using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>Frozen: stored by name. Of one instant they are counted in this order.</summary>
internal enum PaymentKind
{
    AUTHORIZED,
    CAPTURED,
    VOIDED,
    EXPIRED,
    CHARGED_BACK,

    /// <summary>No payment: units were cancelled, so that less is owed.</summary>
    REDUCED,
}

/// <summary>One fact that changes what is paid of an order, or what is owed.</summary>
internal sealed class Payment : Row
{
    public static readonly Table<Payment> Table = new Table<Payment>("payments")
        .Key(payment => payment.OrderId).Key(payment => payment.Number)
        .Column(payment => payment.Kind).Column(payment => payment.AuthorizationId).Column(payment => payment.Amount).Column(payment => payment.At)
        .Column(payment => payment.Reason);

    public required OrderId OrderId { get; init; }

    /// <summary>1, 2 ... within the order, as they were heard.</summary>
    public required int Number { get; init; }
    public required PaymentKind Kind { get; init; }

    /// <summary>Null: of the order, not of one of its authorizations.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>Gross, in the order's currency; null: the whole.</summary>
    public decimal? Amount { get; init => field = PlainAmount.Of(value); }
    public required DateTimeOffset At { get; init; }
    public string? Reason { get; init; }
}
