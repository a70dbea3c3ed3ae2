using System.IO.Compression;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Ml.Forecast;
using EcomIntel.Ml.Forecast.Replenishing;
using EcomIntel.Ml.Jobs;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Forecast.Replenishing;

public sealed class ForecastTrainingTests
{
    private static readonly DateOnly First = new(2024, 1, 1);

    [Fact]
    public void What_is_trained_is_the_same_each_time_and_forecasts_the_same_when_it_is_loaded_again()
    {
        var panel = Panel(240);
        var (one, other) = (ForecastTraining.Run(panel, 5)!, ForecastTraining.Run(panel, 5)!);
        Assert.Equal(one.Metrics, other.Metrics);
        var bytes = one.Artefact.Write();
        var loaded = ForecastArtefact.Read(bytes);
        Assert.Equal(5, loaded.SupplierLines);
        var (before, after) = (ForecastScoring.Run(panel, one.Artefact), ForecastScoring.Run(panel, ForecastArtefact.Read(other.Artefact.Write())));
        Assert.All(before.Zip(after), each =>
        {
            Assert.Equal(each.First.Model, each.Second.Model);
            Assert.Equal(each.First.Daily, each.Second.Daily);
            Assert.Equal(each.First.Sums.SelectMany(sum => sum.Quantiles), each.Second.Sums.SelectMany(sum => sum.Quantiles));
        });
    }

