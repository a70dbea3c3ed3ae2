using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;
using Npgsql;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>Which delays are told as findings.</summary>
public sealed record DelayRiskPolicy
{
    internal static readonly PolicyKind<DelayRiskPolicy> Kind = new("delay_risk", DelayRiskPolicyJson.Default.DelayRiskPolicy, static policy =>
        policy.FindingFrom is < 0 or > 1 ? "findingFrom must be 0 to 1"
        : policy.MoneyFrom is < 0 or > 1_000_000_000 ? "moneyFrom must be 0 to 1000000000"
        : policy.MostFindings is < 1 or > 1_000 ? "mostFindings must be 1 to 1000"
        : policy.PlanFor is <= 0 or >= 1 ? "planFor must be above 0 and below 1" : null);

    /// <summary>Probability of being late from which on a line is told.</summary>
    public decimal FindingFrom { get; init; } = 0.5m;

    /// <summary>Money of customers' orders that would be late, in the base currency, from which on it is told.</summary>
    public decimal MoneyFrom { get; init; } = 50;

    /// <summary>New findings of one run, those with most money at risk.</summary>
    public int MostFindings { get; init; } = 5;

    /// <summary>What follows is worked out for the days late that are not exceeded with this probability.</summary>
    public decimal PlanFor { get; init; } = 0.8m;

    private const string Ruling = "SELECT settings::text FROM policies WHERE kind = 'delay_risk' AND effective_at <= $1 ORDER BY version DESC LIMIT 1";

    /// <summary>As it rules at an instant, for whoever reads outside a batch.</summary>
    public static async Task<DelayRiskPolicy> ReadAsync(NpgsqlDataSource database, DateTimeOffset at, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand(Ruling);
        command.Parameters.Add(new() { Value = at.ToUniversalTime() });
        return await command.ExecuteScalarAsync(token) is string settings ? Kind.Parse(settings) : Kind.BuiltIn.Settings;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DelayRiskPolicy))]
internal sealed partial class DelayRiskPolicyJson : JsonSerializerContext;
