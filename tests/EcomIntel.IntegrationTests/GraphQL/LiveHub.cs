using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.GraphQL;

[CollectionDefinition(nameof(LiveCollection))]
public sealed class LiveCollection : ICollectionFixture<LiveHub>;

/// <summary>A hub whose weeks passed while clients cancelled whatever they found, at any step of its way.</summary>
public sealed class LiveHub : IAsyncLifetime
{
    private const string Cancel = """
        mutation ($input: CancelOrderInput!) {
          cancelOrder(input: $input) { repeated errors { code message } order { orderId version status waitingUnits } }
        }
        """;

    private static readonly RetailerOptions Retailer = new(Seed: 31, Orders: 240, Skus: 120, Days: 24);

    /// <summary>What own orders are of, a line each.</summary>
    private static readonly string[] Sold = ["20000", "20001"];

    private readonly ConcurrentQueue<(string Order, string Code)> _race = new();
    private readonly List<JsonElement> _ticks = [];
    private Hub? _hub;
    private int _placed;

    /// <summary>The KPI's final figures, once everything was counted.</summary>
    internal JsonElement LastFigures { get; private set; }

    internal Hub Hub => _hub!;

    internal ApiClient Api { get; private set; } = null!;

    internal Processing.Database Tables { get; private set; } = null!;

    /// <summary>What each cancellation of the race came to; empty where it was done.</summary>
    internal IReadOnlyCollection<(string Order, string Code)> Race => _race;

    /// <summary>What a subscriber to a KPI was told meanwhile.</summary>
    internal IReadOnlyList<JsonElement> Ticks => _ticks;

    public async Task InitializeAsync()
    {
        _hub = await Hub.StartAsync();
        Tables = new(Hub.Addresses.PostgresOwner!);
        Api = await ApiClient.CreateAsync(Hub);
        using var done = new CancellationTokenSource();
        using var racing = new CancellationTokenSource();
        var socket = await ApiSocket.ConnectAsync(Api);
        await socket.SubscribeAsync("ticks", "subscription { kpiTicks(name: \"order_aging\") { asOf points { numerator denominator } } }");
        var listening = ListenAsync(socket, done.Token);
        var cancelling = Enumerable.Range(1, 3).Select(number => Task.Run(() => CancelAsync(new Random(number), racing.Token))).ToList();
        await Hub.ReplayAsync(options: new(Speed: Retailer.Days * 86_400 / 12.0), retailer: Retailer);
        await racing.CancelAsync();
        await Task.WhenAll(cancelling);
        await Hub.CheckAsync(); // returns when all is counted
        var data = await Api.DataAsync("{ kpi(name: \"order_aging\") { figures { points { numerator denominator } } } }");
        LastFigures = data.GetProperty("kpi").GetProperty("figures").GetProperty("points");
        using (var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(20)))
            while (Ticks.Count == 0 || Ticks[^1].GetProperty("points").GetRawText() != LastFigures.GetRawText())
                await Task.Delay(50, timeout.Token);
        await done.CancelAsync();
        await listening;
        await socket.DisposeAsync();
    }

    /// <summary>Asks to cancel, and gives what came of it.</summary>
    internal Task<JsonElement> CancelAsync(object input, ApiClient? by = null) => (by ?? Api).AskAsync(Cancel, new { input });

    /// <summary>The one error of a change, or empty where it was made.</summary>
    internal static string CodeOf(JsonElement answer)
    {
        if (ApiClient.Codes(answer) is [var failure, ..])
            return failure;
        var payload = answer.GetProperty("data").EnumerateObject().Single().Value;
        return string.Join(',', payload.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("code").GetString()));
    }

    /// <summary>What the next order that is placed will be called.</summary>
    internal string NextOrder => $"own-{_placed + 1}";

    /// <summary>New orders of two lines, promised from stock and released, none on its way yet.</summary>
    internal async Task<List<string>> PlaceAsync(int count, string channel = "web")
    {
        var ids = Enumerable.Range(0, count).Select(_ => $"own-{++_placed}").ToList();
        await Hub.GoOnAsync(TimeSpan.FromHours(6), now =>
        {
            var number = 0;
            ReplayMessage Say(EventType type, string subject, double minutes, IEventData data) =>
                ReplayMessage.Of(new($"{ids[0]}/{++number}", "tests", type, subject, now.AddMinutes(minutes), data));
            var placed = new OrderPlaced(channel, [new(1, new("20000"), 3, 2.5m), new(2, new("20001"), 2, 1m)]);
            return [.. Sold.Select(sku => Say(EventCatalogue.StockReceived, sku, 1, new StockReceived(new("wh-north"), 10_000))),
                .. ids.Select(id => Say(EventCatalogue.OrderPlaced, id, 5, placed))];
        });
        return ids;
    }

    /// <summary>A line of each order is cancelled by an event that names a line it has not.</summary>
    internal Task RefuseAsync(params string[] orders) => Hub.GoOnAsync(TimeSpan.FromMinutes(10), now =>
        [.. orders.Select(order => ReplayMessage.Of(
            new($"{order}/wrong", "tests", EventCatalogue.OrderLineCancelled, order, now.AddMinutes(1), new OrderLineCancelled(7, 1))))]);

    private async Task CancelAsync(Random random, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var where = random.Next(4) == 0 ? "" : "WHERE closed_at IS NULL";
            var order = await Tables.QueryAsync($"SELECT order_id FROM orders {where} ORDER BY placed_at DESC, order_id OFFSET {random.Next(20)} LIMIT 1");
            if (order is [var id])
            {
                object[]? lines = random.Next(2) == 0
                    ? null
                    : [new { line = random.Next(1, 4), quantity = random.Next(3) == 0 ? (int?)null : random.Next(1, 4) }];
                var by = random.Next(2) == 0 ? "CUSTOMER" : "SELLER";
                _race.Enqueue((id, CodeOf(await CancelAsync(new { orderId = id, lines, by, reason = "race" }))));
            }
            await Task.Delay(random.Next(120), CancellationToken.None);
        }
    }

    private async Task ListenAsync(ApiSocket socket, CancellationToken done)
    {
        try
        {
            while (true)
            {
                var message = JsonDocument.Parse(await socket.ReceiveAsync(done)).RootElement;
                _ticks.Add(message.GetProperty("payload").GetProperty("data").GetProperty("kpiTicks"));
            }
        }
        catch (OperationCanceledException) when (done.IsCancellationRequested)
        {
            // Enough was heard.
        }
    }

    internal async Task<double> DecisionsReadAsync()
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(Hub.Api.Metrics!));
        return metrics.Split('\n')
            .Where(line => line.StartsWith("ecomintel_operations_read_total{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
    }

    public async Task DisposeAsync()
    {
        Api?.Dispose();
        if (Tables is not null)
            await Tables.DisposeAsync();
        if (_hub is not null)
            await _hub.DisposeAsync();
    }
}
