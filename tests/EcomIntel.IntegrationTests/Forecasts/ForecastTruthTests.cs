using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.ForecastBias;
using EcomIntel.Core.Kpis.ForecastError;
using EcomIntel.IntegrationTests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Forecasts;

/// <summary>The same days as <see cref="ForecastKpiTests"/>, by events on a real PostgreSQL.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class ForecastTruthTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_truth_counts_what_was_ordered_on_the_days_of_a_forecast()
    {
        var events = new List<CloudEvent>();
        Add(EventCatalogue.LocationUpdated, "north", new LocationUpdated("North"), -1);
        foreach (var sku in (string[])["a", "b", "c"])
            Add(EventCatalogue.ItemUpdated, sku, new ItemUpdated(sku), -1);
        Order("0", "a", 7, -0.5);
        Order("1", "a", 4, 0);
        Add(EventCatalogue.ForecastUpdated, "a", Forecast(10), 0.2);
        Add(EventCatalogue.ForecastUpdated, "b", Forecast(1), 0.2);
        Add(EventCatalogue.ForecastUpdated, "c", Forecast(3), 0.2);
        Order("4", "b", 5, 2.5);
        Order("2", "a", 2, 6.99);
        Order("3", "a", 5, 7);
        await using var database = await postgres.CreateAsync();
        await new ReplayedStream(events).ApplyAsync(database, 3);
        await database.AssertSoundAsync();
        Assert.Equal(["2026-01-01 7 11.0000/11", " 7 11.0000/11"], await FiguresAsync(database, ForecastErrorKpi.Contract));
        Assert.Equal(["2026-01-01 7 3.0000/11", " 7 3.0000/11"], await FiguresAsync(database, ForecastBiasKpi.Contract));

        void Add(EventType type, string subject, IEventData data, double day) =>
            events.Add(new($"e-{events.Count}", "tests", type, subject, First.AddDays(day), data));

        void Order(string id, string sku, long units, double day) =>
            Add(EventCatalogue.OrderPlaced, id, new OrderPlaced("web", [new(1, new(sku), units, 1m)]), day);

        // The first week alone; 28 days are not over.
        static ForecastUpdated Forecast(decimal units) => new("1", First, [0.5m, 0.9m],
            [new(new("north"), "tsb", [units, .. Enumerable.Repeat(0m, 27)], [new(28, [units, 2 * units])])]);
    }

    private static async Task<List<string>> FiguresAsync(Processing.Database database, KpiContract kpi)
    {
        await using var command = database.Source.CreateCommand(kpi.TruthSql);
        command.Parameters.Add(new NpgsqlParameter { Value = First.AddDays(7.5) });
        await using var row = await command.ExecuteReaderAsync();
        var figures = new List<string>();
        while (await row.ReadAsync())
            figures.Add(string.Create(CultureInfo.InvariantCulture,
                $"{(row.IsDBNull(0) ? null : row.GetFieldValue<DateOnly>(0)):yyyy-MM-dd} {row.GetString(1)} {row.GetDecimal(2)}/{row.GetDecimal(3)}"));
        return [.. figures.OrderByDescending(figure => figure, StringComparer.Ordinal)];
    }
}
