using System.Globalization;
using System.Text;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Replay;
using Npgsql;

namespace EcomIntel.IntegrationTests.GraphQL;

[CollectionDefinition(nameof(ApiCollection))]
public sealed class ApiCollection : ICollectionFixture<ApiHub>;

/// <summary>One hub that has lived some weeks and stands still now; tests of the collection only read from it, or put back what they changed.</summary>
public sealed class ApiHub : IAsyncLifetime
{
    /// <summary>Events that the hub refused.</summary>
    private const int Refused = 24;

    private Hub? _hub;

    internal Hub Hub => _hub!;

    internal ApiClient Api { get; private set; } = null!;

    /// <summary>The owner's own way to the tables, for what the API must agree with.</summary>
    internal NpgsqlDataSource Tables { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _hub = await Hub.StartAsync();
        await Hub.ReplayAsync(retailer: new(Seed: 21, Orders: 300, Skus: 150, Days: 35));
        Tables = PostgresDataSource.Create(Hub.Addresses.PostgresOwner!, "test oracle");
        Api = await ApiClient.CreateAsync(Hub);
        await EndAsync();
        await RowsAsync("UPDATE dead_letters SET status = 'discarded' WHERE id = 3");
        await Hub.AssertSoundAsync();
        // The simulated retailer refunds returns alone.
        await RowsAsync("""
            INSERT INTO refunds SELECT order_id, 'of the order', NULL, 0.5, placed_at FROM orders WHERE channel <> 'web' ORDER BY order_id LIMIT 6
            """);
    }

