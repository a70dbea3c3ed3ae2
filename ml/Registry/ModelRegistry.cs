using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace EcomIntel.Ml.Registry;

/// <summary>
/// Every version of every model: what it was trained on, how good it is beside its baselines, and which one scores. In PostgreSQL, table <c>models</c>, which
/// nothing of the truth refers to.
/// </summary>
internal sealed class ModelRegistry(NpgsqlDataSource postgres)
{
    /// <summary>Bytes of one artefact.</summary>
    public const int MaxArtefact = 64 << 20;

    /// <summary>Looks at a version's error that are kept.</summary>
    private const int MostDrifts = 100;

    private const string Register =
        """
        INSERT INTO models (name, version, trained_at, data_from, data_to, rows, parameters, metrics, baselines, artefact, artefact_sha256,
                               status, reason, decided_by, promoted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'rule', CASE WHEN $12 = 'CHAMPION' THEN $3 END)
        ON CONFLICT (name, version) DO NOTHING
        """;

    /// <summary>The one that scores makes place for another.</summary>
    private const string Retire = "UPDATE models SET status = $3, reason = 'replaced by ' || $2 WHERE name = $1 AND status = 'CHAMPION' AND version <> $2";

    /// <summary>All versions of a model wait for who has it: of two that would score one comes first.</summary>
    private const string Take = "SELECT version, status FROM models WHERE name = $1 ORDER BY version FOR UPDATE";

    private const string ChampionAt =
        """
        SELECT version, trained_at, artefact, artefact_sha256, parameters::text, data_to, metrics::text, promoted_at, drifts::text FROM models
        WHERE name = $1 AND promoted_at <= $2 ORDER BY promoted_at DESC, version DESC LIMIT 1
        """;

    private const string Waiting =
        """
        SELECT version, trained_at, artefact, artefact_sha256, parameters::text, data_to, metrics::text, promoted_at, drifts::text FROM models
        WHERE name = $1 AND status = 'CHALLENGER' AND trained_at < $2 ORDER BY trained_at, version
        """;

    private const string Hold =
        """
        UPDATE models SET held_at = $3, held_against = $4, held_from = $5, held_to = $6, held_metrics = $7, held_against_metrics = $8, status = $9,
            reason = $10, decided_by = 'rule', promoted_at = CASE WHEN $9 = 'CHAMPION' THEN $3 END
        WHERE name = $1 AND version = $2
        """;

    private const string Champions =
        """
        SELECT DISTINCT ON (name) name, version, trained_at, drift, drifts::text FROM models
        WHERE promoted_at <= $1 ORDER BY name, promoted_at DESC, version DESC
        """;

    private const string Drifted = "UPDATE models SET drift = $3, drifts = $4 WHERE name = $1 AND version = $2";

    private const string All =
        """
        SELECT name, version, trained_at, data_from, data_to, rows, parameters::text, metrics::text, baselines::text, encode(artefact_sha256, 'hex'),
            octet_length(artefact), status, reason, decided_by, promoted_at, drift, held_at, held_against, held_from, held_to, held_metrics::text,
            held_against_metrics::text
        FROM models WHERE $1::text IS NULL OR name = $1 ORDER BY name, version DESC LIMIT $2
        """;

    /// <summary>A person's word counts from an instant on, whatever the figures say.</summary>
    private const string PromoteByPerson =
        """
        UPDATE models SET status = 'CHAMPION', reason = $3, decided_by = $4, promoted_at = $5 WHERE name = $1 AND version = $2
        """;

    private const string Beats = "beats every baseline on later data";

    private const string Standing = "SELECT status, reason, decided_by FROM models WHERE name = $1 AND version = $2";

