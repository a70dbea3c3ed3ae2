using System.Diagnostics;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Cli.Bench;

/// <param name="Series">That were judged: skus in a channel, skus, categories and the whole.</param>
/// <param name="Seconds">To learn half a year of them from nothing, as after a restart, and to judge the last day.</param>
/// <param name="PeakMegabytes">Of this process.</param>
/// <param name="TrainSeconds">To train the model by which they are judged, its evaluation included.</param>
internal sealed record ModelBenchResult(int Series, double Seconds, double PeakMegabytes, double TrainSeconds);

/// <summary>A run of the watch over demand, as the role ml makes it, on demand that is drawn: no engines take part.</summary>
internal static class ModelBench
{
    private const int Days = 182, Categories = 100;

    /// <param name="series">How many, about: half are skus, half the same skus in their channel.</param>
    public static ModelBenchResult Run(int series, long seed, Action<string> say, CancellationToken token)
    {
        var (skus, random) = (series / 2, new Random(unchecked((int)seed)));
        say($"drawing {Days} days of demand for {skus} skus");
        var (gathered, items) = (new WatchSeries(WatchDefinition.Demand, new(2026, 1, 5)), new Dictionary<string, WatchedItem>(StringComparer.Ordinal));
        for (var at = 0; at < skus; at++)
        {
            var (sku, rate) = ($"SKU-{at:000000}", Math.Pow(random.NextDouble(), 3) * 20);
            items.Add(sku, new(sku, $"C{at % Categories}", 1 + (random.NextDouble() * 50), 1));
            gathered.Add(sku, "web", random.Next(Days / 2), 1);
            for (var day = 0; day < Days; day++)
                if (random.NextDouble() < 1 - Math.Exp(-rate))
                    gathered.Add(sku, "web", day, 1 + random.Next((int)(2 * rate) + 1));
        }
        token.ThrowIfCancellationRequested();
        say("training");
        var began = TimeProvider.System.GetTimestamp();
        var panel = gathered.Scopes(Days, items).Single(scope => scope.Scope == Scope.Sku).Panel;
        var trained = WatchModel.Train("demand", panel, (_, _) => token.ThrowIfCancellationRequested())
            ?? throw new InvalidOperationException("half a year is enough to train on");
        var trainSeconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        var (nulls, rate0) = WatchModel.Load(
            new("demand", "1", default, trained.Artefact.ToArray(), trained.Parameters, trained.To, trained.Metrics, null, []), Grain.Day, 0.001);

        say("scoring");
        began = TimeProvider.System.GetTimestamp();
        var scopes = gathered.Scopes(Days, items);
        var watch = new DemandWatch(scopes, TradingCalendar.At(scopes[^1].Panel, Days, 0, new HashSet<DateOnly>()), nulls, rate0);
        for (var day = 0; day < Days; day++)
        {
            token.ThrowIfCancellationRequested();
            watch.Step(day);
        }
        var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        using var self = Process.GetCurrentProcess();
        return new(
            scopes.Sum(scope => scope.Panel.Series.Count), Math.Round(seconds, 2), Math.Round(self.PeakWorkingSet64 / 1e6, 0), Math.Round(trainSeconds, 2));
    }
}
