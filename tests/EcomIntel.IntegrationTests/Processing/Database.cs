using System.Globalization;
using System.Text;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>One database of the hub, and what tests ask of it.</summary>
public sealed class Database(string connectionString) : IAsyncDisposable
{
    /// <summary>Every table with what happened; wall-clock columns left out, rows in an order of their own.</summary>
    private static readonly string[] Contents =
    [
        "SELECT sku, name, category, unit_cost, price, weight_kg, hazmat, active, updated_at FROM items",
        "SELECT * FROM locations", "SELECT * FROM channels", "SELECT * FROM carriers", "SELECT * FROM policies",
        "SELECT sku, location, lot, state, quantity FROM stock_balances WHERE quantity <> 0",
        // Each row knows of its shelf what its last write knew.
        "SELECT sku, location, max(moved_at), max(claimed_at) FROM stock_balances GROUP BY sku, location",
        "SELECT * FROM stock_ledger", "SELECT * FROM stock_sightings", "SELECT * FROM orders",
        "SELECT order_id, line, sku, price, ordered, cancelled, sourced, backordered, rejected, due, filled_first FROM order_lines",
        // What a line is queued by counts while it waits.
        "SELECT order_id, line, queue_tier, queue_promised_at, queue_channel_priority, queue_placed_at FROM order_lines WHERE ordered > cancelled + sourced",
        "SELECT * FROM allocations", "SELECT * FROM shipments", "SELECT * FROM parcels", "SELECT * FROM unopened_units", "SELECT * FROM lost_shipments",
        "SELECT * FROM holds", "SELECT * FROM hold_facts", "SELECT * FROM payments", "SELECT * FROM allocation_decisions",
        "SELECT * FROM returns", "SELECT * FROM return_lines", "SELECT * FROM return_reports", "SELECT * FROM return_units",
        "SELECT * FROM refunds", "SELECT * FROM exception_cases", "SELECT * FROM exception_case_entries",
        "SELECT * FROM findings", "SELECT * FROM finding_evidence", "SELECT * FROM alerts", "SELECT * FROM alert_entries",
        "SELECT * FROM suppliers", "SELECT * FROM supplier_items", "SELECT * FROM currency_rates", "SELECT * FROM purchase_orders",
        "SELECT * FROM purchase_order_lines", "SELECT * FROM purchase_order_promises", "SELECT * FROM purchase_order_asns",
        "SELECT * FROM purchase_order_milestones",
        "SELECT * FROM receipts", "SELECT * FROM receipt_lines", "SELECT * FROM supplier_claims",
        "SELECT * FROM demand_forecasts", "SELECT * FROM lead_time_forecasts", "SELECT * FROM forecast_sums",
        "SELECT * FROM demand_days", "SELECT * FROM demand_sums", "SELECT * FROM replenishment_state",
        "SELECT * FROM supplier_scores", "SELECT * FROM received_lead_times WHERE lines > 0",
        "SELECT * FROM line_expectations", "SELECT * FROM projected_outs", "SELECT * FROM projection_state",
        "SELECT * FROM units_on_order WHERE on_order <> 0 OR to_be_sent <> 0", "SELECT * FROM replenishment_proposals",
        "SELECT * FROM invoices", "SELECT * FROM invoice_lines", "SELECT * FROM charges", "SELECT * FROM landed_costs", "SELECT * FROM posted_costs",
        "SELECT * FROM incoming_costs", "SELECT * FROM cost_layers", "SELECT * FROM cost_issues", "SELECT * FROM valuation",
        "SELECT * FROM business_clock",
        "SELECT sequence, time, type, subject, convert_from(payload, 'UTF8') FROM outbox", "SELECT outbox, ledger FROM sequences",
        "SELECT fingerprint, topic, key, event_id, source, type, event_time, reason, detail, payload, status FROM dead_letters",
    ];

    public string ConnectionString => connectionString;

    public NpgsqlDataSource Source { get; } = PostgresDataSource.Create(connectionString, "tests");

    public SliceSet Slices { get; set; } = Domain.Slices;

    /// <summary>As of <see cref="PassingTime.MostDue"/>.</summary>
    public int MostDue { get; set; } = PassingTime.UsualMostDue;

    /// <summary>A copy of ingest that has just started.</summary>
    public BatchProcessor Processor => ProcessorOn(TimeProvider.System);

    /// <param name="host">Its host's clock.</param>
    public BatchProcessor ProcessorOn(TimeProvider host) => new(Source, Slices, new(host)) { MostDue = MostDue };

    /// <summary>Sets PostgreSQL's clock, as the hub reads it (<see cref="PostgresFixture"/> says how); it then stands still.</summary>
    /// <param name="back">False: not back.</param>
    public Task MoveTimeAsync(DateTimeOffset now, bool back = true) =>
        ExecuteAsync($"UPDATE test_clock SET now = {(back ? "" : "greatest(now, ")}'{now:O}'{(back ? "" : ")")}");

    /// <summary>All that the events made, as sorted lines that can be compared.</summary>
    /// <param name="withRefused">Also what was refused, and how far business time has come.</param>
    public async Task<List<string>> SnapshotAsync(bool withRefused = true)
    {
        var lines = new List<string>();
        foreach (var sql in (string[])[.. Contents, "SELECT * FROM applied_events"])
        {
            if (!withRefused && (sql.Contains("FROM dead_letters", StringComparison.Ordinal) || sql.Contains("FROM business_clock", StringComparison.Ordinal)))
                continue;
            var table = sql.Split("FROM ", 2)[1];
            await using var command = Source.CreateCommand($"SELECT t::text FROM ({sql}) t ORDER BY t::text COLLATE \"C\"");
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
                lines.Add($"{table}: {row.GetString(0)}");
        }
        return lines;
    }

