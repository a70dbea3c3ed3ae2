using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>Where the cost of units that came in is from. Frozen: stored by these words.</summary>
internal static class CostSource
{
    /// <summary>The price of the purchase order that they were received for.</summary>
    public const string Receipt = "receipt";

    /// <summary>What a delivery without an order says.</summary>
    public const string Delivery = "delivery";

    /// <summary>What they had cost when they were shipped.</summary>
    public const string Return = "return";

    /// <summary>The item's standard cost.</summary>
    public const string Standard = "standard";

    /// <summary>None is known: they are valued at 0.</summary>
    public const string Unknown = "unknown";
}

/// <summary>Units of one sku that came in together. Money is in the base currency.</summary>
internal sealed class CostLayer : Row
{
    public static readonly Table<CostLayer> Table = new Table<CostLayer>("cost_layers")
        .Key(layer => layer.Entry)
        .Column(layer => layer.Sku).Column(layer => layer.Location).Column(layer => layer.At).Column(layer => layer.Quantity).Column(layer => layer.Cost)
        .Column(layer => layer.Remaining).Column(layer => layer.RemainingCost).Column(layer => layer.Source).Column(layer => layer.ReceiptId)
        .Column(layer => layer.SupplierId).Column(layer => layer.StandardCost).Column(layer => layer.Variance);

    /// <summary>Number of the ledger row that brought them: the lowest go first.</summary>
    public required long Entry { get; init; }
    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long Quantity { get; init; }

    /// <summary>Of all of them, when the layer was made.</summary>
    public required decimal Cost { get; init; }
    public long Remaining { get; set; }
    public decimal RemainingCost { get; set; }
    public required string Source { get; init; }
    public ReceiptId? ReceiptId { get; init; }
    public SupplierId? SupplierId { get; init; }

    /// <summary>Of one unit, as it was then.</summary>
    public decimal? StandardCost { get; init; }

    /// <summary>Purchase price variance: (order price - standard cost) x quantity; null where either is not known.</summary>
    public decimal? Variance { get; init; }
}

/// <summary>Units that went out by one row of the ledger, and what they had cost.</summary>
internal sealed class CostIssue : Row
{
    public static readonly Table<CostIssue> Table = new Table<CostIssue>("cost_issues")
        .Key(issue => issue.Entry)
        .Column(issue => issue.Sku).Column(issue => issue.Location).Column(issue => issue.At).Column(issue => issue.Quantity).Column(issue => issue.Cost)
        .Column(issue => issue.Reason).Column(issue => issue.OrderId).Column(issue => issue.ShipmentId);

    public required long Entry { get; init; }
    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long Quantity { get; init; }
    public required decimal Cost { get; init; }
    public required string Reason { get; init; }
    public OrderId? OrderId { get; init; }
    public ShipmentId? ShipmentId { get; init; }
}

/// <summary>How much of a landed cost is booked.</summary>
internal sealed class PostedCost : Row
{
    public static readonly Table<PostedCost> Table = new Table<PostedCost>("posted_costs")
        .Key(cost => cost.Kind).Key(cost => cost.SourceId).Key(cost => cost.SourceLine).Key(cost => cost.ReceiptId).Key(cost => cost.Line)
        .Column(cost => cost.Sku).Column(cost => cost.Amount).Column(cost => cost.InLayer).Column(cost => cost.OnHand).Column(cost => cost.Gone);

    public required string Kind { get; init; }
    public required string SourceId { get; init; }
    public required int SourceLine { get; init; }
    public required ReceiptId ReceiptId { get; init; }
    public required int Line { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>In its own currency.</summary>
    public decimal Amount { get; set; }

    /// <summary>In the base currency, as are the next: known when the layer was made, and part of its cost.</summary>
    public decimal InLayer { get; set; }

    /// <summary>Told later: what was still on hand bears it.</summary>
    public decimal OnHand { get; set; }

    /// <summary>Told later, of what had gone.</summary>
    public decimal Gone { get; set; }
}

/// <summary>How far the ledger has been valued.</summary>
internal sealed class ValuationPosition : Row
{
    public const string OfLedger = "ledger";

    public static readonly Table<ValuationPosition> Table = new Table<ValuationPosition>("valuation")
        .Key(position => position.Name).Column(position => position.Entry, "position").Column(position => position.At);

    public required string Name { get; init; }

    /// <summary>Number of the last ledger row that was valued.</summary>
    public long Entry { get; set; }
    public DateTimeOffset? At { get; set; }
}
