namespace EcomIntel.Ml.DelayRisk;

/// <summary>What is heard of a line on its way, in the order in which it usually comes.</summary>
internal enum WordKind
{
    Acknowledged = 1,
    DateChanged,
    Announced,
    Departed,
    ArrivedAtPort,
    CustomsCleared,
    OutForDelivery,
}

/// <param name="ArrivesAt">When it is to arrive, as it says; null where it does not.</param>
internal readonly record struct LineWord(DateTimeOffset At, WordKind Kind, DateTimeOffset? ArrivesAt = null)
{
    /// <summary>The supplier's word, by the first of which it is judged.</summary>
    public bool IsPromise => Kind is WordKind.Acknowledged or WordKind.DateChanged;
}

/// <summary>A line of a purchase order, whole: what was asked, what was heard, how it ended. Times are UTC; days are calendar days.</summary>
/// <param name="Order">Lines of one order share their fate: intervals resample orders.</param>
/// <param name="Origin">Where the supplier is; empty where that is not known.</param>
/// <param name="Lane">Where the line goes.</param>
/// <param name="Item">A sku, or a group of like ones.</param>
/// <param name="Value">Net, in one currency for all lines.</param>
/// <param name="OrderedAt">When it was sent to the supplier.</param>
/// <param name="DueAt">When it was to arrive, as ordered.</param>
/// <param name="Said">In order of time.</param>
/// <param name="CameAt">When the last of what came of it had come, and no more was wanted; null: not yet, or nothing came.</param>
/// <param name="WithdrawnAt">When it was settled that nothing more of it comes, though nothing had come.</param>
internal sealed record PurchaseLine(
    string Order, int Number, string Supplier, string Origin, string Lane, string Item, double Quantity, double Value, DateTimeOffset OrderedAt,
    DateTimeOffset DueAt, IReadOnlyList<LineWord> Said, DateTimeOffset? CameAt, DateTimeOffset? WithdrawnAt = null)
{
    /// <summary>Nothing is to be asked of it any more then.</summary>
    public bool IsOver(DateTimeOffset at) => CameAt <= at || WithdrawnAt <= at;

    /// <summary>The day by which it is judged, as known then: what the supplier promised first; before it has promised, as ordered.</summary>
    public DateOnly JudgedOn(DateTimeOffset at)
    {
        foreach (var word in Said)
            if (word.At > at)
                break;
            else if (word.IsPromise)
                return Day(word.ArrivesAt ?? DueAt);
        return Day(DueAt);
    }

    /// <summary>What is known of how late it came, by an instant; null where nothing is.</summary>
    /// <param name="judged">The day by which it is judged.</param>
    public LineOutcome? Outcome(DateOnly judged, DateTimeOffset known)
    {
        if (CameAt is { } came && came <= known)
            return new(Math.Max(0, Day(came).DayNumber - judged.DayNumber), IsFinal: true);
        var until = WithdrawnAt < known ? WithdrawnAt.Value : known;
        // Of a day that is not over yet nothing is missed.
        return Day(until).DayNumber - judged.DayNumber is > 0 and var days ? new(days, IsFinal: false) : null;
    }

    public static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);
}

/// <param name="Days">Calendar days after the day by which it is judged; 0: in time.</param>
/// <param name="IsFinal">Else it had not come by then: it is at least so late.</param>
internal readonly record struct LineOutcome(int Days, bool IsFinal)
{
    public bool Late => Days > 0;
}
