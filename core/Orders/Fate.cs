namespace EcomIntel.Core.Orders;

/// <summary>How a parcel's way ends. Of two that are reported for one instant the later word here counts. Frozen: stored by name.</summary>
internal enum ParcelEnd
{
    DELIVERED,
    LOST,
    REFUSED,

    /// <summary>It comes back, or has come back, unopened.</summary>
    RETURNED,
}

/// <summary>
/// What became of a parcel, by all that was reported of it: the end that was latest by its time, and when it was first delivered. Reports are joined by
/// <see cref="And"/>, which knows no order, so it does not show in which order they were heard, nor how often.
/// </summary>
internal readonly record struct Fate(DateTimeOffset? DeliveredAt, ParcelEnd? End, DateTimeOffset? EndedAt)
{
    public static Fate Of(ParcelEnd end, DateTimeOffset at) => new(end == ParcelEnd.DELIVERED ? at : null, end, at);

    public Fate And(Fate other)
    {
        var delivered = DeliveredAt is { } mine && !(other.DeliveredAt < mine) ? mine : other.DeliveredAt;
        var latest = other.EndedAt is null || EndedAt > other.EndedAt || (EndedAt == other.EndedAt && End >= other.End) ? this : other;
        return new(delivered, latest.End, latest.EndedAt);
    }
}
