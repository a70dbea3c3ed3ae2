namespace EcomIntel.Ml.Series;

/// <summary>
/// In which steps the business trades. A past step is closed when nothing at all was sold in a slot of the week that nearly always sells, or the slot never
/// sells. What is to come is closed by slot of the week and by public holiday.
/// </summary>
internal sealed class TradingCalendar
{
    private const int WeeksSeen = 8;
    private const double NearlyAlways = 0.8;

    private readonly bool[] _open;

    private TradingCalendar(bool[] open) => _open = open;

    /// <param name="step">Up to the origin and horizon it was made for.</param>
    public bool IsOpen(int step) => _open[step];

    /// <summary>As it is known at <paramref name="origin"/>: from steps before it alone.</summary>
    /// <param name="holidays">Public holidays, on which the business does not trade.</param>
    public static TradingCalendar At(DemandPanel panel, int origin, int horizon, IReadOnlySet<DateOnly> holidays)
    {
        var open = new bool[origin + horizon];
        var season = panel.Season;
        var (sold, seen) = (new int[season], new int[season]);
        // A slot's habit is that of the weeks before the step; the first weeks borrow from the first that are whole.
        var first = Math.Min(origin, WeeksSeen * season);
        for (var step = 0; step < first; step++)
            Count(step, 1);
        for (var step = 0; step < open.Length; step++)
        {
            var slot = panel.Slot(step);
            var share = seen[slot] == 0 ? 1 : (double)sold[slot] / seen[slot];
            open[step] = step < origin
                ? panel.Whole[step] > 0 || share is > 0 and < NearlyAlways
                : share > 0.2 && !holidays.Contains(DateOnly.FromDateTime(panel.TimeOf(step)));
            if (step >= first && step < origin)
            {
                Count(step, 1);
                Count(step - (WeeksSeen * season), -1);
            }
        }
        return new(open);

        void Count(int step, int by)
        {
            var slot = panel.Slot(step);
            seen[slot] += by;
            sold[slot] += panel.Whole[step] > 0 ? by : 0;
        }
    }
}