    internal async Task<List<string>> RowsAsync(string sql)
    {
        await using var command = Tables.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await row.ReadAsync())
            rows.Add(Convert.ToString(row.GetValue(0), CultureInfo.InvariantCulture)!);
        return rows;
    }

    /// <summary>Values that are somewhere in the data, for filters to look for.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> KnownAsync()
    {
        const string instant = "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'";
        string Quantile(double share, string column, string table)
        {
            var fraction = share.ToString(CultureInfo.InvariantCulture);
            return $"SELECT to_char(percentile_disc({fraction}) WITHIN GROUP (ORDER BY {column}) AT TIME ZONE 'UTC', {instant}) FROM {table}";
        }

        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, sql) in new Dictionary<string, string>
        {
            ["order"] = "SELECT order_id FROM orders ORDER BY md5(order_id) LIMIT 1",
            ["location"] = "SELECT location FROM shipments GROUP BY location HAVING count(*) > 5 ORDER BY count(*) LIMIT 1",
            ["sku"] = "SELECT sku FROM order_lines WHERE sku > '20001' GROUP BY sku ORDER BY count(*) DESC, sku LIMIT 1",
            ["carrier"] = "SELECT carrier FROM shipments WHERE carrier IS NOT NULL GROUP BY carrier ORDER BY count(*) LIMIT 1",
            ["tracking"] = "SELECT tracking FROM shipments WHERE tracking IS NOT NULL ORDER BY md5(tracking) LIMIT 1",
            ["cause"] = "SELECT cause FROM stock_ledger WHERE reason = 'allocated' GROUP BY cause ORDER BY count(*) DESC LIMIT 1",
            ["customer"] = "SELECT customer FROM orders WHERE customer IS NOT NULL GROUP BY customer ORDER BY count(*) DESC, customer LIMIT 1",
            ["detected"] = Quantile(0.5, "detected_at", "exception_cases"),
            ["middle"] = Quantile(0.5, "placed_at", "orders"),
            ["returned"] = "SELECT sku FROM return_lines GROUP BY sku ORDER BY count(*) DESC, sku LIMIT 1",
            ["return"] = "SELECT return_id FROM refunds WHERE return_id IS NOT NULL ORDER BY md5(return_id) LIMIT 1",
            ["requested"] = Quantile(0.5, "requested_at", "returns"),
            ["paid"] = Quantile(0.5, "paid_at", "refunds"),
            ["promised"] = Quantile(0.6, "promised_at", "orders"),
            ["supplier"] = "SELECT supplier_id FROM purchase_orders GROUP BY supplier_id ORDER BY count(*) DESC, supplier_id LIMIT 1",
            ["ordered"] = Quantile(0.5, "created_at", "purchase_orders"),
            ["received"] = Quantile(0.5, "received_at", "receipts"),
            ["invoiced"] = Quantile(0.5, "received_at", "invoices"),
            ["proposed"] = Quantile(0.5, "made_at", "replenishment_proposals"),
            ["released"] = Quantile(0.4, "released_at", "shipments"),
            ["late"] = Quantile(0.95, "at", "stock_ledger"),
            ["early"] = Quantile(0.15, "at", "stock_ledger"),
        })
            known[name] = (await RowsAsync(sql))[0];
        return known;
    }

    /// <summary>What a counter or gauge of the API's stands at, all its labels together.</summary>
    internal async Task<double> MetricAsync(string name)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(Hub.Api.Metrics);
        return metrics.Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal) || line.StartsWith(name + "{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf('}') + 1)..].Trim().Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>Some last hours with what the retailer never does: orders under each kind of hold, lots, and events that are refused.</summary>
    private Task EndAsync() => Hub.GoOnAsync(TimeSpan.FromHours(6), now =>
    {
        var messages = Enumerable.Range(1, Refused).Select(number =>
        {
            var (subject, at) = ($"nowhere-{number}", now.AddMinutes(number));
            var unknownSku = new OrderPlaced("web", [new(1, new("no-such-sku"), 1, 1m)]);
            return new ReplayMessage(Topics.Orders, subject, (number % 3) switch
            {
                0 => Encoding.UTF8.GetBytes($"{{\"no\":\"event {number} é\"}}"),
                1 => EventCodec.Encode(new($"{number}", "tests", EventCatalogue.OrderPlaced, subject, at, unknownSku)),
                _ => EventCodec.Encode(new($"{number}", "tests/other", EventCatalogue.OrderCancelled, subject, at, new OrderCancelled())),
            });
        }).ToList();
        void Say(EventType type, string subject, IEventData data) =>
            messages.Add(ReplayMessage.Of(new($"last-{messages.Count}", "tests", type, subject, now.AddMinutes(40), data)));
        foreach (var (sku, name) in (ReadOnlySpan<(string, string)>)[("odd_1", "100 % back\\slash"), ("oddly", "100 percent, \"quoted\"")])
            Say(EventCatalogue.ItemUpdated, sku, new ItemUpdated(name, Category: "Odd", Active: sku != "oddly"));
        foreach (var sku in (string[])["20000", "20001"])
            Say(EventCatalogue.StockReceived, sku, new StockReceived(new("wh-south"), 500, "lot-7"));
        for (var count = 1; count <= 24; count++)
            Say(EventCatalogue.StockCounted, "odd_1", new StockCounted(new(count % 3 == 0 ? "wh-south" : "wh-north"), count));
        for (var number = 1; number <= 12; number++)
        {
            Say(EventCatalogue.OrderPlaced, $"held-{number}", new OrderPlaced(
                number % 2 == 0 ? "web" : "export",
                [new(1, new("20000"), number, 2.5m), new(2, new("20001"), 1, 0.1m)],
                Country: number == 3 ? null : "NL",
                Payment: number % 3 == 0 ? "pending" : "authorized"));
            if (number % 4 == 0)
                Say(EventCatalogue.OrderFraudFlagged, $"held-{number}", new OrderFlagged("looks odd"));
            if (number % 5 == 0)
                Say(EventCatalogue.OrderFraudCleared, $"held-{number}", new OrderCleared());
        }
        return messages;
    });

    public async Task DisposeAsync()
    {
        Api?.Dispose();
        if (Tables is not null)
            await Tables.DisposeAsync();
        if (_hub is not null)
            await _hub.DisposeAsync();
    }
}
