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
        .Column(order => order.PolicyVersion).Column(order => order.BaseRate).Column(order => order.AcknowledgeBy).Column(order => order.LateAt)
        .Column(order => order.LateToldFor);

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

    /// <summary>What one unit of its currency is worth in the base currency; null while that is not known.</summary>
    public decimal? BaseRate { get; set => field = PlainAmount.Of(value); }

    /// <summary>A case is opened then; null where it is acknowledged, over, or told of.</summary>
    public DateTimeOffset? AcknowledgeBy { get; set; }

    /// <summary>A case is opened then: the first of its open lines should have come. Null where that is told of.</summary>
    public DateTimeOffset? LateAt { get; set; }

    /// <summary>The expected time whose passing the last such case told of.</summary>
    public DateTimeOffset? LateToldFor { get; set; }

    public List<PurchaseOrderLine> Lines { get; } = [];

    /// <summary>What was said of when its lines arrive.</summary>
    public List<PurchaseOrderPromise> Promises { get; } = [];

    public List<Asn> Asns { get; } = [];

    public List<Milestone> Milestones { get; } = [];

    /// <summary>Sent and not over: what is open of it is on its way or will be.</summary>
    public bool IsOpen => Status is PurchaseOrderStatus.SENT or PurchaseOrderStatus.ACKNOWLEDGED;

    /// <summary>Net of what is ordered and not cancelled, in its currency.</summary>
    public decimal Value => Lines.Sum(line => line.Price * (line.Ordered - line.Cancelled));

    /// <summary>Net of what is still to come, in its currency.</summary>
    public decimal OpenValue => Lines.Sum(line => line.Price * line.Open);

    public PurchaseOrderLine? Line(int number) => Lines.Find(line => line.Number == number);

    /// <summary>
    /// What follows from its quantities, and from all that was said of them: statuses and times of its lines, and when to look whether they came.
    /// </summary>
    /// <param name="at">Of what has changed; units received since it was last told were received then.</param>
    /// <param name="lateAfter">A line is late so long after it was expected.</param>
    public void Look(DateTimeOffset at, TimeSpan lateAfter)
    {
        var promises = Promises.OrderBy(promise => promise, PurchaseOrderPromise.InOrder).ToLookup(promise => promise.LineNumber);
        foreach (var line in Lines)
            line.Look(promises[line.Number], at);
        LateAt = NextLate(at, lateAfter);
        // Who sends has taken it on.
        if (!IsOpen || AcknowledgedAt is not null || Lines.Exists(line => line.Announced > 0 || line.Received > 0))
            AcknowledgeBy = null;
    }

    /// <summary>Nobody was told yet that units of the line are late by what is expected of it.</summary>
    public bool IsWatched(PurchaseOrderLine line) => IsOpen && !line.IsOver && !(line.ExpectedAt <= LateToldFor);

    /// <summary>When the next of its lines is late: after <paramref name="at"/>, also where it is by then.</summary>
    public DateTimeOffset? NextLate(DateTimeOffset at, TimeSpan lateAfter) =>
        Lines.Where(IsWatched).Min(line => (DateTimeOffset?)line.ExpectedAt) is not { } expected ? null
        : expected + lateAfter > at ? expected + lateAfter : at.AddMinutes(1);

    public PurchaseOrderState State() => new(
        Id, Version, Status.ToString(), SupplierId, Location, Currency, Value, CreatedBy, CreatedAt, ApprovedAt, SentAt, AcknowledgedAt, ClosedAt,
        [.. Lines.OrderBy(line => line.Number).Select(line => new PurchaseOrderState.Line(
            line.Number, line.Sku, line.Status.ToString(), line.Price, line.Ordered, line.Cancelled, line.ClosedShort, line.Announced, line.Received, line.Over,
            line.DueAt, line.FirstPromisedAt, line.PromisedAt, line.ExpectedAt, line.AnnouncedAt, line.FirstReceivedAt, line.LastReceivedAt, line.FullAt,
            line.WithdrawnAt, line.ExpediteRequestedAt, line.WantedAt))],
        Origin, SubmittedAt, BaseRate);
}

/// <summary>Units of one sku. Ordered = received + open + closed short + cancelled; what came beyond it is over.</summary>
internal sealed class PurchaseOrderLine : Row
{
    public static readonly Table<PurchaseOrderLine> Table = new Table<PurchaseOrderLine>("purchase_order_lines")
        .Key(line => line.PurchaseOrderId).Key(line => line.Number, "line")
        .Column(line => line.Sku).Column(line => line.Status).Column(line => line.Price).Column(line => line.Ordered).Column(line => line.Cancelled)
        .Column(line => line.ClosedShort).Column(line => line.Announced).Column(line => line.Received).Column(line => line.Over)
        .Column(line => line.DueAt).Column(line => line.FirstPromisedAt).Column(line => line.PromisedAt).Column(line => line.ExpectedAt)
        .Column(line => line.AnnouncedAt).Column(line => line.FirstReceivedAt).Column(line => line.LastReceivedAt)
        .Column(line => line.FirstPromiseGivenAt).Column(line => line.FullAt).Column(line => line.WithdrawnAt).Column(line => line.ReferencePrice)
        .Column(line => line.ExpediteRequestedAt).Column(line => line.WantedAt);

