using Dapper;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>A refused event, as it came.</summary>
/// <param name="Reason">One of <see cref="RejectionCodes"/>.</param>
/// <param name="Status">open, retry (taken up by ingest's next batch), applied, discarded.</param>
/// <param name="Attempts">Times it was tried.</param>
/// <param name="IsMended">Whether a mended payload stands in for its own.</param>
/// <param name="EventTime">null where it could not be read.</param>
public sealed record DeadLetter(
    long Id, string Status, string Reason, string Detail, string? Type, string? EventId, string? Source, DateTimeOffset? EventTime, string Topic, int Partition, long Offset, string ClusterId,
    string? Key, int Attempts, bool IsMended, DateTimeOffset ReceivedAt);

/// <summary>What is asked for; null is any.</summary>
public sealed record DeadLetterFilter(string? Status = null, string? Reason = null, string? Type = null);

/// <summary>Dead letters as an operator sees and mends them. Applying them stays with ingest: here they are only marked.</summary>
public sealed class DeadLetterStore(NpgsqlDataSource database)
{
    /// <summary>Most of one answer.</summary>
    public const int MostListed = 10_000;

    private const string Columns =
        """
        id, status, reason, detail, type, event_id AS eventid, source, event_time AS eventtime, topic, partition, "offset", cluster_id AS clusterid, key, attempts,
        mended IS NOT NULL AS ismended, received_at AS receivedat
        """;

    private const string Matching = "(@status::text IS NULL OR status = @status) AND (@reason::text IS NULL OR reason = @reason) AND (@type::text IS NULL OR type = @type)";

    private sealed record Row(
        long Id, string Status, string Reason, string Detail, string? Type, string? EventId, string? Source, DateTime? EventTime, string Topic, int Partition, long Offset, string ClusterId,
        string? Key, int Attempts, bool IsMended, DateTime ReceivedAt)
    {
        public DeadLetter Letter => new(Id, Status, Reason, Detail, Type, EventId, Source, EventTime is { } time ? new(time) : (DateTimeOffset?)null, Topic, Partition, Offset, ClusterId, Key, Attempts, IsMended, new(ReceivedAt));
    }

    /// <summary>The latest first.</summary>
    /// <param name="limit">1 to <see cref="MostListed"/>.</param>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostListed);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM dead_letters WHERE {Matching} ORDER BY id DESC LIMIT @limit",
            new { filter.Status, filter.Reason, filter.Type, limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.Letter)];
    }

    public async Task<IReadOnlyList<(string Status, string Reason, string? Type, long Count)>> CountAsync(DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string, string, string?, long)>(new CommandDefinition(
            $"SELECT status, reason, type, count(*) FROM dead_letters WHERE {Matching} GROUP BY status, reason, type ORDER BY count(*) DESC, status, reason, type",
            new { filter.Status, filter.Reason, filter.Type }, cancellationToken: cancellationToken));
        return [.. rows];
    }

    /// <returns>The letter, its bytes as they came, and the mended ones; null where there is no such id.</returns>
    public async Task<(DeadLetter Letter, byte[] Payload, byte[]? Mended)?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition($"SELECT {Columns} FROM dead_letters WHERE id = @id", new { id }, cancellationToken: cancellationToken)) is not { } row)
            return null;
        var (payload, mended) = await connection.QuerySingleAsync<(byte[], byte[]?)>(new CommandDefinition(
            "SELECT payload, mended FROM dead_letters WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        return (row.Letter, payload, mended);
    }

    /// <summary>Puts a payload in the place of what came; what came is kept.</summary>
    /// <returns>Why not, in one line; null when it is done.</returns>
    public async Task<string?> MendAsync(long id, byte[] payload, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await MendAsync(connection, id, payload, cancellationToken);
    }

    /// <summary>The same in a transaction of the caller's.</summary>
    public static async Task<string?> MendAsync(NpgsqlConnection connection, long id, byte[] payload, CancellationToken cancellationToken)
    {
        var place = await connection.QuerySingleOrDefaultAsync<(string Topic, string? Key, string Status)?>(new CommandDefinition(
            "SELECT topic, key, status FROM dead_letters WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        if (place is not { } letter)
            return $"there is no dead letter {id}";
        // The key was the producer's to choose; a mended event is applied in its own right, so its subject may be another.
        if (EventCodec.Decode(payload, letter.Topic).Rejection is { } wrong)
            return $"what it would be mended to is no event either ({wrong.Code}): {wrong.Detail}";
        var changed = await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE dead_letters SET mended = @payload WHERE id = @id AND status = 'open'", new { id, payload }, cancellationToken: cancellationToken));
        return changed == 1 ? null : $"dead letter {id} is {letter.Status}, not open";
    }

    /// <summary>Open ones go to ingest once more.</summary>
    /// <param name="ids">null for all that match.</param>
    /// <returns>Those that were open and are marked now.</returns>
    public Task<IReadOnlyList<long>> RetryAsync(IReadOnlyList<long>? ids, DeadLetterFilter filter, CancellationToken cancellationToken) => MarkAsync("retry", ids, filter, cancellationToken);

    /// <summary>The same in a transaction of the caller's.</summary>
    public static Task<IReadOnlyList<long>> RetryAsync(NpgsqlConnection connection, IReadOnlyList<long> ids, CancellationToken cancellationToken) => MarkAsync(connection, "retry", ids, new(), cancellationToken);

    /// <summary>Open ones are closed for good; they stay on record.</summary>
    /// <param name="ids">null for all that match.</param>
    /// <returns>Those that were open and are discarded now.</returns>
    public Task<IReadOnlyList<long>> DiscardAsync(IReadOnlyList<long>? ids, DeadLetterFilter filter, CancellationToken cancellationToken) => MarkAsync("discarded", ids, filter, cancellationToken);

    /// <summary>The same in a transaction of the caller's.</summary>
    public static Task<IReadOnlyList<long>> DiscardAsync(NpgsqlConnection connection, IReadOnlyList<long> ids, CancellationToken cancellationToken) => MarkAsync(connection, "discarded", ids, new(), cancellationToken);

    /// <summary>How they stand, by id.</summary>
    public async Task<IReadOnlyDictionary<long, (string Status, string Reason, string Detail)>> StandAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, string Status, string Reason, string Detail)>(new CommandDefinition(
            "SELECT id, status, reason, detail FROM dead_letters WHERE id = ANY(@ids)", new { ids = ids.ToArray() }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Id, row => (row.Status, row.Reason, row.Detail));
    }

    private async Task<IReadOnlyList<long>> MarkAsync(string mark, IReadOnlyList<long>? ids, DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await MarkAsync(connection, mark, ids, filter, cancellationToken);
    }

    private static async Task<IReadOnlyList<long>> MarkAsync(NpgsqlConnection connection, string mark, IReadOnlyList<long>? ids, DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var marked = await connection.QueryAsync<long>(new CommandDefinition(
            $"UPDATE dead_letters SET status = @mark WHERE status = 'open' AND (@ids::bigint[] IS NULL OR id = ANY(@ids)) AND {Matching} RETURNING id",
            new { mark, ids = ids?.ToArray(), filter.Status, filter.Reason, filter.Type }, cancellationToken: cancellationToken));
        return [.. marked.Order()];
    }
}
