using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>One of the events of a direct change.</summary>
/// <param name="Subject">Id of what it is about.</param>
public sealed record DirectEvent(EventType Type, string Subject, IEventData Data);

/// <summary>How what is changed stands before or after: its version and status.</summary>
public sealed record Standing(long Version, string Status);

/// <summary>
/// What a direct change is about, and what must be so of it before anything is applied. Each slice whose records people may change by the API has one.
/// </summary>
public abstract record DirectSubject
{
    /// <summary>The version it must be of; null for any.</summary>
    public long? ExpectedVersion { get; init; }

    /// <returns>Why the caller may not change it (what may not be seen counts as unknown); null if he may.</returns>
    internal abstract Rejection? Refuse(Workspace workspace);

    /// <summary>Called where it was not refused.</summary>
    internal abstract Standing Stands(Workspace workspace);
}

/// <param name="Refusal">Null when all was applied; otherwise nothing was, and the transaction must be rolled back.</param>
/// <param name="VersionChanged">The subject is not of the version that was expected.</param>
public sealed record DirectResult(Rejection? Refusal, bool VersionChanged, Standing? Before, Standing? After);

/// <summary>
/// Applies events that somebody asks the hub itself for: by the same decisions as ingest and at once, in a transaction of the caller's, so that the answer is
/// what was decided. What is refused is reported and leaves no dead letter. Their time is business time.
/// </summary>
public sealed class DirectEvents(SliceSet slices, TimeProvider time)
{
    /// <summary>Their CloudEvents source.</summary>
    public const string Source = "ecomintel/api";

    private readonly WallClock _clock = new(time);

    /// <param name="connection">With a transaction open on it.</param>
    /// <param name="id">Unique among all direct changes: the events' ids begin with it.</param>
    /// <param name="events">In order; all or none.</param>
    public async Task<DirectResult> ApplyAsync(
        NpgsqlConnection connection, string id, IReadOnlyList<DirectEvent> events, DirectSubject subject, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var (mode, passed, said) = await ReadClockAsync(connection, cancellationToken);
        var now = _clock.Read(said, mode == ClockMode.Wall ? passed : null).Now;
        var at = mode == ClockMode.Stream ? passed!.Value : now;
        var messages = new List<Message>(events.Count);
        for (var index = 0; index < events.Count; index++)
        {
            var wanted = new CloudEvent($"{id}-{index + 1}", Source, events[index].Type, events[index].Subject, at, events[index].Data);
            var payload = EventCodec.Encode(wanted);
            // Held to all that an event from outside is held to.
            var decoded = EventCodec.Decode(payload, wanted.Type.Topic, wanted.Subject);
            if (decoded.Rejection is { } invalid)
                return new(invalid, false, null, null);
            messages.Add(new(wanted.Type.Topic!, 0, 0, wanted.Subject, payload, decoded));
        }
        var batch = new Batch(Source, mode, [.. messages.Select(message => new Step(message, null))], []);
        var opening = await BatchStore.BeginAsync(connection, batch, 0, [], cancellationToken);
        if (opening!.Known.Count > 0)
            return new(new(RejectionCodes.AlreadyExists, $"a change of id {id} was made before"), false, null, null);
        var workspace = new Workspace(slices) { WallNow = now, IsLive = mode == ClockMode.Wall };
        var keys = new Keys();
        foreach (var message in messages)
            workspace.NameKeys(message.Decoded.Event!, keys);
        await workspace.LoadAsync(connection, keys, passing: null, cancellationToken);

        if (subject.Refuse(workspace) is { } refused)
            return new(refused, false, null, null);
        var before = subject.Stands(workspace);
        if (subject.ExpectedVersion is { } expected && expected != before.Version)
            return new(null, true, before, null);
        foreach (var message in messages)
            if (workspace.Apply(message.Decoded.Event!) is { } refusal)
                return new(refusal, false, before, null);
        var outcome = new BatchOutcome(
            null, [.. messages.Select(message => (at, message.Decoded.Event!.Identity))], [], [], new Dictionary<string, DateTimeOffset>(), now)
        {
            // What waits for it follows at once, but not in the caller's transaction.
            Provided = [.. workspace.Provided], Held = true, FirstExpiry = opening.FirstExpiry,
        };
        await BatchStore.SaveAsync(connection, batch, workspace, outcome, cancellationToken);
        return new(null, false, before, subject.Stands(workspace));
    }

    /// <summary>Business time.</summary>
    internal static async Task<(ClockMode Mode, DateTimeOffset At)> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var (mode, passed, wallNow) = await ReadClockAsync(connection, cancellationToken);
        return (mode, mode == ClockMode.Stream ? passed!.Value : wallNow);
    }

    private static async Task<(ClockMode Mode, DateTimeOffset? Passed, DateTimeOffset WallNow)> ReadClockAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // In a replay the clock is locked, as ingest locks it: it does not move on between here and the change. Live it is not: batches must not wait for it.
        await using var command = new NpgsqlCommand("""
            WITH replayed AS (SELECT now FROM business_clock WHERE mode = 'stream' AND now IS NOT NULL FOR UPDATE)
            SELECT r.now, c.now, business_now() FROM business_clock c LEFT JOIN replayed r ON true
            """, connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        DateTimeOffset? At(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
        return At(0) is { } replayed ? (ClockMode.Stream, replayed, At(2)!.Value) : (ClockMode.Wall, At(1), At(2)!.Value);
    }
}
