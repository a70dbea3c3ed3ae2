using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>Goods that came of a supplier, at one place at one time. It belongs to its purchase order, under whose lock it changes.</summary>
internal sealed class Receipt : Row
{
    public static readonly Table<Receipt> Table = new Table<Receipt>("receipts")
        .Key(receipt => receipt.Id, "receipt_id")
        .Column(receipt => receipt.Version).Column(receipt => receipt.PurchaseOrderId).Column(receipt => receipt.SupplierId)
        .Column(receipt => receipt.Location).Column(receipt => receipt.ReceivedAt).Column(receipt => receipt.ReceivedBy).Column(receipt => receipt.AsnId)
        .Column(receipt => receipt.Complete).Column(receipt => receipt.Blind).Column(receipt => receipt.MatchedAt).Column(receipt => receipt.InspectedAt)
        .Column(receipt => receipt.Content);

    public required ReceiptId Id { get; init; }

    /// <summary>1 when recorded, one more with each operation about it.</summary>
    public long Version { get; set; }

    /// <summary>Null: it came blind and is not matched yet.</summary>
    public PurchaseOrderId? PurchaseOrderId { get; set; }
    public required SupplierId SupplierId { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset ReceivedAt { get; init; }
    public required string ReceivedBy { get; init; }
    public string? AsnId { get; init; }

    /// <summary>Nothing more was to come of the order's lines it names.</summary>
    public bool Complete { get; init; }

    /// <summary>Nobody knew which order it was of when it came.</summary>
    public bool Blind { get; init; }

    /// <summary>When a blind one was matched to its order.</summary>
    public DateTimeOffset? MatchedAt { get; set; }

    /// <summary>When goods of it were last inspected.</summary>
    public DateTimeOffset? InspectedAt { get; set; }

    /// <summary>Of what it said, SHA-256: by it one that is told again is known.</summary>
    public required string Content { get; init; }

    public List<ReceiptLine> Lines { get; } = [];
}

/// <summary>Units of one sku and lot. Quantity = available + inspection + accepted + rejected + damaged.</summary>
internal sealed class ReceiptLine : Row
{
    public static readonly Table<ReceiptLine> Table = new Table<ReceiptLine>("receipt_lines")
        .Key(line => line.ReceiptId).Key(line => line.Number, "line")
        .Column(line => line.Sku).Column(line => line.NamedLine).Column(line => line.OrderLine).Column(line => line.Lot).Column(line => line.ExpiresAt)
        .Column(line => line.Discrepancy).Column(line => line.Quantity).Column(line => line.Available).Column(line => line.Inspection)
        .Column(line => line.Accepted).Column(line => line.Rejected).Column(line => line.Damaged).Column(line => line.RejectedAt);

    public required ReceiptId ReceiptId { get; init; }

    /// <summary>1, 2 ... as they were told.</summary>
    public required int Number { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>Line of the purchase order, where the clerk, or who matched the receipt, named it.</summary>
    public int? NamedLine { get; set; }

    /// <summary>Line of the purchase order that its first unit counts for; null for what was not ordered.</summary>
    public int? OrderLine { get; set; }
    public required string Lot { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>wrong_item</c>, <c>mislabelled</c>; null for none.</summary>
    public string? Discrepancy { get; set; }
    public required long Quantity { get; init; }

    /// <summary>Into stock at once, or when a blind receipt was matched.</summary>
    public long Available { get; set; }

    /// <summary>Held: still to be inspected, or of no order. In stock in the state of this name.</summary>
    public long Inspection { get; set; }

    /// <summary>Held, and then found good.</summary>
    public long Accepted { get; set; }

    /// <summary>Held, and then to go back to the vendor.</summary>
    public long Rejected { get; set; }

    /// <summary>When units of it were first rejected; null while none are.</summary>
    public DateTimeOffset? RejectedAt { get; set; }

    /// <summary>Damaged on arrival.</summary>
    public required long Damaged { get; init; }

    public const string WrongItem = "wrong_item", Mislabelled = "mislabelled";
}
