using System.Globalization;
using ClickHouse.Driver.ADO;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.LineFillRate;
using EcomIntel.Core.Kpis.MultiUnitSplitShipmentRate;
using EcomIntel.Core.Kpis.OnTimeDelivery;
using EcomIntel.Core.Kpis.OpenOrderValue;
using EcomIntel.Core.Kpis.OrderAging;
using EcomIntel.Core.Kpis.OrderCycleTime;
using EcomIntel.Core.Kpis.SplitShipmentRate;

namespace EcomIntel.IntegrationTests.Dashboards;

/// <summary>What the overview's panels must show, computed by the KPI contracts: by panel title, the rows in their order.</summary>
internal sealed class OverviewFigures(ClickHouseConnection clickHouse, DateTimeOffset from, DateTimeOffset to, IReadOnlyDictionary<string, string[]> chosen)
{
    private static readonly IReadOnlyList<string> Ages = OrderAgingKpi.Contract.Dimension("age")!.Values!;

    private readonly KpiQueries _kpis = new(clickHouse);

    private DateOnly From => DateOnly.FromDateTime(from.UtcDateTime);

    private DateOnly To => DateOnly.FromDateTime(to.UtcDateTime).AddDays(1);

    private int Days => To.DayNumber - From.DayNumber;

    private KpiGrain Grain => Days <= 92 ? KpiGrain.Day : Days <= 732 ? KpiGrain.Week : KpiGrain.Month;

    public async Task<IReadOnlyList<object?[]>> OfAsync(string title) => title switch
    {
        "As of" => await AsOfAsync(),
        "On-time delivery" => await RatioAsync(OnTimeDeliveryKpi.Contract),
        "On-time delivery compared" => await AgainstAsync(OnTimeDeliveryKpi.Contract),
        "On-time delivery by promise day" => await TrendAsync(OnTimeDeliveryKpi.Contract),
        "On-time delivery by channel" => [.. (await ByChannelAsync(OnTimeDeliveryKpi.Contract)).OrderBy(row => row[1])],
        "Orders late" => await LateAsync(),
        "Order cycle time" => [[.. (await TotalAsync(OrderCycleTimeKpi.Contract, From, To)).Measures.Select(measure => (object?)measure.Value)]],
        "Open order value" => [.. (await AskAsync(OpenOrderValueKpi.Contract, From, To, KpiGrain.Total))
            .Select(point => new object?[] { point.Currency, point.Value })],
        "Line fill rate" => await RatioAsync(LineFillRateKpi.Contract),
        "Split-shipment rate" => await RatioAsync(SplitShipmentRateKpi.Contract),
        "Multi-unit split rate" => await RatioAsync(MultiUnitSplitShipmentRateKpi.Contract),
        "Line fill rate compared" => await AgainstAsync(LineFillRateKpi.Contract),
        "Split rate compared" => await AgainstAsync(SplitShipmentRateKpi.Contract),
        "Multi-unit split rate compared" => await AgainstAsync(MultiUnitSplitShipmentRateKpi.Contract),
        "Open orders" => [[await OpenAsync(To)]],
        "Open orders compared" => await OpenAgainstAsync(),
        "Line fill rate by promise day" => await TrendAsync(LineFillRateKpi.Contract),
        "Split rate by day" => await TrendAsync(SplitShipmentRateKpi.Contract),
        "Multi-unit split rate by day" => await TrendAsync(MultiUnitSplitShipmentRateKpi.Contract),
        "Open orders by age over time" => await AgingTrendAsync(),
        "Line fill rate by channel" => [.. (await ByChannelAsync(LineFillRateKpi.Contract)).OrderBy(row => row[1])],
        "Split rate by channel" => [.. (await ByChannelAsync(SplitShipmentRateKpi.Contract)).OrderByDescending(row => row[1])],
        "Open now by status and age" => await AgingByAsync("status"),
        "Open now by location and age" => [.. (await AgingByAsync("location")).Select(row => row[0] is "" ? ["none", .. row[1..]] : row)],
        "Split rate by location" => await SplitByLocationAsync(),
        "SKUs that cost most line fill" => await SkusAsync(),
        "Line fill rate by channel over time" => await ChannelTrendAsync(LineFillRateKpi.Contract),
        "Split rate by channel over time" => await ChannelTrendAsync(SplitShipmentRateKpi.Contract),
        "Oldest open orders now" => await OldestAsync(),
        "Locations that orders are split over" => await CombinationsAsync(),
        "Orders split most" => await MostSplitAsync(),
        _ => throw new ArgumentException($"nothing tells what \"{title}\" must show", nameof(title)),
    };

