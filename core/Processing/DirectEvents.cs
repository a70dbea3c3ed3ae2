using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>What must be so of the order before events about it are applied.</summary>
/// <param name="Version">The order's; null for any.</param>
/// <param name="Channels">The order must be of one of these; null for any. Of another it counts as unknown.</param>
public sealed record OrderCondition(OrderId OrderId, long? Version, IReadOnlyList<string>? Channels);

/// <summary>An order before or after a change.</summary>
public sealed record OrderStanding(long Version, string Status);

/// <param name="Refusal">Null when all was applied; otherwise nothing was, and the transaction must be rolled back.</param>
/// <param name="VersionChanged">The order is not of the version that was expected.</param>
public sealed record DirectResult(Rejection? Refusal, bool VersionChanged, OrderStanding? Before, OrderStanding? After);

/// <summary>
/// Applies events that somebody asks the hub itself for: by the same decisions as ingest and at once, in a transaction of the caller's, so that the answer is what
/// was decided. What is refused is told and leaves no dead letter. Their time is business time.
/// </summary>
public sealed class DirectEvents(TimeProvider time)
{
    /// <summary>Their CloudEvents source.</summary>
    public const string Source = "ecomintel/api";

    /// <param name="connection">With a transaction open on it.</param>
    /// <param name="id">Unique among all direct changes: the events' ids begin with it.</param>
    /// <param name="changes">About the condition's order, in order; all or none.</param>
    public async Task<DirectResult> ApplyAsync(
        NpgsqlConnection connection, string id, IReadOnlyList<(EventType Type, IEventData Data)> changes, OrderCondition condition, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var (mode, at) = await NowAsync(connection, time, cancellationToken);
        var messages = new List<Message>(changes.Count);
        for (var index = 0; index < changes.Count; index++)
        {
            var said = new CloudEvent($"{id}-{index + 1}", Source, changes[index].Type, condition.OrderId.Value, at, changes[index].Data);
            var payload = EventCodec.Encode(said);
            // Held to all that an event from outside is held to.
            var decoded = EventCodec.Decode(payload, said.Type.Topic, said.Subject);
            if (decoded.Rejection is { } invalid)
                return new(invalid, false, null, null);
            messages.Add(new(said.Type.Topic!, 0, 0, said.Subject, payload, decoded));
        }
        var batch = new Batch(Source, mode, [.. messages.Select(message => new Step(message, null))], [], null);
        var opening = await BatchStore.BeginAsync(connection, batch, 0, cancellationToken);
        if (opening!.Known.Count > 0)
            return new(new(RejectionCodes.AlreadyExists, $"a change of id {id} was made before"), false, null, null);
        var footprint = new Footprint();
        foreach (var message in messages)
            footprint.Add(message.Decoded.Event!);
        var workspace = await WorkspaceLoader.LoadAsync(connection, footprint, rounds: false, named: true, cancellationToken);

        if (workspace.Orders.Find(condition.OrderId) is not { } order || condition.Channels?.Contains(order.Channel) == false)
            return new(new(RejectionCodes.UnknownOrder, $"no order {condition.OrderId}"), false, null, null);
        var before = new OrderStanding(order.Version, order.Status.ToString());
        if (condition.Version is { } expected && expected != order.Version)
            return new(null, true, before, null);
        foreach (var message in messages)
            if (workspace.Apply(message.Decoded.Event!) is { } refusal)
                return new(refusal, false, before, null);
        await BatchStore.SaveAsync(
            connection, batch, workspace, null, [.. messages.Select(message => (at, message.Decoded.Event!.Identity))], [], [], new Dictionary<string, DateTimeOffset>(), time.GetUtcNow(), cancellationToken);
        return new(null, false, before, new(order.Version, order.Status.ToString()));
    }

    /// <summary>Business time.</summary>
    internal static async Task<(ClockMode Mode, DateTimeOffset At)> NowAsync(NpgsqlConnection connection, TimeProvider time, CancellationToken cancellationToken)
    {
        // In a replay the clock is locked, as ingest locks it: it does not move on between here and the change.
        await using var command = new NpgsqlCommand("SELECT now FROM business_clock WHERE mode = 'stream' AND now IS NOT NULL FOR UPDATE", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is DateTime passed)
            return (ClockMode.Stream, new(passed, TimeSpan.Zero));
        return (ClockMode.Wall, Instant.ToMicrosecond(time.GetUtcNow()));
    }
}
