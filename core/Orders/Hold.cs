using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>What stops an order's release while it is open.</summary>
internal sealed class Hold : Row
{
    public const string AwaitingPayment = "awaiting_payment";
    public const string FraudRisk = "fraud_risk";
    public const string IncorrectAddress = "incorrect_address";

    public static readonly Table<Hold> Table = new Table<Hold>("holds")
        .Key(hold => hold.OrderId).Key(hold => hold.Number)
        .Column(hold => hold.Kind).Column(hold => hold.Owner).Column(hold => hold.Reason).Column(hold => hold.OpenedAt).Column(hold => hold.ReleasedAt);

    public required OrderId OrderId { get; init; }

    /// <summary>1, 2 ... within the order.</summary>
    public required int Number { get; init; }
    public required string Kind { get; init; }

    /// <summary>The team whose work it is.</summary>
    public required string Owner { get; init; }
    public string? Reason { get; set; }

    /// <summary>By the facts that are known: an older one may be heard later.</summary>
    public required DateTimeOffset OpenedAt { get; set; }
    public DateTimeOffset? ReleasedAt { get; set; }

    public bool IsOpen => ReleasedAt is null;

    public static string OwnerOf(string kind) => kind switch
    {
        AwaitingPayment => "finance",
        FraudRisk => "risk",
        IncorrectAddress => "customer_service",
        _ => "operations",
    };
}
