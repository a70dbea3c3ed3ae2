using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Retention;

/// <summary>How long rows are kept of which there would be ever more; whole days each.</summary>
internal sealed record RetentionPolicy
{
    public static readonly PolicyKind<RetentionPolicy> Kind = new("retention", RetentionPolicyJson.Default.RetentionPolicy, static policy =>
        Invalid("operations", policy.Operations, 30)
        ?? Invalid("appliedEvents", policy.AppliedEvents, 7)
        ?? Invalid("deadLetters", policy.DeadLetters, 7)
        ?? Invalid("changeOutcomes", policy.ChangeOutcomes, 1));

    private const int MaxDays = 36_500;

    /// <summary>Rows of the outbox, in business time: how far back ClickHouse can be rebuilt. 30 days or more.</summary>
    public TimeSpan Operations { get; init; } = TimeSpan.FromDays(1_100);

    /// <summary>Identities of applied events, in business time: how late an event may come, or come again. 7 days or more.</summary>
    public TimeSpan AppliedEvents { get; init; } = TimeSpan.FromDays(400);

    /// <summary>Dead letters that were applied or discarded, by the wall clock since they were received. 7 days or more.</summary>
    public TimeSpan DeadLetters { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Idempotency keys and their answers, by the wall clock: how late a request may be repeated. A day or more.</summary>
    public TimeSpan ChangeOutcomes { get; init; } = TimeSpan.FromDays(30);

    private static string? Invalid(string name, TimeSpan kept, int minDays) =>
        kept < TimeSpan.FromDays(minDays) || kept > TimeSpan.FromDays(MaxDays) || kept.Ticks % TimeSpan.TicksPerDay != 0
            ? $"{name} must be whole days, {minDays}.00:00:00 to {MaxDays}.00:00:00" : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(RetentionPolicy))]
internal sealed partial class RetentionPolicyJson : JsonSerializerContext;
