using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>The operations about a receipt, each with its state after it; the type says what was done.</summary>
/// <param name="By">Who did it.</param>
public sealed record ReceiptChanged(ReceiptState Receipt, string By)
{
    public const string Recorded = "receipt.recorded";
    public const string Matched = "receipt.matched";
    public const string Inspected = "receipt.inspected";

    /// <summary>By another receipt of its order, its units count for other lines.</summary>
    public const string Counted = "receipt.counted";
}

/// <summary>A receipt as it stands after an operation: readers keep the highest version.</summary>
/// <param name="Version">1 when recorded, one more with each operation.</param>
/// <param name="PurchaseOrderId">Null: it came blind and is not matched yet.</param>
/// <param name="Currency">Of the prices: the purchase order's; null while there is none.</param>
/// <param name="Complete">Nothing more was to come of the order's lines it names.</param>
/// <param name="MatchedAt">When one that came blind was matched to its order.</param>
public sealed record ReceiptState(
    ReceiptId ReceiptId, long Version, PurchaseOrderId? PurchaseOrderId, SupplierId SupplierId, LocationId Location, DateTimeOffset ReceivedAt,
    string ReceivedBy, string? AsnId, string? Currency, bool Complete, DateTimeOffset? InspectedAt, IReadOnlyList<ReceiptState.ReceivedLine> Lines,
    DateTimeOffset? MatchedAt = null)
{
    /// <param name="OrderLine">Line of the purchase order that it counts for; null for what was not ordered.</param>
    /// <param name="Price">Of that line, net, per unit; null likewise.</param>
    /// <param name="Quantity">
    /// Units delivered = <paramref name="Available"/> at once + <paramref name="Inspection"/> (held still) + <paramref name="Accepted"/>
    /// + <paramref name="Rejected"/> + <paramref name="Damaged"/>.
    /// </param>
    /// <param name="Discrepancy"><c>wrong_item</c>, <c>mislabelled</c>; null for none.</param>
    public sealed record ReceivedLine(
        [property: JsonPropertyName("line")] int Number, Sku Sku, int? OrderLine, string Lot, string? Discrepancy, decimal? Price, long Quantity,
        long Available, long Inspection, long Accepted, long Rejected, long Damaged);
}

/// <summary>The operations about a claim on a supplier, each with its state after it; the type says what was done.</summary>
public sealed record ClaimChanged(ClaimState Claim, string By, string? Note = null)
{
    public const string Opened = "claim.opened";

    /// <summary>It is of more or fewer units than was known before; of none: it is withdrawn.</summary>
    public const string Changed = "claim.changed";
    public const string Accepted = "claim.accepted";
    public const string Refused = "claim.refused";
    public const string Credited = "claim.credited";
}

/// <summary>A claim as it stands after an operation: readers keep the highest version.</summary>
/// <param name="Kind"><c>SHORT</c>, <c>OVER</c>, <c>DAMAGED</c>, <c>WRONG_ITEM</c>, <c>MISLABELLED</c> or <c>REJECTED</c>.</param>
/// <param name="ReceiptId">Null where it is about a line of the order as a whole: short, over.</param>
/// <param name="Amount">Claimed, net, in the currency; null where no price is known.</param>
/// <param name="Credited">What the supplier has credited; null where it has not.</param>
/// <param name="SettledAt">When it was credited or refused; null where it is open, accepted or withdrawn.</param>
public sealed record ClaimState(
    ClaimId ClaimId, long Version, string Status, string Kind, SupplierId SupplierId, PurchaseOrderId PurchaseOrderId, ReceiptId? ReceiptId,
    int? OrderLine, Sku Sku, long Quantity, string Currency, decimal? Amount, DateTimeOffset OpenedAt, decimal? Credited,
    DateTimeOffset? SettledAt = null);
