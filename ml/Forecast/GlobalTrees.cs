using EcomIntel.Ml.Series;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace EcomIntel.Ml.Forecast;

/// <param name="Trees">Boosting rounds.</param>
/// <param name="Leaves">Of each tree.</param>
/// <param name="LearningRate">Of each round.</param>
/// <param name="Stride">Days between the origins it learns from.</param>
/// <param name="Targets">Days to come that each origin teaches, drawn by the seed.</param>
/// <param name="MaxRows">Of more, as many are drawn by the seed.</param>
/// <param name="Threads">Null: as many as there are.</param>
/// <param name="Power">Of the Tweedie distribution whose likelihood is learned by, above 1 and below 2: mostly nothing, now and then some, rarely much.</param>
/// <param name="HalfLife">Days by which what is older counts half.</param>
internal sealed record GlobalTreesOptions(
    int Trees = 60, int Leaves = 8, double LearningRate = 0.07, int Stride = 7, int Targets = 12, int Seed = 1, int MaxRows = int.MaxValue,
    int? Threads = null, double Power = 1.7, double HalfLife = 180);

/// <summary>
/// One boosted model (FastTree, by the Tweedie likelihood) for all series, of days. It learns from every earlier origin what came after it, the latest most.
/// </summary>
internal sealed class GlobalTrees(GlobalTreesOptions options) : IForecaster
{
    private const int Warmup = 84;

    /// <summary>Of a series' level, that is forecast at least: where nothing was ever sold the likelihood knows no bottom.</summary>
    private const double Least = 0.05;

    public const string ModelName = "fasttree";

    public string Name => ModelName;

    public double[][] Forecast(ForecastContext context)
    {
        context = context.WithoutBulkOrders();
        return Train(context) is { } model ? Forecast(context, model, _ => true) : new WeekdayMean().Forecast(context);
    }

    /// <returns>The model as it is loaded again; null where there is nothing to learn from.</returns>
    public byte[]? TrainedOn(ForecastContext context)
    {
        context = context.WithoutBulkOrders();
        var ml = new MLContext(options.Seed);
        if (Train(context) is not { } model)
            return null;
        using var file = new MemoryStream();
        ml.Model.Save(model, ml.Data.LoadFromEnumerable<Row>([]).Schema, file);
        return file.ToArray();
    }

    /// <param name="trained">By <see cref="TrainedOn"/>.</param>
    /// <param name="wanted">By series: the others are forecast as zero.</param>
    public double[][] Forecast(ForecastContext context, byte[] trained, Func<int, bool> wanted)
    {
        using var file = new MemoryStream(trained);
        return Forecast(context.WithoutBulkOrders(), new MLContext(options.Seed).Model.Load(file, out _), wanted);
    }

    private RegressionPredictionTransformer<FastTreeTweedieModelParameters>? Train(ForecastContext context)
    {
        var rows = Rows(context, new(context.Panel, context.Calendar, context.Origin));
        if (rows.Count == 0)
            return null;
        var ml = new MLContext(options.Seed);
        return ml.Regression.Trainers.FastTreeTweedie(new FastTreeTweedieTrainer.Options
        {
            Index = options.Power,
            NumberOfTrees = options.Trees, NumberOfLeaves = options.Leaves, LearningRate = options.LearningRate, MinimumExampleCountPerLeaf = 100,
            ExampleWeightColumnName = nameof(Row.Weight), FeatureFraction = 0.7, Seed = options.Seed, FeatureSelectionSeed = options.Seed,
            NumberOfThreads = options.Threads,
        }).Fit(ml.Data.LoadFromEnumerable(rows));
    }

    private double[][] Forecast(ForecastContext context, ITransformer model, Func<int, bool> wanted)
    {
        var (panel, origin, ml) = (context.Panel, context.Origin, new MLContext(options.Seed));
        var features = new ForecastFeatures(panel, context.Calendar, origin);
        var result = new double[panel.Series.Count][];
        var asked = new List<Row>();
        var places = new List<(int Series, int Step, double Level)>();
        for (var s = 0; s < result.Length; s++)
        {
            result[s] = new double[context.Horizon];
            for (var h = 0; h < context.Horizon; h++)
            {
                if (!wanted(s) || !context.Calendar.IsOpen(origin + h) || panel.Series[s].Born >= origin)
                    continue;
                var row = new Row();
                features.Write(s, origin, origin + h, row.Features);
                asked.Add(row);
                places.Add((s, h, features.Level(s, origin)));
            }
        }
        var scored = ml.Data.CreateEnumerable<Scored>(model.Transform(ml.Data.LoadFromEnumerable(asked)), reuseRowObject: true);
        foreach (var (score, place) in scored.Zip(places))
            result[place.Series][place.Step] = Math.Max(Least, score.Score) * place.Level;
        return result;
    }

    private List<Row> Rows(ForecastContext context, ForecastFeatures features)
    {
        var rows = new List<Row>();
        var random = new Random(options.Seed);
        var days = new int[context.Horizon];
        var most = (long)Math.Max(0, (context.Origin - 1 - Warmup + options.Stride) / options.Stride) * context.Panel.Series.Count * options.Targets;
        var share = most <= options.MaxRows ? 1 : (double)options.MaxRows / most;
        for (var origin = context.Origin - 1; origin >= Warmup; origin -= options.Stride)
        {
            var remembered = Math.Pow(2, (origin - context.Origin) / options.HalfLife);
            for (var s = 0; s < context.Panel.Series.Count; s++)
            {
                var series = context.Panel.Series[s];
                if (series.Born > origin - 28 || (share < 1 && random.NextDouble() >= share))
                    continue;
                var level = features.Level(s, origin);
                for (var h = 0; h < days.Length; h++)
                    days[h] = h;
                random.Shuffle(days);
                foreach (var h in days.AsSpan(0, Math.Min(options.Targets, days.Length)))
                {
                    var target = origin + h;
                    if (target >= context.Origin || !context.IsObserved(series, target))
                        continue;
                    var row = new Row { Label = (float)Math.Min(series.Units[target] / level, 30), Weight = (float)(level * remembered) };
                    features.Write(s, origin, target, row.Features);
                    rows.Add(row);
                }
            }
        }
        return rows;
    }

    private sealed class Row
    {
        [VectorType(ForecastFeatures.Count)]
        public float[] Features { get; set; } = new float[ForecastFeatures.Count];

        public float Label { get; set; }

        public float Weight { get; set; }
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }
}
