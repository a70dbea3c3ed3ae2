using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>Frozen: stored by name.</summary>
internal enum PurchaseOrderStatus
{
    PROPOSED,
    DRAFT,
    PENDING_APPROVAL,
    APPROVED,
    SENT,
    ACKNOWLEDGED,
    CLOSED,
    REJECTED,
    CANCELLED,
}

/// <summary>Frozen: stored by name.</summary>
internal enum PurchaseOrderLineStatus
{
    OPEN,
    ASN,
    PART_RECEIVED,
    RECEIVED,
    CLOSED_SHORT,
    CANCELLED,
}

/// <summary>What is bought of one supplier for one location. The unit in which purchasing is decided, locked and saved.</summary>
internal sealed class PurchaseOrder : Row
{
    public static readonly Table<PurchaseOrder> Table = new Table<PurchaseOrder>("purchase_orders")
        .Key(order => order.Id, "purchase_order_id")
        .Column(order => order.Version).Column(order => order.Status).Column(order => order.SupplierId).Column(order => order.Location)
        .Column(order => order.Currency).Column(order => order.Origin).Column(order => order.CreatedBy).Column(order => order.CreatedAt)
        .Column(order => order.SubmittedAt).Column(order => order.ApprovedBy).Column(order => order.ApprovedAt).Column(order => order.SentAt)
        .Column(order => order.AcknowledgedAt).Column(order => order.Reference).Column(order => order.ClosedAt).Column(order => order.Note)
        .Column(order => order.PolicyVersion);

    public required PurchaseOrderId Id { get; init; }

    /// <summary>Of the operations about it: 1 when made, one more with each.</summary>
    public long Version { get; set; }
    public PurchaseOrderStatus Status { get; set; }
    public required SupplierId SupplierId { get; init; }
    public required LocationId Location { get; init; }
    public required string Currency { get; init; }

    /// <summary><c>replenishment</c>, <c>person</c> or <c>outside</c>.</summary>
    public required string Origin { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? SubmittedAt { get; set; }
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public DateTimeOffset? AcknowledgedAt { get; set; }

    /// <summary>The supplier's own number of it.</summary>
    public string? Reference { get; set; }

    /// <summary>When nothing more of it is to come: received, closed short, cancelled or rejected as a whole.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
    public string? Note { get; set; }

    /// <summary>Of the policy <c>purchasing</c> by which it was approved or waits for a person.</summary>
    public int PolicyVersion { get; set; }

    public List<PurchaseOrderLine> Lines { get; } = [];

    /// <summary>Sent and not over: what is open of it is on its way or will be.</summary>
    public bool IsOpen => Status is PurchaseOrderStatus.SENT or PurchaseOrderStatus.ACKNOWLEDGED;

    /// <summary>Net of what is ordered and not cancelled, in its currency.</summary>
    public decimal Value => Lines.Sum(line => line.Price * (line.Ordered - line.Cancelled));

    public PurchaseOrderLine? Line(int number) => Lines.Find(line => line.Number == number);

    public PurchaseOrderState State() => new(
        Id, Version, Status.ToString(), SupplierId, Location, Currency, Value, CreatedBy, CreatedAt, ApprovedAt, SentAt, AcknowledgedAt, ClosedAt,
        [.. Lines.OrderBy(line => line.Number).Select(line => new PurchaseOrderState.Line(
            line.Number, line.Sku, line.Status.ToString(), line.Price, line.Ordered, line.Cancelled, line.ClosedShort, line.Announced, line.Received, line.Over,
            line.DueAt, line.FirstPromisedAt, line.PromisedAt, line.ExpectedAt))]);
}

/// <summary>Units of one sku. Ordered = received + open + closed short + cancelled; what came beyond it is over.</summary>
internal sealed class PurchaseOrderLine : Row
{
    public static readonly Table<PurchaseOrderLine> Table = new Table<PurchaseOrderLine>("purchase_order_lines")
        .Key(line => line.PurchaseOrderId).Key(line => line.Number, "line")
        .Column(line => line.Sku).Column(line => line.Status).Column(line => line.Price).Column(line => line.Ordered).Column(line => line.Cancelled)
        .Column(line => line.ClosedShort).Column(line => line.Announced).Column(line => line.Received).Column(line => line.Over)
        .Column(line => line.DueAt).Column(line => line.FirstPromisedAt).Column(line => line.PromisedAt).Column(line => line.ExpectedAt);

    private decimal _price;

    public required PurchaseOrderId PurchaseOrderId { get; init; }
    public required int Number { get; init; }
    public required Sku Sku { get; init; }
    public PurchaseOrderLineStatus Status { get; set; }

    /// <summary>Net, per unit, in the order's currency. Without trailing zeros, of which columns keep more than events do.</summary>
    public decimal Price { get => _price; set => _price = value / 1.0000000000000000000000000000m; }
    public required long Ordered { get; init; }
    public long Cancelled { get; set; }
    public long ClosedShort { get; set; }

    /// <summary>Units that advance shipping notices told of.</summary>
    public long Announced { get; set; }
    public long Received { get; set; }

    /// <summary>Units received beyond what was ordered.</summary>
    public long Over { get; set; }

    /// <summary>When it is to arrive, as ordered.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>What the supplier promised first: by it the supplier is judged.</summary>
    public DateTimeOffset? FirstPromisedAt { get; set; }

    /// <summary>What it promised last.</summary>
    public DateTimeOffset? PromisedAt { get; set; }

    /// <summary>When it is expected by all that is known.</summary>
    public DateTimeOffset ExpectedAt { get; set; }

    /// <summary>Units still to come.</summary>
    public long Open => Ordered - Cancelled - ClosedShort - Received;

    /// <summary>Nothing more of it is to come.</summary>
    public bool IsOver => Status is PurchaseOrderLineStatus.RECEIVED or PurchaseOrderLineStatus.CLOSED_SHORT or PurchaseOrderLineStatus.CANCELLED;
}
