using Dapper;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>A refused event, as it came.</summary>
/// <param name="Reason">One of <see cref="RejectionCodes"/>.</param>
/// <param name="Status">open, waiting (for another event), retry (taken up by ingest's next batch), applied, discarded.</param>
/// <param name="Attempts">Times it was tried.</param>
/// <param name="IsMended">Whether a mended payload stands in for its own.</param>
/// <param name="EventTime">null where it could not be read.</param>
/// <param name="Size">Bytes of the message as it came.</param>
/// <param name="Sha256">Of the message as it came, in lower-case hexadecimal, where only its beginning is kept; null where all of it is.</param>
/// <param name="Awaits">What it waits for, or has waited for, as <c>order/O-3</c>; null where waiting would not have helped.</param>
/// <param name="WaitsUntil">Business time until when it waits, or has waited.</param>
public sealed record DeadLetter(
    long Id, string Status, string Reason, string Detail, string? Type, string? EventId, string? Source, DateTimeOffset? EventTime, string Topic,
    int Partition, long Offset, string ClusterId,
    string? Key, int Attempts, bool IsMended, DateTimeOffset ReceivedAt, int Size, string? Sha256, string? Awaits, DateTimeOffset? WaitsUntil)
{
    /// <summary>Only the beginning is kept: it cannot be tried again as it is, but it can be mended.</summary>
    public bool IsCut => Sha256 is not null;
}

/// <summary>What is asked for; null is any.</summary>
public sealed record DeadLetterFilter(string? Status = null, string? Reason = null, string? Type = null);

/// <summary>Dead letters as an operator sees them; <see cref="DeadLetterChanges"/> is how they are changed.</summary>
public sealed class DeadLetterStore(NpgsqlDataSource database)
{
    /// <summary>Most of one answer.</summary>
    public const int MaxListed = 10_000;

    /// <summary>Of dead_letters AS d: changes with whatever may become of a letter.</summary>
    public const string VersionSql = "left(md5(concat_ws(',', d.status, d.attempts, md5(d.mended))), 16)";

    /// <summary>Of dead_letters AS d: bytes of the message as it came. Reads no payload.</summary>
    public const string SizeSql = "coalesce(d.size, octet_length(d.payload))";

    /// <summary>Of dead_letters AS d: as of <see cref="DeadLetter.Sha256"/>.</summary>
    public const string Sha256Sql = "encode(d.sha256, 'hex')";

    private const string Columns =
        $"""
        id, status, reason, detail, type, event_id AS eventid, source, event_time AS eventtime, topic, partition, "offset",
        cluster_id AS clusterid, key, attempts, mended IS NOT NULL AS ismended, received_at AS receivedat, {SizeSql} AS size, {Sha256Sql} AS sha256,
        awaits, waits_until AS waitsuntil
        """;

    private const string Matching =
        "(@status::text IS NULL OR status = @status) AND (@reason::text IS NULL OR reason = @reason) AND (@type::text IS NULL OR type = @type)";

    private sealed record Row(
        long Id, string Status, string Reason, string Detail, string? Type, string? EventId, string? Source, DateTime? EventTime, string Topic, int Partition,
        long Offset, string ClusterId,
        string? Key, int Attempts, bool IsMended, DateTime ReceivedAt, int Size, string? Sha256, string? Awaits, DateTime? WaitsUntil)
    {
        public DeadLetter Letter =>
            new(Id, Status, Reason, Detail, Type, EventId, Source, EventTime is { } time ? new(time) : (DateTimeOffset?)null, Topic, Partition, Offset,
                ClusterId, Key, Attempts, IsMended, new(ReceivedAt), Size, Sha256, Awaits, WaitsUntil is { } until ? new(until) : null);
    }

    /// <summary>The latest first.</summary>
    /// <param name="limit">1 to <see cref="MaxListed"/>.</param>
    public async Task<IReadOnlyList<DeadLetter>> ListAsync(DeadLetterFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxListed);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM dead_letters d WHERE {Matching} ORDER BY id DESC LIMIT @limit",
            new { filter.Status, filter.Reason, filter.Type, limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => row.Letter)];
    }

    public async Task<IReadOnlyList<(string Status, string Reason, string? Type, long Count)>> CountAsync(
        DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string, string, string?, long)>(new CommandDefinition(
            $"""
            SELECT status, reason, type, count(*) FROM dead_letters WHERE {Matching}
            GROUP BY status, reason, type ORDER BY count(*) DESC, status, reason, type
            """,
            new { filter.Status, filter.Reason, filter.Type }, cancellationToken: cancellationToken));
        return [.. rows];
    }

    /// <returns>The letter, its bytes as they came (of one that is cut the first), and the mended ones; null where there is no such id.</returns>
    public async Task<(DeadLetter Letter, byte[] Payload, byte[]? Mended)?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var find = new CommandDefinition($"SELECT {Columns} FROM dead_letters d WHERE id = @id", new { id }, cancellationToken: cancellationToken);
        if (await connection.QuerySingleOrDefaultAsync<Row>(find) is not { } row)
            return null;
        var (payload, mended) = await connection.QuerySingleAsync<(byte[], byte[]?)>(new CommandDefinition(
            "SELECT payload, mended FROM dead_letters WHERE id = @id", new { id }, cancellationToken: cancellationToken));
        return (row.Letter, payload, mended);
    }

    /// <summary>Those that are open or wait, by id, and whether they can be tried again: not where only the beginning is kept and it is not mended.</summary>
    /// <param name="ids">null for all that match.</param>
    public async Task<IReadOnlyList<(long Id, bool CanRetry)>> OpenAsync(
        IReadOnlyList<long>? ids, DeadLetterFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var open = await connection.QueryAsync<(long, bool)>(new CommandDefinition(
            $"""
            SELECT id, size IS NULL OR mended IS NOT NULL FROM dead_letters
            WHERE status IN ('open', 'waiting') AND (@ids::bigint[] IS NULL OR id = ANY(@ids)) AND {Matching} ORDER BY id
            """,
            new { ids = ids?.ToArray(), filter.Status, filter.Reason, filter.Type }, cancellationToken: cancellationToken));
        return [.. open];
    }

    /// <summary>How they stand, by id.</summary>
    public async Task<IReadOnlyDictionary<long, (string Status, string Reason, string Detail)>> StandAsync(
        IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<(long Id, string Status, string Reason, string Detail)>(new CommandDefinition(
            "SELECT id, status, reason, detail FROM dead_letters WHERE id = ANY(@ids)", new { ids = ids.ToArray() }, cancellationToken: cancellationToken));
        return rows.ToDictionary(row => row.Id, row => (row.Status, row.Reason, row.Detail));
    }
}
