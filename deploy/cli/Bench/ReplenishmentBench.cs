using EcomIntel.Cli.Supervisor;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Cli.Bench;

/// <summary>What <c>bench replenishment</c> measured.</summary>
/// <param name="Pairs">Skus x locations that one run looked at.</param>
/// <param name="Seconds">One run, from the batch's beginning to its commit: what it reads, decides and writes.</param>
/// <param name="SqlSeconds">Plain SQL that reads the same tables and writes as many of the same rows, in one transaction.</param>
/// <param name="Ratio">Seconds / SqlSeconds.</param>
internal sealed record ReplenishmentBenchResult(long Pairs, double Seconds, double SqlSeconds, double Ratio, long Proposals, long DemandRows);

/// <summary>
/// A network of four locations with a year of demand, all of it in PostgreSQL, and one of the days' runs of replenishment. The day before is run first, so
/// that the programs are warm, and its proposals are taken away: as many are made anew.
/// </summary>
internal sealed class ReplenishmentBench(string folder, Action<string> progress)
{
    private const string Fill = """
        INSERT INTO locations (location, name, kind, priority, active, updated_at, updated_by)
        SELECT 'node-' || n, 'Node ' || n, 'warehouse', n, true, '2025-01-01Z', gen_random_uuid() FROM generate_series(1, 4) n;
        INSERT INTO items (sku, name, category, unit_cost, hazmat, active, updated_at, updated_by)
        SELECT 'sku-' || n, 'Item ' || n, 'c' || n % 20, 2, false, true, '2025-01-01Z', gen_random_uuid() FROM generate_series(1, $SKUS) n;
        INSERT INTO suppliers (supplier_id, name, currency, payment_days, minimum_order_value, lead_time_days, short_tolerance, over_tolerance,
            price_tolerance, inspect_receipts, rank, active, updated_at, updated_by)
        SELECT 'supplier-' || n, 'Supplier ' || n, 'GBP', 30, 100, 5 + n % 20, 0, 0, 0, false, n, true, '2025-01-01Z', gen_random_uuid()
        FROM generate_series(1, 40) n;
        INSERT INTO supplier_items (supplier_id, sku, price, minimum_quantity, pack_multiple, rank, active, updated_at, updated_by)
        SELECT 'supplier-' || 1 + (n + offer * 7) % 40, 'sku-' || n, 1 + n % 9, 1 + n % 6, 1 + n % 4, offer, true, '2025-01-01Z', gen_random_uuid()
        FROM generate_series(1, $SKUS) n, generate_series(0, 1) offer;
        INSERT INTO stock_balances (sku, location, lot, state, quantity)
        SELECT 'sku-' || n, 'node-' || place, '', 'available', (hashint4(n * 4 + place) & 63) FROM generate_series(1, $SKUS) n, generate_series(1, 4) place;
        INSERT INTO units_on_order (sku, location, on_order, to_be_sent)
        SELECT 'sku-' || n, 'node-' || place, 5, 0 FROM generate_series(1, $SKUS) n, generate_series(1, 4) place WHERE (hashint4(n * 8 + place) & 7) = 0;
        INSERT INTO demand_days (day, sku, location, units)
        SELECT date '2025-12-31' - day, 'sku-' || n, 'node-' || place, 1 + (hash & 7)
        FROM generate_series(0, 364) day, generate_series(1, $SKUS) n, generate_series(1, 4) place,
            LATERAL (SELECT hashint4((n * 4 + place) * 367 + day) AS hash) h
        WHERE ((hash >> 8) & 15) = 0;
        INSERT INTO demand_sums (sku, location, units, squares, first_day)
        SELECT sku, location, coalesce(sum(units) FILTER (WHERE day >= date '2025-11-06'), 0),
            coalesce(sum(units::numeric * units) FILTER (WHERE day >= date '2025-11-06'), 0), min(day)
        FROM demand_days GROUP BY sku, location;
        UPDATE replenishment_state SET rolled_from = '2025-01-01', rolled_until = '2026-01-01', window_days = 56, ran_at = '2026-01-01 05:00Z';
        INSERT INTO orders (order_id, version, status, channel, currency, tier, ship_complete, placed_at, promised_at, closed_at)
        SELECT 'order-' || day || '-' || n, 1, 'DELIVERED', 'web', 'GBP', 5, false, at, at, at
        FROM generate_series(0, 1) day, generate_series(1, 10000) n, LATERAL (SELECT timestamptz '2026-01-01 09:00Z' + day * interval '1 day' AS at) t;
        INSERT INTO order_lines (order_id, line, sku, price, ordered, cancelled, sourced, backordered, rejected, due)
        SELECT order_id, 1, 'sku-' || 1 + (hashtext(order_id) & 16777215) % $SKUS, 5, 2, 0, 2, false, false, true FROM orders;
        INSERT INTO allocations (order_id, line, number, location, lot, status, quantity, picked, packed)
        SELECT order_id, 1, 1, 'node-' || 1 + (hashtext(order_id || 'x') & 3), '', 'RELEASED', 2, 2, 2 FROM orders;
        UPDATE business_clock SET mode = 'stream', now = '2026-01-02 04:00Z';
        """;

