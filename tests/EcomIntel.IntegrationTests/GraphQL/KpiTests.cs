using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Kpis;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>A figure is what its contract says, whichever way it is asked for.</summary>
[Collection(nameof(ApiCollection))]
public sealed class KpiTests(ApiHub hub)
{
    private sealed record Asked(KpiGrain Grain, DateOnly? From = null, DateOnly? To = null, string[]? GroupBy = null, string[]? Channels = null);

    private static readonly DateOnly FirstMonday = new(2024, 1, 8), LastMonday = new(2024, 1, 29), February = new(2024, 2, 1), March = new(2024, 3, 1);

    [Fact]
    public async Task Figures_are_those_of_the_contract_and_the_range_before_them_those_of_a_second_query()
    {
        await using var clickHouse = ClickHouseDatabase.Connection(hub.Hub.Addresses.ClickHouse!);
        var contracts = new KpiQueries(clickHouse);
        var now = await contracts.BusinessNowAsync(CancellationToken.None);
        var (points, compared) = (0, 0);
        foreach (var kpi in KpiCatalogue.All)
        {
            string[] dimensions = [.. kpi.Dimensions.Where(dimension => !dimension.NowOnly).Select(dimension => dimension.Name)];
            foreach (var asked in (Asked[])[
                new(KpiGrain.Total), new(KpiGrain.Total, GroupBy: [.. kpi.Dimensions.Take(2).Select(dimension => dimension.Name)]), new(KpiGrain.Total, Channels: ["web", "export"]),
                new(KpiGrain.Day, FirstMonday, LastMonday, Channels: ["wholesale"]), new(KpiGrain.Week, FirstMonday, LastMonday, dimensions[..1]), new(KpiGrain.Total, FirstMonday, LastMonday, [.. dimensions.Reverse().Take(2)]),
                new(KpiGrain.Month, February, March), new(KpiGrain.Day, February, March, dimensions[..1])])
            {
                var filter = asked.Channels is { } channels ? new Dictionary<string, IReadOnlyList<string>> { ["channel"] = channels } : null;
                var query = new KpiQuery(kpi, asked.From, asked.To, asked.Grain, asked.GroupBy, filter);
                var wanted = await contracts.QueryAsync(query, CancellationToken.None);
                // Three weeks before three weeks; January before February, and no further into it than February has come.
                var range = asked.From == FirstMonday ? (new DateOnly(2023, 12, 18), FirstMonday, (DateTimeOffset?)null) : (new DateOnly(2024, 1, 1), February, now.AddDays(-31));
                var before = asked.From is null ? [] : await contracts.QueryAsync(query with { From = range.Item1, To = range.Item2, AsOf = range.Item3 }, CancellationToken.None);
                int Place(DateOnly? period, DateOnly from) => period is not { } day ? 0 : asked.Grain switch { KpiGrain.Week => (day.DayNumber - from.DayNumber) / 7, KpiGrain.Month => day.Month - from.Month, _ => day.DayNumber - from.DayNumber };
                var lines = wanted.Select(point => Line(point, asked.From is null ? null
                    : before.SingleOrDefault(other => Place(other.Period, range.Item1) == Place(point.Period, asked.From.Value) && other.Dimensions.SequenceEqual(point.Dimensions))));

                var figures = (await hub.Api.DataAsync(
                    """
                    query ($name: String!, $from: Date, $to: Date, $grain: KpiGrain!, $groupBy: [String!]!, $filter: [KpiFilter!]!, $compare: Boolean!) {
                      kpi(name: $name) { figures(from: $from, to: $to, grain: $grain, groupBy: $groupBy, filter: $filter, compare: $compare) {
                        asOf previousFrom previousTo points { period dimensions value numerator denominator standing change previous { period value numerator denominator } } } }
                    }
                    """, new
                    {
                        name = kpi.Name, from = asked.From, to = asked.To, grain = asked.Grain.ToString().ToUpperInvariant(), groupBy = asked.GroupBy ?? [], compare = asked.From is not null,
                        filter = asked.Channels is null ? Array.Empty<object>() : [new { dimension = "channel", values = asked.Channels }],
                    })).GetProperty("kpi").GetProperty("figures");
                Assert.Equal(now, figures.GetProperty("asOf").GetDateTimeOffset());
                Assert.Equal(asked.From is null ? null : range.Item1.ToString("O", CultureInfo.InvariantCulture), figures.GetProperty("previousFrom").GetString());
                Assert.Equal(asked.From is null ? null : range.Item2.ToString("O", CultureInfo.InvariantCulture), figures.GetProperty("previousTo").GetString());
                Assert.Equal($"{kpi.Name} {asked}\n{string.Join('\n', lines)}", $"{kpi.Name} {asked}\n{string.Join('\n', figures.GetProperty("points").EnumerateArray().Select(Line))}");
                foreach (var point in figures.GetProperty("points").EnumerateArray())
                    Stands(kpi, point);
                points += wanted.Count;
                compared += figures.GetProperty("points").EnumerateArray().Count(point => point.GetProperty("previous").ValueKind == JsonValueKind.Object && point.GetProperty("previous").GetProperty("denominator").GetInt64() > 0);
            }
        }
        Assert.True(points > 100 && compared > 10, $"{points} points, {compared} of them compared: too few to mean anything");
    }

