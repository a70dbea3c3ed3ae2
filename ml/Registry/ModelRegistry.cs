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

    private const string Register =
        """
        INSERT INTO models (name, version, trained_at, data_from, data_to, rows, parameters, metrics, baselines, artefact, artefact_sha256,
                               status, reason, decided_by, promoted_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'rule', CASE WHEN $12 = 'CHAMPION' THEN $3 END)
        ON CONFLICT (name, version) DO NOTHING
        """;

    /// <summary>The one that scores makes place for another; one of a repeated run is there already, and changes nothing.</summary>
    private const string Retire =
        """
        UPDATE models SET status = 'RETIRED', reason = 'replaced by ' || $2
        WHERE name = $1 AND status = 'CHAMPION' AND NOT EXISTS (SELECT FROM models WHERE name = $1 AND version = $2)
        """;

    private const string ChampionAt =
        """
        SELECT version, trained_at, artefact, artefact_sha256, parameters::text FROM models
        WHERE name = $1 AND promoted_at <= $2 ORDER BY promoted_at DESC, version DESC LIMIT 1
        """;

    private const string Champions =
        """
        SELECT DISTINCT ON (name) name, trained_at, drift FROM models WHERE promoted_at <= $1 ORDER BY name, promoted_at DESC, version DESC
        """;

    private const string Drifted = "UPDATE models SET drift = $3 WHERE name = $1 AND version = $2";

    private const string All =
        """
        SELECT name, version, trained_at, data_from, data_to, rows, parameters::text, metrics::text, baselines::text, encode(artefact_sha256, 'hex'),
            octet_length(artefact), status, reason, decided_by, promoted_at, drift
        FROM models WHERE $1::text IS NULL OR name = $1 ORDER BY name, version DESC LIMIT $2
        """;

    /// <summary>A person's word counts from an instant on, whatever the figures say.</summary>
    private const string PromoteByPerson =
        """
        UPDATE models SET status = 'CHAMPION', reason = $3, decided_by = $4, promoted_at = $5 WHERE name = $1 AND version = $2 AND status <> 'CHAMPION'
        """;

    private const string RetireOthers =
        "UPDATE models SET status = 'RETIRED', reason = 'replaced by ' || $2 WHERE name = $1 AND version <> $2 AND status = 'CHAMPION'";

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
        var status = trained.Refusal is null ? ModelStatus.CHAMPION : ModelStatus.REFUSED;
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        if (status == ModelStatus.CHAMPION)
        {
            await using var retire = new NpgsqlCommand(Retire, connection) { Parameters = { new() { Value = trained.Name }, new() { Value = version } } };
            await retire.ExecuteNonQueryAsync(token);
        }
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
            register.Parameters.Add(new() { Value = trained.Refusal ?? "beats every baseline on later data" });
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
                row.IsDBNull(15) ? null : row.GetDouble(15)));
        return entries;
    }

    /// <summary>Somebody has a version score from an instant on, on their own account.</summary>
    /// <returns>False: there is no such version, or it scores already.</returns>
    public async Task<bool> PromoteAsync(string name, string version, string by, string reason, DateTimeOffset from, CancellationToken token)
    {
        await using var connection = await postgres.OpenConnectionAsync(token);
        await using var transaction = await connection.BeginTransactionAsync(token);
        await using (var retire = new NpgsqlCommand(RetireOthers, connection) { Parameters = { new() { Value = name }, new() { Value = version } } })
            await retire.ExecuteNonQueryAsync(token);
        await using var promote = new NpgsqlCommand(PromoteByPerson, connection);
        foreach (var value in (object[])[name, version, reason, by, from.ToUniversalTime()])
            promote.Parameters.Add(new() { Value = value });
        if (await promote.ExecuteNonQueryAsync(token) == 0)
            return false; // disposed without a commit: nobody was retired
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
        if (!await row.ReadAsync(token))
            return null;
        var artefact = row.GetFieldValue<byte[]>(2);
        if (!SHA256.HashData(artefact).AsSpan().SequenceEqual(row.GetFieldValue<byte[]>(3)))
            throw new InvalidDataException($"the artefact of model {name}, version {row.GetString(0)}, is not the one that was registered");
        return new(name, row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), artefact,
            JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(4))!);
    }

    /// <summary>The versions that score at an instant, by name.</summary>
    public async Task<IReadOnlyList<(string Name, DateTimeOffset TrainedAt, double? Drift)>> ChampionsAsync(DateTimeOffset asOf, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Champions);
        command.Parameters.Add(new() { Value = asOf.ToUniversalTime() });
        await using var row = await command.ExecuteReaderAsync(token);
        var champions = new List<(string, DateTimeOffset, double?)>();
        while (await row.ReadAsync(token))
            champions.Add((row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? null : row.GetDouble(2)));
        return champions;
    }

    /// <summary>What is kept with a run: how a version's error stands to that when it was trained.</summary>
    public static Func<NpgsqlConnection, CancellationToken, Task> Drift(string name, string version, double ratio) => async (connection, token) =>
    {
        await using var command = new NpgsqlCommand(Drifted, connection)
        {
            Parameters = { new() { Value = name }, new() { Value = version }, new() { Value = ratio } },
        };
        await command.ExecuteNonQueryAsync(token);
    };
}
