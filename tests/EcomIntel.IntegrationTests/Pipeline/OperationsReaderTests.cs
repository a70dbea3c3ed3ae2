using Confluent.Kafka;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Pipeline;

[Collection(nameof(PipelineCollection))]
public sealed class OperationsReaderTests(PipelineEngines engines)
{
    [Fact]
    public async Task Takes_each_once_in_order_however_they_lie_in_the_partitions()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(11).WriteAsync(hub.Postgres, 1_500);
        var rows = await RowsAsync(hub);
        // Shuffled within windows, each window twice, a third of one missing, and something that is no operation.
        var random = new Random(7);
        using (var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer())
        {
            await new KafkaTopics(new(hub.Kafka, NullLogger<KafkaClients>.Instance)).EnsureAsync([Topics.Operations], CancellationToken.None);
            foreach (var window in rows.Chunk(500))
                for (var time = 0; time < 2; time++)
                    foreach (var row in window.OrderBy(_ => random.Next()))
                        if (row.Sequence is < 1_000 or > 1_300)
                            producer.Produce(Topics.Operations, new() { Key = row.Subject, Value = row.Payload });
            producer.Produce(Topics.Operations, new() { Key = "x", Value = "{}"u8.ToArray() });
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        foreach (var from in new long[] { 1, 2_345 })
        {
            var taken = await PipelineTests.TakeAsync(hub, from, rows.Count - (int)from + 1);
            Assert.Equal(Enumerable.Range((int)from, taken.Count), taken.Select(operation => (int)operation.Sequence));
            Assert.All(taken, operation => Assert.Equal(rows[(int)operation.Sequence - 1].Subject, operation.Subject));
        }
    }

    [Fact]
    public async Task Finds_its_place_in_a_long_topic_that_begins_anew_half_way()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(12).WriteAsync(hub.Postgres, 9_000);
        var rows = await RowsAsync(hub);
        using (var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer())
        {
            foreach (var row in rows.Take(rows.Count / 2).Concat(rows.Skip(rows.Count / 3)))
                producer.Produce(Topics.Operations, new() { Key = row.Subject, Value = row.Payload });
            producer.Flush(TimeSpan.FromSeconds(20));
        }
        foreach (var from in new[] { 1L, rows.Count / 3, (rows.Count / 2) + 1, rows.Count - 10 })
        {
            var taken = await PipelineTests.TakeAsync(hub, from, rows.Count - (int)from + 1);
            Assert.Equal(from, taken[0].Sequence);
            Assert.Equal(rows.Count, taken[^1].Sequence);
        }
    }

    [Fact]
    public async Task A_lone_decision_is_seen_at_once()
    {
        await using var hub = await engines.CreateAsync();
        var history = new SyntheticHistory(13);
        await history.WriteAsync(hub.Postgres, 20);
        var rows = await RowsAsync(hub);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var producer = new KafkaClients(hub.Kafka, NullLogger<KafkaClients>.Instance).Producer();
        foreach (var row in rows)
            producer.Produce(Topics.Operations, new() { Key = row.Subject, Value = row.Payload });
        producer.Flush(TimeSpan.FromSeconds(20));
        await using var reading = hub.Reader().ReadAsync(1, patience.Token).GetAsyncEnumerator();
        for (var seen = 0L; seen < rows.Count; seen = reading.Current[^1].Sequence)
            Assert.True(await reading.MoveNextAsync());
        var waits = new List<double>();
        for (var next = 0; next < 20; next++)
        {
            var moving = reading.MoveNextAsync();
            await Task.Delay(120);
            await using (var connection = await hub.Postgres.OpenConnectionAsync())
            {
                // Only Kafka has it: the outbox cannot be what is quick.
                var row = Next(rows[^1], rows.Count + next + 1);
                var began = TimeProvider.System.GetTimestamp();
                producer.Produce(Topics.Operations, new() { Key = "lone", Value = row });
                Assert.True(await moving);
                waits.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        waits.Sort();
        Assert.True(waits[10] < 100, $"median {waits[10]} ms"); // about 10 ms on a machine that is not busy
    }

    private static byte[] Next(OutboxRow row, long sequence)
    {
        var outbox = new Outbox();
        outbox.Add(row.Time, OperationEvents.ClockTickedType, "clock", new ClockTicked(), OperationJson.Default.ClockTicked);
        return outbox.Seal(sequence - 1)[0].Payload;
    }

    private static async Task<List<OutboxRow>> RowsAsync(PipelineInstance hub)
    {
        await using var connection = await hub.Postgres.OpenConnectionAsync();
        return await OutboxReader.ReadAsync(connection, 1, 1_000_000, CancellationToken.None);
    }
}
