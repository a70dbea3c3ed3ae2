using System.Globalization;
using ClickHouse.Driver.ADO;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.IntegrationTests.Database.ClickHouse;

namespace EcomIntel.IntegrationTests.Kpis;

/// <summary>A database with the hub's tables, at a business time of the test's choice, and contracts over rows that a test writes down.</summary>
internal sealed class KpiDatabase : IAsyncDisposable
{
    private static int _databases;

    private readonly ClickHouseConnection _connection;

    private KpiDatabase(ClickHouseConnection connection) => _connection = connection;

    public ClickHouseConnection Connection => _connection;

    public KpiQueries Kpis => new(_connection);

    public static async Task<KpiDatabase> CreateAsync(ClickHouseServer server, string name, string now)
    {
        var database = $"kpis_{name}_{Interlocked.Increment(ref _databases)}";
        await ClickHouseMigrations.ApplyAsync(server.ConnectionString(database), CancellationToken.None);
        var made = new KpiDatabase(await server.OpenAsync(database));
        await made.RunAsync($"INSERT INTO business_clock (now, sequence) SELECT toDateTime64('{now}', 6, 'UTC'), 1");
        return made;
    }

    /// <param name="columns">As ClickHouse's <c>values</c> takes them: <c>day Date32, numerator Int64</c>.</param>
    /// <param name="rows">As SQL tuples.</param>
    public static KpiContract Contract(KpiArithmetic arithmetic, KpiUnit unit, KpiDimension[] dimensions, string columns, params string[] rows) =>
        new($"SELECT * FROM values('{columns.Replace("'", @"\'", StringComparison.Ordinal)}', {string.Join(", ", rows)})", "SELECT 1", "SELECT 1")
        {
            Name = "example", Version = 1, Title = "Example", Description = "An example.", Arithmetic = arithmetic, Unit = unit, Better = Better.Higher,
                Formula = "as said",
            Numerator = "part", Denominator = "whole", DateMeaning = "day", Dimensions = dimensions, Source = [], Metric = "example", RowsOrder = "1",
        };

    /// <summary>Each point as <c>period dimensions currency: value numerator/denominator</c>, what is not there left out.</summary>
    public async Task<string[]> AskAsync(KpiContract kpi, string? from = null, string? to = null, KpiGrain grain = KpiGrain.Total, string? by = null,
        string? only = null)
    {
        var filter = only?.Split('=') is [var name, var value] ? new Dictionary<string, IReadOnlyList<string>> { [name] = value.Split(',') } : null;
        var points = await Kpis.QueryAsync(new(kpi, Day(from), Day(to), grain, by?.Split(','), filter), CancellationToken.None);
        return [.. points.Select(point =>
            string.Join(' ', ((string?[])[point.Period?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), .. point.Dimensions, point.Currency])
            .Where(part => part is not null))
            + $": {string.Join(' ', point.Measures.Select(measure => measure.Value is { } number ? Text((decimal)number) : "none"))}"
            + $" of {Text(point.Numerator)}/{Text(point.Denominator)}")];
    }

    public async Task RunAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public async Task<string> TextAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(CancellationToken.None), CultureInfo.InvariantCulture)!;
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static string Text(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);

    private static DateOnly? Day(string? day) => day is null ? null : DateOnly.Parse(day, CultureInfo.InvariantCulture);
}