    public async Task<List<string>> QueryAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await row.ReadAsync())
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.FieldCount; column++)
                line.Append(column == 0 ? "" : "|").Append(Convert.ToString(row.GetValue(column), CultureInfo.InvariantCulture));
            lines.Add(line.ToString());
        }
        return lines;
    }

    public async Task<long> CountAsync(string sql) => Convert.ToInt64((await QueryAsync(sql))[0], CultureInfo.InvariantCulture);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What must hold whatever happened; each query lists its offenders.</summary>
    public async Task AssertSoundAsync()
    {
        foreach (var (what, sql) in Rules)
            Assert.True((await QueryAsync(sql)) is { Count: 0 } none, what + ": " + string.Join("; ", (await QueryAsync(sql)).Take(5)));
    }

    private static readonly (string What, string Sql)[] Rules =
    [
        ("a balance is not the sum of its ledger", """
            SELECT sku, location, lot, state, sum(q) FROM (
                SELECT sku, location, lot, state, quantity AS q FROM stock_balances
                UNION ALL SELECT sku, location, lot, to_state, -quantity FROM stock_ledger WHERE to_state IS NOT NULL
                UNION ALL SELECT sku, location, lot, from_state, quantity FROM stock_ledger WHERE from_state IS NOT NULL) x
            GROUP BY 1, 2, 3, 4 HAVING sum(q) <> 0
            """),
        ("allocated stock is not what orders were promised", """
            SELECT sku, location, lot, sum(q) FROM (
                SELECT sku, location, lot, quantity AS q FROM stock_balances WHERE state = 'allocated'
                UNION ALL SELECT l.sku, a.location, a.lot, -(a.quantity - a.picked) FROM allocations a JOIN order_lines l USING (order_id, line)
                    LEFT JOIN shipments s USING (shipment_id)
                    WHERE a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL) x
            GROUP BY 1, 2, 3 HAVING sum(q) <> 0
            """),
        ("picked stock is not what orders have picked, and nodes have not put back", """
            SELECT sku, location, lot, sum(q) FROM (
                SELECT sku, location, lot, quantity AS q FROM stock_balances WHERE state = 'picked'
                UNION ALL SELECT l.sku, a.location, a.lot, -a.picked FROM allocations a JOIN order_lines l USING (order_id, line)
                    LEFT JOIN shipments s USING (shipment_id)
                    WHERE (a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL) OR a.status IN ('CANCELLED', 'RECALLED')) x
            GROUP BY 1, 2, 3 HAVING sum(q) <> 0
            """),
        ("a line's sourced units are not its live promises", """
            SELECT l.order_id, l.line FROM order_lines l LEFT JOIN allocations a ON a.order_id = l.order_id AND a.line = l.line
                AND a.status IN ('ALLOCATED', 'RELEASED')
            GROUP BY l.order_id, l.line, l.sourced HAVING l.sourced <> coalesce(sum(a.quantity), 0)
            """),
        .. EcomIntel.Core.Checks.PostgresInvariants.All.Select(rule => (rule.Says, rule.Sql)),
        ("an order's versions have a gap or a repeat", """
            SELECT order_id, count(*), max(v) FROM (SELECT convert_from(payload, 'UTF8')::jsonb -> 'data' -> 'order' ->> 'orderId' AS order_id,
                (convert_from(payload, 'UTF8')::jsonb -> 'data' -> 'order' ->> 'version')::bigint AS v FROM outbox) x
            WHERE order_id IS NOT NULL GROUP BY order_id HAVING count(*) <> max(v) OR count(DISTINCT v) <> max(v)
            """),
        ("a purchase order's versions have a gap or a repeat, or it is not as last emitted", """
            WITH emitted AS (SELECT convert_from(payload, 'UTF8')::jsonb -> 'data' -> 'order' AS state FROM outbox WHERE type LIKE 'po.%')
            SELECT o.purchase_order_id, o.version, o.status, count(*), max((state ->> 'version')::bigint)
            FROM purchase_orders o LEFT JOIN emitted ON state ->> 'purchaseOrderId' = o.purchase_order_id GROUP BY o.purchase_order_id
            HAVING count(state) <> o.version OR count(DISTINCT state ->> 'version') <> o.version
                OR count(*) FILTER (WHERE (state ->> 'version')::bigint = o.version AND state ->> 'status' = o.status) <> 1
            """),
        ("an order is not as last emitted", """
            SELECT o.order_id, o.status, o.version FROM orders o JOIN (SELECT convert_from(payload, 'UTF8')::jsonb -> 'data' -> 'order' AS emitted
                FROM outbox) x ON emitted ->> 'orderId' = o.order_id AND (emitted ->> 'version')::bigint = o.version
            WHERE emitted ->> 'status' <> o.status::text
            """),
        ("sequences have a gap", "SELECT count(*), max(sequence) FROM outbox HAVING count(*) <> coalesce(max(sequence), 0)"),
        ("ledger entries have a gap", "SELECT count(*), max(entry) FROM stock_ledger HAVING count(*) <> coalesce(max(entry), 0)"),
    ];

    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
