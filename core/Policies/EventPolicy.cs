using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Policies;

/// <summary>How long an event waits for another, and which times are believed.</summary>
internal sealed record EventPolicy
{
    public static readonly PolicyKind<EventPolicy> Kind = new("events", EventPolicyJson.Default.EventPolicy, static policy =>
        Within("waitFor", policy.WaitFor, TimeSpan.Zero, 30) ?? Within("maxAhead", policy.MaxAhead, TimeSpan.FromMinutes(1), 366)
        ?? Within("maxGap", policy.MaxGap, TimeSpan.FromDays(1), 36_500) ?? Within("maxBehind", policy.MaxBehind, TimeSpan.FromDays(1), 36_500));

    /// <summary>How long an event waits for what it names to be known, in business time; 0: not at all. Up to 30 days.</summary>
    public TimeSpan WaitFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How far an event's time may be ahead of PostgreSQL's clock, live and in a replay. A minute to 366 days.</summary>
    public TimeSpan MaxAhead { get; init; } = TimeSpan.FromDays(1);

    /// <summary>In a replay: how far business time may jump from one event to the next. A day or more.</summary>
    public TimeSpan MaxGap { get; init; } = TimeSpan.FromDays(400);

    /// <summary>
    /// How far an event's time may be behind business time; master data may be of any age. A day or more; built in as long as operations are kept.
    /// </summary>
    public TimeSpan MaxBehind { get; init; } = TimeSpan.FromDays(1_100);

    public TimeBounds At(DateTimeOffset now) => new(now, MaxAhead, MaxGap, MaxBehind);

    private static string? Within(string name, TimeSpan value, TimeSpan least, int mostDays) =>
        value < least || value > TimeSpan.FromDays(mostDays) ? $"{name} must be {least:c} to {mostDays}.00:00:00" : null;
}

/// <summary>The same for who reads or sends events, outside a batch.</summary>
public static class BelievedTimes
{
    /// <summary>Which times of events are believed now.</summary>
    public static async Task<TimeBounds> ReadAsync(NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand("""
            SELECT business_now(), p.settings FROM business_clock c LEFT JOIN LATERAL (
                SELECT settings::text FROM policies
                WHERE kind = 'events' AND effective_at <= CASE WHEN c.mode = 'stream' THEN coalesce(c.now, '-infinity') ELSE business_now() END
                ORDER BY version DESC LIMIT 1) p ON true
            """);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var policy = row.IsDBNull(1) ? EventPolicy.Kind.BuiltIn.Settings : EventPolicy.Kind.Parse(row.GetString(1));
        return policy.At(row.GetFieldValue<DateTimeOffset>(0));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(EventPolicy))]
internal sealed partial class EventPolicyJson : JsonSerializerContext;
