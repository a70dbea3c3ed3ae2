using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Replay;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EcomIntel.IntegrationTests.Cli;

/// <summary>What dies with the embedded Kafka is told to the message, by <c>status</c> and <c>check</c>, until somebody says that it was sent again.</summary>
public sealed class LostMessagesTests
{
    private const int Continue = 18, Stop = 19, Events = 5_000;

    [Fact]
    public async Task What_died_with_the_embedded_Kafka_is_told()
    {
        await using var hub = await Hub.StartAsync(new() { Clock = "wall" });
        await using var postgres = PostgresDataSource.Create(hub.Addresses.Postgres!, "test");
        var sent = 0;
        Send(hub.Addresses, 100);
        await UntilAsync(postgres, "SELECT count(*) FROM applied_events", 100);
        Assert.Equal((0, ""), (await StatusAsync(hub)).Lost);

        // Ingest stands still while more is acknowledged, and then the broker dies with it.
        Assert.True(hub.Kill("ingest", Stop));
        Send(hub.Addresses, Events);
        var cluster = hub.Addresses.KafkaClusterId;
        Assert.True(hub.Kill("kafka"));
        while (hub.Addresses.KafkaClusterId == cluster)
            await Task.Delay(50);
        await Task.Delay(500);
        hub.Kill("ingest", Continue);
        await UntilAsync(postgres, "SELECT (SELECT count(*) FROM applied_events) + (SELECT sum(last_offset - first_offset + 1) FROM lost_messages)::bigint",
            100 + Events);
        await hub.UntilReadyAsync(TimeSpan.FromSeconds(30));

        var (json, text) = (await StatusAsync(hub)).Lost;
        var lost = await ReadAsync(postgres, "SELECT sum(last_offset - first_offset + 1)::bigint FROM lost_messages");
        Assert.Equal(lost, json);
        Assert.Contains($"{lost} of topic catalog", text, StringComparison.Ordinal);
        var (code, told, _) = await KeysCommandTests.RunAsync(null, "check", "--state", hub.Folder);
        Assert.Equal(1, code);
        Assert.Contains($"WRONG  lost_messages: acknowledged by Kafka and gone before they were read: {lost} of topic catalog", told, StringComparison.Ordinal);

        // It stays so until it is sent again; what had been applied is known.
        sent = 0;
        Send(hub.Addresses, 100 + Events);
        await UntilAsync(postgres, "SELECT count(*) FROM applied_events", 100 + Events);
        Assert.Equal(1, (await KeysCommandTests.RunAsync(null, "check", "--state", hub.Folder)).Code);
        var settled = await KeysCommandTests.RunAsync(null, "check", "--sent-again", "--state", hub.Folder);
        Assert.Contains($"{lost} lost messages are taken as sent again", settled.Error, StringComparison.Ordinal);
        Assert.Equal(0, settled.Code);
        Assert.Equal((0, ""), (await StatusAsync(hub)).Lost);

        void Send(Addresses to, int count)
        {
            var options = new KafkaOptions { BootstrapServers = to.Kafka!, ClusterId = to.KafkaClusterId };
            using var producer = new KafkaClients(options, NullLogger<KafkaClients>.Instance).Producer();
            var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
            for (var end = sent + count; sent < end; sent++)
            {
                var e = new CloudEvent($"{sent}", "lost", EventCatalogue.ItemUpdated, $"sku-{sent}", at.AddSeconds(sent), new ItemUpdated("Thing"));
                producer.Produce(Topics.Catalog, new() { Key = e.Subject, Value = EventCodec.Encode(e) });
            }
            Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
        }
    }

    private static async Task<(int Code, (long Json, string Text) Lost)> StatusAsync(Hub hub)
    {
        var (code, told, _) = await KeysCommandTests.RunAsync(null, "status", "--json", "--state", hub.Folder);
        using var json = JsonDocument.Parse(told);
        var lost = json.RootElement.GetProperty("lost").EnumerateArray().Sum(topic => topic.GetProperty("messages").GetInt64());
        var (_, text, _) = await KeysCommandTests.RunAsync(null, "status", "--state", hub.Folder);
        return (code, (lost, text.Split('\n').FirstOrDefault(line => line.StartsWith("lost before", StringComparison.Ordinal)) ?? ""));
    }

    private static async Task UntilAsync(NpgsqlDataSource postgres, string sql, long wanted)
    {
        var (value, began) = (-1L, TimeProvider.System.GetTimestamp());
        while (value != wanted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60),
                string.Create(CultureInfo.InvariantCulture, $"{sql} gives {value}, not {wanted}"));
            await Task.Delay(100);
            value = await ReadAsync(postgres, sql);
        }
    }

    private static async Task<long> ReadAsync(NpgsqlDataSource postgres, string sql)
    {
        await using var command = postgres.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }
}