    [Fact]
    public async Task A_figure_opens_into_as_many_rows_as_it_counts()
    {
        foreach (var kpi in KpiCatalogue.All)
            foreach (var range in (string[])["", "from: \"2024-01-08\", to: \"2024-01-22\", "])
            {
                if (kpi.Kind == KpiKind.Snapshot && range.Length > 0)
                    continue;
                var figure = (await hub.Api.DataAsync($$"""{ kpi(name: "{{kpi.Name}}") { figures({{range}}filter: [{ dimension: "channel", values: ["wholesale"] }]) { points { numerator denominator } } } }""")).GetProperty("kpi").GetProperty("figures").GetProperty("points")[0];
                var (rows, after) = (new List<JsonElement>(), (string?)null);
                do
                {
                    var page = (await hub.Api.DataAsync(
                        $$"""query ($after: String) { kpi(name: "{{kpi.Name}}") { rows({{range}}filter: [{ dimension: "channel", values: ["wholesale"] }], first: 700, after: $after) { nodes { order { orderId channel } cells { name value } } pageInfo { hasNextPage endCursor } } } }""",
                        new { after })).GetProperty("kpi").GetProperty("rows");
                    rows.AddRange(page.GetProperty("nodes").EnumerateArray());
                    after = page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean() ? page.GetProperty("pageInfo").GetProperty("endCursor").GetString() : null;
                }
                while (after is not null);
                Assert.True(figure.GetProperty("denominator").GetInt64() == rows.Count, $"{kpi.Name} {range} counts {figure.GetProperty("denominator")} and opens into {rows.Count} rows");
                Assert.Equal(rows.Count, rows.Select(row => row.GetProperty("cells").GetRawText()).Distinct().Count());
                Assert.All(rows, row => Assert.Equal((Cell(row, "order_id"), "wholesale"), (row.GetProperty("order").GetProperty("orderId").GetString(), row.GetProperty("order").GetProperty("channel").GetString())));
                if (kpi == KpiCatalogue.LineFillRate)
                    Assert.Equal(figure.GetProperty("numerator").GetInt64(), rows.Count(row => Cell(row, "filled") is "true" or "1"));
            }
    }

    [Fact]
    public async Task Every_contract_is_told_as_it_is()
    {
        var told = (await hub.Api.DataAsync("{ kpis { name version title unit formula kind better dimensions { name nowOnly isList } thresholds { target warning critical } } }")).GetProperty("kpis").EnumerateArray().ToList();
        Assert.Equal(KpiCatalogue.All.Select(kpi => (kpi.Name, kpi.Version, kpi.Formula, string.Join(',', kpi.Dimensions.Select(dimension => dimension.Name)))),
            told.Select(kpi => (kpi.GetProperty("name").GetString()!, kpi.GetProperty("version").GetInt32(), kpi.GetProperty("formula").GetString()!, string.Join(',', kpi.GetProperty("dimensions").EnumerateArray().Select(dimension => dimension.GetProperty("name").GetString())))));
        Assert.Equal(JsonValueKind.Null, (await hub.Api.DataAsync("{ kpi(name: \"no such\") { name } }")).GetProperty("kpi").ValueKind);
    }

    private static void Stands(KpiContract kpi, JsonElement point)
    {
        if (kpi.Thresholds is not { } limits || point.GetProperty("value").ValueKind == JsonValueKind.Null)
        {
            Assert.Equal(JsonValueKind.Null, point.GetProperty("standing").ValueKind);
            return;
        }
        var sign = kpi.Better == Better.Higher ? 1 : -1;
        var value = point.GetProperty("value").GetDouble() * sign;
        Assert.Equal(value < limits.Critical * sign ? "CRITICAL" : value < limits.Warning * sign ? "WARNING" : value < limits.Target * sign ? "OFF_TARGET" : "ON_TARGET", point.GetProperty("standing").GetString());
    }

    private static string? Cell(JsonElement row, string name) => row.GetProperty("cells").EnumerateArray().Single(cell => cell.GetProperty("name").GetString() == name).GetProperty("value").GetString();

    private static string Line(KpiPoint point, KpiPoint? before) =>
        $"{Day(point.Period)} [{string.Join(',', point.Dimensions)}] {Number(point.Value)} {point.Numerator}/{point.Denominator} {(before is null ? "" : $"{Day(before.Period)} {Number(before.Value)} {before.Numerator}/{before.Denominator}")} {Number(point.Value - before?.Value)}";

    private static string Line(JsonElement point)
    {
        var before = point.GetProperty("previous");
        return $"{point.GetProperty("period").GetString()} [{string.Join(',', point.GetProperty("dimensions").EnumerateArray().Select(value => value.GetString()))}] {Number(point.GetProperty("value"))} {point.GetProperty("numerator")}/{point.GetProperty("denominator")} "
            + $"{(before.ValueKind == JsonValueKind.Null ? "" : $"{before.GetProperty("period").GetString()} {Number(before.GetProperty("value"))} {before.GetProperty("numerator")}/{before.GetProperty("denominator")}")} {Number(point.GetProperty("change"))}";
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    private static string? Number(JsonElement number) => number.ValueKind == JsonValueKind.Null ? null : Number(number.GetDouble());
}