    private const string Again = """
        TRUNCATE replenishment_proposals;
        TRUNCATE outbox;
        """;

    // Reads each row that the run reads, in joins as a report would have it; then writes copies of the rows that it wrote.
    private const string Plain = """
        SELECT count(*), sum(s.units), sum(s.squares), sum(b.available), sum(u.on_order), sum(o.price), sum(i.unit_cost)
        FROM demand_sums s
            LEFT JOIN (SELECT sku, location, sum(quantity) FILTER (WHERE state = 'available') AS available FROM stock_balances GROUP BY sku, location) b
                USING (sku, location)
            LEFT JOIN units_on_order u USING (sku, location)
            LEFT JOIN (
                SELECT DISTINCT ON (sku) sku, price FROM supplier_items JOIN suppliers USING (supplier_id) ORDER BY sku, supplier_items.rank, supplier_id) o
                USING (sku)
            JOIN items i USING (sku);
        INSERT INTO bench_days
        SELECT (o.placed_at AT TIME ZONE 'UTC')::date, l.sku, a.location, sum(a.quantity)
        FROM orders o JOIN order_lines l USING (order_id) JOIN allocations a USING (order_id, line)
        WHERE o.placed_at >= '2026-01-02Z' AND o.placed_at < '2026-01-03Z' GROUP BY 1, 2, 3;
        UPDATE demand_sums s SET units = s.units + d.units - d.units, squares = s.squares + d.units - d.units
        FROM (SELECT sku, location, sum(units)::bigint AS units FROM demand_days WHERE day IN ('2025-11-07', '2026-01-02') GROUP BY sku, location) d
        WHERE d.sku = s.sku AND d.location = s.location;
        INSERT INTO bench_proposals SELECT * FROM replenishment_proposals;
        INSERT INTO bench_outbox SELECT * FROM outbox;
        """;

    /// <param name="pairs">A multiple of 4.</param>
    public async Task<ReplenishmentBenchResult> RunAsync(int pairs, CancellationToken token)
    {
        var instance = Instance.Open(Path.Combine(folder, "replenishment"));
        try
        {
            await instance.EnsureUpAsync(new UpOptions { EnginesOnly = true, Engines = ["postgres"] }, null, token);
            await using var owner = NpgsqlDataSource.Create(instance.Addresses.PostgresOwner! + ";Command Timeout=600");
            progress($"a year of demand of {pairs} skus x locations");
            await ExecuteAsync(owner, Fill.Replace("$SKUS", $"{pairs / 4}", StringComparison.Ordinal), token);
            await ExecuteAsync(owner, "VACUUM ANALYZE", token);
            await using var postgres = PostgresDataSource.Create(instance.Addresses.Postgres!, "ecomintel bench");
            var processor = new BatchProcessor(postgres, Domain.Slices, new(TimeProvider.System));
            progress("the run of the day before");
            await PassAsync(processor, new(2026, 1, 2, 6, 0, 0, TimeSpan.Zero), token);
            await ExecuteAsync(owner, Again, token);
            progress("the run that is measured");
            var began = TimeProvider.System.GetTimestamp();
            await PassAsync(processor, new(2026, 1, 3, 6, 0, 0, TimeSpan.Zero), token);
            var seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            progress("plain SQL over the same rows");
            await ExecuteAsync(owner, """
                CREATE TABLE bench_days (LIKE demand_days INCLUDING ALL);
                CREATE TABLE bench_proposals (LIKE replenishment_proposals INCLUDING ALL);
                CREATE TABLE bench_outbox (LIKE outbox INCLUDING ALL);
                """, token);
            began = TimeProvider.System.GetTimestamp();
            await ExecuteAsync(owner, $"BEGIN; {Plain} COMMIT", token);
            var sql = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
            return new(
                await LongAsync(owner, "SELECT count(*) FROM demand_sums", token), Math.Round(seconds, 2), Math.Round(sql, 2), Math.Round(seconds / sql, 2),
                await LongAsync(owner, "SELECT count(*) FROM replenishment_proposals", token),
                await LongAsync(owner, "SELECT count(*) FROM demand_days", token));
        }
        finally
        {
            await instance.DownAsync(CancellationToken.None);
        }
    }

    private static async Task PassAsync(BatchProcessor processor, DateTimeOffset instant, CancellationToken token) =>
        await processor.ApplyAsync(new Batch("bench", ClockMode.Stream, [new Step(null, instant)], []), token);

    private static async Task ExecuteAsync(NpgsqlDataSource postgres, string sql, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(token);
    }

    private static async Task<long> LongAsync(NpgsqlDataSource postgres, string sql, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }
}
