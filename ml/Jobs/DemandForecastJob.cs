using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Ml.Forecast;
using EcomIntel.Ml.Forecast.Replenishing;
using EcomIntel.Ml.Registry;
using EcomIntel.Ml.Running;
using EcomIntel.Ml.Series;
using Npgsql;

namespace EcomIntel.Ml.Jobs;

/// <summary>Forecasts of what replenishment lives by: the demand of every sku at every location, and the lead times of its suppliers.</summary>
internal sealed class DemandForecastJob : IModelJob
{
    /// <summary>Days of history: PostgreSQL keeps 400 days of demand.</summary>
    private const int History = 392;

    /// <summary>A sku that nobody asked for so long is not forecast.</summary>
    private const int Active = 182;

    private const string SelectDemand = "SELECT sku, location, day, units FROM demand_days WHERE day >= $1 AND day < $2 ORDER BY sku, location, day";

    private const string SelectLines = """
        SELECT o.supplier_id, l.sku, l.first_received_at, extract(epoch FROM l.first_received_at - o.sent_at)::double precision / 86400
        FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
        WHERE l.first_received_at >= $1 AND l.first_received_at < $2 AND o.sent_at IS NOT NULL AND l.first_received_at >= o.sent_at
        """;

    private const string SelectOffers = "SELECT sku, supplier_id FROM supplier_items ORDER BY sku, supplier_id";

    private static readonly decimal[] Levels = [.. QuantileTable.Levels.Select(level => (decimal)level)];

    public string Name => "demand_forecast";

