using EcomIntel.Ml.Evaluation;
using EcomIntel.Ml.Series;

namespace EcomIntel.Tests.Ml.Evaluation;

public sealed class ForecastEvaluationTests
{
    [Fact]
    public void A_model_is_promoted_only_where_it_beats_every_baseline_in_everything()
    {
        ForecastFigures naive = new("seasonal_naive", 0.9, 1, 0.5, 0, 0.4, 0.8), tsb = new("tsb", 0.8, 1, 0.6, 0, 0.45, 0.8);
        Assert.Null(ForecastEvaluation.Refusal(new("fasttree", 0.79, 1, 0.49, 0, 0.39, 0.8), [naive, tsb]));
        Assert.Equal("WAPE 0.850, tsb has 0.800; pinball loss 0.400, seasonal_naive has 0.400",
            ForecastEvaluation.Refusal(new("fasttree", 0.85, 1, 0.49, 0, 0.4, 0.8), [naive, tsb]));
    }

    [Fact]
    public void Demand_that_keeps_a_weekly_rhythm_is_forecast_better_than_by_its_last_week()
    {
        var random = new Random(7);
        var panel = new DemandPanel(Grain.Day, new(2024, 1, 1), [.. Enumerable.Range(0, 15).Select(at => new DemandSeries($"s{at}", null,
            [.. Enumerable.Range(0, 430).Select(day => (day % 7 == 2 ? 60.0 : 20) + random.Next(-10, 11))], 1))]);
        var report = ForecastEvaluation.Run(panel, new HashSet<DateOnly>());
        ForecastFigures naive = report.All.Single(each => each.Model == "seasonal_naive"), chosen = report.All[^1];
        // The error of a mean is the noise's, about 5.2 of 25.7 sold; that of one earlier day is a third larger.
        Assert.InRange(chosen.WapeOfMean, 0.19, 0.22);
        Assert.InRange(naive.WapeOfMean, 0.25, 0.3);
        Assert.InRange(chosen.Coverage80, 0.75, 0.87);
        Assert.Equal(1, report.Chosen.Values.Sum(), 6);
    }

    [Fact]
    public void Less_than_a_year_is_refused() => Assert.Equal("forecasts are judged on at least 365 days, and there are 100",
        Assert.Throws<InvalidDataException>(() => ForecastEvaluation.Run(
            new(Grain.Day, new(2024, 1, 1), [new("a", null, new double[100], 1)]), new HashSet<DateOnly>())).Message);
}
