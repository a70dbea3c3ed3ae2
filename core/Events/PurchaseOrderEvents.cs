using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

// Topic suppliers, key purchase order id.

/// <summary>po.placed: another system made it and sent it. po.drafted: a person makes one here.</summary>
/// <param name="By">Who made it.</param>
/// <param name="Currency">The supplier's where it is left out.</param>
/// <param name="DueAt">When it is to arrive, where a line does not say; else by the lead time.</param>
public sealed record PurchaseOrderPlaced(
    SupplierId SupplierId, LocationId Location, string By, IReadOnlyList<PurchaseOrderPlaced.OrderedLine> Lines, string? Currency = null,
    DateTimeOffset? DueAt = null) : IEventData
{
    /// <param name="Price">Net, per unit.</param>
    public sealed record OrderedLine([property: JsonPropertyName("line")] int Number, Sku Sku, long Quantity, decimal Price, DateTimeOffset? DueAt = null);

    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null)
        ?? (Currency is null ? null : Currencies.Invalid(nameof(Currency), Currency)) ?? Check.Time(nameof(DueAt), DueAt)
        ?? Check.Lines(Lines, static line => line.Number, static line => Check.Quantity(nameof(line.Quantity), line.Quantity)
            ?? Check.Money(nameof(line.Price), line.Price) ?? Check.Time(nameof(line.DueAt), line.DueAt))
        ?? (Lines.DistinctBy(line => line.Number).Count() < Lines.Count ? "a line number stands twice" : null);
}

/// <summary>po.submitted (for approval), po.approved, po.rejected, po.sent: what a person, or a rule, does with one.</summary>
public sealed record PurchaseOrderDecided(string By, string? Note = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Note), Note);
}

/// <summary>The supplier takes it on: when it will come, and how much of each line. A line that is not named is taken on as ordered.</summary>
/// <param name="PromisedAt">When all of it arrives, where a line does not say.</param>
public sealed record PurchaseOrderAcknowledged(
    DateTimeOffset? PromisedAt = null, IReadOnlyList<PurchaseOrderAcknowledged.PromisedLine>? Lines = null, string? Reference = null) : IEventData
{
    /// <param name="Quantity">Units it will deliver; 0: none. Null: as ordered.</param>
    /// <param name="Price">Where it wants another price.</param>
    public sealed record PromisedLine(
        [property: JsonPropertyName("line")] int Number, DateTimeOffset? PromisedAt = null, long? Quantity = null, decimal? Price = null);

    public string? Invalid() => Check.Time(nameof(PromisedAt), PromisedAt) ?? Check.Text(nameof(Reference), Reference)
        ?? (Lines is null ? null : Check.Lines(Lines, static line => line.Number, static line => Check.Time(nameof(line.PromisedAt), line.PromisedAt)
            ?? (line.Quantity is < 0 or > Check.MaxQuantity ? $"quantity must be 0 to {Check.MaxQuantity}" : null)
            ?? (line.Price is { } price ? Check.Money(nameof(line.Price), price) : null)));
}

/// <summary>The supplier says another date, of all lines or of some.</summary>
public sealed record PurchaseOrderDateChanged(DateTimeOffset PromisedAt, IReadOnlyList<int>? Lines = null, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Time(nameof(PromisedAt), PromisedAt) ?? Check.Text(nameof(Reason), Reason) ?? PurchaseOrderLines.Invalid(Lines);
}

/// <summary>What has not been received is not to come: all of it, or some lines.</summary>
public sealed record PurchaseOrderCancelled(string By, string? Reason = null, IReadOnlyList<int>? Lines = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Reason), Reason)
        ?? PurchaseOrderLines.Invalid(Lines);
}

/// <summary>What is missing of a line will not come: it is closed short.</summary>
public sealed record PurchaseOrderLineClosed([property: JsonPropertyName("line")] int Number, string By, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Line(Number) ?? Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null)
        ?? Check.Text(nameof(Reason), Reason);
}

/// <summary>po.expedite_requested: the supplier is asked to send what is open of a line sooner.</summary>
/// <param name="WantedAt">When it is wanted; null: as soon as it can be had.</param>
public sealed record ExpediteRequested(
    [property: JsonPropertyName("line")] int Number, string By, DateTimeOffset? WantedAt = null, string? Note = null) : IEventData
{
    public string? Invalid() => Check.Line(Number) ?? Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null)
        ?? Check.Time(nameof(WantedAt), WantedAt) ?? Check.Text(nameof(Note), Note);
}

/// <summary>An advance shipping notice: units have left the supplier.</summary>
/// <param name="ExpectedAt">When they arrive.</param>
public sealed record AsnSent(
    string AsnId, DateTimeOffset ExpectedAt, IReadOnlyList<AsnSent.AnnouncedLine> Lines, string? Carrier = null, string? Tracking = null) : IEventData
{
    public sealed record AnnouncedLine([property: JsonPropertyName("line")] int Number, long Quantity);

    public string? Invalid() => Check.Code(nameof(AsnId), AsnId) ?? Check.Time(nameof(ExpectedAt), ExpectedAt) ?? Check.Text(nameof(Carrier), Carrier)
        ?? Check.Text(nameof(Tracking), Tracking)
        ?? Check.Lines(Lines, static line => line.Number, static line => Check.Quantity(nameof(line.Quantity), line.Quantity));
}

/// <summary>How far it has come on its way, and when it is expected by now.</summary>
/// <param name="Milestone"><c>departed</c>, <c>arrived_at_port</c>, <c>customs_cleared</c> or <c>out_for_delivery</c>.</param>
/// <param name="AsnId">Which of its consignments; null: all of it.</param>
public sealed record PurchaseOrderMilestone(string Milestone, string? AsnId = null, DateTimeOffset? ExpectedAt = null, string? Note = null) : IEventData
{
    public string? Invalid() => Milestone is not ("departed" or "arrived_at_port" or "customs_cleared" or "out_for_delivery")
        ? "milestone must be departed, arrived_at_port, customs_cleared or out_for_delivery"
        : (AsnId is null ? null : Check.Code(nameof(AsnId), AsnId)) ?? Check.Time(nameof(ExpectedAt), ExpectedAt) ?? Check.Text(nameof(Note), Note);
}

/// <summary>What events about lines of a purchase order have in common.</summary>
internal static class PurchaseOrderLines
{
    public static string? Invalid(IReadOnlyList<int>? lines) =>
        lines is null ? null : lines.Count is < 1 or > OrderPlaced.MaxLines ? $"lines must be 1 to {OrderPlaced.MaxLines}"
        : lines.Select(Check.Line).FirstOrDefault(wrong => wrong is not null);
}
