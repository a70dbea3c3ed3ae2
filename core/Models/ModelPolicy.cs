using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;
using Npgsql;

namespace EcomIntel.Core.Models;

/// <summary>When models are trained and score, and what is told of what they find.</summary>
public sealed record ModelPolicy
{
    internal static readonly PolicyKind<ModelPolicy> Kind = new("models", ModelPolicyJson.Default.ModelPolicy, static policy =>
        policy.ScoreAt < TimeSpan.Zero || policy.ScoreAt >= TimeSpan.FromDays(1) ? "scoreAt must be 00:00:00 to 23:59:59"
        : Days("scoreEvery", policy.ScoreEvery) ?? Days("trainEvery", policy.TrainEvery) ?? Days("replayScoreEvery", policy.ReplayScoreEvery)
        ?? Days("replayTrainEvery", policy.ReplayTrainEvery)
        ?? (policy.FalseDiscoveryRate is < 0.000000000001m or > 0.5m ? "falseDiscoveryRate must be 0.000000000001 to 0.5"
        : policy.MostFindings is < 1 or > 1_000 ? "mostFindings must be 1 to 1000"
        : policy.LeastAtRisk is < 0 or > 1_000_000_000 ? "leastAtRisk must be 0 to 1000000000"
        : policy.ClearAfterDays is < 1 or > 366 ? "clearAfterDays must be 1 to 366"
        : policy.DriftFrom is < 1 or > 100 ? "driftFrom must be 1 to 100"
        : policy.Jobs.Count > 100 || policy.Jobs.Any(string.IsNullOrWhiteSpace) ? "jobs must be at most 100 names of models' jobs" : null));

    /// <summary>Time of the day, UTC, at which models are trained and score.</summary>
    public TimeSpan ScoreAt { get; init; } = TimeSpan.FromHours(5);

    /// <summary>Days from one scoring to the next, 1 to 366; 7: on Mondays.</summary>
    public int ScoreEvery { get; init; } = 1;

    /// <summary>Days from one training to the next, 1 to 366; 28: every fourth Monday. The first that beats its baselines scores at once.</summary>
    public int TrainEvery { get; init; } = 28;

    /// <summary>As <see cref="ScoreEvery"/>, in a replay: business time stands still at each.</summary>
    public int ReplayScoreEvery { get; init; } = 7;

    /// <summary>As <see cref="TrainEvery"/>, in a replay.</summary>
    public int ReplayTrainEvery { get; init; } = 56;

    /// <summary>Jobs that run, by name; none named: all.</summary>
    public IReadOnlyList<string> Jobs { get; init; } = [];

    /// <summary>Demand is watched hour by hour too.</summary>
    public bool Hourly { get; init; }

    /// <summary>Of all findings of demand in one run, the share that may be chance.</summary>
    public decimal FalseDiscoveryRate { get; init; } = 0.001m;

    /// <summary>New findings of one watch that a run tells, those with most money at risk; what is folded into them comes with them.</summary>
    public int MostFindings { get; init; } = 5;

    /// <summary>Money at risk, in the base currency, below which nothing is told.</summary>
    public decimal LeastAtRisk { get; init; } = 50;

    /// <summary>A finding ends when nothing was found about the same for so long.</summary>
    public int ClearAfterDays { get; init; } = 14;

    /// <summary>A model is told of whose error has come to so many times what it was when it was trained.</summary>
    public decimal DriftFrom { get; init; } = 1.5m;

    public bool Runs(string job) => Jobs.Count == 0 || Jobs.Contains(job);

    private static string? Days(string name, int value) => value is < 1 or > 366 ? $"{name} must be 1 to 366" : null;
}

/// <summary>The policy as it rules right before an instant, for whoever reads outside a batch: of the instant itself not all may have been applied.</summary>
public static class ModelPolicies
{
    private const string Ruling = "SELECT version, settings::text FROM policies WHERE kind = 'models' AND effective_at < $1 ORDER BY version DESC LIMIT 1";

    public static async Task<(int Version, ModelPolicy Policy)> ReadAsync(NpgsqlDataSource database, DateTimeOffset at, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand(Ruling);
        command.Parameters.Add(new() { Value = at });
        await using var row = await command.ExecuteReaderAsync(token);
        return await row.ReadAsync(token) ? (row.GetInt32(0), ModelPolicy.Kind.Parse(row.GetString(1))) : (0, ModelPolicy.Kind.BuiltIn.Settings);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelPolicy))]
internal sealed partial class ModelPolicyJson : JsonSerializerContext;
