using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>Frozen: stored by name.</summary>
internal enum PromiseKind
{
    ACKNOWLEDGED,
    DATE_CHANGED,
    ANNOUNCED,
    MILESTONE,
}

/// <summary>What one event says of when a line arrives. Written once: what the line is promised for and expected at is a function of all of them.</summary>
internal sealed class PurchaseOrderPromise : Row
{
    public static readonly Table<PurchaseOrderPromise> Table = new Table<PurchaseOrderPromise>("purchase_order_promises")
        .Key(promise => promise.PurchaseOrderId).Key(promise => promise.LineNumber, "line").Key(promise => promise.Identity)
        .Column(promise => promise.At).Column(promise => promise.Kind).Column(promise => promise.ArrivesAt).Column(promise => promise.Quantity)
        .Column(promise => promise.Price).Column(promise => promise.AsnId).Column(promise => promise.Reason);

    public required PurchaseOrderId PurchaseOrderId { get; init; }
    public required int LineNumber { get; init; }

    /// <summary>Of the event.</summary>
    public required Guid Identity { get; init; }
    public required DateTimeOffset At { get; init; }
    public required PromiseKind Kind { get; init; }

    /// <summary>Null: as ordered.</summary>
    public DateTimeOffset? ArrivesAt { get; init; }

    /// <summary>Units that the supplier takes on, or announces; null: as ordered.</summary>
    public long? Quantity { get; init; }

    /// <summary>Net, per unit, that the supplier wants; null: as ordered.</summary>
    public decimal? Price { get; init; }

    /// <summary>The consignment it is about; null: all of the line.</summary>
    public string? AsnId { get; init; }
    public string? Reason { get; init; }

    /// <summary>The supplier's word, by which it is judged.</summary>
    public bool IsPromise => Kind is PromiseKind.ACKNOWLEDGED or PromiseKind.DATE_CHANGED;

    /// <summary>The same in whatever order they were heard.</summary>
    public static readonly Comparer<PurchaseOrderPromise> InOrder = Comparer<PurchaseOrderPromise>.Create(static (a, b) =>
        a.At != b.At ? a.At.CompareTo(b.At) : a.Identity.CompareTo(b.Identity));
}

/// <summary>An advance shipping notice; its units stand in its promises.</summary>
internal sealed class Asn : Row
{
    public static readonly Table<Asn> Table = new Table<Asn>("purchase_order_asns")
        .Key(asn => asn.PurchaseOrderId).Key(asn => asn.AsnId)
        .Column(asn => asn.Identity).Column(asn => asn.SentAt).Column(asn => asn.ExpectedAt).Column(asn => asn.Carrier).Column(asn => asn.Tracking)
        .Column(asn => asn.MissingAt).Column(asn => asn.MissingSince);

    public required PurchaseOrderId PurchaseOrderId { get; init; }

    /// <summary>Unique within the order.</summary>
    public required string AsnId { get; init; }

    /// <summary>Of the event.</summary>
    public required Guid Identity { get; init; }
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>As announced; milestones may say another time.</summary>
    public required DateTimeOffset ExpectedAt { get; init; }
    public string? Carrier { get; init; }
    public string? Tracking { get; init; }

    /// <summary>A case is opened then; null where its units have come, are not to come, or one was opened.</summary>
    public DateTimeOffset? MissingAt { get; set; }

    /// <summary>When the case was opened; null where it is not missing.</summary>
    public DateTimeOffset? MissingSince { get; set; }
}

/// <summary>How far an order, or a consignment of it, had come at an instant.</summary>
internal sealed class Milestone : Row
{
    public static readonly Table<Milestone> Table = new Table<Milestone>("purchase_order_milestones")
        .Key(milestone => milestone.PurchaseOrderId).Key(milestone => milestone.Identity)
        .Column(milestone => milestone.At).Column(milestone => milestone.Name, "milestone").Column(milestone => milestone.AsnId)
        .Column(milestone => milestone.ExpectedAt).Column(milestone => milestone.Note);

    public required PurchaseOrderId PurchaseOrderId { get; init; }

    /// <summary>Of the event.</summary>
    public required Guid Identity { get; init; }
    public required DateTimeOffset At { get; init; }
    public required string Name { get; init; }

    /// <summary>Null: of all of it.</summary>
    public string? AsnId { get; init; }
    public DateTimeOffset? ExpectedAt { get; init; }
    public string? Note { get; init; }
}
