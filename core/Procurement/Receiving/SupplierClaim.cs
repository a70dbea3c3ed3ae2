using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>Frozen: stored by name.</summary>
internal enum DiscrepancyKind
{
    /// <summary>The delivery is complete, and units are missing.</summary>
    SHORT,

    /// <summary>Units beyond what was ordered.</summary>
    OVER,
    DAMAGED,
    WRONG_ITEM,
    MISLABELLED,

    /// <summary>Inspection found them not good.</summary>
    REJECTED,
}

/// <summary>Frozen: stored by name.</summary>
internal enum SupplierClaimStatus
{
    OPEN,
    ACCEPTED,
    REFUSED,
    CREDITED,

    /// <summary>What it was about is not so: missing units have come after all.</summary>
    WITHDRAWN,
}

/// <summary>
/// What we hold against a supplier: units that did not come as they were ordered. Its quantity follows from the order's receipts, its status from what was
/// answered; the order in which either became known does not show.
/// </summary>
internal sealed class SupplierClaim : Row
{
    public static readonly Table<SupplierClaim> Table = new Table<SupplierClaim>("supplier_claims")
        .Key(claim => claim.Id, "claim_id")
        .Column(claim => claim.Version).Column(claim => claim.Status).Column(claim => claim.Kind).Column(claim => claim.SupplierId)
        .Column(claim => claim.PurchaseOrderId).Column(claim => claim.ReceiptId).Column(claim => claim.ReceiptLine).Column(claim => claim.OrderLine)
        .Column(claim => claim.Sku).Column(claim => claim.Quantity).Column(claim => claim.Currency).Column(claim => claim.Amount)
        .Column(claim => claim.OpenedAt).Column(claim => claim.AcceptedAt).Column(claim => claim.RefusedAt).Column(claim => claim.CreditedAt)
        .Column(claim => claim.Credited).Column(claim => claim.Note).Column(claim => claim.WithdrawnAt);

    public required ClaimId Id { get; init; }

    /// <summary>1 when opened, one more with each operation about it.</summary>
    public long Version { get; set; }
    public SupplierClaimStatus Status { get; set; }
    public required DiscrepancyKind Kind { get; init; }
    public required SupplierId SupplierId { get; init; }
    public required PurchaseOrderId PurchaseOrderId { get; init; }

    /// <summary>Null where it is about a line of the order as a whole.</summary>
    public ReceiptId? ReceiptId { get; init; }
    public int? ReceiptLine { get; init; }
    public int? OrderLine { get; set; }
    public required Sku Sku { get; init; }

    /// <summary>Units; 0 once it is withdrawn.</summary>
    public long Quantity { get; set; }
    public required string Currency { get; init; }

    /// <summary>Quantity x the order's price; null where there is none.</summary>
    public decimal? Amount { get; set => field = PlainAmount.Of(value); }

    /// <summary>When what it is about was found, by the time of the facts.</summary>
    public DateTimeOffset OpenedAt { get; set; }

    /// <summary>When what it is about was found not to be so; null while it is.</summary>
    public DateTimeOffset? WithdrawnAt { get; set; }

    /// <summary>When the supplier last accepted it.</summary>
    public DateTimeOffset? AcceptedAt { get; set; }

    /// <summary>When the supplier last refused it.</summary>
    public DateTimeOffset? RefusedAt { get; set; }
    public DateTimeOffset? CreditedAt { get; set; }

    /// <summary>As the latest credit says, in its currency.</summary>
    public decimal? Credited { get; set => field = PlainAmount.Of(value); }
    public string? Note { get; set; }

    /// <summary>The earliest time of an answer of this batch's that a later one of its kind took the place of: as of that time it stood otherwise.</summary>
    public DateTimeOffset? Replaced { get; set; }

    /// <summary>Money that came settles it. Of two answers the later counts, of one instant the refusal.</summary>
    public SupplierClaimStatus StatusOfFacts() =>
        CreditedAt is not null ? SupplierClaimStatus.CREDITED
        : Quantity == 0 ? SupplierClaimStatus.WITHDRAWN
        : RefusedAt is { } refused && !(AcceptedAt > refused) ? SupplierClaimStatus.REFUSED
        : AcceptedAt is not null ? SupplierClaimStatus.ACCEPTED : SupplierClaimStatus.OPEN;

    public ClaimState State() => new(
        Id, Version, Status.ToString(), Kind.ToString(), SupplierId, PurchaseOrderId, ReceiptId, OrderLine, Sku, Quantity, Currency, Amount, OpenedAt,
        Credited, Status switch { SupplierClaimStatus.CREDITED => CreditedAt, SupplierClaimStatus.REFUSED => RefusedAt, _ => null });
}
