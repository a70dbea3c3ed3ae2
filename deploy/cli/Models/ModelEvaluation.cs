using System.Formats.Tar;
using System.IO.Compression;
using EcomIntel.Cli.Replay;
using EcomIntel.Ml.DelayRisk;
using EcomIntel.Ml.Evaluation;
using EcomIntel.Ml.Evaluation.Delay;
using EcomIntel.Ml.Evaluation.Injected;
using EcomIntel.Ml.Evaluation.Nab;
using EcomIntel.Ml.Series;

namespace EcomIntel.Cli.Models;

/// <summary>What is evaluated; null where it was not asked for or there are no data.</summary>
/// <param name="DemandAnomalies">Anomalies injected into real demand, by sku and by category.</param>
/// <param name="SimulatedAnomalies">What happened in the simulated world by itself, as its ground truth tells.</param>
/// <param name="Streams">Labelled streams of numbers, scored as the Numenta Anomaly Benchmark does.</param>
/// <param name="Delays">Purchase order lines of real suppliers, and of the simulated ones; or of the file that was given.</param>
internal sealed record ModelEvaluationResult(
    DemandAnomalies? DemandAnomalies, SimulatedAnomalies? SimulatedAnomalies, IReadOnlyList<NabFigures>? Streams, ForecastReport? Forecasts,
    IReadOnlyList<DelayReport>? Delays);

/// <param name="F1Ratio">The demand detector's F1 of the later part, as a multiple of the best baseline's.</param>
internal sealed record DemandAnomalies(IReadOnlyList<DetectorFigures> Skus, double F1Ratio, IReadOnlyList<DetectorFigures>? Categories);

/// <param name="Happened">How often what did, in all worlds together, the first part among them.</param>
/// <param name="F1Ratio">The demand detector's F1 of the later part, as a multiple of the best baseline's, by sku.</param>
internal sealed record SimulatedAnomalies(
    IReadOnlyList<int> Seeds, int Days, IReadOnlyDictionary<string, int> Happened, IReadOnlyList<DetectorFigures> Skus, double F1Ratio,
    IReadOnlyList<DetectorFigures> Channels);

/// <summary>Holds the models against baselines on data they are given, or on the public data sets beside the checkout.</summary>
internal sealed class ModelEvaluation(string shared, Action<string> say)
{
    private const int BestSellers = 200;
    private const int Watched = 300;
    private const int LeastOfCategory = 8;

    private const int SimulatedDays = 730;

    private static readonly int[] Worlds = [1, 2, 3];

    /// <param name="demand">CSV of daily demand; null for the retailer beside the checkout, and the simulated one.</param>
    /// <param name="streams">Folder of streams; null for the benchmark beside the checkout.</param>
    /// <param name="windows">Their labels; goes with <paramref name="streams"/>.</param>
    /// <param name="delays">CSV of purchase order lines; null for the public history beside the checkout, and the simulated suppliers.</param>
    /// <exception cref="InvalidDataException">A file has not the form.</exception>
    /// <exception cref="SourceFileException">The retailer's file cannot be read.</exception>
    public ModelEvaluationResult Run(IReadOnlyCollection<string> only, string? demand, string? streams, string? windows, string? delays)
    {
        var book = only.Contains("anomalies") || only.Contains("forecasts") ? Demand(demand) : null;
        // Which holidays another business keeps is not known: it closes where its own days say so.
        var holidays = demand is not null || book is null ? new HashSet<DateOnly>()
            : Enumerable.Range(book.First.Year, book.Last.Year - book.First.Year + 2).SelectMany(PublicHolidays.EnglandAndWales).ToHashSet();
        return new(
            only.Contains("anomalies") && book is not null ? Anomalies(book, holidays) : null,
            only.Contains("anomalies") && demand is null ? Simulated() : null,
            only.Contains("streams") ? Streams(streams, windows) : null,
            only.Contains("forecasts") && book is not null
                ? ForecastEvaluation.Run(book.Best(BestSellers, ForecastEvaluation.FirstPart), holidays, say) : null,
            only.Contains("delay") ? Delays(delays) : null);
    }

