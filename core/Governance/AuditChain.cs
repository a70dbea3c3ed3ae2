using System.Data;
using Npgsql;

namespace EcomIntel.Core.Governance;

/// <summary>What the audit log was found to be.</summary>
/// <param name="Entries">How many were read before the first that is wrong, or all.</param>
/// <param name="Wrong">The first entry that was edited, deleted or inserted, in one line; null if none.</param>
/// <param name="Head">Hash of the last entry, in hex. Kept outside the database it also shows a log that was rewritten from some entry on, its head
/// included.</param>
public sealed record AuditVerdict(long Entries, string? Wrong, string Head);

/// <summary>Holds the audit log to its hashes: an entry edited, deleted or inserted by whoever may do so shows, and which.</summary>
public static class AuditChain
{
    private const int PageSize = 1_000;

    private const string Head = "SELECT entry, hash FROM audit_head";

    private const string Page = """
        SELECT entry, at, actor, action, subject, before::text, after::text, reason, outcome, previous_hash, hash FROM audit_log
        WHERE entry > $1 ORDER BY entry LIMIT $2
        """;

    /// <summary>Reads it in a snapshot of its own.</summary>
    public static async Task<AuditVerdict> VerifyAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        return await VerifyAsync(connection, cancellationToken);
    }

    /// <param name="snapshot">In a transaction of isolation repeatable read, or while nobody writes.</param>
    public static async Task<AuditVerdict> VerifyAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (await HeadAsync(snapshot, cancellationToken) is not var (end, head))
            return new(0, "its head was deleted", "");
        var (last, hash, from) = (0L, AuditEntry.Genesis, long.MinValue);
        AuditVerdict Verdict(string? wrong) => new(last, wrong, Convert.ToHexStringLower(head));
        for (var more = true; more;)
        {
            var read = 0;
            await using var page = new NpgsqlCommand(Page, snapshot) { Parameters = { new() { Value = from }, new() { Value = PageSize } } };
            await using var row = await page.ExecuteReaderAsync(cancellationToken);
            while (await row.ReadAsync(cancellationToken))
            {
                var (entry, previous, own) = (Read(row), row.GetFieldValue<byte[]>(9), row.GetFieldValue<byte[]>(10));
                if (entry.Entry <= last || entry.Entry > end)
                    return Verdict($"entry {entry.Entry} was inserted: {(entry.Entry > end ? $"the last that was written is {end}" : "the first is 1")}");
                if (entry.Entry > last + 1)
                    return Verdict($"entry {last + 1} was deleted{(entry.Entry > last + 2 ? $", and all up to {entry.Entry - 1}" : "")}");
                if (!entry.Hash(previous).AsSpan().SequenceEqual(own))
                    return Verdict($"entry {entry.Entry} was edited: its hash is another one's");
                if (!previous.AsSpan().SequenceEqual(hash))
                    return Verdict(last == 0 ? "entry 1 was edited or put in place of another: it follows something"
                        : $"entry {last} or {entry.Entry} was edited or put in place of another: the one does not follow the other");
                (last, hash, from) = (entry.Entry, own, entry.Entry);
                read++;
            }
            more = read == PageSize;
        }
        return Verdict(
            last < end ? $"entry {last + 1} was deleted{(end > last + 1 ? $", and all up to {end}" : "")}"
            : !hash.AsSpan().SequenceEqual(head) ? $"entry {last} was edited or put in place of another: it is not the last that was written"
            : null);
    }

    private static async Task<(long Entry, byte[] Hash)?> HeadAsync(NpgsqlConnection snapshot, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Head, snapshot);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (row.GetInt64(0), row.GetFieldValue<byte[]>(1)) : null;
    }

    private static AuditEntry Read(NpgsqlDataReader row)
    {
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), row.GetString(4), Text(5), Text(6), Text(7),
            row.GetString(8));
    }
}