    private long? _told;

    public required PurchaseOrderId PurchaseOrderId { get; init; }
    public required int Number { get; init; }
    public required Sku Sku { get; init; }
    public PurchaseOrderLineStatus Status { get; set; }

    /// <summary>Net, per unit, in the order's currency.</summary>
    public decimal Price { get; set => field = PlainAmount.Of(value); }
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

    /// <summary>When it gave that promise.</summary>
    public DateTimeOffset? FirstPromiseGivenAt { get; set; }

    /// <summary>What it promised last.</summary>
    public DateTimeOffset? PromisedAt { get; set; }

    /// <summary>When it is expected by all that is known.</summary>
    public DateTimeOffset ExpectedAt { get; set; }

    /// <summary>Units still to come.</summary>
    public long Open => Ordered - Cancelled - ClosedShort - Received;

    /// <summary>Nothing more of it is to come.</summary>
    public bool IsOver => Open == 0;

    /// <summary>The first of its advance shipping notices.</summary>
    public DateTimeOffset? AnnouncedAt { get; set; }
    public DateTimeOffset? FirstReceivedAt { get; set; }
    public DateTimeOffset? LastReceivedAt { get; set; }

    /// <summary>The first instant at which all that was wanted of it then had come, within the supplier's tolerance; null while that is not so.</summary>
    public DateTimeOffset? FullAt { get; private set; }

    /// <summary>
    /// When we cancelled all of it, or the rest of what had come, which is all that was wanted then. Null also where the supplier cancelled it,
    /// or had not taken on enough: that was wanted.
    /// </summary>
    public DateTimeOffset? WithdrawnAt { get; private set; }

    /// <summary>When the supplier was last asked to send it sooner.</summary>
    public DateTimeOffset? ExpediteRequestedAt { get; set; }

    /// <summary>When it was wanted then; null: as soon as it can be had.</summary>
    public DateTimeOffset? WantedAt { get; set; }

    /// <summary>
    /// One unit in the order's currency when the line was made: as the supplier lists it, or what is not on its list, at standard cost. Null: neither is known.
    /// </summary>
    public decimal? ReferencePrice { get; init => field = PlainAmount.Of(value); }

    private PurchaseOrderLineStatus StatusOfUnits =>
        Open > 0 ? Received > 0 ? PurchaseOrderLineStatus.PART_RECEIVED : Announced > 0 ? PurchaseOrderLineStatus.ASN : PurchaseOrderLineStatus.OPEN
        : ClosedShort > 0 ? PurchaseOrderLineStatus.CLOSED_SHORT
        : Received > 0 ? PurchaseOrderLineStatus.RECEIVED : PurchaseOrderLineStatus.CANCELLED;

    /// <summary>All that was wanted of it had come at an instant: the first such counts.</summary>
    public void Fill(DateTimeOffset at) => FullAt = FullAt < at ? FullAt : at;

    /// <summary>What is open of it is not to come. What the supplier does not send is still what it owed; what we do not want any more is not.</summary>
    /// <param name="shortTolerance">Part of what is wanted that may be missing.</param>
    public void Cancel(DateTimeOffset at, bool bySupplier, decimal shortTolerance)
    {
        Cancelled += Open;
        if (bySupplier || Received < (Ordered - Cancelled) * (1 - shortTolerance))
            return;
        WithdrawnAt = WithdrawnAt < at ? WithdrawnAt : at;
        if (FirstReceivedAt <= at)
            Fill(at);
    }

    /// <summary>
    /// The latest that was said of when it arrives counts; what was said of a consignment, while units of consignments are still to come; without a date, the
    /// line is promised as ordered.
    /// </summary>
    /// <param name="said">Of this line, in order.</param>
    /// <param name="at">Units received since the line was last told were received then.</param>
    public void Look(IEnumerable<PurchaseOrderPromise> said, DateTimeOffset at)
    {
        var all = said.ToList();
        var promises = all.FindAll(promise => promise.IsPromise);
        var consignments = all.FindAll(promise => promise.Kind == PromiseKind.ANNOUNCED);
        (Announced, AnnouncedAt) = (consignments.Sum(asn => asn.Quantity ?? 0), consignments.Count == 0 ? null : consignments[0].At);
        FirstPromisedAt = promises.Count == 0 ? null : promises[0].ArrivesAt ?? DueAt;
        FirstPromiseGivenAt = promises.Count == 0 ? null : promises[0].At;
        PromisedAt = promises.Count == 0 ? null : promises[^1].ArrivesAt ?? DueAt;
        var dated = all.FindLast(promise => promise.ArrivesAt is not null && (promise.AsnId is null || Announced > Received + Over));
        ExpectedAt = dated?.ArrivesAt ?? DueAt;
        var stored = Stored as PurchaseOrderLine;
        if (Received + Over > (_told ?? (stored is null ? 0 : stored.Received + stored.Over)))
        {
            FirstReceivedAt = FirstReceivedAt < at ? FirstReceivedAt : at;
            LastReceivedAt = LastReceivedAt > at ? LastReceivedAt : at;
        }
        _told = Received + Over;
        Status = StatusOfUnits;
    }
}
