using System.Text.Json;
using Dapper;
using EcomIntel.Core.Governance;
using Npgsql;

namespace EcomIntel.Core.Webhooks;

/// <summary>What is asked for; null is any.</summary>
public sealed record WebhookFilter(string? Endpoint = null, string? Status = null);

/// <summary>Webhooks as an operator sees them, and dead letters tried again.</summary>
public sealed class WebhookStore(NpgsqlDataSource database)
{
    /// <summary>Most of one answer, and of one change.</summary>
    public const int MaxListed = 10_000, MaxRetried = 500;

    public const string NotFound = "NOT_FOUND", WrongState = "WRONG_STATE";

    private const string SelectEndpoints = """
        SELECT e.endpoint,
            greatest(0, coalesce((SELECT max(sequence) FROM outbox), (SELECT sequence FROM pruned WHERE kind = 'operations'), 0) - e.position) AS behind,
            e.failures, CASE WHEN e.not_before > business_now() THEN e.not_before END AS pauseduntil, e.disabled_at AS disabledat,
            e.delivered_at AS deliveredat, count(d.*) FILTER (WHERE d.status = 'pending') AS pending, count(d.*) FILTER (WHERE d.status = 'dead') AS dead
        FROM webhook_endpoints e LEFT JOIN webhook_deliveries d ON d.endpoint = e.endpoint AND d.status <> 'delivered'
        GROUP BY e.endpoint ORDER BY e.endpoint
        """;

    private const string SelectDeliveries = """
        SELECT delivery_id AS id, endpoint, sequence, type, subject, status, attempts, created_at AS createdat,
            CASE WHEN status = 'pending' THEN next_at END AS nextat, ended_at AS endedat, last_error AS lasterror
        FROM webhook_deliveries WHERE (@endpoint::text IS NULL OR endpoint = @endpoint) AND (@status::text IS NULL OR status = @status)
        ORDER BY sequence DESC, endpoint LIMIT @limit
        """;

    private const string Lock = "SELECT delivery_id, status, endpoint FROM webhook_deliveries WHERE delivery_id = ANY($1) ORDER BY delivery_id FOR UPDATE";

    private const string Retry = """
        UPDATE webhook_deliveries SET status = 'pending', attempts = 0, next_at = business_now(), ended_at = NULL WHERE delivery_id = ANY($1)
        """;

    // Who asks for it means that there is somebody there again.
    private const string Enable = "UPDATE webhook_endpoints SET disabled_at = NULL, not_before = NULL WHERE endpoint = ANY($1)";

    private sealed record EndpointRow(
        string Endpoint, long Behind, int Failures, DateTime? PausedUntil, DateTime? DisabledAt, DateTime? DeliveredAt, long Pending, long Dead);

    private sealed record Row(
        string Id, string Endpoint, long Sequence, string Type, string Subject, string Status, int Attempts, DateTime CreatedAt, DateTime? NextAt,
        DateTime? EndedAt, string? LastError);

    public async Task<IReadOnlyList<WebhookEndpoint>> EndpointsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<EndpointRow>(new CommandDefinition(SelectEndpoints, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new WebhookEndpoint(
            row.Endpoint, row.Behind, row.Failures, Utc(row.PausedUntil), Utc(row.DisabledAt), Utc(row.DeliveredAt), row.Pending, row.Dead))];
    }

    /// <summary>The latest decision first.</summary>
    /// <param name="limit">1 to <see cref="MaxListed"/>.</param>
    public async Task<IReadOnlyList<WebhookDelivery>> ListAsync(WebhookFilter filter, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaxListed);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            SelectDeliveries, new { filter.Endpoint, filter.Status, limit }, cancellationToken: cancellationToken));
        return [.. rows.Select(row => new WebhookDelivery(
            row.Id, row.Endpoint, row.Sequence, row.Type, row.Subject, row.Status, row.Attempts, new(row.CreatedAt), Utc(row.NextAt), Utc(row.EndedAt),
            row.LastError))];
    }

    /// <summary>
    /// Dead letters are sent again, under the ids they have, with as many attempts as at first: all of them, or where one is not dead none. An endpoint that
    /// had answered that it is gone is asked again.
    /// </summary>
    /// <param name="ids">1 to <see cref="MaxRetried"/>.</param>
    /// <returns>Refused with one of the codes above.</returns>
    /// <exception cref="NpgsqlException">As of <see cref="Changes.RunAsync"/>.</exception>
    public async Task<ChangeOutcome> RetryAsync(string actor, IReadOnlyCollection<string> ids, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count is 0 or > MaxRetried)
            return new(ChangeCodes.BadRequest, $"ids must be 1 to {MaxRetried}", null, null, false);
        string[] wanted = [.. ids.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var after = JsonSerializer.Serialize(new { ids = wanted });
        var subject = wanted.Length == 1 ? wanted[0] : $"{wanted[0]}..{wanted[^1]}";
        var request = new ChangeRequest(actor, "webhook.retry", subject, null, JsonSerializer.Serialize(new { wanted, reason }), reason);
        return await new Changes(database).RunAsync(request, async (connection, token) =>
        {
            var found = await LockAsync(connection, wanted, token);
            if (wanted.Where(id => !found.ContainsKey(id)).ToList() is { Count: > 0 } missing)
                return ChangeResult.Refused(NotFound, $"there is no delivery {string.Join(", ", missing)}", after: after);
            if (found.Where(each => each.Value.Status != WebhookStatus.Dead).ToList() is { Count: > 0 } alive)
                return ChangeResult.Refused(
                    WrongState, string.Join("; ", alive.Select(each => $"delivery {each.Key} is {each.Value.Status}, not dead")), after: after);
            string[] endpoints = [.. found.Values.Select(each => each.Endpoint).Distinct(StringComparer.Ordinal)];
            foreach (var (sql, names) in new[] { (Retry, wanted), (Enable, endpoints) })
            {
                await using var update = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = names } } };
                await update.ExecuteNonQueryAsync(token);
            }
            return ChangeResult.Done(after: after);
        }, cancellationToken);
    }

    private static async Task<Dictionary<string, (string Status, string Endpoint)>> LockAsync(
        NpgsqlConnection connection, string[] ids, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Lock, connection) { Parameters = { new() { Value = ids } } };
        await using var rows = await command.ExecuteReaderAsync(token);
        var found = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        while (await rows.ReadAsync(token))
            found.Add(rows.GetString(0), (rows.GetString(1), rows.GetString(2)));
        return found;
    }

    private static DateTimeOffset? Utc(DateTime? time) => time is { } at ? new(at) : null;
}
