using System.Text.Json;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.Governance;

internal static class PolicyStore
{
    public const string Select = "SELECT kind, version, effective_at, settings::text FROM policies";

    public static PolicyVersion Read(NpgsqlDataReader row)
    {
        using var settings = JsonDocument.Parse(row.GetString(3));
        return new(row.GetString(0), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2), settings.RootElement.Clone());
    }

    public static void Save(NpgsqlBatch batch, PolicyBook policies)
    {
        if (policies.Added.Count > 0)
            batch.Add("INSERT INTO policies (kind, version, effective_at, settings) SELECT kind, version, effective_at, settings::jsonb FROM unnest($1, $2, $3, $4) AS p (kind, version, effective_at, settings)",
                policies.Added.Column(p => p.Kind), policies.Added.Column(p => p.Version), policies.Added.Column(p => p.EffectiveAt), policies.Added.Column(p => p.Settings.GetRawText()));
    }
}