    [Fact]
    public void Trees_that_learned_from_other_features_are_not_asked()
    {
        var artefact = new ForecastArtefact("fasttree", new() { ["a"] = "tsb", ["b"] = "ets" }, [], [1, 2, 3], 5);
        Assert.Equal(artefact.Trees, ForecastArtefact.Read(artefact.Write()).Trees);
        var old = ForecastArtefact.Read(Rewritten(artefact.Write(), text =>
            text.Replace($"\"Features\":{ForecastFeatures.Version}", "\"Features\":1", StringComparison.Ordinal)));
        Assert.Equal(("ets", null), (old.Usual, old.Trees));
        Assert.Equal(new() { ["a"] = "tsb", ["b"] = "ets" }, old.Chosen);
        // What was written before there were versions has none.
        Assert.Null(ForecastArtefact.Read(Rewritten(artefact.Write(), text =>
            text.Replace($",\"Features\":{ForecastFeatures.Version}", "", StringComparison.Ordinal))).Trees);

        static byte[] Rewritten(byte[] packed, Func<string, string> by)
        {
            using var text = new StreamReader(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress));
            using var again = new MemoryStream();
            using (var zip = new GZipStream(again, CompressionLevel.Fastest))
                zip.Write(Encoding.UTF8.GetBytes(by(text.ReadToEnd())));
            return again.ToArray();
        }
    }

    [Fact]
    public void Forecasts_are_of_the_size_of_what_sells_and_are_what_an_event_may_say()
    {
        var panel = Panel(240);
        var forecasts = ForecastScoring.Run(panel, ForecastTraining.Run(panel, 5)!.Artefact);
        Assert.Equal(panel.Series.Count, forecasts.Length);
        var total = 0.0;
        foreach (var (s, forecast) in forecasts.Index())
        {
            double sold = panel.Series[s].Units.TakeLast(56).Sum(), expected = forecast.Daily.Sum();
            total += expected / sold;
            Assert.True(expected > 0.25 * sold && expected < 4 * sold,
                $"{panel.Series[s].Key}: {forecast.Model} expects {expected:0.#} where {sold:0.#} were sold");
            Assert.Equal([7, 14, 28, 56], forecast.Sums.Select(sum => sum.Days));
        }
        Assert.InRange(total / forecasts.Length, 0.8, 1.25);
        var said = new ForecastUpdated("v", new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), [0.1m, 0.25m, 0.5m, 0.75m, 0.9m, 0.95m, 0.99m],
            [ForecastScoring.Event(new("north"), forecasts[0])]);
        Assert.Null(said.Invalid());
    }

    /// <summary>A thing that sells nothing for months, and then does: its quantiles are small, not a multiple of next to nothing.</summary>
    [Fact]
    public void Of_what_hardly_sells_the_quantiles_are_a_few_units()
    {
        var panel = Panel(240);
        var asleep = new DemandSeries("asleep\0north", null, [.. Enumerable.Range(0, 240).Select(day => day < 3 ? 1.0 : 0)], 1);
        panel = new(panel.Grain, panel.Start, [.. panel.Series, asleep]);
        var trained = ForecastTraining.Run(panel, 5)!;
        Assert.InRange(trained.Metrics["pinball90_28"], 0, 1);
        Assert.InRange(ForecastScoring.Run(panel, trained.Artefact)[^1].Sums[^1].Quantiles[^1], 0, 50);
    }

    [Fact]
    public void With_little_history_nothing_is_trained() => Assert.Null(ForecastTraining.Run(Panel(160), 5));

    [Fact]
    public void The_past_mean_counts_closed_days()
    {
        var panel = new DemandPanel(
            Grain.Day, First.ToDateTime(TimeOnly.MinValue), [new("a", null, [.. Enumerable.Range(0, 84).Select(day => day % 7 == 0 ? 0 : 7.0)], 1)]);
        var calendar = TradingCalendar.At(panel, 84, 14, new HashSet<DateOnly>());
        Assert.All(new PastMean().Forecast(new(panel, 84, 14, calendar))[0], units => Assert.Equal(6, units, 9));
    }

    /// <summary>Two things sell 30 and 10 a day; then the business sells twice as much for a month, mostly of the one.</summary>
    [Fact]
    public void A_share_is_of_months_and_the_whole_as_it_is_now()
    {
        var (much, little) = (Enumerable.Repeat(30.0, 112).ToArray(), Enumerable.Repeat(10.0, 112).ToArray());
        var panel = new DemandPanel(Grain.Day, First.ToDateTime(TimeOnly.MinValue),
            [
                new("much\0north", null, [.. much, .. Enumerable.Repeat(70.0, 28)], 1),
                new("little\0north", null, [.. little, .. Enumerable.Repeat(10.0, 28)], 1),
                new("new\0north", null, [.. new double[139], 0], 1),
            ]);
        var forecast = new BusinessShare().Forecast(new(panel, 140, 28, TradingCalendar.At(panel, 140, 28, new HashSet<DateOnly>())));
        // A bulk order counts as eight usual days: none is here. Weights of a day so many back: 0.5^(back / 112).
        double own = 0, whole = 0;
        for (var step = 0; step < 140; step++)
        {
            var weight = Math.Pow(0.5, (139 - step) / 112.0);
            (own, whole) = (own + (weight * 10), whole + (weight * (step < 112 ? 40 : 80)));
        }
        Assert.All(forecast[1].Zip(forecast[0]), day => Assert.Equal(own / whole, day.First / (day.First + day.Second), 9));
        Assert.InRange(forecast[0][0] + forecast[1][0], 60, 85);
        Assert.All(forecast[2], units => Assert.Equal(0, units));
    }

    /// <summary>What comes after the days that are judged, and what would have been known later, changes nothing.</summary>
    [Fact]
    public void A_version_is_held_against_the_four_weeks_after_an_origin_by_what_was_known_then()
    {
        var panel = Panel(280);
        var artefact = ForecastTraining.Run(panel.Until(232), 5)!.Artefact;
        var figures = ForecastFigures.Of(panel, 232, artefact);
        Assert.Equal(figures.Metrics, ForecastFigures.Of(panel.Until(260), 232, artefact).Metrics);
        Assert.InRange(figures.Metrics["pinball90_28"], 0.01, 0.5);
        Assert.Equal(panel.Series.Count, figures.Parts.Count);
        Assert.Equal(panel.Series.Sum(series => series.Units[232..260].Sum()), figures.Parts.Sum(part => part.Size), 6);
        Assert.Equal(figures.Metrics["total_error_28"], figures.Parts.Sum(part => part.Error) / figures.Parts.Sum(part => part.Size), 9);
        var forecasts = ForecastScoring.Run(panel.Until(232), artefact);
        Assert.Equal(forecasts.Index().Sum(each => Math.Abs(each.Item.Daily[..28].Sum() - panel.Series[each.Index].Units[232..260].Sum())),
            figures.Parts.Sum(part => part.Error), 6);
    }

    [Fact]
    public void It_must_beat_the_best_baseline_in_both()
    {
        var baselines = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["x"] = Figures(0.5, 0.3), ["y"] = Figures(0.4, 0.35) };
        Assert.Null(ForecastTraining.Refusal(Figures(0.39, 0.29), baselines));
        Assert.Equal("total_error_28 0.450, y has 0.400; pinball90_28 0.300, x has 0.300", ForecastTraining.Refusal(Figures(0.45, 0.3), baselines));

        static Dictionary<string, double> Figures(double total, double pinball) => new() { ["total_error_28"] = total, ["pinball90_28"] = pinball };
    }

    [Fact]
    public void Only_what_sold_lately_is_forecast_and_days_before_the_first_sale_are_none()
    {
        var units = new Dictionary<string, double[]>
        {
            ["new\0north"] = [.. Enumerable.Range(0, 392).Select(day => day >= 390 ? 1.0 : 0)],
            ["old\0north"] = [.. Enumerable.Range(0, 392).Select(day => day == 100 ? 1.0 : 0)],
            ["never\0north"] = new double[392],
            ["sold\0south"] = [.. Enumerable.Range(0, 392).Select(day => day >= 60 ? 1.0 : 0)],
        };
        var panel = DemandForecastJob.PanelOf(First, units)!;
        Assert.Equal(["new\0north", "sold\0south"], panel.Series.Select(series => series.Key));
        Assert.Equal((332, First.AddDays(60).ToDateTime(TimeOnly.MinValue)), (panel.Length, panel.Start));
        Assert.Null(DemandForecastJob.PanelOf(First, new() { ["never\0north"] = new double[392] }));
    }

    /// <summary>Things that sell by chance, some every day and some seldom, from a seed.</summary>
    private static DemandPanel Panel(int days)
    {
        var random = new Random(7);
        return new(Grain.Day, First.ToDateTime(TimeOnly.MinValue), [.. Enumerable.Range(0, 160).Select(s => new DemandSeries(
            $"sku-{s:000}\0north", null,
            [.. Enumerable.Range(0, days).Select(_ => random.NextDouble() < (s % 3 + 1) / 4.0 ? random.Next(1, 4 + s) : 0.0)], 1))]);
    }
}
