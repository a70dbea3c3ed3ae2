using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Replay;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

/// <summary>Copies of ingest share each topic, not the sum of all topics: topic orders is where the work is.</summary>
[Collection(nameof(PipelineCollection))]
public sealed class SpreadTests(PipelineEngines engines)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_three_and_four_copies_share_each_topic_of_the_embedded_Kafka()
    {
        await using var hub = await engines.CreateAsync();
        await SharedAsync(hub, partitions: 4);
    }

    [KafkaFact]
    public async Task Two_three_and_four_copies_share_each_topic_of_a_real_Kafka()
    {
        await using var kafka = await KafkaCluster.StartAsync(1);
        await using var hub = await engines.CreateAsync(new KafkaOptions { BootstrapServers = kafka.BootstrapServers, Partitions = 6 });
        await SharedAsync(hub, partitions: 6);
    }

    /// <summary>By whose transactions move which partition's position.</summary>
    private static async Task SharedAsync(PipelineInstance hub, int partitions)
    {
        await ExecuteAsync(hub, """
            CREATE TABLE spread (topic text, partition integer, copy text, PRIMARY KEY (topic, partition));
            CREATE FUNCTION note_copy() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO spread VALUES (NEW.topic, NEW.partition, current_setting('spread.copy'))
                ON CONFLICT (topic, partition) DO UPDATE SET copy = excluded.copy;
                RETURN NULL;
            END $$;
            CREATE TRIGGER note_copy AFTER UPDATE ON consumer_positions FOR EACH ROW EXECUTE FUNCTION note_copy();
            """);
        var number = 0;
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        for (var copies = 1; copies <= 4; copies++)
        {
            var own = $"{hub.PostgresString};Options=-c spread.copy={copies.ToString(CultureInfo.InvariantCulture)}";
            await hub.StartAsync("ingest", ("Clock:Mode", "wall"), ("ConnectionStrings:Postgres", own));
            var (shared, began) = ("", TimeProvider.System.GetTimestamp());
            while (shared != "even")
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{copies} copies: {shared}");
                await ExecuteAsync(hub, "TRUNCATE spread");
                foreach (var topic in Topics.Incoming)
                    for (var partition = 0; partition < partitions; partition++)
                        producer.Produce(new Confluent.Kafka.TopicPartition(topic, partition), new() { Key = "key", Value = BitConverter.GetBytes(number++) });
                await Task.Delay(1_000);
                shared = await SpreadAsync(hub, copies, partitions);
            }
        }
    }

    /// <returns>"even" where every partition has one copy, and of no topic one copy has two partitions more than another; else how it is.</returns>
    private static async Task<string> SpreadAsync(PipelineInstance hub, int copies, int partitions)
    {
        var spread = new List<(string Topic, string Copy, long Count)>();
        await using var command = hub.Postgres.CreateCommand("SELECT topic, copy, count(*) FROM spread GROUP BY topic, copy ORDER BY topic, copy");
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            spread.Add((row.GetString(0), row.GetString(1), row.GetInt64(2)));
        var (least, most) = (partitions / copies, (partitions + copies - 1) / copies);
        var even = Topics.Incoming.All(topic => spread.FindAll(each => each.Topic == topic) is var shares
            && shares.Sum(each => each.Count) == partitions && shares.Count == Math.Min(copies, partitions)
            && shares.TrueForAll(each => each.Count >= least && each.Count <= most));
        return even ? "even" : string.Join("; ", spread.Select(each => $"{each.Topic} {each.Copy}: {each.Count}"));
    }

    private static async Task ExecuteAsync(PipelineInstance hub, string sql)
    {
        await using var command = hub.Postgres.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
