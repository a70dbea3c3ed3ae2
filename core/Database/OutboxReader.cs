using EcomIntel.Core.Events;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Core.Database;

/// <summary>Reads decisions from where they were made. What is visible has no gap: numbers are given out in commit order.</summary>
public static class OutboxReader
{
    /// <summary>Of payloads in one reading; a last one may go beyond it.</summary>
    public const int MaxBytes = 16 << 20;

    // A large payload lies apart from its row and is fetched only if it is given out; its length stands in the row.
    private const string Rows =
        """
        SELECT sequence, time, type, subject, payload FROM (
            SELECT *, sum(octet_length(payload)) OVER (ORDER BY sequence ROWS UNBOUNDED PRECEDING) - octet_length(payload) AS bytes_before
            FROM outbox WHERE sequence >= $1 ORDER BY sequence LIMIT $2) o
        WHERE bytes_before < $3 ORDER BY sequence
        """;

    private const string Head = "SELECT coalesce((SELECT max(sequence) FROM outbox), (SELECT sequence FROM pruned WHERE kind = 'operations'))";

    private const string First =
        """
        SELECT p.sequence + 1, o.time FROM pruned p LEFT JOIN outbox o ON o.sequence = p.sequence + 1 WHERE p.kind = 'operations'
        """;

    /// <summary>
    /// Decisions from <paramref name="fromSequence"/> on, in order, up to <paramref name="limit"/> and about <see cref="MaxBytes"/>; none when there is nothing
    /// yet.
    /// </summary>
    public static async Task<List<OutboxRow>> ReadAsync(NpgsqlConnection connection, long fromSequence, int limit, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = new NpgsqlCommand(Rows, connection)
        {
            Parameters =
            {
                new() { Value = fromSequence, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = limit, NpgsqlDbType = NpgsqlDbType.Integer },
                new() { Value = MaxBytes, NpgsqlDbType = NpgsqlDbType.Integer },
            },
        };
        await command.PrepareAsync(token);
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<OutboxRow>();
        while (await reader.ReadAsync(token))
        {
            var time = reader.GetFieldValue<DateTimeOffset>(1);
            rows.Add(new(reader.GetInt64(0), time, reader.GetString(2), reader.GetString(3), reader.GetFieldValue<byte[]>(4)));
        }
        return rows;
    }

    /// <summary>The number of the first decision that was not pruned, be it there already or not, and its time.</summary>
    public static async Task<(long Sequence, DateTimeOffset? Time)> FirstAsync(NpgsqlConnection connection, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = new NpgsqlCommand(First, connection);
        await using var row = await command.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        return (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>The last decision's number, be it kept or pruned; 0 when there is none.</summary>
    public static async Task<long> HeadAsync(NpgsqlConnection connection, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = new NpgsqlCommand(Head, connection);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }
}

/// <summary>Decisions are asked for that the outbox does not have any more.</summary>
public sealed class OperationsPrunedException(long wanted, long first)
    : IOException($"operation {wanted} was pruned: the outbox begins with {first}");
