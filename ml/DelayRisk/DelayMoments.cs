namespace EcomIntel.Ml.DelayRisk;

/// <summary>Why a line is looked at.</summary>
internal enum DelayMoment
{
    Ordered,
    Acknowledged,
    DateChanged,
    Announced,
    Departed,
    ArrivedAtPort,
    CustomsCleared,
    OutForDelivery,

    /// <summary>Its day comes near and it is not there.</summary>
    Nearing,

    /// <summary>Its day is over: the question is how long it still takes.</summary>
    Overdue,
}

/// <summary>
/// When lines are looked at: at the midnight (UTC) after anything was heard of them, and some days before and after the day by which they are judged. Training
/// and serving ask at the same instants.
/// </summary>
internal static class DelayMoments
{
    private static readonly int[] Before = [14, 7, 3, 1], After = [1, 3, 7, 14];

    /// <summary>While the line is open; a midnight has one, the latest of what happened since the one before it.</summary>
    /// <param name="until">None is later.</param>
    public static IEnumerable<(DateTimeOffset At, DelayMoment Moment)> Of(PurchaseLine line, DateTimeOffset until)
    {
        var moments = new SortedDictionary<DateTimeOffset, DelayMoment>();
        foreach (var judged in line.Said.Where(word => word.IsPromise).Take(1).Select(word => word.At).Prepend(line.OrderedAt).Select(line.JudgedOn).Distinct())
        {
            foreach (var days in Before)
                Add(judged.AddDays(-days), judged, DelayMoment.Nearing);
            foreach (var days in After)
                Add(judged.AddDays(days), judged, DelayMoment.Overdue);
        }
        Hear(line.OrderedAt, DelayMoment.Ordered);
        foreach (var word in line.Said)
            Hear(word.At, (DelayMoment)word.Kind);
        return moments.Where(each => each.Key <= until && !line.IsOver(each.Key)).Select(each => (each.Key, each.Value));

        void Add(DateOnly day, DateOnly judged, DelayMoment moment)
        {
            var at = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
            if (at > line.OrderedAt && line.JudgedOn(at) == judged)
                moments[at] = moment;
        }

        void Hear(DateTimeOffset at, DelayMoment moment)
        {
            var midnight = Midnight(at);
            if (midnight >= line.OrderedAt)
                moments[midnight] = PurchaseLine.Day(midnight) > line.JudgedOn(midnight) ? DelayMoment.Overdue : moment;
        }
    }

    /// <summary>The first midnight at or after an instant.</summary>
    public static DateTimeOffset Midnight(DateTimeOffset at)
    {
        var day = new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero);
        return day == at ? day : day.AddDays(1);
    }
}
