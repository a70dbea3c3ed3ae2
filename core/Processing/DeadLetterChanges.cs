using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>
/// The one door through which people and programs change dead letters: each change has its row in the audit log, refused ones too. Applying them stays with
/// ingest: here they are only marked.
/// </summary>
public sealed class DeadLetterChanges(NpgsqlDataSource database)
{
    /// <summary>Most letters of one change.</summary>
    public const int Most = 500;

    public const string Invalid = "INVALID", NotFound = "NOT_FOUND", VersionChanged = "VERSION_CHANGED", WrongState = "WRONG_STATE";

    private const string Lock = $"""
        SELECT d.status, {DeadLetterStore.VersionSql}, d.topic, d.key, d.payload, d.size IS NOT NULL FROM dead_letters d WHERE d.id = $1 FOR UPDATE
        """;

    /// <summary>With the bytes that are missing: where only the beginning is kept and nothing stands in for it.</summary>
    private const string LockAll = """
        SELECT id, status, CASE WHEN mended IS NULL THEN size END, octet_length(payload), topic, partition, "offset"
        FROM dead_letters WHERE id = ANY($1) ORDER BY id FOR UPDATE
        """;

    private const string Mend = "UPDATE dead_letters SET mended = $2 WHERE id = $1";

    private const string Mark = "UPDATE dead_letters SET status = $2 WHERE id = ANY($1)";

    private const string Retry = "retry";

    private readonly Changes _changes = new(database);

    /// <summary>Puts an event as it should have been in the place of what came, which is kept. See <see cref="Mending"/> for what it may be.</summary>
    /// <param name="payload">One CloudEvent in JSON.</param>
    /// <param name="expectedVersion">As <see cref="DeadLetterStore.VersionSql"/> gives it; null for any.</param>
    /// <returns>Refused with one of the codes above.</returns>
    /// <exception cref="NpgsqlException">As of <see cref="Changes.RunAsync"/>.</exception>
    public Task<ChangeOutcome> MendAsync(
        string actor, long id, byte[] payload, string? expectedVersion, string? idempotencyKey, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(payload);
        var hash = Convert.ToHexStringLower(SHA256.HashData(payload));
        var request = new ChangeRequest(
            actor, "dead_letter.mend", id.ToString(CultureInfo.InvariantCulture), idempotencyKey,
            JsonSerializer.Serialize(new { hash, expectedVersion, reason }), reason);
        return _changes.RunAsync(request, async (connection, token) =>
        {
            if (await FindAsync(connection, id, token) is not { } letter)
                return ChangeResult.Refused(NotFound, $"there is no dead letter {id}", after: AuditJson(hash, null));
            var decoded = EventCodec.Decode(payload, letter.Topic);
            var (before, after) = (JsonSerializer.Serialize(new { version = letter.Version }), AuditJson(hash, decoded.Event));
            if (expectedVersion is not null && expectedVersion != letter.Version)
                return ChangeResult.Refused(VersionChanged, $"dead letter {id} is of version {letter.Version}, not {expectedVersion}", before, after);
            if (IsClosed(letter.Status))
                return ChangeResult.Refused(WrongState, $"dead letter {id} is {letter.Status}, not open or waiting", before, after);
            // The key was the producer's to choose; a mended event is applied in its own right, so its subject may be another.
            if (decoded.Event is not { } mended)
                return ChangeResult.Refused(
                    Invalid, $"what it would be mended to is no event either ({decoded.Rejection!.Code}): {decoded.Rejection.Detail}", before, after);
            var (mode, now) = await DirectEvents.NowAsync(connection, token);
            var latest = mode == ClockMode.Stream ? now : now + Mending.Ahead;
            if (Mending.Refuse(letter.Payload, letter.IsCut, letter.Topic, letter.Key, mended, latest) is { } refused)
                return ChangeResult.Refused(Invalid, $"dead letter {id} cannot be mended to this: {refused}", before, after);
            await using var update = new NpgsqlCommand(Mend, connection) { Parameters = { new() { Value = id }, new() { Value = payload } } };
            await update.ExecuteNonQueryAsync(token);
            return ChangeResult.Done(before, after);
        }, cancellationToken);
    }

    /// <summary>
    /// Open and waiting ones go to ingest once more: all of them, or where one is neither, or only its beginning is kept and it is not mended, none.
    /// </summary>
    /// <param name="ids">1 to <see cref="Most"/>.</param>
    public Task<ChangeOutcome> RetryAsync(
        string actor, IReadOnlyCollection<long> ids, string? idempotencyKey, string? reason, CancellationToken cancellationToken) =>
        MarkAsync("dead_letter.retry", Retry, actor, ids, idempotencyKey, reason, cancellationToken);

