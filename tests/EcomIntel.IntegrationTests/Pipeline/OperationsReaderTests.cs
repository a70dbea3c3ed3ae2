using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.IntegrationTests.Pipeline;

[Collection(nameof(PipelineCollection))]
public sealed class OperationsReaderTests(PipelineEngines engines)
{
    [Fact]
    public async Task Takes_each_once_in_order_from_any_number_on()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(11).WriteAsync(hub.Postgres, 3_000);
        var rows = await hub.RowsAsync();
        Assert.True(rows.Count > 2 * OperationsReader.BatchSize);
        foreach (var from in new[] { 1, 2_345, OperationsReader.BatchSize, rows.Count })
        {
            var taken = await PipelineTests.TakeAsync(hub, from, rows.Count - from + 1);
            Assert.Equal(Enumerable.Range(from, taken.Count), taken.Select(operation => (int)operation.Sequence));
            Assert.All(taken, operation => Assert.Equal(rows[(int)operation.Sequence - 1].Subject, operation.Subject));
        }
    }

    [Fact]
    public async Task A_lone_decision_is_seen_at_once()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(13).WriteAsync(hub.Postgres, 20);
        var last = (await hub.RowsAsync())[^1].Sequence;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await using var reading = new OperationsReader(hub.Postgres).ReadAsync(1, patience.Token).GetAsyncEnumerator();
        for (var seen = 0L; seen < last; seen = reading.Current[^1].Sequence)
            Assert.True(await reading.MoveNextAsync());
        var waits = new List<double>();
        for (var next = 1; next <= 20; next++)
        {
            var moving = reading.MoveNextAsync();
            await Task.Delay(120);
            var began = TimeProvider.System.GetTimestamp();
            await WriteAsync(hub, Tick(last + next));
            Assert.True(await moving);
            waits.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            Assert.Equal(last + next, Assert.Single(reading.Current).Sequence);
        }
        waits.Sort();
        Assert.True(waits[10] < 100, $"median {waits[10]} ms"); // a few on a machine that is not busy; polling takes 125
    }

    [Fact]
    public async Task A_batch_is_bounded_in_bytes_and_a_larger_decision_is_a_batch_of_its_own()
    {
        await using var hub = await engines.CreateAsync();
        const int size = 3 << 20;
        for (var sequence = 1; sequence <= 14; sequence++)
            await WriteAsync(hub, Padded(sequence, sequence == 8 ? OutboxReader.MaxBytes + size : size));
        var batches = new List<int>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await foreach (var batch in new OperationsReader(hub.Postgres).ReadAsync(1, patience.Token))
        {
            batches.Add(batch.Count);
            if (batch[^1].Sequence == 14)
                break;
        }
        Assert.Equal([6, 2, 6], batches); // each up to 16 MiB, the last message of it beyond
    }

    [Fact]
    public async Task What_was_deleted_is_not_passed_over()
    {
        await using var hub = await engines.CreateAsync();
        await new SyntheticHistory(14).WriteAsync(hub.Postgres, 30);
        await using (var delete = hub.Postgres.CreateCommand("DELETE FROM outbox WHERE sequence = 17"))
            await delete.ExecuteNonQueryAsync();
        var broken = await Assert.ThrowsAsync<InvalidDataException>(() => PipelineTests.TakeAsync(hub, 1, 20));
        Assert.Equal("the outbox has no sequence 17, but 18: decisions were deleted", broken.Message);
    }

    private static OutboxRow Tick(long sequence)
    {
        var outbox = new Outbox();
        outbox.Add(DateTimeOffset.UnixEpoch, OperationEvents.ClockTickedType, "clock", new ClockTicked(), OperationJson.Default.ClockTicked);
        return outbox.Seal(sequence - 1)[0];
    }

    /// <summary>Blanks after the payload are JSON as well.</summary>
    private static OutboxRow Padded(long sequence, int size)
    {
        var row = Tick(sequence);
        var padded = new byte[size];
        Array.Fill(padded, (byte)' ');
        row.Payload.CopyTo(padded, 0);
        return row with { Payload = padded };
    }

    private static async Task WriteAsync(PipelineInstance hub, OutboxRow row)
    {
        await using var connection = await hub.Postgres.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("INSERT INTO outbox VALUES ($1, $2, $3, $4, $5)")
                {
                    Parameters =
                    {
                        new() { Value = row.Sequence }, new() { Value = row.Time }, new() { Value = row.Type }, new() { Value = row.Subject },
                        new() { Value = row.Payload },
                    },
                },
                new("NOTIFY outbox"),
            },
        };
        await batch.ExecuteNonQueryAsync();
    }
}
