using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Returns;

/// <summary>Frozen: stored by name.</summary>
internal enum ReturnStatus
{
    /// <summary>A person has yet to authorize or refuse it.</summary>
    REQUESTED,
    AUTHORIZED,
    REFUSED,

    /// <summary>Nothing came back in time.</summary>
    EXPIRED,

    /// <summary>Units came back that are still to be inspected, or more are to come.</summary>
    RECEIVED,

    /// <summary>All that is to come back was inspected; no money went back yet.</summary>
    DISPOSITIONED,
    CLOSED,
}

/// <summary>
/// What a customer sends back of one order. Its status follows from what is known of it, and from nothing else: the order in which that became known does not
/// show.
/// </summary>
internal sealed class Return : Row
{
    public static readonly Table<Return> Table = new Table<Return>("returns")
        .Key(returned => returned.Id, "return_id")
        .Column(returned => returned.OrderId).Column(returned => returned.RequestedAt).Column(returned => returned.Version).Column(returned => returned.Status)
        .Column(returned => returned.AuthorizedAt).Column(returned => returned.RefusedAt).Column(returned => returned.RefusedBecause)
        .Column(returned => returned.ExpiresAt).Column(returned => returned.ExpiredAt).Column(returned => returned.ClosedAt)
        .Column(returned => returned.Location).Column(returned => returned.ReceivedAt).Column(returned => returned.InspectedAt)
        .Column(returned => returned.Refunded);

    public required ReturnId Id { get; init; }
    public required OrderId OrderId { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>1 when requested, one more with each operation about it.</summary>
    public long Version { get; set; }
    public ReturnStatus Status { get; set; }

    /// <summary>When it was last authorized, by a person or by policy; null where it never was.</summary>
    public DateTimeOffset? AuthorizedAt { get; set; }

    /// <summary>When it was last refused; null where it never was.</summary>
    public DateTimeOffset? RefusedAt { get; set; }
    public string? RefusedBecause { get; set; }

    /// <summary>When it ends if nothing was received before; null where it never does.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Set once that instant has passed, and nothing had been received.</summary>
    public DateTimeOffset? ExpiredAt { get; set; }

    /// <summary>When it was first said to be closed: no more is to come.</summary>
    public DateTimeOffset? ClosedAt { get; set; }

    /// <summary>Where units were last received.</summary>
    public LocationId? Location { get; set; }

    /// <summary>When units were last received.</summary>
    public DateTimeOffset? ReceivedAt { get; set; }

    /// <summary>When units were last inspected.</summary>
    public DateTimeOffset? InspectedAt { get; set; }

    /// <summary>The sum of its refunds, in the order's currency; null where there is none.</summary>
    public decimal? Refunded { get; set => field = PlainAmount.Of(value); }

    public List<ReturnLine> Lines { get; } = [];

    public ReturnLine? Line(int number) => Lines.Find(line => line.Number == number);

    /// <summary>The latest decision is a refusal. Of two of one instant the refusal counts.</summary>
    public bool IsRefused => RefusedAt is { } refused && !(AuthorizedAt > refused);

    /// <summary>When it ended, by whichever end came first: no more of it is to come. Null while more may.</summary>
    public DateTimeOffset? EndedAt
    {
        get
        {
            var ended = IsRefused ? RefusedAt : null;
            foreach (var other in (ReadOnlySpan<DateTimeOffset?>)[ExpiredAt, ClosedAt])
                ended = ended is null || other < ended ? other ?? ended : ended;
            return ended;
        }
    }

    /// <summary>Units of a line that no other return may claim.</summary>
    public long Claimed(ReturnLine line) => EndedAt is null ? line.Requested : line.Received;

    /// <summary>Received when it had ended already, or although it was refused.</summary>
    public long Unexpected => EndedAt is { } ended ? Lines.Sum(line => line.Told(report => IsRefused || report.At > ended)) : 0;

    public ReturnStatus StatusOfFacts()
    {
        if (Lines.TrueForAll(line => line.Received == 0))
            return ClosedAt is not null ? ReturnStatus.CLOSED
                : ExpiredAt is not null ? ReturnStatus.EXPIRED
                : IsRefused ? ReturnStatus.REFUSED
                : AuthorizedAt is not null ? ReturnStatus.AUTHORIZED : ReturnStatus.REQUESTED;
        var ended = EndedAt is not null;
        if (Lines.Exists(line => line.Inspected < (ended ? line.Received : line.Requested)))
            return ReturnStatus.RECEIVED;
        return ClosedAt is not null || Refunded is not null ? ReturnStatus.CLOSED : ReturnStatus.DISPOSITIONED;
    }
}