    public async Task TrainAsync(ModelRun run, CancellationToken token)
    {
        if (await DemandAsync(run, token) is not { } panel)
            return;
        var (weight, losses) = LeadTimes.Choose(await LinesAsync(run, token), QuantileTable.Levels);
        if (ForecastTraining.Run(panel, weight, done => run.Report("forecasts", done)) is not { } trained)
            return;
        var parameters = new Dictionary<string, string>
        {
            ["horizon"] = Text(ForecastTraining.Horizon), ["windows"] = Text(trained.Windows), ["seed"] = Text(ForecastTraining.Trees.Seed),
            ["trees"] = Text(ForecastTraining.Trees.Trees), ["rows"] = Text(ForecastTraining.Trees.MaxRows), ["usual"] = trained.Artefact.Usual,
            ["supplier_lines"] = weight.ToString(CultureInfo.InvariantCulture),
        };
        var metrics = new Dictionary<string, double>(trained.Metrics) { ["lead_time_pinball"] = losses.Min() };
        var baselines = new Dictionary<string, IReadOnlyDictionary<string, double>>(trained.Baselines)
        {
            ["lead_time_of_supplier"] = new Dictionary<string, double> { ["lead_time_pinball"] = losses[^1] },
        };
        await run.RegisterAsync(new(
            Name, trained.Artefact.Write(), new(panel.Start, TimeSpan.Zero), new(panel.TimeOf(panel.Length), TimeSpan.Zero),
            (long)panel.Series.Count * panel.Length, parameters, metrics, baselines, trained.Refusal), token);

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Both forecast, by what was known then, the four weeks that begin where the later training's data end.</summary>
    public async Task<Contest?> HoldAsync(ModelRun run, Champion challenger, Champion champion, CancellationToken token)
    {
        if (await DemandAsync(run, token) is not { } panel || OriginAfter(panel, challenger.To > champion.To ? challenger.To : champion.To) is not { } origin)
            return null;
        return new(
            new(panel.TimeOf(origin), TimeSpan.Zero), new(panel.TimeOf(origin + ForecastFigures.Days), TimeSpan.Zero),
            ForecastFigures.Of(panel, origin, ForecastArtefact.Read(challenger.Artefact)).Metrics,
            ForecastFigures.Of(panel, origin, ForecastArtefact.Read(champion.Artefact)).Metrics, [new(ForecastFigures.Total), new(ForecastFigures.Pinball)]);
    }

    public async Task ScoreAsync(ModelRun run, CancellationToken token)
    {
        if (await run.Registry.ChampionAsync(Name, run.AsOf, token) is not { } champion || await DemandAsync(run, token) is not { } panel)
            return;
        var artefact = ForecastArtefact.Read(champion.Artefact);
        if (OriginAfter(panel, champion.To) is not null)
        {
            var latest = ForecastFigures.Of(panel, panel.Length - ForecastFigures.Days, artefact);
            run.Drifted(champion, ModelDrift.Of(run.AsOf, latest.Parts, champion.Metrics.GetValueOrDefault(ForecastFigures.Total)));
        }
        var forecasts = ForecastScoring.Run(panel, artefact);
        var leads = new LeadTimes(await LinesAsync(run, token));
        var offers = await OffersAsync(run, token);
        foreach (var sku in panel.Series.Index().GroupBy(each => SkuOf(each.Item.Key), StringComparer.Ordinal))
        {
            var told = sku.Select(each => ForecastScoring.Event(new(LocationOf(each.Item.Key)), forecasts[each.Index])).ToList();
            run.Send(EventCatalogue.ForecastUpdated, sku.Key, new ForecastUpdated(
                champion.Version, new(panel.TimeOf(panel.Length), TimeSpan.Zero), Levels, told, LeadTimesOf(sku.Key, offers[sku.Key], leads, artefact)));
        }
    }

    /// <summary>The step at which an instant's day begins, where all days that are judged after it are over; else null.</summary>
    private static int? OriginAfter(DemandPanel panel, DateTimeOffset at) =>
        (int)Math.Round((at.UtcDateTime - panel.Start).TotalDays) is var origin and > 0 && origin + ForecastFigures.Days <= panel.Length ? origin : null;

    private static List<ForecastUpdated.LeadTime>? LeadTimesOf(string sku, IEnumerable<string> suppliers, LeadTimes leads, ForecastArtefact artefact)
    {
        var told = new List<ForecastUpdated.LeadTime>();
        foreach (var supplier in suppliers)
            if (leads.Quantiles(supplier, sku, QuantileTable.Levels, artefact.SupplierLines) is { } quantiles)
                told.Add(new(new(supplier), leads.LinesOf(supplier, sku), [.. quantiles.Select(days => Math.Round((decimal)Math.Min(days, 10_000), 2))]));
        return told.Count == 0 ? null : told;
    }

    /// <summary>
    /// Whole days up to the one before yesterday: replenishment's run of yesterday has rolled them up, whenever today it runs. So a run that is repeated reads
    /// the same.
    /// </summary>
    private static async Task<DemandPanel?> DemandAsync(ModelRun run, CancellationToken token)
    {
        var until = DateOnly.FromDateTime(run.AsOf.UtcDateTime).AddDays(-1);
        var from = until.AddDays(-History);
        var units = new Dictionary<string, double[]>(StringComparer.Ordinal);
        await using var command = run.Postgres.CreateCommand(SelectDemand);
        command.Parameters.Add(new() { Value = from });
        command.Parameters.Add(new() { Value = until });
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
        {
            var key = $"{row.GetString(0)}\0{row.GetString(1)}";
            if (!units.TryGetValue(key, out var days))
                units.Add(key, days = new double[History]);
            days[row.GetFieldValue<DateOnly>(2).DayNumber - from.DayNumber] = row.GetInt64(3);
        }
        return PanelOf(from, units);
    }

    /// <summary>What was asked for lately, from the first day on that anything was.</summary>
    internal static DemandPanel? PanelOf(DateOnly from, Dictionary<string, double[]> units)
    {
        var active = units.Where(each => Array.FindLastIndex(each.Value, sold => sold > 0) is >= 0 and var last && last >= each.Value.Length - Active)
            .OrderBy(each => each.Key, StringComparer.Ordinal).ToList();
        if (active.Count == 0)
            return null;
        var first = active.Min(each => Array.FindIndex(each.Value, sold => sold > 0));
        return new(Grain.Day, from.AddDays(first).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc),
            [.. active.Select(each => new DemandSeries(each.Key, null, each.Value[first..], 1))]);
    }

    private static async Task<List<ReceivedLine>> LinesAsync(ModelRun run, CancellationToken token)
    {
        var lines = new List<ReceivedLine>();
        await using var command = run.Postgres.CreateCommand(SelectLines);
        command.Parameters.Add(new() { Value = run.AsOf.AddDays(-History).ToUniversalTime() });
        command.Parameters.Add(new() { Value = run.AsOf.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
            lines.Add(new(row.GetString(0), row.GetString(1), row.GetDateTime(2), row.GetDouble(3)));
        return lines;
    }

    private static async Task<ILookup<string, string>> OffersAsync(ModelRun run, CancellationToken token)
    {
        var offers = new List<(string Sku, string Supplier)>();
        await using var command = run.Postgres.CreateCommand(SelectOffers);
        await using var row = await command.ExecuteReaderAsync(token);
        while (await row.ReadAsync(token))
            offers.Add((row.GetString(0), row.GetString(1)));
        return offers.ToLookup(offer => offer.Sku, offer => offer.Supplier, StringComparer.Ordinal);
    }

    private static string SkuOf(string key) => key[..key.IndexOf('\0', StringComparison.Ordinal)];

    private static string LocationOf(string key) => key[(key.IndexOf('\0', StringComparison.Ordinal) + 1)..];
}
