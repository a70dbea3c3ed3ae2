using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic suppliers, key purchase order id; of a blind receipt its own.

/// <summary>Goods of a purchase order stand at a location: what was delivered, and in what condition.</summary>
/// <param name="By">Who received them.</param>
/// <param name="AsnId">The consignment they came with; null where none was announced.</param>
/// <param name="Complete">Nothing more of the order's lines named here is to come.</param>
public sealed record GoodsReceived(
    ReceiptId ReceiptId, LocationId Location, string By, IReadOnlyList<GoodsReceived.DeliveredLine> Lines, string? AsnId = null, bool Complete = false)
    : IEventData
{
    /// <param name="Number">Line of the purchase order; null where the clerk does not know: of the sku's open lines, the earliest due first.</param>
    /// <param name="Quantity">Units delivered, damaged ones included.</param>
    /// <param name="Damaged">Of those, damaged on arrival.</param>
    /// <param name="Discrepancy"><c>wrong_item</c> (what came is <paramref name="Sku"/>, which was not ordered) or <c>mislabelled</c>.</param>
    public sealed record DeliveredLine(
        Sku Sku, long Quantity, [property: JsonPropertyName("line")] int? Number = null, long Damaged = 0, string Lot = "", DateTimeOffset? ExpiresAt = null,
        string? Discrepancy = null);

    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null)
        ?? (AsnId is null ? null : Check.Code(nameof(AsnId), AsnId))
        ?? Check.Lines(Lines, static line => line.Number ?? 1, static line => Check.Quantity(nameof(line.Quantity), line.Quantity)
            ?? (line.Damaged < 0 || line.Damaged > line.Quantity ? "damaged must be 0 to quantity" : null) ?? Check.Lot(line.Lot)
            ?? Check.Time(nameof(line.ExpiresAt), line.ExpiresAt) ?? (line.ExpiresAt is not null && line.Lot.Length == 0 ? "expiresAt comes with a lot" : null)
            ?? (line.Discrepancy is null or "wrong_item" or "mislabelled" ? null : "discrepancy must be wrong_item or mislabelled"));
}

/// <summary>Received goods that were to be inspected were: accepted units may be sold, rejected ones go back to the vendor.</summary>
public sealed record GoodsInspected(
    ReceiptId ReceiptId, Sku Sku, string By, long Accepted, long Rejected = 0, string Lot = "", string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Lot(Lot)
        ?? Check.Text(nameof(Reason), Reason)
        ?? (Accepted < 0 || Rejected < 0 || Accepted > Check.MaxQuantity || Rejected > Check.MaxQuantity || Accepted + Rejected == 0
            ? $"accepted and rejected must be 0 to {Check.MaxQuantity}, not both 0" : null);
}

/// <summary>Goods came of a supplier, and nobody knows which order they are of: they are held until they are matched to one.</summary>
/// <param name="By">Who received them.</param>
public sealed record BlindReceived(
    SupplierId SupplierId, LocationId Location, string By, IReadOnlyList<BlindReceived.BlindLine> Lines, string? Note = null) : IEventData
{
    /// <param name="Quantity">Units delivered, damaged ones included.</param>
    /// <param name="Damaged">Of those, damaged on arrival.</param>
    public sealed record BlindLine(Sku Sku, long Quantity, long Damaged = 0, string Lot = "", DateTimeOffset? ExpiresAt = null);

    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Note), Note)
        ?? Check.Lines(Lines, static _ => 1, static line => Check.Quantity(nameof(line.Quantity), line.Quantity)
            ?? (line.Damaged < 0 || line.Damaged > line.Quantity ? "damaged must be 0 to quantity" : null) ?? Check.Lot(line.Lot)
            ?? Check.Time(nameof(line.ExpiresAt), line.ExpiresAt)
            ?? (line.ExpiresAt is not null && line.Lot.Length == 0 ? "expiresAt comes with a lot" : null));
}

/// <summary>It is known now which order a blind receipt is of.</summary>
/// <param name="Lines">Which lines of the order its lines are of; others are of those of their sku that are not full, the earliest due first.</param>
public sealed record ReceiptMatched(
    ReceiptId ReceiptId, string By, string? Note = null, IReadOnlyList<ReceiptMatched.MatchedLine>? Lines = null) : IEventData
{
    /// <param name="Number">Of the receipt: its lines are numbered from 1, as they were told.</param>
    /// <param name="OrderLine">Of the purchase order.</param>
    public sealed record MatchedLine([property: JsonPropertyName("line")] int Number, int OrderLine);

    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Note), Note)
        ?? (Lines is null ? null : Check.Lines(Lines, static line => line.Number, static line => Check.Line(line.OrderLine))
            ?? (Lines.DistinctBy(line => line.Number).Count() < Lines.Count ? "a line stands twice" : null));
}

/// <summary>claim.accepted, claim.refused: what the supplier says to a claim.</summary>
/// <param name="By">Who told: the supplier, or a person.</param>
public sealed record ClaimAnswered(ClaimId ClaimId, string By, string? Note = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Note), Note);
}

/// <summary>The supplier has credited a claim.</summary>
/// <param name="Amount">In the purchase order's currency: the whole of what was credited for it.</param>
public sealed record ClaimCredited(ClaimId ClaimId, decimal Amount, string Currency, string By, string? Note = null) : IEventData
{
    public string? Invalid() => Check.Money(nameof(Amount), Amount) ?? Currencies.Invalid(nameof(Currency), Currency)
        ?? Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Note), Note);
}