    /// <summary>Repeated with the same, it changes nothing.</summary>
    /// <exception cref="ArgumentException">A metric is not finite, or the artefact is too large: a fault of the trainer.</exception>
    public async Task<RegisteredModel> RegisterAsync(TrainedModel trained, DateTimeOffset trainedAt, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(trained);
        if (trained.Artefact.Length > MaxArtefact)
            throw new ArgumentException($"{trained.Name}: the artefact has {trained.Artefact.Length} bytes; at most {MaxArtefact}", nameof(trained));
        if (trained.Metrics.Concat(trained.Baselines.SelectMany(each => each.Value)).FirstOrDefault(each => !double.IsFinite(each.Value)) is { Key: { } wrong })
            throw new ArgumentException($"{trained.Name}: metric {wrong} is not finite", nameof(trained));
        var version = TrainedModel.VersionOf(trainedAt);
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var known = await TakeAsync(connection, trained.Name, token);
        var champion = known.FirstOrDefault(each => each.Status == ModelStatus.CHAMPION).Version;
        var step = trained.Refusal is not null ? ModelStep.FAILS : champion is null ? ModelStep.BEATS_ALONE : ModelStep.BEATS;
        var status = ModelFlow.After(null, step)!.Value;
        await using (var register = new NpgsqlCommand(Register, connection))
        {
            register.Parameters.Add(new() { Value = trained.Name });
            register.Parameters.Add(new() { Value = version });
            register.Parameters.Add(new() { Value = trainedAt.ToUniversalTime() });
            register.Parameters.Add(new() { Value = trained.From.ToUniversalTime() });
            register.Parameters.Add(new() { Value = trained.To.ToUniversalTime() });
            register.Parameters.Add(new() { Value = trained.Rows });
            register.Parameters.Add(new() { Value = JsonSerializer.Serialize(trained.Parameters), NpgsqlDbType = NpgsqlDbType.Jsonb });
            register.Parameters.Add(new() { Value = JsonSerializer.Serialize(trained.Metrics), NpgsqlDbType = NpgsqlDbType.Jsonb });
            register.Parameters.Add(new() { Value = JsonSerializer.Serialize(trained.Baselines), NpgsqlDbType = NpgsqlDbType.Jsonb });
            register.Parameters.Add(new() { Value = trained.Artefact.ToArray() });
            register.Parameters.Add(new() { Value = SHA256.HashData(trained.Artefact.Span) });
            register.Parameters.Add(new() { Value = status.ToString() });
            register.Parameters.Add(new() { Value = trained.Refusal ?? (status == ModelStatus.CHAMPION ? Beats : $"{Beats}; to be held against {champion}") });
            await register.ExecuteNonQueryAsync(token);
        }
        RegisteredModel standing;
        await using (var ask = new NpgsqlCommand(Standing, connection) { Parameters = { new() { Value = trained.Name }, new() { Value = version } } })
        await using (var row = await ask.ExecuteReaderAsync(token))
        {
            await row.ReadAsync(token);
            standing = new(trained.Name, version, Enum.Parse<ModelStatus>(row.GetString(0)), row.GetString(1), row.GetString(2));
        }
        await transaction.CommitAsync(token);
        return standing;
    }

