using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Events;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Ml.Watch;

/// <summary>A finding that was told and stands.</summary>
/// <param name="Key">What it is about, and whether up or down.</param>
/// <param name="FoundAt">When it was found last.</param>
/// <param name="Told">As it was told last.</param>
internal sealed record OpenFinding(string Id, string Key, DateTimeOffset Since, DateTimeOffset RaisedAt, DateTimeOffset FoundAt, OpenFinding.Last Told)
{
    internal sealed record Last(string Pattern, decimal? Money, string? PartOf);
}

/// <summary>What is found in a run, ready to be told.</summary>
/// <param name="Key">As of <see cref="OpenFinding.Key"/>.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="In">The key of the one it sits in; null: it is told by itself.</param>
internal sealed record FoundThing(string Key, string Pattern, DateTimeOffset Since, decimal? Money, string? In);

/// <summary>What there is to send of a finding.</summary>
internal enum Telling
{
    Raise,
    Update,
    Clear,
}

/// <summary>
/// What findings of a run make of those that stand: which are new, which are told anew, which are over. Pure: the same from the same.
/// </summary>
internal static class FindingLedger
{
    /// <summary>Money at risk that has grown by so much is told anew; less is not, or each run would tell all.</summary>
    private const decimal Grown = 1.25m;

    /// <summary>Most that are told as parts of one.</summary>
    private const int MostParts = 10;

    /// <param name="found">The most money first; parts after what they sit in.</param>
    /// <param name="most">New ones that are told by themselves.</param>
    /// <param name="least">Money at risk from which on they are.</param>
    /// <param name="heldBack">Counts what is not told, by why.</param>
    /// <returns>What is to be sent, in order, and what then stands or is over.</returns>
    public static (IReadOnlyList<(Telling Telling, OpenFinding Finding)> Sent, IReadOnlyList<OpenFinding> Seen) Settle(
        string model, string kind, IReadOnlyList<OpenFinding> open, IReadOnlyList<FoundThing> found, DateTimeOffset at, TimeSpan clearAfter, int most,
        decimal least, Action<string> heldBack)
    {
        var standing = open.ToDictionary(each => each.Key, StringComparer.Ordinal);
        var (sent, parts) = (new List<(Telling, OpenFinding)>(), new Dictionary<string, int>(StringComparer.Ordinal));
        var seen = new Dictionary<string, OpenFinding>(StringComparer.Ordinal);
        var raised = 0;
        foreach (var thing in found)
        {
            if (seen.ContainsKey(thing.Key))
                continue;
            var within = thing.In is { } key && (seen.TryGetValue(key, out var whole) || standing.TryGetValue(key, out whole)) ? whole.Id : null;
            if (standing.TryGetValue(thing.Key, out var stands))
            {
                var worth = stands.Told.Pattern != thing.Pattern || stands.Told.PartOf != within || thing.Money > (stands.Told.Money ?? 0) * Grown;
                stands = stands with { FoundAt = at, Told = worth ? new(thing.Pattern, thing.Money, within) : stands.Told };
                seen[thing.Key] = stands;
                if (worth)
                    sent.Add((Telling.Update, stands));
                continue;
            }
            var refusal = thing.In is not null
                ? within is null ? "part_of_what_is_not_told" : parts.GetValueOrDefault(within) >= MostParts ? "more_parts" : null
                : thing.Money < least ? "too_little_at_risk" : raised >= most ? "less_at_risk_than_others" : null;
            if (refusal is not null)
            {
                heldBack(refusal);
                continue;
            }
            if (within is null)
                raised++;
            else
                parts[within] = parts.GetValueOrDefault(within) + 1;
            var id = IdOf(model, kind, thing.Key, thing.Since);
            var fresh = new OpenFinding(id, thing.Key, thing.Since, at, at, new(thing.Pattern, thing.Money, within));
            seen[thing.Key] = fresh;
            sent.Add((Telling.Raise, fresh));
        }
        var over = open.Where(each => !seen.ContainsKey(each.Key) && at - each.FoundAt >= clearAfter);
        sent.AddRange(over.OrderBy(each => each.Id, StringComparer.Ordinal).Select(each => (Telling.Clear, each)));
        return (sent, [.. seen.Values]);
    }

    /// <summary>A function of model, kind, what it is about and since when: a run that is repeated raises nothing twice.</summary>
    public static string IdOf(string model, string kind, string key, DateTimeOffset since) =>
        "F-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{model}\0{kind}\0{key}\0{since.UtcDateTime:O}")).AsSpan(0, 10));
}

/// <summary>The findings of a job that stand, in PostgreSQL.</summary>
internal static class FindingStore
{
    private const string Open = "SELECT finding_id, key, since, raised_at, found_at, told::text FROM model_findings WHERE job = $1 AND cleared_at IS NULL";

    private const string Keep =
        """
        INSERT INTO model_findings (finding_id, job, key, since, raised_at, found_at, told)
        SELECT id, $1, key, since, raised_at, found_at, told::jsonb FROM unnest($2, $3, $4, $5, $6, $7) AS f (id, key, since, raised_at, found_at, told)
        ON CONFLICT (finding_id) DO UPDATE SET found_at = excluded.found_at, told = excluded.told, raised_at = excluded.raised_at, cleared_at = NULL
        """;

    private const string End = "UPDATE model_findings SET cleared_at = $2 WHERE finding_id = ANY ($1)";

    public static async Task<IReadOnlyList<OpenFinding>> OpenAsync(NpgsqlDataSource postgres, string job, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Open);
        command.Parameters.Add(new() { Value = job });
        await using var row = await command.ExecuteReaderAsync(token);
        var open = new List<OpenFinding>();
        while (await row.ReadAsync(token))
            open.Add(new(row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4), JsonSerializer.Deserialize<OpenFinding.Last>(row.GetString(5))!));
        return open;
    }

    public static Func<NpgsqlConnection, CancellationToken, Task> Save(
        string job, IReadOnlyList<OpenFinding> seen, IReadOnlyList<string> over, DateTimeOffset at) => async (connection, token) =>
    {
        if (over.Count > 0)
        {
            await using var end = new NpgsqlCommand(End, connection) { Parameters = { new() { Value = over.ToArray() }, new() { Value = at } } };
            await end.ExecuteNonQueryAsync(token);
        }
        if (seen.Count == 0)
            return;
        await using var keep = new NpgsqlCommand(Keep, connection);
        keep.Parameters.Add(new() { Value = job });
        keep.Parameters.Add(new() { Value = seen.Select(each => each.Id).ToArray() });
        keep.Parameters.Add(new() { Value = seen.Select(each => each.Key).ToArray() });
        foreach (var time in (Func<OpenFinding, DateTimeOffset>[])[each => each.Since, each => each.RaisedAt, each => each.FoundAt])
            keep.Parameters.Add(new()
            {
                Value = seen.Select(each => time(each).UtcDateTime).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz,
            });
        keep.Parameters.Add(new() { Value = seen.Select(each => JsonSerializer.Serialize(each.Told)).ToArray() });
        await keep.ExecuteNonQueryAsync(token);
    };
}
