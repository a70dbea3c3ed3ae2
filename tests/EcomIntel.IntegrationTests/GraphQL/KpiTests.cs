using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.Core.Kpis.LineFillRate;
using EcomIntel.Core.Kpis.ReturnRate;

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
            Asked[] questions =
            [
                new(KpiGrain.Total),
                new(KpiGrain.Total, GroupBy: [.. kpi.Dimensions.Take(2).Select(dimension => dimension.Name)]),
                new(KpiGrain.Total, Channels: ["web", "export"]),
                new(KpiGrain.Day, FirstMonday, LastMonday, Channels: ["wholesale"]),
                new(KpiGrain.Week, FirstMonday, LastMonday, dimensions[..1]),
                new(KpiGrain.Total, FirstMonday, LastMonday, [.. dimensions.Reverse().Take(2)]),
                new(KpiGrain.Month, February, March),
                new(KpiGrain.Day, February, March, dimensions[..1]),
            ];
            foreach (var question in questions.Where(asked => asked.Channels is null || kpi.Dimension("channel") is not null))
            {
                var asked = kpi.Apart is { } apart && question.GroupBy?.Contains(apart) != true
                    ? question with { GroupBy = [apart, .. question.GroupBy ?? []] }
                    : question;
                var filter = asked.Channels is { } channels ? new Dictionary<string, IReadOnlyList<string>> { ["channel"] = channels } : null;
                var query = new KpiQuery(kpi, asked.From, asked.To, asked.Grain, asked.GroupBy, filter);
                var wanted = await contracts.QueryAsync(query, CancellationToken.None);
                // Three weeks before three weeks; January before February, and no further into it than February has come.
                var (from, to, asOf) = asked.From == FirstMonday
                    ? (new DateOnly(2023, 12, 18), FirstMonday, (DateTimeOffset?)null)
                    : (new DateOnly(2024, 1, 1), February, now.AddDays(-31));
                var previous = query with { From = from, To = to, AsOf = asOf };
                var before = asked.From is null ? [] : await contracts.QueryAsync(previous, CancellationToken.None);
                bool IsBefore(KpiPoint other, KpiPoint point) =>
                    Place(asked.Grain, other.Period, from) == Place(asked.Grain, point.Period, asked.From!.Value)
                    && other.Dimensions.SequenceEqual(point.Dimensions);
                var lines = wanted.Select(point => Line(point, asked.From is null ? null : before.SingleOrDefault(other => IsBefore(other, point))));

                var figures = (await hub.Api.DataAsync(
                    """
                    query ($name: String!, $from: Date, $to: Date, $grain: KpiGrain!, $groupBy: [String!]!, $filter: [KpiFilter!]!, $compare: Boolean!) {
                      kpi(name: $name) { figures(from: $from, to: $to, grain: $grain, groupBy: $groupBy, filter: $filter, compare: $compare) {
                        asOf previousFrom previousTo
                        points { period dimensions value numerator denominator standing change previous { period value numerator denominator } } } }
                    }
                    """, new
                    {
                        name = kpi.Name,
                        from = asked.From,
                        to = asked.To,
                        grain = asked.Grain.ToString().ToUpperInvariant(),
                        groupBy = asked.GroupBy ?? [],
                        compare = asked.From is not null,
                        filter = asked.Channels is null ? Array.Empty<object>() : [new { dimension = "channel", values = asked.Channels }],
                    })).GetProperty("kpi").GetProperty("figures");
                Assert.Equal(now, figures.GetProperty("asOf").GetDateTimeOffset());
                string? Previous(DateOnly day) => asked.From is null ? null : day.ToString("O", CultureInfo.InvariantCulture);
                Assert.Equal(Previous(from), figures.GetProperty("previousFrom").GetString());
                Assert.Equal(Previous(to), figures.GetProperty("previousTo").GetString());
                var shown = figures.GetProperty("points").EnumerateArray().ToList();
                Assert.Equal($"{kpi.Name} {asked}\n{string.Join('\n', lines)}", $"{kpi.Name} {asked}\n{string.Join('\n', shown.Select(Line))}");
                foreach (var point in shown)
                    Stands(kpi, point);
                points += wanted.Count;
                compared += shown.Select(point => point.GetProperty("previous")).Count(point =>
                    point.ValueKind == JsonValueKind.Object && point.GetProperty("denominator").GetInt64() > 0);
            }
        }
        Assert.True(points > 100 && compared > 10, $"{points} points, {compared} of them compared: too few to mean anything");
    }

    [Fact]
    public async Task A_figure_opens_into_as_many_rows_as_it_counts()
    {
        // An average over days opens into what is there now, which is no count of days.
        foreach (var kpi in KpiCatalogue.All.Where(kpi => kpi.Kind != KpiKind.AverageBalance && kpi.Dimension("channel") is not null))
            foreach (var range in (string[])["", "from: \"2024-01-08\", to: \"2024-01-22\", "])
            {
                if (!kpi.Arithmetic.IsOverDays && range.Length > 0)
                    continue;
                var filter = $$"""{{range}}filter: [{ dimension: "channel", values: ["wholesale"] }]""";
                var data = await hub.Api.DataAsync(
                    $$"""{ kpi(name: "{{kpi.Name}}") { figures({{filter}}) { points { numerator denominator exactDenominator } } } }""");
                var figure = data.GetProperty("kpi").GetProperty("figures").GetProperty("points")[0];
                var (rows, after) = (new List<JsonElement>(), (string?)null);
                do
                {
                    var page = (await hub.Api.DataAsync(
                        $$"""
                        query ($after: String) { kpi(name: "{{kpi.Name}}") { rows({{filter}}, first: 700, after: $after) {
                          nodes { order { orderId channel } cells { name value } } pageInfo { hasNextPage endCursor } } } }
                        """,
                        new { after })).GetProperty("kpi").GetProperty("rows");
                    rows.AddRange(page.GetProperty("nodes").EnumerateArray());
                    var info = page.GetProperty("pageInfo");
                    after = info.GetProperty("hasNextPage").GetBoolean() ? info.GetProperty("endCursor").GetString() : null;
                }
                while (after is not null);
                var counted = Decimal(figure.GetProperty("exactDenominator"));
                var summed = kpi.Unit.IsMoney ? "value" : kpi == ReturnRateKpi.Contract ? "units_shipped" : null;
                var opened = summed is null ? rows.Count : rows.Sum(row => decimal.Parse(Cell(row, summed)!, CultureInfo.InvariantCulture));
                Assert.True(counted == opened, $"{kpi.Name} {range} counts {counted} and opens into {opened}");
                Assert.Equal(rows.Count, rows.Select(row => row.GetProperty("cells").GetRawText()).Distinct().Count());
                Assert.All(rows, row => Assert.Equal(Cell(row, "order_id"), row.GetProperty("order").GetProperty("orderId").GetString()));
                Assert.All(rows, row => Assert.Equal("wholesale", row.GetProperty("order").GetProperty("channel").GetString()));
                if (kpi == LineFillRateKpi.Contract)
                    Assert.Equal(figure.GetProperty("numerator").GetInt64(), rows.Count(row => Cell(row, "filled") is "true" or "1"));
            }
    }

    [Fact]
    public async Task A_range_that_ends_with_its_last_day_is_the_one_that_ends_before_the_next_and_decimals_say_all_of_a_figure()
    {
        foreach (var kpi in KpiCatalogue.All)
        {
            var apart = kpi.Apart is { } dimension ? $", groupBy: [\"{dimension}\"]" : "";
            async Task<string> AskAsync(string end) => (await hub.Api.DataAsync(
                $$"""
                { kpi(name: "{{kpi.Name}}") { figures(from: "2024-01-08", {{end}}, compare: true{{apart}}) { previousTo previousLast points {
                  currency value exactValue numerator exactNumerator denominator exactDenominator measures { name value } } } } }
                """)).GetProperty("kpi").GetProperty("figures").GetRawText();
            var figures = await AskAsync("last: \"2024-01-28\"");
            Assert.Equal(await AskAsync("to: \"2024-01-29\""), figures);
            using var json = JsonDocument.Parse(figures);
            Assert.Equal("2024-01-08", json.RootElement.GetProperty("previousTo").GetString());
            Assert.Equal("2024-01-07", json.RootElement.GetProperty("previousLast").GetString());
            foreach (var point in json.RootElement.GetProperty("points").EnumerateArray())
            {
                Assert.Equal(kpi.Unit.IsMoney, point.GetProperty("currency").ValueKind == JsonValueKind.String);
                var measures = point.GetProperty("measures").EnumerateArray().Select(measure => measure.GetProperty("name").GetString()!);
                Assert.Equal(kpi.Arithmetic.Measures.Select(measure => measure.Name), measures);
                // Nobody works cases here: of none resolved there is no time that they took.
                if (point.GetProperty("value").ValueKind == JsonValueKind.Null)
                    Assert.Equal((JsonValueKind.Null, 0m),
                        (point.GetProperty("exactValue").ValueKind, Decimal(point.GetProperty("exactDenominator"))));
                else
                    Assert.Equal(point.GetProperty("value").GetDouble(), (double)Decimal(point.GetProperty("exactValue")), 9);
                Assert.InRange((decimal)point.GetProperty("numerator").GetInt64() - Decimal(point.GetProperty("exactNumerator")), -0.5m, 0.5m);
            }
        }
        var both = await hub.Api.AskAsync("""{ kpi(name: "line_fill_rate") { figures(from: "2024-01-08", to: "2024-01-29", last: "2024-01-28") { asOf } } }""");
        Assert.Contains("give one of them", both.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_contract_is_told_as_it_is()
    {
        var data = await hub.Api.DataAsync("""
            {
              kpis {
                name version title unit formula kind better dimensions { name nowOnly isList } thresholds { target warning critical }
              }
            }
            """);
        static string Dimensions(JsonElement kpi) =>
            string.Join(',', kpi.GetProperty("dimensions").EnumerateArray().Select(dimension => dimension.GetProperty("name").GetString()));
        var shown = data.GetProperty("kpis").EnumerateArray().Select(kpi => (
            kpi.GetProperty("name").GetString()!,
            kpi.GetProperty("version").GetInt32(),
            kpi.GetProperty("formula").GetString()!,
            Dimensions(kpi)));
        var contracts = KpiCatalogue.All.Select(kpi => (
            kpi.Name, kpi.Version, kpi.Formula, string.Join(',', kpi.Dimensions.Select(dimension => dimension.Name))));
        Assert.Equal(contracts, shown);
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
        var standing = value < limits.Critical * sign ? "CRITICAL"
            : value < limits.Warning * sign ? "WARNING"
            : value < limits.Target * sign ? "OFF_TARGET"
            : "ON_TARGET";
        Assert.Equal(standing, point.GetProperty("standing").GetString());
    }

    private static int Place(KpiGrain grain, DateOnly? period, DateOnly from) => period is not { } day ? 0 : grain switch
    {
        KpiGrain.Week => (day.DayNumber - from.DayNumber) / 7,
        KpiGrain.Month => day.Month - from.Month,
        _ => day.DayNumber - from.DayNumber,
    };

    private static string? Cell(JsonElement row, string name)
    {
        var cell = row.GetProperty("cells").EnumerateArray().Single(cell => cell.GetProperty("name").GetString() == name);
        return cell.GetProperty("value").GetString();
    }

    private static decimal Decimal(JsonElement text) => decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture);

    private static string Whole(KpiPoint point) =>
        $"{Math.Round(point.Numerator, MidpointRounding.AwayFromZero):0}/{Math.Round(point.Denominator, MidpointRounding.AwayFromZero):0}";

    private static string Line(KpiPoint point, KpiPoint? before)
    {
        var previous = before is null ? "" : $"{Day(before.Period)} {Number(before.Value)} {Whole(before)}";
        return $"{Day(point.Period)} [{string.Join(',', point.Dimensions)}] {Number(point.Value)} {Whole(point)} {previous} "
            + Number(point.Value - before?.Value);
    }

    private static string Line(JsonElement point)
    {
        var before = point.GetProperty("previous");
        var dimensions = string.Join(',', point.GetProperty("dimensions").EnumerateArray().Select(value => value.GetString()));
        var previous = before.ValueKind == JsonValueKind.Null ? "" : $"{before.GetProperty("period").GetString()} {Figures(before)}";
        return $"{point.GetProperty("period").GetString()} [{dimensions}] {Figures(point)} {previous} {Number(point.GetProperty("change"))}";

        static string Figures(JsonElement of) => $"{Number(of.GetProperty("value"))} {of.GetProperty("numerator")}/{of.GetProperty("denominator")}";
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string? Number(double? number) => number?.ToString("R", CultureInfo.InvariantCulture);

    private static string? Number(JsonElement number) => number.ValueKind == JsonValueKind.Null ? null : Number(number.GetDouble());
}
