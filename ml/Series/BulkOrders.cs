namespace EcomIntel.Ml.Series;

/// <summary>
/// A single order of a wholesaler's customer can be a hundred times a usual day. Such a day says little about the next: models learn from history in which it
/// counts as a very good day.
/// </summary>
internal static class BulkOrders
{
    private const double Largest = 8;
    private const double Memory = 1.0 / 20;
    private const int DaysToJudge = 8;

    /// <summary>Each step at most eight times what a selling step sold lately. Causal: a step's limit follows from the steps before it.</summary>
    public static double[] Capped(ReadOnlySpan<double> units)
    {
        var capped = new double[units.Length];
        double usual = 0;
        var seen = 0;
        for (var step = 0; step < units.Length; step++)
        {
            capped[step] = seen < DaysToJudge ? units[step] : Math.Min(units[step], Largest * usual);
            if (units[step] <= 0)
                continue;
            usual += Math.Max(Memory, 1.0 / ++seen) * (capped[step] - usual);
        }
        return capped;
    }

    /// <summary>The panel with every series capped.</summary>
    public static DemandPanel Capped(DemandPanel panel) =>
        new(panel.Grain, panel.Start, [.. panel.Series.Select(each => each with { Units = Capped(each.Units) })]);
}
