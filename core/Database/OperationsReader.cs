using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>
/// The decisions in order, each once, from any number on, as soon as they are made: PostgreSQL's outbox, followed by its notifications. What stands on topic
/// <c>operations</c> is a copy for others and is never read back, so whoever can write there changes nothing that the hub itself shows.
/// </summary>
public sealed class OperationsReader(NpgsqlDataSource postgres)
{
    /// <summary>Maximum operations in one batch; see also <see cref="OutboxReader.MaxBytes"/>.</summary>
    public const int BatchSize = 5_000;

    /// <summary>A notification that was missed costs no more than this.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    private static readonly Meter Meter = new("EcomIntel.Operations");
    private static readonly Counter<long> Read =
        Meter.CreateCounter<long>("ecomintel.operations.read", "{operation}", "Decisions read, by where they were read from");

    /// <summary>Never ends by itself. A batch is given as soon as there is one; nothing is read ahead of what is taken. Holds one connection.</summary>
    /// <param name="fromSequence">The first one wanted, 1 or more.</param>
    /// <exception cref="OperationsPrunedException">The outbox does not have them any more.</exception>
    /// <exception cref="InvalidDataException">The outbox lacks a decision that it must have: the history is broken.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is unavailable.</exception>
    public async IAsyncEnumerable<IReadOnlyList<Operation>> ReadAsync(long fromSequence, [EnumeratorCancellation] CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromSequence, 1);
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using (var listen = new NpgsqlCommand("LISTEN outbox", connection))
            await listen.ExecuteNonQueryAsync(token);
        var next = fromSequence;
        while (true)
        {
            var rows = await OutboxReader.ReadAsync(connection, next, BatchSize, token);
            if (rows.Count == 0)
            {
                await connection.WaitAsync(PollInterval, token);
                continue;
            }
            if (rows[0].Sequence > next && (await OutboxReader.FirstAsync(connection, token)).Sequence is var first && first > next)
                throw new OperationsPrunedException(next, first);
            var batch = new List<Operation>(rows.Count);
            foreach (var row in rows)
            {
                if (row.Sequence != next)
                    throw new InvalidDataException($"the outbox has no sequence {next}, but {row.Sequence}: decisions were deleted");
                batch.Add(Operation.Parse(row.Payload));
                next++;
            }
            Read.Add(batch.Count, new KeyValuePair<string, object?>("origin", "outbox"));
            yield return batch;
        }
    }
}
