namespace EcomIntel.Core.Events;

/// <summary>One event as CloudEvents 1.0 has it, its data typed.</summary>
/// <param name="Id">Unique with <paramref name="Source"/>.</param>
/// <param name="Subject">The aggregate's id; also the Kafka key, so that one aggregate's events keep their order.</param>
/// <param name="Time">Event time, UTC, to the microsecond (what PostgreSQL keeps).</param>
public sealed record CloudEvent(string Id, string Source, EventType Type, string Subject, DateTimeOffset Time, IEventData Data)
{
    /// <summary>What makes two deliveries one event: 128 bits of SHA-256 over source and id.</summary>
    public Guid Identity { get; } = EventIdentity.Of(Source, Id);

    /// <summary>
    /// Of two facts about one thing the later counts; of one instant the one with the greater identity, whichever was heard first.
    /// </summary>
    /// <param name="at">When what is known of it was so.</param>
    /// <param name="by">The identity of what said it.</param>
    internal bool Overrides(DateTimeOffset at, Guid by) => Time > at || (Time == at && Identity.CompareTo(by) >= 0);
}

/// <summary>Why an event was not applied: a stable code for machines, a sentence for people.</summary>
/// <param name="Code">Lower snake case, one of <see cref="RejectionCodes"/>.</param>
public sealed record Rejection(string Code, string Detail)
{
    /// <summary>What a producer has hidden in it is to be seen.</summary>
    public string Detail { get; init => field = Printable.Of(value); } = Printable.Of(Detail);

    /// <summary>What has to be known before the event can be applied, for example <c>order/O-3</c>; null where waiting would not help.</summary>
    public string? Awaits { get; init; }
}

/// <summary>The reasons a dead letter may carry. Frozen: dashboards and clients count by them.</summary>
public static class RejectionCodes
{
    /// <summary>Not JSON, not a CloudEvent, or data of the wrong shape.</summary>
    public const string Malformed = "malformed";
    public const string UnknownType = "unknown_type";
    public const string UnknownVersion = "unknown_version";
    /// <summary>A known type on a topic that is not its own.</summary>
    public const string WrongTopic = "wrong_topic";
    /// <summary>The Kafka key is not the subject, so the order of the aggregate's events is not kept.</summary>
    public const string WrongKey = "wrong_key";
    /// <summary>Well-formed, but a value is out of its range.</summary>
    public const string Invalid = "invalid";
    public const string TooLarge = "too_large";
    public const string UnknownSku = "unknown_sku";
    public const string UnknownLocation = "unknown_location";
    public const string UnknownOrder = "unknown_order";
    public const string UnknownLine = "unknown_line";
    public const string UnknownShipment = "unknown_shipment";
    public const string UnknownReturn = "unknown_return";
    public const string UnknownTransfer = "unknown_transfer";
    public const string UnknownSupplier = "unknown_supplier";
    public const string UnknownPurchaseOrder = "unknown_purchase_order";
    public const string UnknownAsn = "unknown_asn";
    public const string UnknownReceipt = "unknown_receipt";
    public const string UnknownInvoice = "unknown_invoice";
    public const string UnknownClaim = "unknown_claim";
    public const string UnknownProposal = "unknown_proposal";
    public const string UnknownCase = "unknown_case";
    public const string UnknownFinding = "unknown_finding";
    public const string UnknownAlert = "unknown_alert";

    /// <summary>Money in a currency of which no rate is known at its time.</summary>
    public const string NoRate = "no_rate";
    public const string UnknownAdjustment = "unknown_adjustment";
    /// <summary>Another event already made this (order, return, policy version).</summary>
    public const string AlreadyExists = "already_exists";
    /// <summary>The state machine does not allow it, for example a cancellation after shipping.</summary>
    public const string WrongState = "wrong_state";
    /// <summary>More units than there are to move, pick, pack, cancel or return.</summary>
    public const string QuantityExceeded = "quantity_exceeded";
    /// <summary><c>clock.ticked</c> while business time is the wall clock.</summary>
    public const string ClockNotReplayed = "clock_not_replayed";
    /// <summary>The hub itself failed on it: a fault to be mended in the hub, after which the event can be retried.</summary>
    public const string InternalError = "internal_error";
    /// <summary>From before the days of which it is still known what was applied: it may have been, so it is not.</summary>
    public const string TooOld = "too_old";
    /// <summary>Its time is too far ahead of the present, or of business time, or too far behind it, to be believed.</summary>
    public const string TimeOutOfRange = "time_out_of_range";

    public static IReadOnlyList<string> All { get; } =
    [
        Malformed, UnknownType, UnknownVersion, WrongTopic, WrongKey, Invalid, TooLarge, UnknownSku, UnknownLocation, UnknownOrder,
        UnknownLine, UnknownShipment, UnknownReturn, AlreadyExists, WrongState, QuantityExceeded, ClockNotReplayed, InternalError, TooOld,
        TimeOutOfRange, UnknownTransfer, UnknownAdjustment, UnknownSupplier, UnknownPurchaseOrder, UnknownReceipt, UnknownInvoice, NoRate,
        UnknownAsn, UnknownClaim, UnknownProposal, UnknownCase, UnknownFinding, UnknownAlert,
    ];
}
