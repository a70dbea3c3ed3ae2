using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;
using EcomIntel.Ml.Watch;

namespace EcomIntel.Tests.Ml.Watch;

public sealed class WatchModelTests
{
    [Fact]
    public void With_less_than_24_weeks_nothing_is_trained() => Assert.Null(WatchModel.Train("demand", Panel(167), (_, _) => { }));

    [Fact]
    public void The_same_history_trains_the_same_model_which_is_held_against_baselines()
    {
        var (first, again) = (WatchModel.Train("demand", Panel(168), (_, _) => { })!, WatchModel.Train("demand", Panel(168), (_, _) => { })!);
        Assert.Equal(first.Artefact.ToArray(), again.Artefact.ToArray());
        Assert.Equal(first.Parameters, again.Parameters);
        Assert.Equal(["cusum", "seasonal_z"], first.Baselines.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(first.Refusal is null, first.Metrics["f1"] > first.Baselines.Values.Max(figures => figures["f1"]));
        Assert.Equal(new DateTimeOffset(2024, 6, 17, 0, 0, 0, TimeSpan.Zero), first.To);
    }

    [Fact]
    public void A_model_is_loaded_as_it_was_kept_and_never_looser_than_the_policy()
    {
        var trained = WatchModel.Train("demand", Panel(168), (_, _) => { })!;
        var (_, rate) = WatchModel.Load(new("demand", "1", default, trained.Artefact.ToArray(), trained.Parameters, trained.To, trained.Metrics, null, []),
            Grain.Day, 1e-15);
        Assert.Equal(1e-15, rate);
        var curve = TailCurve.Of([.. Enumerable.Range(0, 5_000).Select(at => at / 100f)]);
        var loaded = TailCurve.FromBytes(curve.ToBytes());
        Assert.All(Enumerable.Range(0, 80), value => Assert.Equal(curve.P(value), loaded.P(value)));
        Assert.Throws<InvalidDataException>(() => TailCurve.FromBytes(new byte[12]));
    }

    private static DemandPanel Panel(int days)
    {
        var random = new Random(5);
        return new(Grain.Day, new(2024, 1, 1), [.. Enumerable.Range(0, 12).Select(sku =>
            new DemandSeries($"s{sku:00}", null, [.. Enumerable.Range(0, days).Select(_ => (double)random.Next(sku, 3 * (sku + 1)))], 2))]);
    }
}
