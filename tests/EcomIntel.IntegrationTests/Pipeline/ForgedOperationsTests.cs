using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>Others write to topic <c>operations</c>: no figure changes, no subscriber hears of it, nothing stops, and it is told.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class ForgedOperationsTests(PipelineEngines engines)
{
    private static readonly (string, string)[] SmallBlocks = [("Sink:BlockTime", "00:00:00.010"), ("Sink:BlockOperations", "1000")];

    [Fact]
    public async Task Whatever_it_is_figures_and_subscribers_are_told_what_was_decided()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(31);
        await history.WriteAsync(hub.Postgres, 40);
        var relay = await hub.StartAsync("relay");
        var sink = await hub.StartAsync("sink", SmallBlocks);
        var graphql = await hub.StartAsync("graphql");
        await hub.UntilConfirmedAsync(history.Sequence);
        var head = history.Sequence;
        var rows = await hub.RowsAsync();
        var captured = rows.Find(row => row.Type == OperationEvents.Captured)!;
        await UntilAnomaliesAsync(relay, []);
        using var hearing = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var told = await ListenAsync(hub, graphql, hearing.Token);

        byte[] Forged(long sequence, int number) => Changed(captured, sequence, $"FORGED-{number}");
        using (var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer())
        {
            void Send(byte[]? payload) => producer.Produce(Topics.Operations, new() { Key = "forged", Value = payload! });
            // The next three numbers; one far ahead; two that were decided long ago.
            for (var next = 1; next <= 3; next++)
                Send(Forged(head + next, next));
            Send(Forged(head + 1_000_000, 4));
            Send(Forged(1, 5));
            Send(Forged(captured.Sequence, 6));
            // Malformed as JSON, and nothing at all.
            Send("{"u8.ToArray());
            Send("""{"sequence":"1","type":7}"""u8.ToArray());
            Send(null);
            // Malformed data of a known type, at the next number and an old one; a type that nobody knows.
            Send(Envelope(head + 1, "order.captured", """{"order":17,"lines":"none"}"""));
            Send(Envelope(7, "stock.changed", "[]"));
            Send(Envelope(head + 2, "order.teleported", "{}"));
            // Repeated, then in another order.
            foreach (var row in rows.Take(20).Concat(rows.Take(21).Reverse()))
                Send(row.Payload);
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        await UntilAnomaliesAsync(relay, new() { ["unknown"] = 6, ["differs"] = 3, ["malformed"] = 3, ["repeated"] = 41 });
        while (!relay.Output.Contains("Topic operations is not what the relay sent: ", StringComparison.Ordinal)) // written a moment after it is counted
            await Task.Delay(50, hearing.Token);

        await history.WriteAsync(hub.Postgres, 30);
        await hub.AgreeAsync();
        Assert.Equal(70UL, await hub.AskAsync<ulong>("SELECT count() FROM orders FINAL"));
        Assert.Equal(0UL, await hub.AskAsync<ulong>("SELECT count() FROM orders WHERE startsWith(order_id, 'FORGED')"));
        Assert.Equal(history.Sequence, await hub.ConfirmedAsync());
        Assert.True(await sink.IsReadyAsync());
        Assert.DoesNotContain("sink backs off", sink.Output, StringComparison.Ordinal);

        var decided = (await hub.RowsAsync()).Where(row => row.Sequence > head)
            .Select(row => OrderStates.Of(Operation.Parse(row.Payload))).OfType<OperationEvents.OrderState>()
            .Select(state => $"{state.OrderId.Value} {state.Version}").ToList();
        Assert.True(decided.Count > 30);
        while (told.Count < decided.Count)
            await Task.Delay(50, hearing.Token);
        Assert.Equal(decided, [.. told]);

        // Made anew it is the same.
        await AnalyticsRebuild.RunAsync(hub.Postgres, hub.ClickHouseString, partial: false, null, CancellationToken.None);
        await hub.AgreeAsync();
        Assert.Equal(70UL, await hub.AskAsync<ulong>("SELECT count() FROM orders FINAL"));
        await hearing.CancelAsync();
    }

    [Fact]
    public async Task Between_the_relays_own_and_while_no_relay_runs_each_message_of_others_is_counted_once()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(32);
        await history.WriteAsync(hub.Postgres, 20);
        var captured = (await hub.RowsAsync()).Find(row => row.Type == OperationEvents.Captured)!;
        var relay = await hub.StartAsync("relay");
        await hub.StartAsync("sink", SmallBlocks);
        await hub.UntilConfirmedAsync(history.Sequence);
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        for (var round = 1; round <= 50; round++)
        {
            await history.WriteAsync(hub.Postgres, 4);
            producer.Produce(Topics.Operations, new() { Key = $"key {round}", Value = Changed(captured, 1_000_000 + round, $"FORGED-{round}") });
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        await UntilAnomaliesAsync(relay, new() { ["unknown"] = 50 });

        Assert.Equal(0, await relay.StopAsync());
        producer.Produce(Topics.Operations, new() { Key = "a", Value = Changed(captured, captured.Sequence, "FORGED-51") });
        producer.Produce(Topics.Operations, new() { Key = "b", Value = "?"u8.ToArray() });
        producer.Flush(TimeSpan.FromSeconds(20));
        await history.WriteAsync(hub.Postgres, 20);
        await hub.AgreeAsync(); // the sink needs no relay
        relay = await hub.StartAsync("relay");
        await UntilAnomaliesAsync(relay, new() { ["differs"] = 1, ["malformed"] = 1 });
        await hub.AgreeAsync();
    }

    [Fact]
    public async Task What_a_killed_relay_had_sent_and_not_noted_is_a_repeat_and_no_alarm()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(33);
        await history.WriteAsync(hub.Postgres, 10);
        var relay = await hub.StartAsync("relay");
        await UntilSentAsync(hub, history.Sequence);
        for (var kill = 0; kill < 3; kill++)
        {
            await history.WriteAsync(hub.Postgres, 3_000);
            await Task.Delay(30 * (kill + 1));
            await relay.KillAsync();
            relay = await hub.StartAsync("relay");
            await UntilSentAsync(hub, history.Sequence);
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.DoesNotContain(await AnomaliesAsync(relay), found => found.Key != "repeated");
        }
        Assert.DoesNotContain("\"LogLevel\":\"Error\"", relay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_relay_of_an_older_version_sent_is_no_alarm_and_what_others_write_after_it_is()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(34);
        await history.WriteAsync(hub.Postgres, 10);
        var relay = await hub.StartAsync("relay");
        await UntilSentAsync(hub, history.Sequence);
        await UntilAnomaliesAsync(relay, []);
        Assert.Equal(0, await relay.StopAsync());
        // It moves sent, and knows nothing of offsets.
        var before = history.Sequence;
        await history.WriteAsync(hub.Postgres, 10);
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        foreach (var row in (await hub.RowsAsync()).Where(row => row.Sequence > before))
            producer.Produce(Topics.Operations, new() { Key = row.Subject, Value = row.Payload });
        producer.Flush(TimeSpan.FromSeconds(20));
        await using (var move = hub.Postgres.CreateCommand($"UPDATE relay_positions SET sent = {history.Sequence}"))
            await move.ExecuteNonQueryAsync();
        relay = await hub.StartAsync("relay");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await UntilAnomaliesAsync(relay, []);
        producer.Produce(Topics.Operations, new() { Key = "a", Value = "?"u8.ToArray() });
        producer.Flush(TimeSpan.FromSeconds(20));
        await UntilAnomaliesAsync(relay, new() { ["malformed"] = 1 });
    }

    private static async Task UntilSentAsync(PipelineInstance hub, long sequence)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var sent = hub.Postgres.CreateCommand("SELECT coalesce(max(sent), 0) FROM relay_positions");
        while ((long)(await sent.ExecuteScalarAsync(patience.Token))! < sequence)
            await Task.Delay(20, patience.Token);
    }

    private static async Task UntilAnomaliesAsync(RoleProcess relay, Dictionary<string, long> expected)
    {
        for (var tries = 0; tries < 400; tries++)
        {
            var found = await AnomaliesAsync(relay);
            if (found.Values.Sum() >= expected.Values.Sum())
            {
                Assert.Equal(expected, found);
                return;
            }
            await Task.Delay(100);
        }
        Assert.Equal(expected, await AnomaliesAsync(relay));
    }

    private static async Task<Dictionary<string, long>> AnomaliesAsync(RoleProcess relay)
    {
        const string Name = "ecomintel_relay_anomalies_total{kind=\"";
        return (await relay.GetAsync("/metrics")).Split('\n').Where(line => line.StartsWith(Name, StringComparison.Ordinal))
            .Select(line => line[Name.Length..].Split("\"} "))
            .ToDictionary(cells => cells[0], cells => long.Parse(cells[1], CultureInfo.InvariantCulture));
    }

    /// <summary>What a subscriber hears from now on, as <c>order version</c>.</summary>
    private static async Task<IReadOnlyCollection<string>> ListenAsync(PipelineInstance hub, RoleProcess graphql, CancellationToken token)
    {
        var (key, _, _) = await new ApiKeyStore(hub.Postgres).CreateAsync("cli:tests", new("app", ["ADMIN"], null, null, null), token);
        await graphql.UntilReadyAsync();
        var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.AddSubProtocol("graphql-transport-ws");
        socket.Options.SetRequestHeader("Authorization", new AuthenticationHeaderValue("Bearer", key!.Value.Reveal()).ToString());
        await socket.ConnectAsync(new($"ws://{graphql.Api}/graphql"), token);
        Task SayAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), System.Net.WebSockets.WebSocketMessageType.Text, true, token);
        await SayAsync("""{"type":"connection_init"}""");
        await SayAsync("""{"type":"subscribe","id":"1","payload":{"query":"subscription { orderChanges { orderId version } }"}}""");
        var told = new System.Collections.Concurrent.ConcurrentQueue<string>();
        _ = Task.Run(async () =>
        {
            using (socket)
            {
                var buffer = new byte[64 << 10];
                while (!token.IsCancellationRequested)
                {
                    var received = await socket.ReceiveAsync(buffer.AsMemory(), token);
                    using var message = JsonDocument.Parse(buffer.AsMemory(0, received.Count));
                    if (message.RootElement.GetProperty("type").GetString() == "next")
                    {
                        var change = message.RootElement.GetProperty("payload").GetProperty("data").GetProperty("orderChanges");
                        told.Enqueue($"{change.GetProperty("orderId").GetString()} {change.GetProperty("version").GetInt64()}");
                    }
                }
            }
        }, token);
        await Task.Delay(1_500, token); // a subscription follows at once upon its connection
        return told;
    }

    private static byte[] Changed(OutboxRow row, long sequence, string order)
    {
        var payload = JsonNode.Parse(row.Payload)!;
        payload["id"] = sequence.ToString(CultureInfo.InvariantCulture);
        payload["sequence"] = sequence;
        payload["subject"] = order;
        payload["data"]!["order"]!["orderId"] = order;
        return Encoding.UTF8.GetBytes(payload.ToJsonString());
    }

    private static byte[] Envelope(long sequence, string type, string data) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        specversion = "1.0", id = sequence.ToString(CultureInfo.InvariantCulture), source = "ecomintel", type = EventType.Prefix + type, subject = "x",
        time = DateTimeOffset.UnixEpoch, sequence, data = JsonNode.Parse(data),
    });
}
