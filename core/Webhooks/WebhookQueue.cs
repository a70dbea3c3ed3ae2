using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Core.Webhooks;

/// <summary>
/// The state of deliveries in PostgreSQL. What an endpoint wants of the outbox is written together with how far the outbox was looked at for it, so nothing is
/// left out and nothing stands twice; what is sent is marked after it was sent, so it may be sent twice, under one id. All times are PostgreSQL's.
/// </summary>
public sealed class WebhookQueue(NpgsqlDataSource database)
{
    /// <summary>Decisions looked at in one transaction.</summary>
    public const int BatchSize = 5_000;

    /// <summary>How long deliveries and dead letters are kept once they have ended.</summary>
    public static readonly TimeSpan KeepDelivered = TimeSpan.FromDays(7), KeepDead = TimeSpan.FromDays(180);

    private const int MostPruned = 5_000;

    // An endpoint that is new hears of what is decided from now on; one that has moved is asked again, whatever it answered where it was.
    private const string Enter = """
        INSERT INTO webhook_endpoints (endpoint, position, url_hash)
        SELECT w.endpoint, $3, w.url_hash FROM unnest($1::text[], $2::bytea[]) w (endpoint, url_hash)
        ON CONFLICT (endpoint) DO UPDATE SET
            url_hash = excluded.url_hash,
            disabled_at = CASE WHEN webhook_endpoints.url_hash = excluded.url_hash THEN webhook_endpoints.disabled_at END,
            not_before = CASE WHEN webhook_endpoints.url_hash = excluded.url_hash THEN webhook_endpoints.not_before END,
            failures = CASE WHEN webhook_endpoints.url_hash = excluded.url_hash THEN webhook_endpoints.failures ELSE 0 END
        """;

    private const string Standing = "SELECT endpoint, position, disabled_at IS NOT NULL FROM webhook_endpoints WHERE endpoint = ANY($1)";

    private const string Clock = "SELECT business_now(), coalesce((SELECT mode = 'stream' FROM business_clock), false)";

    private const string Wanted = """
        SELECT sequence, payload FROM outbox WHERE sequence > $1 AND sequence <= $2 AND type = ANY($3) ORDER BY sequence
        """;

    private const string Add = """
        INSERT INTO webhook_deliveries (delivery_id, endpoint, sequence, type, subject, body, status, created_at, next_at, ended_at, last_error)
        SELECT d.id, d.endpoint, d.sequence, d.type, d.subject, d.body, CASE WHEN d.error IS NULL THEN 'pending' ELSE 'dead' END, business_now(),
            business_now(), CASE WHEN d.error IS NOT NULL THEN business_now() END, d.error
        FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::text[])
            d (id, endpoint, sequence, type, subject, body, error)
        ON CONFLICT (delivery_id) DO NOTHING
        """;

    private const string Move = "UPDATE webhook_endpoints SET position = greatest(position, $2) WHERE endpoint = ANY($1)";

    // Of one subject the earlier is sent before the later, so one that waits for its next attempt holds up those after it; others pass.
    private const string FirstOfSubject = """
        NOT EXISTS (
            SELECT FROM webhook_deliveries e
            WHERE e.endpoint = d.endpoint AND e.subject = d.subject AND e.sequence < d.sequence AND e.status = 'pending')
        """;

    private const string DueEndpoints = """
        SELECT e.endpoint, e.failures FROM webhook_endpoints e
        WHERE e.endpoint = ANY($1) AND e.disabled_at IS NULL AND (e.not_before IS NULL OR e.not_before <= business_now())
            AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint = e.endpoint AND d.status = 'pending' AND d.next_at <= business_now())
        """;

    private const string Due = $"""
        SELECT d.delivery_id, d.sequence, d.type, d.subject, d.body, d.attempts FROM webhook_deliveries d
        WHERE d.endpoint = $1 AND d.status = 'pending' AND d.next_at <= business_now() AND {FirstOfSubject}
        ORDER BY d.next_at, d.sequence LIMIT $2
        """;

    private const string Mark = """
        UPDATE webhook_deliveries d SET
            status = r.status, attempts = d.attempts + 1, next_at = business_now() + r.wait, last_error = r.error,
            ended_at = CASE WHEN r.status <> 'pending' THEN business_now() END
        FROM unnest($1::text[], $2::text[], $3::interval[], $4::text[]) r (id, status, wait, error)
        WHERE d.delivery_id = r.id AND d.status = 'pending'
        """;

    private const string MarkEndpoint = """
        UPDATE webhook_endpoints SET
            failures = CASE WHEN $2 THEN 0 WHEN $3::interval IS NOT NULL THEN failures + 1 ELSE failures END,
            not_before = business_now() + $3::interval,
            disabled_at = CASE WHEN $4 THEN business_now() ELSE disabled_at END,
            delivered_at = CASE WHEN $5 THEN business_now() ELSE delivered_at END
        WHERE endpoint = $1
        """;