    private List<DelayReport> Delays(string? file)
    {
        if (file is not null)
            return [DelayEvaluation.Run(Path.GetFileName(file), DelayCsv.Read(file), say)];
        var reports = new List<DelayReport>();
        var path = Path.Combine(shared, "scms", "scms_delivery_history_to_2012.csv.gz");
        if (File.Exists(path))
            reports.Add(DelayEvaluation.Run("scms", DelayCsv.Read(path), say));
        else
            say($"no delivery history: {path} is not there, and --delay-csv names none");
        foreach (var seed in Worlds)
            reports.Add(DelayEvaluation.Run($"simulated, seed {seed}", SimulatedPurchases.Of(seed, SimulatedDays), say));
        return reports;
    }

    private DemandAnomalies Anomalies(DemandBook book, IReadOnlySet<DateOnly> holidays)
    {
        var skus = InjectedEvaluation.Run(book.Best(Watched, LabelledWorld.FirstPart), Worlds, holidays, name => say($"anomalies by sku: {name}"));
        var categories = book.Categories(LeastOfCategory) is { } panel
            ? InjectedEvaluation.Run(panel, Worlds, holidays, name => say($"anomalies by category: {name}")) : null;
        return new(skus, F1Ratio(skus), categories);
    }

    private SimulatedAnomalies Simulated()
    {
        say("the simulated retailer's invoices");
        var worlds = Worlds.Select(seed => new SimulatedDemand(seed, SimulatedDays)).ToList();
        var skus = InjectedEvaluation.Run([.. worlds.Select(world => world.Skus(Watched))], name => say($"what happened by sku: {name}"));
        var channels = InjectedEvaluation.Run([.. worlds.Select(world => world.Channels(Watched))], name => say($"what happened by sku and channel: {name}"));
        return new(Worlds, SimulatedDays, worlds.SelectMany(world => world.Truth).CountBy(each => each.What).OrderBy(each => each.Key, StringComparer.Ordinal)
            .ToDictionary(), skus, F1Ratio(skus), channels);
    }

    private static double F1Ratio(IReadOnlyList<DetectorFigures> all) => all[0].LaterPart.F1 / Math.Max(1e-9, all.Skip(1).Max(each => each.LaterPart.F1));

    private DemandBook? Demand(string? file)
    {
        if (file is not null)
            return DemandCsv.Read(file);
        var path = Path.Combine(shared, "online-retail-ii", "online_retail_ii_to_2011-08.csv.gz");
        if (!File.Exists(path))
        {
            say($"no demand: {path} is not there, and --demand-csv names none");
            return null;
        }
        say("reading the retailer's invoices");
        return RetailDemand.Read(SourceFile.At(path));
    }

    private IReadOnlyList<NabFigures>? Streams(string? folder, string? windows)
    {
        if (folder is not null && windows is not null)
            return NabEvaluation.Run(NabSeries.Read(folder, windows), name => say($"streams: {name}"));
        var archive = Path.Combine(shared, "nab", "data.tar.gz");
        if (!File.Exists(archive))
        {
            say($"no streams: {archive} is not there, and --anomaly-csv names none");
            return null;
        }
        var unpacked = Directory.CreateTempSubdirectory("ecomintel-ml-");
        try
        {
            using (var file = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress))
                TarFile.ExtractToDirectory(file, unpacked.FullName, overwriteFiles: false);
            return NabEvaluation.Run(
                NabSeries.Read(Path.Combine(unpacked.FullName, "data"), Path.Combine(shared, "nab", "combined_windows.json")), name => say($"streams: {name}"));
        }
        finally
        {
            unpacked.Delete(recursive: true);
        }
    }
}