    /// <summary>Every version, by name, the latest first.</summary>
    /// <param name="name">Of one model only; null: of all.</param>
    public async Task<IReadOnlyList<ModelEntry>> ListAsync(string? name, int limit, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(All);
        command.Parameters.Add(new() { Value = name ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = limit });
        await using var row = await command.ExecuteReaderAsync(token);
        var entries = new List<ModelEntry>();
        while (await row.ReadAsync(token))
            entries.Add(new(
                row.GetString(0), row.GetString(1), Enum.Parse<ModelStatus>(row.GetString(11)), row.GetString(12), row.GetString(13),
                row.IsDBNull(14) ? null : row.GetFieldValue<DateTimeOffset>(14), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3),
                row.GetFieldValue<DateTimeOffset>(4), row.GetInt64(5), JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(6))!,
                JsonSerializer.Deserialize<Dictionary<string, double>>(row.GetString(7))!,
                JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(row.GetString(8))!, row.GetString(9), row.GetInt32(10),
                row.IsDBNull(15) ? null : row.GetDouble(15),
                row.IsDBNull(16) ? null : new(
                    row.GetFieldValue<DateTimeOffset>(16), row.GetString(17), row.GetFieldValue<DateTimeOffset>(18), row.GetFieldValue<DateTimeOffset>(19),
                    JsonSerializer.Deserialize<Dictionary<string, double>>(row.GetString(20))!,
                    JsonSerializer.Deserialize<Dictionary<string, double>>(row.GetString(21))!)));
        return entries;
    }

    /// <summary>Somebody has a version score from an instant on, on their own account.</summary>
    /// <returns>False: there is no such version, or it scores already.</returns>
    public async Task<bool> PromoteAsync(string name, string version, string by, string reason, DateTimeOffset from, CancellationToken token)
    {
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var known = (await TakeAsync(connection, name, token)).FirstOrDefault(each => each.Version == version);
        if (known.Version is null || ModelFlow.After(known.Status, ModelStep.PROMOTE) is null)
            return false;
        await ReplaceAsync(connection, name, version, token);
        await using var promote = new NpgsqlCommand(PromoteByPerson, connection);
        foreach (var value in (object[])[name, version, reason, by, from.ToUniversalTime()])
            promote.Parameters.Add(new() { Value = value });
        await promote.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return true;
    }

    /// <summary>The version that scores at an instant: the one that was promoted last by then.</summary>
    /// <returns>Null where none was.</returns>
    /// <exception cref="InvalidDataException">The artefact is not what was registered.</exception>
    public async Task<Champion?> ChampionAsync(string name, DateTimeOffset asOf, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(ChampionAt);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(token);
        return await row.ReadAsync(token) ? Read(name, row) : null;
    }

    /// <summary>Versions trained before an instant that wait to be held against the one that scores, in the order in which they were trained.</summary>
    /// <exception cref="InvalidDataException">An artefact is not what was registered.</exception>
    public async Task<IReadOnlyList<Champion>> ChallengersAsync(string name, DateTimeOffset asOf, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Waiting);
        command.Parameters.Add(new() { Value = name });
        command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(token);
        var waiting = new List<Champion>();
        while (await row.ReadAsync(token))
            waiting.Add(Read(name, row));
        return waiting;
    }

    /// <summary>A challenger was held against the champion: it scores from an instant on, or never. Repeated, it changes nothing.</summary>
    /// <returns>How it stands; null: it is no challenger any more, or the champion another.</returns>
    public async Task<RegisteredModel?> HeldAsync(
        string name, string version, string champion, Contest contest, DateTimeOffset asOf, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(contest);
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        var known = await TakeAsync(connection, name, token);
        var before = known.FirstOrDefault(each => each.Version == version);
        if (before.Version is null || ModelFlow.After(before.Status, contest.IsBetter ? ModelStep.WINS : ModelStep.LOSES) is not { } after
            || !known.Contains((champion, ModelStatus.CHAMPION)))
            return null;
        if (after == ModelStatus.CHAMPION)
            await ReplaceAsync(connection, name, version, token);
        var reason = contest.Reason(champion);
        await using var hold = new NpgsqlCommand(Hold, connection);
        foreach (var value in (object[])[name, version, asOf.ToUniversalTime(), champion, contest.From.ToUniversalTime(), contest.To.ToUniversalTime()])
            hold.Parameters.Add(new() { Value = value });
        foreach (var figures in (IReadOnlyDictionary<string, double>[])[contest.Challenger, contest.Champion])
            hold.Parameters.Add(new() { Value = JsonSerializer.Serialize(figures), NpgsqlDbType = NpgsqlDbType.Jsonb });
        hold.Parameters.Add(new() { Value = after.ToString() });
        hold.Parameters.Add(new() { Value = reason });
        await hold.ExecuteNonQueryAsync(token);
        await transaction.CommitAsync(token);
        return new(name, version, after, reason, "rule");
    }

    /// <summary>The versions that score at an instant, by name.</summary>
    public async Task<IReadOnlyList<ScoringVersion>> ChampionsAsync(DateTimeOffset asOf, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Champions);
        command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(token);
        var champions = new List<ScoringVersion>();
        while (await row.ReadAsync(token))
            champions.Add(new(
                row.GetString(0), row.GetString(1), row.GetFieldValue<DateTimeOffset>(2), row.IsDBNull(3) ? null : row.GetDouble(3), Looks(row, 4)));
        return champions;
    }

    /// <summary>What is kept with a run: how a version's error stands to that when it was trained, beside the looks before.</summary>
    public static Func<NpgsqlConnection, CancellationToken, Task> Drift(Champion champion, ModelDrift drift) => async (connection, token) =>
    {
        var looks = champion.Drifts.Where(each => each.At < drift.At).Append(drift).TakeLast(MostDrifts);
        await using var command = new NpgsqlCommand(Drifted, connection)
        {
            Parameters =
            {
                new() { Value = champion.Name }, new() { Value = champion.Version }, new() { Value = drift.Ratio },
                new() { Value = JsonSerializer.Serialize(looks, JsonSerializerOptions.Web), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync(token);
    };

    private static async Task<List<(string Version, ModelStatus Status)>> TakeAsync(NpgsqlConnection connection, string name, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Take, connection) { Parameters = { new() { Value = name } } };
        await using var row = await command.ExecuteReaderAsync(token);
        var versions = new List<(string, ModelStatus)>();
        while (await row.ReadAsync(token))
            versions.Add((row.GetString(0), Enum.Parse<ModelStatus>(row.GetString(1))));
        return versions;
    }

    private static async Task ReplaceAsync(NpgsqlConnection connection, string name, string by, CancellationToken token)
    {
        var after = ModelFlow.After(ModelStatus.CHAMPION, ModelStep.REPLACE)!.Value.ToString();
        await using var retire = new NpgsqlCommand(Retire, connection)
        {
            Parameters = { new() { Value = name }, new() { Value = by }, new() { Value = after } },
        };
        await retire.ExecuteNonQueryAsync(token);
    }

    private static Champion Read(string name, NpgsqlDataReader row)
    {
        var artefact = row.GetFieldValue<byte[]>(2);
        if (!SHA256.HashData(artefact).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(3)))
            throw new InvalidDataException($"the artefact of model {name}, version {row.GetString(0)}, is not the one that was registered");
        return new(name, row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), artefact,
            JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(4))!, row.GetFieldValue<DateTimeOffset>(5),
            JsonSerializer.Deserialize<Dictionary<string, double>>(row.GetString(6))!, row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7),
            Looks(row, 8));
    }

    private static List<ModelDrift> Looks(NpgsqlDataReader row, int column) =>
        JsonSerializer.Deserialize<List<ModelDrift>>(row.GetString(column), JsonSerializerOptions.Web)!;
}