    private const string GiveUp = """
        UPDATE webhook_deliveries SET status = 'dead', ended_at = business_now(), last_error = $2 WHERE endpoint = $1 AND status = 'pending'
        """;

    private const string Counts = """
        SELECT e.endpoint, count(d.*) FILTER (WHERE d.status = 'pending'), count(d.*) FILTER (WHERE d.status = 'dead'), e.disabled_at IS NOT NULL,
            coalesce(extract(epoch FROM business_now() - min(d.created_at) FILTER (WHERE d.status = 'pending')), 0)::float8
        FROM webhook_endpoints e LEFT JOIN webhook_deliveries d ON d.endpoint = e.endpoint AND d.status <> 'delivered'
        WHERE e.endpoint = ANY($1) GROUP BY e.endpoint
        """;

    private const string Prune = """
        DELETE FROM webhook_deliveries WHERE delivery_id IN (
            SELECT delivery_id FROM webhook_deliveries WHERE status = $1 AND ended_at < business_now() - $2::interval ORDER BY ended_at LIMIT $3)
        """;

    /// <summary>Makes known which endpoints there are.</summary>
    /// <param name="urlHashes">SHA-256 of where each is, by its name.</param>
    public static async Task EnterAsync(NpgsqlConnection connection, IReadOnlyDictionary<string, byte[]> urlHashes, CancellationToken token)
    {
        var head = await OutboxReader.HeadAsync(connection, token);
        await using var enter = new NpgsqlCommand(Enter, connection)
        {
            Parameters = { new() { Value = urlHashes.Keys.ToArray() }, new() { Value = urlHashes.Values.ToArray() }, new() { Value = head } },
        };
        await enter.ExecuteNonQueryAsync(token);
    }