    /// <summary>Open and waiting ones are closed for good and stay on record: all of them, or where one is not open none.</summary>
    /// <param name="ids">1 to <see cref="Most"/>.</param>
    public Task<ChangeOutcome> DiscardAsync(
        string actor, IReadOnlyCollection<long> ids, string? idempotencyKey, string? reason, CancellationToken cancellationToken) =>
        MarkAsync("dead_letter.discard", "discarded", actor, ids, idempotencyKey, reason, cancellationToken);

    private async Task<ChangeOutcome> MarkAsync(
        string action, string mark, string actor, IReadOnlyCollection<long> ids, string? idempotencyKey, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count is 0 or > Most)
            return new(ChangeCodes.BadRequest, $"ids must be 1 to {Most}", null, null, false);
        long[] numbers = [.. ids.Distinct().Order()];
        var after = JsonSerializer.Serialize(new { ids = numbers });
        var first = numbers[0].ToString(CultureInfo.InvariantCulture);
        var subject = numbers.Length == 1 ? first : string.Create(CultureInfo.InvariantCulture, $"{first}..{numbers[^1]}");
        return await _changes.RunAsync(
            new(actor, action, subject, idempotencyKey, JsonSerializer.Serialize(new { numbers, reason }), reason), async (connection, token) =>
        {
            var found = await FindAsync(connection, numbers, token);
            var missing = numbers.Where(number => !found.ContainsKey(number)).ToList();
            if (missing.Count > 0)
                return ChangeResult.Refused(NotFound, $"there is no dead letter {string.Join(", ", missing)}", after: after);
            var closed = found.Where(letter => IsClosed(letter.Value.Status)).ToList();
            if (closed.Count > 0)
                return ChangeResult.Refused(
                    WrongState, string.Join("; ", closed.Select(letter => $"dead letter {letter.Key} is {letter.Value.Status}, not open or waiting")),
                    after: after);
            if (mark == Retry && found.Values.Select(letter => letter.Cut).OfType<string>().ToList() is { Count: > 0 } cut)
                return ChangeResult.Refused(WrongState, string.Join("; ", cut), after: after);
            await using var update = new NpgsqlCommand(Mark, connection) { Parameters = { new() { Value = numbers }, new() { Value = mark } } };
            await update.ExecuteNonQueryAsync(token);
            return ChangeResult.Done(after: after);
        }, cancellationToken);
    }

    /// <summary>The text itself is not for the log: it may hold what is a customer's. Its hash tells whether it is the one.</summary>
    private static string AuditJson(string hash, CloudEvent? mended) =>
        mended is null
            ? JsonSerializer.Serialize(new { sha256 = hash })
            : JsonSerializer.Serialize(
                new { type = mended.Type.WireName, source = mended.Source, id = mended.Id, subject = mended.Subject, time = mended.Time, sha256 = hash });

    private static bool IsClosed(string status) => status is not ("open" or "waiting");

    private static async Task<(string Status, string Version, string Topic, string? Key, byte[] Payload, bool IsCut)?> FindAsync(
        NpgsqlConnection connection, long id, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Lock, connection) { Parameters = { new() { Value = id } } };
        await using var row = await command.ExecuteReaderAsync(token);
        return await row.ReadAsync(token)
            ? (row.GetString(0), row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3), row.GetFieldValue<byte[]>(4), row.GetBoolean(5))
            : null;
    }

    private static async Task<SortedDictionary<long, (string Status, string? Cut)>> FindAsync(
        NpgsqlConnection connection, long[] numbers, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(LockAll, connection) { Parameters = { new() { Value = numbers } } };
        await using var row = await command.ExecuteReaderAsync(token);
        var letters = new SortedDictionary<long, (string, string?)>();
        while (await row.ReadAsync(token))
            letters.Add(row.GetInt64(0), (row.GetString(1), row.IsDBNull(2) ? null
                : $"dead letter {row.GetInt64(0)} cannot be tried again as it is: of its {row.GetInt32(2)} bytes only the first {row.GetInt32(3)} are kept; " +
                    $"mend it, or send it again (Kafka: {row.GetString(4)}/{row.GetInt32(5)} offset {row.GetInt64(6)})"));
        return letters;
    }
}
