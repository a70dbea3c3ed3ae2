using System.Text;
using Confluent.Kafka;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Kafka;
using Npgsql;

namespace EcomIntel.Ingest.Relay;

/// <summary>
/// Sends while it holds the lock. It reads and marks over the connection that holds the lock, so a copy that has lost it cannot mark; what that copy may still
/// send is a repeat, which readers drop.
/// </summary>
internal sealed class RelaySession(
    LeaderLock leaderLock, IProducer<string, byte[]> producer, TopicAudit audit, OwnOffsets offsets, string cluster, long sent, TimeProvider clock,
    RelayInstruments instruments) : IWorkSession
{
    private const int BatchSize = 5_000;

    private const string Mark = "UPDATE relay_positions SET sent = $2, offsets = $3, offsets_at = $2 WHERE cluster_id = $1 AND sent <= $2";

    /// <summary>A notification that was missed costs no more than this.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private static readonly Headers StructuredMode = new() { { "content-type", Encoding.ASCII.GetBytes("application/cloudevents+json; charset=UTF-8") } };

    private long _sent = sent;

    public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
    {
        var began = clock.GetTimestamp();
        var rows = await OutboxReader.ReadAsync(leaderLock.Connection, _sent + 1, BatchSize, stopping);
        if (rows.Count == 0)
        {
            if (await audit.RunAsync(stopping))
                await MarkAsync(abort);
            await leaderLock.Connection.WaitAsync(PollInterval, stopping);
            return;
        }
        await SendAsync(rows, abort);
        _sent = rows[^1].Sequence;
        await audit.RunAsync(abort);
        await MarkAsync(abort);
        instruments.Sent(rows.Count, _sent, clock.GetElapsedTime(began));
    }

    private async Task MarkAsync(CancellationToken token)
    {
        await using var mark = new NpgsqlCommand(Mark, leaderLock.Connection)
        {
            Parameters = { new() { Value = cluster }, new() { Value = _sent }, new() { Value = offsets.Noted } },
        };
        await mark.ExecuteNonQueryAsync(token);
    }

    /// <summary>Returns once all are acknowledged; one failure fails the batch: the next session begins after what was marked, with a new producer.</summary>
    private async Task SendAsync(List<OutboxRow> rows, CancellationToken abort)
    {
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = rows.Count;
        void Delivered(DeliveryReport<string, byte[]> report)
        {
            if (report.Error.IsError)
            {
                acknowledged.TrySetException(new KafkaUnavailableException($"Kafka refused an operation: {report.Error.Reason}"));
                return;
            }
            offsets.Stored(report.Partition, report.Offset);
            if (Interlocked.Decrement(ref waiting) == 0)
                acknowledged.TrySetResult();
        }
        try
        {
            foreach (var row in rows)
            {
                var message = new Message<string, byte[]> { Key = row.Subject, Value = row.Payload, Headers = StructuredMode };
                producer.Produce(Topics.Operations, message, Delivered);
            }
        }
        catch (KafkaException failure)
        {
            throw new KafkaUnavailableException($"Kafka refused an operation: {failure.Error.Reason}", failure);
        }
        await acknowledged.Task.WaitAsync(abort);
    }

    public async ValueTask DisposeAsync()
    {
        producer.Dispose();
        audit.Dispose();
        await leaderLock.DisposeAsync();
    }
}