    /// <summary>Looks at the next decisions for those endpoints that are furthest back, and writes down what each wants of them.</summary>
    /// <param name="connection">The one that holds the lock: who has lost it writes nothing.</param>
    /// <param name="types">Of the decisions that some endpoint may want.</param>
    /// <param name="choose">
    /// What the endpoints that are named want of a decision, at PostgreSQL's time and whether business time is that of a stream; nothing where none does.
    /// </param>
    /// <returns>Whether there may be more to look at.</returns>
    public static async Task<bool> EnqueueAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> endpoints, IReadOnlyCollection<string> types,
        Func<Operation, IReadOnlyCollection<string>, DateTimeOffset, bool, IEnumerable<NewDelivery>> choose, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(choose);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var standing = await StandingAsync(connection, endpoints, token);
        var head = await OutboxReader.HeadAsync(connection, token);
        if (standing.Count == 0 || standing.Min(each => each.Position) is var from && from >= head)
            return false;
        var to = Math.Min(head, from + BatchSize);
        var (now, isStream) = await NowAsync(connection, token);
        var added = new List<NewDelivery>();
        foreach (var row in await WantedAsync(connection, from, to, types, token))
        {
            // What is decided while an endpoint is gone it does not hear of.
            var asking = standing.Where(each => each.Position < row.Sequence && !each.Disabled).Select(each => each.Endpoint).ToList();
            if (asking.Count > 0)
                added.AddRange(choose(Operation.Parse(row.Payload), asking, now, isStream));
        }
        if (added.Count > 0)
            await AddAsync(connection, added, token);
        await using (var move = new NpgsqlCommand(Move, connection) { Parameters = { new() { Value = endpoints.ToArray() }, new() { Value = to } } })
            await move.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return to < head;
    }

    /// <summary>Which of the endpoints may be sent something now.</summary>
    public static async Task<List<DueEndpoint>> DueEndpointsAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> endpoints, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(DueEndpoints, connection) { Parameters = { new() { Value = endpoints.ToArray() } } };
        await using var rows = await command.ExecuteReaderAsync(token);
        var due = new List<DueEndpoint>();
        while (await rows.ReadAsync(token))
            due.Add(new(rows.GetString(0), rows.GetInt32(1)));
        return due;
    }

    /// <summary>What may be sent to it at once, each about another case or alert.</summary>
    public async Task<List<DueDelivery>> DueAsync(string endpoint, int most, CancellationToken token)
    {
        await using var command = database.CreateCommand(Due);
        command.Parameters.Add(new() { Value = endpoint });
        command.Parameters.Add(new() { Value = most });
        await using var rows = await command.ExecuteReaderAsync(token);
        var due = new List<DueDelivery>();
        while (await rows.ReadAsync(token))
            due.Add(new(rows.GetString(0), rows.GetInt64(1), rows.GetString(2), rows.GetString(3), rows.GetFieldValue<byte[]>(4), rows.GetInt32(5)));
        return due;
    }

    /// <summary>Writes down what came of a round of attempts.</summary>
    public async Task MarkAsync(string endpoint, IReadOnlyList<Attempted> attempted, EndpointHeard heard, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(heard);
        await using var connection = await database.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using (var mark = new NpgsqlCommand(Mark, connection)
        {
            Parameters =
            {
                new() { Value = attempted.Select(each => each.Id).ToArray() }, new() { Value = attempted.Select(each => each.Status).ToArray() },
                new() { Value = attempted.Select(each => each.Wait).ToArray() },
                new() { Value = attempted.Select(each => each.Error).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        })
            await mark.ExecuteNonQueryAsync(token);
        await using (var mark = new NpgsqlCommand(MarkEndpoint, connection)
        {
            Parameters =
            {
                new() { Value = endpoint }, new() { Value = heard.Answers },
                new() { Value = (object?)heard.Pause ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Interval }, new() { Value = heard.Gone },
                new() { Value = heard.Took },
            },
        })
            await mark.ExecuteNonQueryAsync(token);
        if (heard.Gone)
        {
            await using var giveUp = new NpgsqlCommand(GiveUp, connection)
            {
                Parameters = { new() { Value = endpoint }, new() { Value = "the endpoint has answered that it is gone (410)" } },
            };
            await giveUp.ExecuteNonQueryAsync(token);
        }
        await transaction.CommitAsync(token);
    }

    /// <summary>How many wait and are dead, whether it is disabled, and for how long the earliest has waited, by endpoint.</summary>
    public async Task<List<(string Endpoint, long Pending, long Dead, bool Disabled, TimeSpan Waiting)>> CountAsync(
        IReadOnlyCollection<string> endpoints, CancellationToken token)
    {
        await using var command = database.CreateCommand(Counts);
        command.Parameters.Add(new() { Value = endpoints.ToArray() });
        await using var rows = await command.ExecuteReaderAsync(token);
        var counts = new List<(string, long, long, bool, TimeSpan)>();
        while (await rows.ReadAsync(token))
            counts.Add((rows.GetString(0), rows.GetInt64(1), rows.GetInt64(2), rows.GetBoolean(3), TimeSpan.FromSeconds(rows.GetDouble(4))));
        return counts;
    }

    /// <summary>Forgets some of what ended long ago.</summary>
    public async Task PruneAsync(CancellationToken token)
    {
        foreach (var (status, keep) in new[] { (WebhookStatus.Delivered, KeepDelivered), (WebhookStatus.Dead, KeepDead) })
        {
            await using var prune = database.CreateCommand(Prune);
            prune.Parameters.Add(new() { Value = status });
            prune.Parameters.Add(new() { Value = keep });
            prune.Parameters.Add(new() { Value = MostPruned });
            await prune.ExecuteNonQueryAsync(token);
        }
    }

    private static async Task<List<(string Endpoint, long Position, bool Disabled)>> StandingAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> endpoints, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Standing, connection) { Parameters = { new() { Value = endpoints.ToArray() } } };
        await using var rows = await command.ExecuteReaderAsync(token);
        var standing = new List<(string, long, bool)>();
        while (await rows.ReadAsync(token))
            standing.Add((rows.GetString(0), rows.GetInt64(1), rows.GetBoolean(2)));
        return standing;
    }

    private static async Task<(DateTimeOffset Now, bool IsStream)> NowAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Clock, connection);
        await using var row = await command.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        return (row.GetFieldValue<DateTimeOffset>(0), row.GetBoolean(1));
    }

    private static async Task<List<(long Sequence, byte[] Payload)>> WantedAsync(
        NpgsqlConnection connection, long from, long to, IReadOnlyCollection<string> types, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Wanted, connection)
        {
            Parameters = { new() { Value = from }, new() { Value = to }, new() { Value = types.ToArray() } },
        };
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<(long, byte[])>();
        while (await reader.ReadAsync(token))
            rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        return rows;
    }

    private static async Task AddAsync(NpgsqlConnection connection, List<NewDelivery> added, CancellationToken token)
    {
        await using var add = new NpgsqlCommand(Add, connection)
        {
            Parameters =
            {
                new() { Value = added.Select(each => each.Id).ToArray() }, new() { Value = added.Select(each => each.Endpoint).ToArray() },
                new() { Value = added.Select(each => each.Sequence).ToArray() }, new() { Value = added.Select(each => each.Type).ToArray() },
                new() { Value = added.Select(each => each.Subject).ToArray() }, new() { Value = added.Select(each => each.Body).ToArray() },
                new() { Value = added.Select(each => each.Error).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        await add.ExecuteNonQueryAsync(token);
    }
}
