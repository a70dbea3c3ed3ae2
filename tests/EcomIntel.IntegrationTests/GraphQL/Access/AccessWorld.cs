using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Live;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.IntegrationTests.Pipeline;
using EcomIntel.Tests.GraphQL.Auth;
using Npgsql;

namespace EcomIntel.IntegrationTests.GraphQL.Access;

/// <summary>The role graphql as a process beside real engines, with a row of everything, and a key for every role and scope.</summary>
public sealed class AccessWorld(PipelineEngines engines) : IAsyncLifetime, IDisposable
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Issuer _issuer = new();
    private readonly string _keySet = Path.Combine(Path.GetTempPath(), $"ecomintel-keys-{Environment.ProcessId}.json");
    private PipelineInstance? _hub;
    private RoleProcess? _api;
    private HttpClient? _http;

    internal PipelineInstance Hub => _hub!;

    internal Uri Url { get; private set; } = null!;

    internal Issuer Issuer => _issuer;

    internal ApiKeyStore Keys { get; private set; } = null!;

    /// <summary>What the API has told its operator by now.</summary>
    internal string Output => _api!.Output;

    public async Task InitializeAsync()
    {
        _hub = await engines.CreateAsync();
        var history = new SyntheticHistory(9);
        await history.WriteAsync(Hub.Postgres, 1_500);
        await SeedAsync();
        Keys = new(Hub.Postgres);
        await Hub.StartAsync("relay");
        await Hub.StartAsync("sink");
        await Hub.UntilConfirmedAsync(history.Sequence);
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        File.Delete(_keySet);
        if (_hub is not null)
            await _hub.DisposeAsync();
    }

    public void Dispose()
    {
        _http?.Dispose();
        _issuer.Dispose();
    }

    internal async Task<string> KeyAsync(IReadOnlyList<string> roles, string[]? channels = null, string[]? locations = null)
    {
        var (key, _, refusal) = await Keys.CreateAsync("cli:tests", new("test", roles, channels, locations, TimeSpan.FromHours(1)), default);
        return key?.Reveal() ?? throw new InvalidOperationException(refusal);
    }

    /// <summary>Replaces {order}, {letter} ... in a document by the rows they stand for.</summary>
    internal string Filled(string text) =>
        _values.Aggregate(text, (filled, value) => filled.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));

    /// <summary>The answer; of a subscription the first.</summary>
    internal async Task<JsonElement> AskAsync(string key, string document)
    {
        var (_, body) = await PostAsync(document, document.StartsWith("subscription", StringComparison.Ordinal), ("Authorization", $"Bearer {key}"));
        using var json = JsonDocument.Parse(body);
        return json.RootElement.Clone();
    }

    internal async Task<(HttpResponseMessage Response, string Body)> PostAsync(string document, bool stream, params (string Name, string Value)[] headers)
    {
        using var content = new StringContent(JsonSerializer.Serialize(new { query = Filled(document) }), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Url) { Content = content };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(stream ? "text/event-stream" : "application/graphql-response+json"));
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var response = await _http!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            return (response, await response.Content.ReadAsStringAsync(timeout.Token));
        using (response)
        using (var reader = new StreamReader(await response.Content.ReadAsStreamAsync(timeout.Token)))
            while (await reader.ReadLineAsync(timeout.Token) is { } line)
                if (line.StartsWith("data: {", StringComparison.Ordinal))
                    return (response, line[6..]);
        return (response, "");
    }

    private async Task SeedAsync()
    {
        await ExecuteAsync("""
            INSERT INTO items SELECT 'SKU-' || n, 'Lamp ' || n, 'lighting', 4, 9, 1, false, true, '2025-01-01Z' FROM generate_series(0, 19) n;
            INSERT INTO locations VALUES
                ('DC-1', 'Leeds', 'warehouse', 1, 'GB', true, '2025-01-01Z'),
                ('DC-2', 'Lyon', 'warehouse', 2, 'FR', true, '2025-01-01Z');
            INSERT INTO channels VALUES ('web', 'Web', 1, '2025-01-01Z'), ('store', 'Store', 2, '2025-01-01Z');
            INSERT INTO models VALUES ('demand', '20250101T000000Z', '2025-01-01Z', '2024-01-01Z', '2025-01-01Z', 9, '{"seed": "1"}', '{"f1": 0.4}',
                '{"cusum": {"f1": 0.3}}', 'x', sha256('x'), 'CHAMPION', 'beats every baseline on later data', 'rule', '2025-01-01Z', 1, now(),
                '2025-01-01Z', '20240101T000000Z', '2024-06-01Z', '2025-01-01Z', '{"f1": 0.4}', '{"f1": 0.3}',
                '[{"at": "2025-01-02T00:00:00Z", "ratio": 1.2, "chance": 0.3, "error": 0.6, "expected": 0.5}]');
            INSERT INTO topic_freshness VALUES ('orders', '2025-01-08Z', '2025-01-08Z');
            INSERT INTO dead_letters (id, fingerprint, topic, partition, "offset", cluster_id, reason, detail, payload, received_at)
            VALUES (1, '00000000-0000-0000-0000-000000000001', 'orders', 0, 1, 'c', 'malformed', 'no JSON', '{', '2025-01-08Z');
            UPDATE sequences SET dead_letters = 1
            """);
        var order = await OneAsync("""
            SELECT o.order_id FROM orders o WHERE channel = 'web' AND first_shipped_at IS NOT NULL
                AND EXISTS (SELECT FROM shipments s WHERE s.order_id = o.order_id AND s.location = 'DC-1')
            ORDER BY placed_at LIMIT 1
            """);
        // A unit of it waits, so that a BUYER may read it.
        await ExecuteAsync($$"""
            UPDATE order_lines SET ordered = ordered + 1
            WHERE order_id = '{{order}}' AND line = (SELECT min(line) FROM order_lines WHERE order_id = '{{order}}');
            INSERT INTO holds VALUES ('{{order}}', 'manual', 1, 'look', 'planning', '2025-01-01Z', NULL);
            INSERT INTO payments VALUES ('{{order}}', 1, 'AUTHORIZED', 'auth-1', 1.5, '2025-01-01Z', NULL);
            INSERT INTO allocation_decisions VALUES ('{{order}}', 2, '2025-01-01Z', 1, '[{"location": "DC-1", "chosen": true, "reason": "nearest"}]')
            """);
        _values["order"] = order;
        _values["shipment"] = await OneAsync($"SELECT shipment_id FROM shipments WHERE order_id = '{order}' AND location = 'DC-1' LIMIT 1");
        await ExecuteAsync($"""
            INSERT INTO parcels (shipment_id, tracking, carrier, service, labelled_at, is_named, is_replaced)
            VALUES ('{_values["shipment"]}', 'TRACK-1', 'post', 'night', '2025-01-01Z', true, false);
            INSERT INTO unopened_units VALUES ('{_values["shipment"]}', 1, 'DC-1', 'SKU-1', '2025-01-02Z', 1, 1);
            INSERT INTO stock_adjustments VALUES
                ('adjustment-1', 1, 'WAITING', 'SKU-1', 'DC-1', '', 'available', -200, 800, 'breakage', 'ann', '2025-01-03Z', 0);
            INSERT INTO transfers VALUES ('transfer-1', 'SKU-1', '', 'DC-1', 'DC-2', '2025-01-03Z', 5, 3, 0, 0, 0, NULL)
            """);
        await ExecuteAsync("""
            INSERT INTO suppliers VALUES ('S-1', 'One', 'GBP', 'GB', 'DDP', 30, 10, 14, 0, 0, 0, false, 1, true, '2025-01-01Z', gen_random_uuid());
            INSERT INTO supplier_items VALUES ('S-1', 'SKU-1', 4, NULL, 1, 1, NULL, NULL, 1, true, '2025-01-01Z', gen_random_uuid());
            INSERT INTO demand_forecasts
            SELECT 'SKU-1', 'DC-' || n, '2025-01-03Z', gen_random_uuid(), 'tsb', '1', '2025-01-03', '{1,2}', '{0.5,0.9}', '{1,2}', '{1,2,3,5}'
            FROM generate_series(1, 2) n;
            INSERT INTO lead_time_forecasts VALUES ('S-1', 'SKU-1', '2025-01-03Z', gen_random_uuid(), '1', 12, '{0.5,0.9}', '{10,14}');
            INSERT INTO purchase_orders (purchase_order_id, version, status, supplier_id, location, currency, origin, created_by, created_at, sent_at,
                acknowledged_at, late_at, policy_version)
            SELECT 'PO-' || n, 2, 'ACKNOWLEDGED', 'S-1', 'DC-' || n, 'GBP', 'outside', 'erp', '2025-01-03Z', '2025-01-03Z', '2025-01-04Z', '2099-01-01Z', 0
            FROM generate_series(1, 2) n;
            INSERT INTO purchase_order_lines
            SELECT purchase_order_id, 1, 'SKU-1', 'ASN', 4, 10, 0, 0, 10, 0, 0, '2025-01-20Z', '2025-01-20Z', '2025-01-20Z', '2025-01-20Z'
            FROM purchase_orders;
            INSERT INTO purchase_order_promises
            SELECT purchase_order_id, 1, gen_random_uuid(), '2025-01-04Z', kind, '2025-01-20Z', 10, 4, CASE kind WHEN 'ANNOUNCED' THEN 'ASN-1' END, NULL
            FROM purchase_orders CROSS JOIN (VALUES ('ACKNOWLEDGED'), ('ANNOUNCED')) AS k (kind);
            INSERT INTO purchase_order_asns
            SELECT purchase_order_id, 'ASN-1', gen_random_uuid(), '2025-01-04Z', '2025-01-20Z', NULL, NULL FROM purchase_orders;
            INSERT INTO purchase_order_milestones
            SELECT purchase_order_id, gen_random_uuid(), '2025-01-05Z', 'departed', 'ASN-1', '2025-01-20Z', NULL FROM purchase_orders;
            INSERT INTO suppliers VALUES ('S-2', 'Two', 'GBP', 'GB', 'DDP', 30, 10, 14, 0, 0, 0, false, 1, true, '2025-01-01Z', gen_random_uuid());
            INSERT INTO supplier_items VALUES ('S-2', 'SKU-1', 5, NULL, 1, 1, NULL, NULL, 2, true, '2025-01-01Z', gen_random_uuid());
            INSERT INTO delay_risks
            SELECT purchase_order_id, 1, 'delay_risk', '1', 'announced', '2098-01-20Z', 0.7, '[{"level": 0.9, "days": 6}]',
                '[{"name": "days_left", "value": 3, "effect": 0.4}]', '2025-01-06Z', gen_random_uuid(), 'announced', '2098-01-20Z', 0.6, '2025-01-05Z',
                gen_random_uuid()
            FROM purchase_orders
            """);
        // A customer's line waits for it, and another supplier could send it before.
        await ExecuteAsync($"""
            INSERT INTO line_expectations (order_id, line, sku, quantity, purchase_order_id, purchase_order_line, expected_at)
            SELECT order_id, line, sku, 1, 'PO-1', 1, '2025-01-21Z' FROM order_lines WHERE order_id = '{order}' ORDER BY line LIMIT 1
            """);
        await ExecuteAsync("""
            INSERT INTO replenishment_proposals (proposal_id, version, kind, status, sku, location, supplier_id, quantity, price, currency, due_at, why,
                made_at, updated_at, policy_version, method, wanted, available, inspection, on_order, to_be_sent, in_transit, transfers_in, transfers_out,
                waiting, position, demand_units, demand_days, daily_demand, demand_deviation, lead_days, lead_deviation, lead_times_known, service_level,
                safety_factor, safety_stock, review_days, reorder_point, order_up_to, cover_days, minimum_quantity, pack_multiple)
            SELECT 'PP-' || n, 1, 'purchase', 'OPEN', 'SKU-1', 'DC-' || n, 'S-1', 12, 4, 'GBP', '2025-01-20Z', 'it runs out', '2025-01-03Z',
                '2025-01-03Z', 0, 'FORECAST', 12, 3, 0, 0, 0, 0, 0, 0, 0, 3, 14, 14, 1, 1, 14, 3.5, 0, 0.95, 1.6449, 6, 7, 5, 15, 3, 1, 1
            FROM generate_series(1, 2) n
            """);
        await ExecuteAsync($$"""
            UPDATE orders SET promised_at = placed_at + interval '1 second' WHERE order_id = '{{order}}';
            INSERT INTO exception_cases (case_id, category, subject, location, money_at_risk, detail, status, detected_at) VALUES
                ('carrier.exception:1', 'carrier.exception', '{{_values["shipment"]}}', 'DC-1', 12.5, 'damaged: wet', 'DETECTED', '2025-01-05Z'),
                ('inventory.variance:2', 'inventory.variance', 'SKU-1', 'DC-2', NULL, 'the book says 1, the count 2', 'TRIAGED', '2025-01-06Z'),
                ('of.later:3', 'of.later', 'SKU-1', NULL, NULL, 'of a program after this one', 'CLOSED', '2025-01-07Z');
            INSERT INTO exception_case_entries (case_id, version, kind, at, status, level, detail) VALUES
                ('carrier.exception:1', 1, 'opened', '2025-01-05Z', 'DETECTED', 0, 'damaged: wet');
            INSERT INTO policies VALUES ('allocation', 1, '2025-01-01Z', '{"cadence": "02:00:00"}')
            """);
        await ExecuteAsync("""
            INSERT INTO findings (finding_id, kind, model, model_version, about_key, sku, channel, location, pattern, detail, since, score, money_at_risk,
                currency, worth, raised_at, stands_since, told_at, told_by, outcome, alert_id, counted, held_for)
            SELECT 'F-' || n, 'demand_anomaly', 'detector', '1', 'key-' || n, 'SKU-1', c.channel, c.location, 'spike', 'sold more', '2025-01-04Z', 0.01,
                12.5, 'GBP', 12.5, '2025-01-05Z', '2025-01-05Z', '2025-01-05Z',
                gen_random_uuid(), CASE WHEN n < 4 THEN 'RAISED' WHEN n < 6 THEN 'FOLDED' ELSE 'HELD' END,
                CASE WHEN n < 4 THEN 'F-' || n WHEN n < 6 THEN 'F-1' END, n < 6, CASE WHEN n = 6 THEN 'TOO_SMALL' END
            FROM (VALUES (1, 'web', 'DC-1'), (2, 'store', 'DC-2'), (3, NULL, NULL), (4, 'web', 'DC-2'), (5, 'web', 'DC-1'), (6, 'web', 'DC-1'))
                AS c (n, channel, location);
            INSERT INTO finding_evidence SELECT finding_id,
                '{"series": [{"at": "2025-01-04T00:00:00Z", "actual": 9}], "features": [{"name": "day", "value": 6}], "alsoMoved": ["SKU-2 in store"]}',
                told_at, told_by FROM findings WHERE finding_id = 'F-1';
            INSERT INTO alerts (alert_id, version, status, kind, model, about_key, sku, channel, location, lead, told_at, pattern, detail, since, score, worth,
                currency, findings, standing, raised_at, rules_version, least_money, least_certainty, owner_team, severity, policy_version, allowed, spent,
                clock_from, due_at, level, changed_at)
            SELECT finding_id, 1, 'RAISED', kind, model, about_key, sku, channel, location, finding_id, told_at, pattern, detail, since, score, worth, 'GBP',
                1, 1, told_at, 0, 50, 0.95, 'purchasing', 'MEDIUM', 0, '20 hours', '0', told_at, '2025-01-07Z', 0, told_at
            FROM findings WHERE outcome = 'RAISED';
            INSERT INTO alert_entries (alert_id, version, kind, at, status, level, findings, standing, detail)
            SELECT alert_id, 1, 'raised', raised_at, status, 0, 1, 1, detail FROM alerts
            """);
        _values["node of F-1"] = NodeId.Of("Alert", "F-1");
        _values["case"] = "carrier.exception:1";
        foreach (var id in (string[])["carrier.exception:1", "payment.charged_back:4", "payment.charged_back:5", "return.over:6", "inventory.variance:7"])
            _values[$"node of {id}"] = NodeId.Of("ExceptionCase", id);
        _values["orderNode"] = NodeId.Of("Order", order);
        _values["letter"] = NodeId.Of("DeadLetter", "1");
        _values["noLetter"] = NodeId.Of("DeadLetter", "999");
        _values["elsewhere"] = await OneAsync("""
            SELECT o.order_id FROM orders o WHERE channel = 'store' AND NOT EXISTS (SELECT FROM allocations a WHERE a.order_id = o.order_id)
            ORDER BY placed_at LIMIT 1
            """);
        await ExecuteAsync($"""
            INSERT INTO returns (return_id, order_id, status, requested_at, authorized_at, refunded) VALUES
                ('return-1', '{order}', 'RECEIVED', '2025-01-05Z', '2025-01-05Z', 2),
                ('return-2', '{_values["elsewhere"]}', 'RECEIVED', '2025-01-05Z', NULL, NULL);
            INSERT INTO exception_cases (case_id, category, subject, location, money_at_risk, detail, status, detected_at) VALUES
                ('payment.charged_back:4', 'payment.charged_back', '{order}', NULL, 9, 'charged back', 'DETECTED', '2025-01-07Z'),
                ('payment.charged_back:5', 'payment.charged_back', '{_values["elsewhere"]}', NULL, 9, 'charged back', 'DETECTED', '2025-01-07Z'),
                ('return.over:6', 'return.over', 'return-2', 'DC-2', NULL, 'one unit too many', 'DETECTED', '2025-01-07Z'),
                ('inventory.variance:7', 'inventory.variance', '{order}', 'DC-1', NULL, 'of a SKU', 'DETECTED', '2025-01-07Z'),
                ('invoice.held:8', 'invoice.held', '{order}', 'DC-1', NULL, 'of an invoice', 'DETECTED', '2025-01-07Z');
            INSERT INTO return_lines (return_id, line, sku, requested, received, inspected)
            SELECT return_id, min(line), min(sku), 2, 2, 0 FROM returns JOIN order_lines USING (order_id) GROUP BY return_id;
            INSERT INTO return_units
            SELECT return_id, line, location, '', 1 FROM return_lines CROSS JOIN (VALUES ('DC-1'), ('DC-2')) AS l (location)
            WHERE return_id = 'return-1' OR location = 'DC-2';
            INSERT INTO refunds VALUES
                ('{order}', 'refund-1', 'return-1', 2, '2025-01-06Z'), ('{_values["elsewhere"]}', 'refund-2', NULL, 1, '2025-01-06Z')
            """);
        // What may be done about it: a line of its order waits.
        await ExecuteAsync("""
            INSERT INTO exception_cases (case_id, category, subject, location, money_at_risk, detail, status, detected_at)
            SELECT 'order.late:9', 'order.late', order_id, 'DC-1', 9, 'promised by 2025-01-06, and not shipped', 'DETECTED', '2025-01-07Z'
            FROM orders WHERE channel = 'web' AND closed_at IS NULL
                AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = orders.order_id AND l.ordered - l.cancelled > l.sourced)
            ORDER BY order_id LIMIT 1
            """);
        await ExecuteAsync("""
            INSERT INTO projected_outs
            SELECT 'SKU-' || n, 'DC-' || n, '2025-01-02', '2025-01-03', NULL, 10, n < 3, '2025-01-05', 6, 2, 2, 0, 0, false FROM generate_series(1, 2) n;
            INSERT INTO projection_state VALUES (1, '2025-01-02Z', 28, 3, 'DC-2', 56, 14);
            INSERT INTO suppliers VALUES ('mill', 'Mill', 'EUR', 'GB', NULL, 30, 0, 14, 0, 0, 0, false, 1, true, '2025-01-01Z', gen_random_uuid());
            INSERT INTO purchase_orders (purchase_order_id, version, status, supplier_id, location, currency, origin, created_by, created_at, policy_version)
            SELECT 'bought-' || n, 1, 'SENT', 'mill', 'DC-' || n, 'EUR', 'outside', 'erp', '2025-01-01Z', 0 FROM generate_series(1, 2) n;
            INSERT INTO purchase_order_lines (purchase_order_id, line, sku, status, price, ordered, cancelled, closed_short, announced, received, over, due_at,
                expected_at)
            SELECT 'bought-' || n, 1, 'SKU-1', 'RECEIVED', 4, 5, 0, 0, 0, 5, 0, '2025-01-03Z', '2025-01-03Z' FROM generate_series(1, 2) n;
            INSERT INTO receipts (receipt_id, version, purchase_order_id, supplier_id, location, received_at, received_by, complete, blind, content)
            SELECT 'receipt-' || n, 1, 'bought-' || n, 'mill', 'DC-' || n, '2025-01-03Z', 'clerk', false, false, '' FROM generate_series(1, 2) n;
            INSERT INTO receipt_lines (receipt_id, line, sku, order_line, lot, quantity, available, inspection, accepted, rejected, damaged)
            SELECT receipt_id, 1, 'SKU-1', 1, '', 5, 4, 0, 0, 0, 1 FROM receipts;
            INSERT INTO supplier_claims (claim_id, version, status, kind, supplier_id, purchase_order_id, receipt_id, receipt_line, order_line, sku, quantity,
                currency, amount, opened_at, credited_at, credited)
            SELECT receipt_id || '/1/DAMAGED', 1, 'CREDITED', 'DAMAGED', 'mill', purchase_order_id, receipt_id, 1, 1, 'SKU-1', 1, 'EUR', 4, received_at,
                received_at, 3 FROM receipts;
            INSERT INTO suppliers VALUES ('supplier-1', 'Potteries', 'GBP', NULL, NULL, 30, 0, 14, 0, 0, 0, false, 1, true, '2025-01-01Z', gen_random_uuid())
            ON CONFLICT DO NOTHING;
            INSERT INTO purchase_orders (purchase_order_id, version, status, supplier_id, location, currency, origin, created_by, created_at, policy_version)
            SELECT 'invoiced-' || n, 1, 'SENT', 'supplier-1', 'DC-' || n, 'GBP', 'outside', 'ann', '2025-01-01Z', 0 FROM generate_series(1, 2) n;
            INSERT INTO invoices (invoice_id, version, status, reasons, supplier_id, number, currency, total, tax, freight, rounding, difference, received_at,
                received_by, waits_until, waited, short_tolerance, over_tolerance, price_tolerance, policy_version)
            SELECT 'invoice-' || n, 1, 'VARIANCE_HOLD', 'price', 'supplier-1', 'N-' || n, 'GBP', 11, 0, 0, 0, 0, '2025-01-02Z', gen_random_uuid(),
                '2025-02-02Z', false, 0, 0, 0, 0 FROM generate_series(1, 2) n;
            INSERT INTO invoice_lines (invoice_id, line, purchase_order_id, order_line, quantity, price, amount, order_price, matched, expected, price_variance,
                quantity_variance, rounding, difference, reasons)
            SELECT 'invoice-' || n, 1, 'invoiced-' || n, 1, 10, 1.1, 11, 1, 10, 10, 1, 0, 0, 0, 'price' FROM generate_series(1, 2) n;
            INSERT INTO line_expectations SELECT order_id, line, sku, 1, 'bought-1', 1, '2025-02-01Z' FROM order_lines
            ON CONFLICT DO NOTHING
            """);
        _values["beginning"] = Cursor.Of(ChangeStream.Sort, ["0"]);
        await DecideAsync();
    }

    /// <summary>A decision about a case of every scope, and one about such an alert: for those who follow them.</summary>
    private async Task DecideAsync()
    {
        var day = new DateTimeOffset(2025, 1, 5, 0, 0, 0, TimeSpan.Zero);
        var outbox = new Outbox();
        var found = new ExceptionChanged("carrier.exception:1", "carrier.exception", _values["shipment"], new("DC-1"), 12.5m, "damaged: wet", DetectedAt: day);
        outbox.Add(day, ExceptionChanged.Opened, found.CaseId, found, OperationJson.Default.ExceptionChanged);
        var alert = new AlertChanged(
            "F-1", 1, "RAISED", "demand_anomaly", "detector", new("SKU-1", "web", Location: "DC-1"), "spike", "sold more", day, 0.01m, 12.5m, "GBP", 1, 1, null,
            day, "purchasing", "MEDIUM", null, 20, day.AddDays(2), 0, null, null, null, null, null, null, null, null, null, null);
        outbox.Add(day, AlertChanged.Raised, alert.AlertId, alert, OperationJson.Default.AlertChanged);
        foreach (var row in outbox.Seal(long.Parse(await OneAsync("SELECT outbox FROM sequences"), CultureInfo.InvariantCulture)))
            await ExecuteAsync($"""
                INSERT INTO outbox VALUES ({row.Sequence}, '{row.Time:O}', '{row.Type}', '{row.Subject}', '\x{Convert.ToHexString(row.Payload)}');
                UPDATE sequences SET outbox = {row.Sequence}
                """);
    }

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync(_keySet, _issuer.KeySet);
        _api = await Hub.StartAsync("graphql", ("GraphQL:OperationsPerSecond", "0"),
            ("Auth:Issuer", Issuer.Name), ("Auth:Audience", Issuer.Audience), ("Auth:KeySet", _keySet), ("Auth:KeyMemory", "00:00:01"));
        Url = new($"http://{_api.Api}/graphql");
        _http = new HttpClient();
        await _api.UntilReadyAsync();
    }

    internal async Task<List<string>> ListAsync(string sql, params object?[] values)
    {
        await using var command = Hub.Postgres.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Array | NpgsqlTypes.NpgsqlDbType.Text });
        await using var row = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await row.ReadAsync())
            lines.Add(row.GetValue(0).ToString()!);
        return lines;
    }

    internal async Task ExecuteAsync(string sql)
    {
        await using var command = Hub.Postgres.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> OneAsync(string sql) => (await ListAsync(sql))[0];
}
