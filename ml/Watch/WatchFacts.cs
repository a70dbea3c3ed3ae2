using System.Data.Common;
using EcomIntel.Ml.Running;
using Npgsql;

namespace EcomIntel.Ml.Watch;

/// <summary>What a watch reads: facts of ClickHouse before an instant, and its own earlier runs.</summary>
internal sealed class WatchFacts(DbConnection clickHouse, NpgsqlDataSource postgres)
{
    private const string Items =
        """
        SELECT sku, tupleElement(latest, 1) AS name, tupleElement(latest, 2) AS category, tupleElement(latest, 3) AS price, tupleElement(latest, 4) AS cost
        FROM (SELECT sku, argMax(tuple(name, toString(category), toFloat64(price), toFloat64(unit_cost)), (time, sequence)) AS latest
              FROM item_versions WHERE time < {to:DateTime64(6, 'UTC')} GROUP BY sku)
        """;

    private const string Stock =
        """
        SELECT sku, toDate32(greatest(time, {from:DateTime64(6, 'UTC')} - INTERVAL 1 DAY)) AS day,
            toFloat64(sumIf(quantity, to_state = 'available') - sumIf(quantity, from_state = 'available')) AS units
        FROM stock_changes
        WHERE (from_state = 'available') != (to_state = 'available') AND time >= {since:DateTime64(6, 'UTC')} AND time < {to:DateTime64(6, 'UTC')}
        GROUP BY sku, day HAVING units <> 0
        """;

    private const string Runs = "SELECT due FROM model_runs WHERE job = $1 AND scored AND due >= $2 AND due < $3 ORDER BY due";

    private const string Currency =
        "SELECT settings->>'baseCurrency' FROM policies WHERE kind = 'purchasing' AND effective_at < $1 ORDER BY version DESC LIMIT 1";

    public static WatchFacts Of(ModelRun run) => new(run.ClickHouse, run.Postgres);

    /// <summary>Units by sku, part and step of what happened from one instant on and before another.</summary>
    public async Task<List<(string Sku, string Part, DateTime Step, double Units)>> StepsAsync(
        WatchDefinition definition, DateTimeOffset from, DateTimeOffset to, CancellationToken token)
    {
        var rows = new List<(string, string, DateTime, double)>();
        await using var row = await ReadAsync(definition.Steps, new() { ["from"] = from.UtcDateTime, ["to"] = to.UtcDateTime }, token);
        while (await row.ReadAsync(token))
            rows.Add((row.GetString(0), row.GetString(1), row.GetDateTime(2), row.GetDouble(3)));
        return rows;
    }

    /// <summary>By how much the units to sell changed by sku and day.</summary>
    /// <param name="whole">What was before is told too, as of the day before.</param>
    public async Task<List<(string Sku, DateOnly Day, double Units)>> StockAsync(DateTimeOffset from, DateTimeOffset to, bool whole, CancellationToken token)
    {
        var rows = new List<(string, DateOnly, double)>();
        var since = whole ? DateTime.UnixEpoch : from.UtcDateTime;
        await using var row = await ReadAsync(Stock, new() { ["from"] = from.UtcDateTime, ["since"] = since, ["to"] = to.UtcDateTime }, token);
        while (await row.ReadAsync(token))
            rows.Add((row.GetString(0), DateOnly.FromDateTime(row.GetDateTime(1)), row.GetDouble(2)));
        return rows;
    }

    public async Task<Dictionary<string, WatchedItem>> ItemsAsync(DateTimeOffset to, CancellationToken token)
    {
        var items = new Dictionary<string, WatchedItem>(StringComparer.Ordinal);
        await using var row = await ReadAsync(Items, new() { ["to"] = to.UtcDateTime }, token);
        while (await row.ReadAsync(token))
            items.Add(row.GetString(0), new(row.GetString(1), row.GetString(2), Number(row, 3), Number(row, 4)));
        return items;

        static double? Number(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetDouble(column);
    }

    /// <summary>The instants at which a job scored, from one on and before another.</summary>
    public async Task<IReadOnlyList<DateTimeOffset>> RunsAsync(string job, DateTimeOffset from, DateTimeOffset before, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Runs);
        command.Parameters.Add(new() { Value = job });
        command.Parameters.Add(new() { Value = from.ToUniversalTime() });
        command.Parameters.Add(new() { Value = before.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(token);
        var runs = new List<DateTimeOffset>();
        while (await row.ReadAsync(token))
            runs.Add(row.GetFieldValue<DateTimeOffset>(0));
        return runs;
    }

    /// <summary>In which items have their prices and costs.</summary>
    public async Task<string> CurrencyAsync(DateTimeOffset asOf, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Currency);
        command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
        return await command.ExecuteScalarAsync(token) as string ?? "GBP";
    }

    private async Task<DbDataReader> ReadAsync(string sql, Dictionary<string, object> parameters, CancellationToken token)
    {
        await using var command = clickHouse.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return await command.ExecuteReaderAsync(token);
    }
}
