using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Evaluation.Injected;

/// <summary>An anomaly that was put into a series.</summary>
/// <param name="From">Its first step.</param>
/// <param name="To">Its last step.</param>
/// <param name="Size">What demand was multiplied by, at its height.</param>
/// <param name="What">A name of its own, where its kind is not enough.</param>
internal sealed record Injected(int Series, AnomalyKind Kind, int From, int To, double Size, string? What = null)
{
    public string Label => What ?? $"{Kind}";
}

/// <summary>Puts labelled anomalies into demand: one into a series of a part, of a kind and size drawn by the seed.</summary>
internal static class Injection
{
    private static readonly (AnomalyKind Kind, int Days, double[] Sizes)[] Kinds =
    [
        (AnomalyKind.Spike, 1, [4, 8]),
        (AnomalyKind.Drop, 5, [0, 0.2]),
        (AnomalyKind.ShiftUp, 28, [2, 3]),
        (AnomalyKind.ShiftDown, 28, [0.2, 0.4]),
        (AnomalyKind.DriftUp, 42, [2.5, 4]),
        (AnomalyKind.DriftDown, 42, [0.05, 0.25]),
        (AnomalyKind.Vanished, 21, [0]),
    ];

    /// <param name="from">First step an anomaly may begin at.</param>
    /// <param name="to">First step that none may reach.</param>
    /// <param name="share">Of the series that get one.</param>
    /// <returns>The panel with them in it, and what they are.</returns>
    public static (DemandPanel Panel, IReadOnlyList<Injected> Truth) Into(DemandPanel panel, int from, int to, double share, int seed)
    {
        var random = new Random(seed);
        var truth = new List<Injected>();
        var series = panel.Series.ToArray();
        for (var s = 0; s < series.Length; s++)
        {
            var (kind, days, sizes) = Kinds[random.Next(Kinds.Length)];
            var size = sizes[random.Next(sizes.Length)];
            var steps = days * panel.StepsADay;
            var start = from + random.Next(Math.Max(1, to - from - steps));
            // A thing that does not sell has no demand to change.
            if (random.NextDouble() >= share || series[s].Born > start - (56 * panel.StepsADay) || start + steps > to
                || Mean(series[s].Units, start - (56 * panel.StepsADay), start) <= 0)
                continue;
            var units = (double[])series[s].Units.Clone();
            var usual = Mean(units, start - (56 * panel.StepsADay), start);
            var selling = false;
            for (var step = start; step < start + steps; step++)
            {
                selling |= panel.Whole[step] > 0;
                var share01 = (step - start + 1.0) / steps;
                units[step] = Math.Round(kind switch
                {
                    AnomalyKind.Spike => units[step] + ((size - 1) * usual * panel.Season / OpenSlots(panel)),
                    AnomalyKind.DriftUp or AnomalyKind.DriftDown => units[step] * (1 + ((size - 1) * Math.Min(1, 2 * share01))),
                    _ => units[step] * size,
                });
            }
            if (!selling)
                continue;
            series[s] = series[s] with { Units = units };
            truth.Add(new(s, kind, start, start + steps - 1, size));
        }
        return (new(panel.Grain, panel.Start, series), truth);
    }

    /// <summary>Slots of the week in which anything is ever sold.</summary>
    private static int OpenSlots(DemandPanel panel)
    {
        var open = new HashSet<int>();
        for (var step = 0; step < panel.Length; step++)
            if (panel.Whole[step] > 0)
                open.Add(panel.Slot(step));
        return Math.Max(1, open.Count);
    }

    private static double Mean(double[] units, int from, int to) => to <= Math.Max(0, from) ? 0 : units.AsSpan(Math.Max(0, from)..to).ToArray().Average();
}
