using System.Buffers;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Core.Governance;

/// <summary>
/// The one place where what people and programs ask for is changed: the change, its row in the audit log and the answer for a repetition are one transaction.
/// A refusal changes nothing and is in the audit log as well; its idempotency key is free again, and the same request is decided anew.
/// </summary>
public sealed class Changes(NpgsqlDataSource database)
{
    private const string Savepoint = "change";

    // A concurrent row of the same key makes this wait for its transaction's end.
    private const string Claim = """
        INSERT INTO change_outcomes (actor, key, action, input_hash, at) VALUES ($1, $2, $3, $4, business_now()) ON CONFLICT DO NOTHING
        """;

    private const string Earlier = "SELECT action, input_hash, outcome::text FROM change_outcomes WHERE actor = $1 AND key = $2";

    private const string Answer = "UPDATE change_outcomes SET outcome = $3 WHERE actor = $1 AND key = $2";

    private const string Head = "SELECT entry, hash, business_now() FROM audit_head FOR UPDATE";

    private const string MoveHead = "UPDATE audit_head SET entry = $1, hash = $2";

    private const string Write = """
        INSERT INTO audit_log (entry, at, actor, action, subject, before, after, reason, outcome, previous_hash, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    /// <summary>Makes a change.</summary>
    /// <param name="change">
    /// Writes over the connection it is given, inside its transaction, and nowhere else; locks rows in the one order of the house. What it wrote is undone
    /// when it refuses or throws. It is not called for a request that was done before.
    /// </param>
    /// <exception cref="NpgsqlException">PostgreSQL is away or refused. Nothing is changed, or the answer to the commit was lost: the same idempotency key
    /// finds out.</exception>
    public async Task<ChangeOutcome> RunAsync(
        ChangeRequest request, Func<NpgsqlConnection, CancellationToken, Task<ChangeResult>> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(change);
        if (request.Invalid() is { } invalid)
            return new(ChangeCodes.BadRequest, invalid, null, null, false);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var key = request.IdempotencyKey;
        ChangeResult result;
        await transaction.SaveAsync(Savepoint, cancellationToken);
        if (key is not null && await ClaimAsync(connection, request, key, cancellationToken) is { } earlier)
        {
            if (earlier.Outcome is { } json)
                return Read(json);
            result = ChangeResult.Refused(
                ChangeCodes.IdempotencyKeyReused, $"this idempotency key was used for another {(earlier.Action == request.Action ? "input" : "change")}");
            key = null; // the row is the other request's
        }
        else
        {
            result = await change(connection, cancellationToken);
            if (result.Code is not null)
            {
                // The claim as well: what is refused now may be granted when the same request comes again, as a cancellation that overtook its order.
                await transaction.RollbackAsync(Savepoint, cancellationToken);
                key = null;
            }
        }
        var outcome = await RecordAsync(connection, request, key, result, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return outcome;
    }

    /// <returns>What the key was used for before, with the outcome if it was for just this; null where it is this request's now.</returns>
    private static async Task<(string Action, string? Outcome)?> ClaimAsync(
        NpgsqlConnection connection, ChangeRequest request, string key, CancellationToken cancellationToken)
    {
        var input = AuditEntry.HashOf(request.Action, request.Subject, request.Input);
        while (true)
        {
            await using var claim = new NpgsqlCommand(Claim, connection)
            {
                Parameters = { new() { Value = request.Actor }, new() { Value = key }, new() { Value = request.Action }, new() { Value = input } },
            };
            if (await claim.ExecuteNonQueryAsync(cancellationToken) == 1)
                return null;
            await using var earlier = new NpgsqlCommand(Earlier, connection) { Parameters = { new() { Value = request.Actor }, new() { Value = key } } };
            await using var row = await earlier.ExecuteReaderAsync(cancellationToken);
            if (await row.ReadAsync(cancellationToken))
                return (row.GetString(0), row.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(input) ? row.GetString(2) : null);
            // It was pruned between the two statements: the key is free again.
        }
    }

    private static async Task<ChangeOutcome> RecordAsync(
        NpgsqlConnection connection, ChangeRequest request, string? key, ChangeResult result, CancellationToken cancellationToken)
    {
        long last;
        byte[] previous;
        DateTimeOffset now;
        await using (var head = new NpgsqlCommand(Head, connection))
        await using (var row = await head.ExecuteReaderAsync(cancellationToken))
        {
            if (!await row.ReadAsync(cancellationToken))
                throw new InvalidOperationException("the audit log has no head");
            (last, previous, now) = (row.GetInt64(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2));
        }
        var entry = new AuditEntry(
            last + 1, now, request.Actor, request.Action, request.Subject, result.Before, result.After, request.Reason, result.Code ?? AuditEntry.Done);
        var hash = entry.Hash(previous);
        var outcome = new ChangeOutcome(result.Code, result.Message, result.Payload, entry.Entry, false);
        await using var batch = connection.CreateBatch();
        batch.Add(Write, entry.Entry, entry.At, entry.Actor, entry.Action, entry.Subject, Json(entry.Before), Json(entry.After),
            (object?)entry.Reason ?? DBNull.Value, entry.Outcome, previous, hash);
        batch.Add(MoveHead, entry.Entry, hash);
        if (key is not null)
            batch.Add(Answer, request.Actor, key, Json(ToJson(outcome)));
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return outcome;
    }

    // As json by its type, not as text: PostgreSQL refuses what is none.
    private static NpgsqlParameter Json(string? json) => new() { Value = (object?)json ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Json };

    private static string ToJson(ChangeOutcome outcome)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("code", outcome.Code);
            json.WriteString("message", outcome.Message);
            json.WritePropertyName("payload");
            json.WriteRawValue(outcome.Payload ?? "null");
            json.WriteNumber("entry", outcome.Entry!.Value);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static ChangeOutcome Read(string json)
    {
        using var outcome = JsonDocument.Parse(json);
        var root = outcome.RootElement;
        return new(
            root.GetProperty("code").GetString(), root.GetProperty("message").GetString(),
            root.GetProperty("payload") is { ValueKind: not JsonValueKind.Null } payload ? payload.GetRawText() : null, root.GetProperty("entry").GetInt64(),
            true);
    }
}