    private async Task<List<object?[]>> AsOfAsync()
    {
        var now = (await _kpis.BusinessNowAsync(CancellationToken.None)).UtcDateTime;
        var newest = DateTime.SpecifyKind(await Dapper.SqlMapper.ExecuteScalarAsync<DateTime>(clickHouse, "SELECT max(time) FROM orders"), DateTimeKind.Utc);
        var last = DateOnly.FromDateTime(now) < To.AddDays(-1) ? DateOnly.FromDateTime(now) : To.AddDays(-1);
        static string Day(DateOnly day) => day.ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        static string Minute(DateTime at) => at.ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture) + " UTC";
        return [[Minute(now), $"{Day(From)} to {Day(last)}", $"{Day(From.AddDays(-Days))} to {Day(From.AddDays(-1))}", Grain.ToString().ToLowerInvariant(),
            Minute(newest)]];
    }

    private async Task<List<object?[]>> RatioAsync(KpiContract kpi) => [[(await TotalAsync(kpi, From, To)).Value]];

    private async Task<List<object?[]>> AgainstAsync(KpiContract kpi)
    {
        var (now, before) = (await TotalAsync(kpi, From, To), await TotalAsync(kpi, From.AddDays(-Days), From));
        return [[before.Value, Change(100 * (now.Value - before.Value), 1), kpi.Thresholds!.Target, now.Denominator]];
    }

    private static string Change(double? by, int digits) => by is not { } points ? "n/a"
        : Math.Round(points, digits) == 0 ? digits == 0 ? "= 0" : "= 0.0"
        : $"{(points > 0 ? '▲' : '▼')} {Math.Round(Math.Abs(points), digits).ToString(CultureInfo.InvariantCulture)}";

    private async Task<List<object?[]>> OpenAgainstAsync()
    {
        var (now, before) = (await OpenAsync(To), await OpenAsync(From));
        return [[before, Change((double)(now - before), 0), await OpenAsync(To, "2-4d", "4-7d", ">7d"), await OpenAsync(To, ">7d")]];
    }

    private async Task<List<object?[]>> TrendAsync(KpiContract kpi) =>
        [.. (await AskAsync(kpi, From, To, Grain)).Select(point => new object?[] { Midnight(point.Period!.Value), point.Value })];

    private async Task<List<object?[]>> ChannelTrendAsync(KpiContract kpi) =>
        [.. (await AskAsync(kpi, From, To, Grain, "channel"))
            .Select(point => new object?[] { Midnight(point.Period!.Value), point.Dimensions[0], point.Value })];

    private async Task<List<object?[]>> AgingTrendAsync()
    {
        var now = (await _kpis.BusinessNowAsync(CancellationToken.None)).UtcDateTime;
        var byAge = (await AskAsync(OrderAgingKpi.Contract, From, To, Grain, "age"))
            .ToDictionary(point => (point.Period, point.Dimensions[0]), point => point.Numerator);
        return [.. from point in await AskAsync(OrderAgingKpi.Contract, From, To, Grain)
                   let start = point.Period!.Value
                   let next = Grain switch { KpiGrain.Day => start.AddDays(1), KpiGrain.Week => start.AddDays(7), _ => start.AddMonths(1) }
                   let at = new[] { now, Midnight(next), Midnight(To) }.Min()
                   select (object?[])[at, .. Ages.Select(age => (object?)byAge.GetValueOrDefault((start, age)))]];
    }

    private async Task<List<object?[]>> ByChannelAsync(KpiContract kpi) =>
        [.. (await AskAsync(kpi, From, To, KpiGrain.Total, "channel")).Where(point => point.Denominator > 0)
            .Select(point => new object?[] { point.Dimensions[0], point.Value })];

    /// <summary>Of now: what depends on the place is not kept of the past.</summary>
    private async Task<List<object?[]>> AgingByAsync(string dimension)
    {
        var points = await _kpis.QueryAsync(new KpiQuery(OrderAgingKpi.Contract, GroupBy: [dimension, "age"], Filter: Filter("channel", "location")),
            CancellationToken.None);
        return [.. from point in points
                   group point by point.Dimensions[0] into one
                   orderby one.Sum(point => point.Numerator) descending, one.Key
                   select (object?[])[one.Key, .. Ages.Select(age => (object?)one.Where(point => point.Dimensions[1] == age).Sum(point => point.Numerator))]];
    }

    private async Task<List<object?[]>> SplitByLocationAsync() =>
        [.. from order in await RowsAsync(SplitShipmentRateKpi.Contract)
            from location in (string[])order["locations"]!
            group order by location into one
            let rate = (double)one.Count(IsSplit) / one.Count()
            orderby rate descending, one.Key
            select new object?[] { one.Key, rate }];

    private async Task<List<object?[]>> SkusAsync()
    {
        var lines = await RowsAsync(LineFillRateKpi.Contract);
        static bool Filled(IReadOnlyDictionary<string, object?> line) => Convert.ToBoolean(line["filled"], CultureInfo.InvariantCulture);
        var all = lines.Count(line => !Filled(line));
        return [.. (from line in lines
                    group line by (string)line["sku"]! into one
                    let shortOnes = one.Where(line => !Filled(line)).ToList()
                    where shortOnes.Count > 0
                    orderby shortOnes.Count descending, one.Key
                    // Of channels with as many, either may be named.
                    let most = shortOnes.GroupBy(line => (string)line["channel"]!).GroupBy(channel => channel.Count())
                        .MaxBy(count => count.Key)!.Select(channel => channel.Key).ToList()
                    select new object?[]
                    {
                        one.Key, shortOnes.Count, (double)shortOnes.Count / all,
                            shortOnes.Sum(line => Convert.ToInt64(line["quantity"], CultureInfo.InvariantCulture)), one.Count(),
                        (double)one.Count(Filled) / one.Count(), most,
                    }).Take(50)];
    }

    private async Task<List<object?[]>> OldestAsync()
    {
        var now = (await _kpis.BusinessNowAsync(CancellationToken.None)).UtcDateTime;
        var rows = await _kpis.RowsAsync(new KpiQuery(OrderAgingKpi.Contract, Filter: Filter("channel", "location")), 10_000, 0, CancellationToken.None);
        return [.. (from row in rows
                    let age = Convert.ToInt64(row["age_seconds"], CultureInfo.InvariantCulture)
                    orderby age descending, (string)row["order_id"]!
                    let promised = (DateTime)row["promised_at"]!
                    select new object?[]
                    {
                        row["order_id"], age / 86400.0, row["status"], Listed(row["holds"]), Listed(row["locations"]), row["channel"],
                        promised < now ? (Whole(now) - Whole(promised)) / 86400.0 : null, row["units"], row["waiting_units"], row["value"], row["currency"],
                    }).Take(100)];
    }

    private async Task<List<object?[]>> LateAsync() =>
        [.. (from order in await RowsAsync(OnTimeDeliveryKpi.Contract)
             where !Convert.ToBoolean(order["on_time"], CultureInfo.InvariantCulture)
             let late = Convert.ToInt64(order["late_seconds"], CultureInfo.InvariantCulture)
             orderby late descending, (string)order["order_id"]!
             let delivered = order["delivered_at"] as DateTime?
             select new object?[]
             {
                 order["order_id"], late / 86400.0, delivered?.ToString("d MMM yyyy", CultureInfo.InvariantCulture) ?? "not delivered", order["channel"],
                     order["country"], order["status"],
                 order["units"], order["value"], order["currency"],
             }).Take(100)];

    private async Task<List<object?[]>> CombinationsAsync()
    {
        var split = (await RowsAsync(SplitShipmentRateKpi.Contract)).Where(IsSplit).ToList();
        return [.. from order in split
                   group order by Joined(order["locations"]) into one
                   orderby one.Count() descending, one.Key
                   select new object?[] { one.Key, one.Count(), (double)one.Count() / split.Count }];
    }

    private async Task<List<object?[]>> MostSplitAsync() =>
        [.. (from order in await RowsAsync(SplitShipmentRateKpi.Contract)
             where IsSplit(order) && (!chosen.TryGetValue("location", out var locations) || ((string[])order["locations"]!).Intersect(locations).Any())
             let shipped = (DateTime)order["first_shipped_at"]!
             orderby Convert.ToInt64(order["shipment_count"], CultureInfo.InvariantCulture) descending, shipped descending, (string)order["order_id"]!
             select new object?[] { order["order_id"], order["shipment_count"], order["channel"], shipped.ToString("d MMM yyyy", CultureInfo.InvariantCulture),
                 Joined(order["locations"]) }).Take(100)];

    private static bool IsSplit(IReadOnlyDictionary<string, object?> order) => Convert.ToInt64(order["shipment_count"], CultureInfo.InvariantCulture) > 1;

    private static string Listed(object? list) => string.Join(", ", ((string[])list!).Where(each => each.Length > 0));

    private static string Joined(object? list) => string.Join(" + ", (string[])list!);

    private static long Whole(DateTime at) => at.Ticks / TimeSpan.TicksPerSecond;

    private static DateTime Midnight(DateOnly day) => day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    private async Task<decimal> OpenAsync(DateOnly end, params string[] ages)
    {
        var filter = Filter("channel");
        if (ages.Length > 0)
            filter["age"] = ages;
        return Assert.Single(await _kpis.QueryAsync(new KpiQuery(OrderAgingKpi.Contract, To: end, Filter: filter), CancellationToken.None)).Numerator;
    }

    private async Task<KpiPoint> TotalAsync(KpiContract kpi, DateOnly first, DateOnly end) => Assert.Single(await AskAsync(kpi, first, end, KpiGrain.Total));

    private Task<IReadOnlyList<KpiPoint>> AskAsync(KpiContract kpi, DateOnly first, DateOnly end, KpiGrain grain, params string[] by) =>
        _kpis.QueryAsync(new KpiQuery(kpi, first, end, grain, by, Filter("channel")), CancellationToken.None);

    private Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> RowsAsync(KpiContract kpi) =>
        _kpis.RowsAsync(new KpiQuery(kpi, From, To, Filter: Filter("channel")), 10_000, 0, CancellationToken.None);

    private Dictionary<string, IReadOnlyList<string>> Filter(params string[] names) =>
        names.Where(chosen.ContainsKey).ToDictionary(name => name, name => (IReadOnlyList<string>)chosen[name], StringComparer.Ordinal);
}
