using System.Data;
using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Ml.Running;

/// <summary>What the role ml keeps of its work in tables of its own: what is due next, which runs were answered, and what is still to be sent.</summary>
internal sealed class ModelStore(NpgsqlDataSource postgres)
{
    private const string Schedule = "SELECT due, trains, scores FROM model_schedule";

    private const string SetSchedule =
        """
        INSERT INTO model_schedule (due, trains, scores) VALUES ($1, $2, $3)
        ON CONFLICT (one) DO UPDATE SET due = excluded.due, trains = excluded.trains, scores = excluded.scores
        """;

    private const string Answered = "SELECT job FROM model_runs WHERE due = $1";

    private const string Answer =
        """
        INSERT INTO model_runs (job, due, trained, scored, events, held_back, seconds, policy) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string Queue =
        """
        INSERT INTO model_outgoing (due, ordinal, topic, key, payload)
        SELECT $1, first + n::int - 1, topic, key, payload
        FROM unnest($2, $3, $4) WITH ORDINALITY AS e (topic, key, payload, n),
             (SELECT coalesce(max(ordinal) + 1, 0) AS first FROM model_outgoing WHERE due = $1) f
        """;

    /// <summary>Of the latest due instant also what was sent: business time may not have passed it, and Kafka may have lost it.</summary>
    private const string Outgoing = "SELECT due, ordinal, topic, key, payload FROM model_outgoing WHERE sent_at IS NULL OR due >= $1 ORDER BY due, ordinal";

    private const string Sent = "UPDATE model_outgoing SET sent_at = now() WHERE sent_at IS NULL";

    private const string Forget = "DELETE FROM model_outgoing WHERE due < $1 AND sent_at IS NOT NULL";

    /// <returns>Null: nothing was scheduled yet.</returns>
    public async Task<ModelDue?> ReadScheduleAsync(CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Schedule);
        await using var row = await command.ExecuteReaderAsync(token);
        return await row.ReadAsync(token) ? new(row.GetFieldValue<DateTimeOffset>(0), row.GetBoolean(1), row.GetBoolean(2)) : null;
    }

    public async Task ScheduleAsync(ModelDue due, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(SetSchedule);
        command.Parameters.Add(new() { Value = due.At });
        command.Parameters.Add(new() { Value = due.Trains });
        command.Parameters.Add(new() { Value = due.Scores });
        await command.ExecuteNonQueryAsync(token);
    }

    /// <summary>The jobs that have answered an instant.</summary>
    public async Task<HashSet<string>> AnsweredAsync(DateTimeOffset due, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Answered);
        command.Parameters.Add(new() { Value = due });
        await using var row = await command.ExecuteReaderAsync(token);
        var jobs = new HashSet<string>(StringComparer.Ordinal);
        while (await row.ReadAsync(token))
            jobs.Add(row.GetString(0));
        return jobs;
    }

    /// <summary>A job has answered: the run, its events and what it remembers, in one transaction. What ends the role before leaves nothing of it.</summary>
    public async Task AnswerAsync(string job, ModelDue due, ModelRun run, int policyVersion, TimeSpan took, CancellationToken token)
    {
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, token);
        foreach (var keep in run.Remembered)
            await keep(connection, token);
        if (run.Events.Count > 0)
        {
            await using var queue = new NpgsqlCommand(Queue, connection);
            queue.Parameters.Add(new() { Value = due.At });
            queue.Parameters.Add(new() { Value = run.Events.Select(each => each.Type.Topic!).ToArray() });
            queue.Parameters.Add(new() { Value = run.Events.Select(each => each.Subject).ToArray() });
            queue.Parameters.Add(new() { Value = run.Events.Select(EventCodec.Encode).ToArray() });
            await queue.ExecuteNonQueryAsync(token);
        }
        await using (var answer = new NpgsqlCommand(Answer, connection))
        {
            answer.Parameters.Add(new() { Value = job });
            answer.Parameters.Add(new() { Value = due.At });
            answer.Parameters.Add(new() { Value = due.Trains });
            answer.Parameters.Add(new() { Value = due.Scores });
            answer.Parameters.Add(new() { Value = run.Events.Count });
            answer.Parameters.Add(new() { Value = JsonSerializer.Serialize(run.HeldBack), NpgsqlDbType = NpgsqlDbType.Jsonb });
            answer.Parameters.Add(new() { Value = took.TotalSeconds });
            answer.Parameters.Add(new() { Value = policyVersion });
            await answer.ExecuteNonQueryAsync(token);
        }
        await transaction.CommitAsync(token);
    }

    /// <summary>What is to be sent, in order.</summary>
    /// <param name="notPassed">What was sent at this instant or later counts too; null: only what was not sent.</param>
    public async Task<IReadOnlyList<(string Topic, string Key, byte[] Payload)>> OutgoingAsync(DateTimeOffset? notPassed, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Outgoing);
        command.Parameters.Add(new() { Value = notPassed ?? DateTimeOffset.MaxValue.AddDays(-1) });
        await using var row = await command.ExecuteReaderAsync(token);
        var events = new List<(string, string, byte[])>();
        while (await row.ReadAsync(token))
            events.Add((row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4)));
        return events;
    }

    /// <summary>Kafka has acknowledged all there is.</summary>
    /// <param name="answered">What was sent at earlier instants is needed no more; null: it may be.</param>
    public async Task SentAsync(DateTimeOffset? answered, CancellationToken token)
    {
        await using var batch = postgres.CreateBatch();
        batch.BatchCommands.Add(new(Sent));
        if (answered is { } due)
            batch.BatchCommands.Add(new(Forget) { Parameters = { new() { Value = due } } });
        await batch.ExecuteNonQueryAsync(token);
    }

    /// <returns>The last decision there is, and up to which the sink has written facts.</returns>
    public async Task<(long Head, long Confirmed)> FactsAsync(CancellationToken token)
    {
        await using var connection = await postgres.OpenConnectionAsync(token);
        return (await OutboxReader.HeadAsync(connection, token), await SinkPosition.ConfirmedAsync(connection, token));
    }
}
