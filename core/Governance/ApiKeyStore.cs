using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Core.Governance;

/// <summary>Keys made, listed, rotated and revoked; each change by way of <see cref="Changes"/>.</summary>
public sealed class ApiKeyStore(NpgsqlDataSource database)
{
    public const string NotFound = "NOT_FOUND", NotLive = "NOT_LIVE", AlreadyRotated = "ALREADY_ROTATED", AlreadyRevoked = "ALREADY_REVOKED";

    public static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(30);

    private const string Columns = "id, name, roles, channels, locations, created_at, expires_at, revoked_at, rotated_to";

    private const string Insert = $"INSERT INTO api_keys ({Columns}, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL, $8)";

    private const string Rotated = "UPDATE api_keys SET rotated_to = $2, expires_at = least(expires_at, $3) WHERE id = $1";

    private const string Revoked = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1";

    private readonly Changes _changes = new(database);

    /// <returns>The new key, shown this once; or why there is none.</returns>
    public async Task<(ApiKeyText? Key, ApiKey? Stored, string? Refusal)> CreateAsync(string actor, ApiKeyGrant grant, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grant);
        if (grant.Invalid() is { } invalid)
            return (null, null, invalid);
        var text = ApiKeyText.Create();
        ApiKey? key = null;
        var outcome = await _changes.RunAsync(new(actor, "api_key.create", text.Id, null, text.Id), async (connection, token) =>
        {
            key = Issued(text.Id, grant, await NowAsync(connection, token));
            await InsertAsync(connection, key, text, token);
            return ChangeResult.Done(after: AuditJson(key));
        }, cancellationToken);
        return outcome.IsDone ? (text, key, null) : (null, null, outcome.Message);
    }

    /// <summary>
    /// A new key with the same rights and as long a life takes an old one's place; the old one is good for the overlap, so that its holder can change over.
    /// </summary>
    /// <param name="overlap">Zero to <see cref="LongestOverlap"/>.</param>
    /// <returns>The new key, shown this once; or why there is none.</returns>
    public async Task<(ApiKeyText? Key, ApiKey? Stored, string? Refusal)> RotateAsync(
        string actor, string id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(overlap, LongestOverlap);
        var text = ApiKeyText.Create();
        ApiKey? next = null;
        var outcome = await RunAsync(actor, "api_key.rotate", id, async (connection, old, token) =>
        {
            var now = await NowAsync(connection, token);
            if (old.RotatedTo is { } already)
                return ChangeResult.Refused(AlreadyRotated, $"key {id} was rotated to {already} already", AuditJson(old));
            if (!old.IsLive(now))
                return ChangeResult.Refused(NotLive, $"key {id} {(old.RevokedAt is null ? "has expired" : "is revoked")}", AuditJson(old));
            next = Issued(text.Id, new(old.Name, old.Roles, old.Channels, old.Locations, old.ExpiresAt - old.CreatedAt), now);
            await InsertAsync(connection, next, text, token);
            var until = now + overlap;
            var left = old with { RotatedTo = next.Id, ExpiresAt = old.ExpiresAt < until ? old.ExpiresAt : until };
            await using var update =
                new NpgsqlCommand(Rotated, connection) { Parameters = { new() { Value = id }, new() { Value = next.Id }, new() { Value = until } } };
            await update.ExecuteNonQueryAsync(token);
            return ChangeResult.Done(AuditJson(old), AuditJson(left, next));
        }, cancellationToken);
        return outcome.IsDone ? (text, next, null) : (null, null, outcome.Message);
    }

    /// <returns>Why not, in one line; null when it is done.</returns>
    public async Task<string?> RevokeAsync(string actor, string id, CancellationToken cancellationToken)
    {
        var outcome = await RunAsync(actor, "api_key.revoke", id, async (connection, key, token) =>
        {
            if (key.RevokedAt is not null)
                return ChangeResult.Refused(AlreadyRevoked, $"key {id} is revoked already", AuditJson(key));
            var left = key with { RevokedAt = await NowAsync(connection, token) };
            await using var update = new NpgsqlCommand(Revoked, connection) { Parameters = { new() { Value = id }, new() { Value = left.RevokedAt } } };
            await update.ExecuteNonQueryAsync(token);
            return ChangeResult.Done(AuditJson(key), AuditJson(left));
        }, cancellationToken);
        return outcome.Message;
    }

    /// <summary>The newest first, dead ones too.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM api_keys ORDER BY created_at DESC, id");
        return [.. (await ReadAsync(command, cancellationToken)).Select(row => row.Key)];
    }

    /// <summary>Keys and the hashes of their secrets, by id; what is not there is left out.</summary>
    public async Task<IReadOnlyDictionary<string, (ApiKey Key, byte[] Hash)>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand($"SELECT {Columns}, hash FROM api_keys WHERE id = ANY($1)");
        command.Parameters.Add(new() { Value = ids.ToArray() });
        return (await ReadAsync(command, cancellationToken)).ToDictionary(row => row.Key.Id, row => (row.Key, row.Hash!), StringComparer.Ordinal);
    }

    private Task<ChangeOutcome> RunAsync(
        string actor, string action, string id, Func<NpgsqlConnection, ApiKey, CancellationToken, Task<ChangeResult>> change,
        CancellationToken cancellationToken) =>
        _changes.RunAsync(new(actor, action, id, null, id), async (connection, token) =>
        {
            await using var find = new NpgsqlCommand(
                $"SELECT {Columns} FROM api_keys WHERE id = $1 FOR UPDATE", connection) { Parameters = { new() { Value = id } } };
            return await ReadAsync(find, token) is [var (key, _)]
                ? await change(connection, key, token)
                : ChangeResult.Refused(NotFound, $"there is no key {id}");
        }, cancellationToken);

    private static ApiKey Issued(string id, ApiKeyGrant grant, DateTimeOffset now) =>
        new(id, grant.Name, [.. grant.Roles.Distinct(StringComparer.Ordinal)], grant.Channels, grant.Locations, now, now + grant.Lifetime, null, null);

    private static async Task InsertAsync(NpgsqlConnection connection, ApiKey key, ApiKeyText text, CancellationToken cancellationToken)
    {
        static NpgsqlParameter Names(IReadOnlyList<string>? names) =>
            new() { Value = (object?)names?.ToArray() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
        await using var insert = new NpgsqlCommand(Insert, connection)
        {
            Parameters =
            {
                new() { Value = key.Id }, new() { Value = key.Name }, Names(key.Roles), Names(key.Channels), Names(key.Locations),
                new() { Value = key.CreatedAt },
                new() { Value = (object?)key.ExpiresAt ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz }, new() { Value = text.Hash() },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<(ApiKey Key, byte[]? Hash)>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        T? Or<T>(int column) where T : class => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
        DateTimeOffset? At(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
        var keys = new List<(ApiKey, byte[]?)>();
        while (await row.ReadAsync(cancellationToken))
            keys.Add((
                new(row.GetString(0), row.GetString(1), row.GetFieldValue<string[]>(2), Or<string[]>(3), Or<string[]>(4), row.GetFieldValue<DateTimeOffset>(5),
                    At(6), At(7), Or<string>(8)),
                row.FieldCount > 9 ? row.GetFieldValue<byte[]>(9) : null));
        return keys;
    }

    /// <summary>PostgreSQL's clock: a key's life does not depend on the host on which it was made.</summary>
    private static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT business_now()", connection);
        return new((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }

    private static string AuditJson(params IReadOnlyList<ApiKey> keys) =>
        keys is [var only] ? JsonSerializer.Serialize(only, Format) : JsonSerializer.Serialize(keys, Format);

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
}
