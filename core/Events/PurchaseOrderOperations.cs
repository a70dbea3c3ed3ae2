using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>The operations about a purchase order, each with its state after it; the type says what was done.</summary>
/// <param name="By">Who or what did it: a person, <c>rule:...</c>, <c>supplier</c>.</param>
/// <param name="Asn">The advance shipping notice that was heard; null of anything else.</param>
public sealed record PurchaseOrderChanged(PurchaseOrderState Order, string By, string? Note = null, PurchaseOrderChanged.AnnouncedAsn? Asn = null)
{
    public const string Drafted = "po.drafted";
    public const string Submitted = "po.submitted";
    public const string Approved = "po.approved";
    public const string Rejected = "po.rejected";
    public const string Sent = "po.sent";
    public const string Acknowledged = "po.acknowledged";
    public const string Promised = "po.promised";
    public const string Announced = "po.announced";
    public const string MilestoneReached = "po.milestone_reached";
    public const string Received = "po.received";
    /// <summary>The supplier is asked to send what is open of a line sooner: the one whose <c>expediteRequestedAt</c> is the operation's time.</summary>
    public const string ExpediteRequested = "po.expedite_requested";
    public const string LineClosed = "po.line_closed";
    public const string Cancelled = "po.cancelled";
    public const string Closed = "po.closed";

    /// <summary>Units of a consignment did not come; the note names its ASN.</summary>
    public const string ConsignmentMissing = "po.asn_missing";

    /// <summary>They came, are not to come, or it is expected anew.</summary>
    public const string ConsignmentNotMissing = "po.asn_not_missing";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        Drafted, Submitted, Approved, Rejected, Sent, Acknowledged, Promised, Announced, MilestoneReached, Received, LineClosed, Cancelled, Closed,
        ConsignmentMissing, ConsignmentNotMissing, ExpediteRequested,
    ];

    /// <param name="Lines">Units that it announces, by line of the order.</param>
    public sealed record AnnouncedAsn(string AsnId, DateTimeOffset SentAt, DateTimeOffset ExpectedAt, IReadOnlyList<AnnouncedLine> Lines);

    public sealed record AnnouncedLine([property: JsonPropertyName("line")] int Number, long Quantity);
}

/// <summary>A purchase order as it stands after an operation: readers keep the highest version.</summary>
/// <param name="Version">1 when made, one more with each operation.</param>
/// <param name="Value">Net of what is ordered and not cancelled, in its currency.</param>
/// <param name="Origin"><c>replenishment</c>, <c>person</c> or <c>outside</c>.</param>
/// <param name="BaseRate">What one unit of its currency is worth in the base currency; null while that is not known.</param>
public sealed record PurchaseOrderState(
    PurchaseOrderId PurchaseOrderId, long Version, string Status, SupplierId SupplierId, LocationId Location, string Currency, decimal Value, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? ApprovedAt, DateTimeOffset? SentAt, DateTimeOffset? AcknowledgedAt, DateTimeOffset? ClosedAt,
    IReadOnlyList<PurchaseOrderState.Line> Lines, string? Origin = null, DateTimeOffset? SubmittedAt = null, decimal? BaseRate = null)
{
    /// <param name="Received">Units received of what was ordered; <paramref name="Over"/> beyond it.</param>
    /// <param name="DueAt">When it was to arrive, as ordered.</param>
    /// <param name="FirstPromisedAt">What the supplier promised first, by which it is judged.</param>
    /// <param name="ExpectedAt">When it is expected by all that is known.</param>
    /// <param name="AnnouncedAt">Its first advance shipping notice.</param>
    /// <param name="FullAt">When all that was wanted of it had come, within the supplier's tolerance.</param>
    /// <param name="WithdrawnAt">When we cancelled all of it, or the rest of what had come; null where the supplier did.</param>
    /// <param name="ExpediteRequestedAt">When the supplier was last asked to send it sooner.</param>
    /// <param name="WantedAt">When it was wanted then; null: as soon as it can be had.</param>
    public sealed record Line(
        [property: JsonPropertyName("line")] int Number, Sku Sku, string Status, decimal Price, long Ordered, long Cancelled, long ClosedShort, long Announced,
        long Received, long Over, DateTimeOffset DueAt, DateTimeOffset? FirstPromisedAt, DateTimeOffset? PromisedAt, DateTimeOffset ExpectedAt,
        DateTimeOffset? AnnouncedAt = null, DateTimeOffset? FirstReceivedAt = null, DateTimeOffset? LastReceivedAt = null,
        DateTimeOffset? FullAt = null, DateTimeOffset? WithdrawnAt = null, DateTimeOffset? ExpediteRequestedAt = null,
        DateTimeOffset? WantedAt = null);
}
