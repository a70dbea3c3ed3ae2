using System.Data.Common;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>
/// Applies a batch in one transaction: effects, positions, identities, decisions and refusals stand or fall together.
/// The result equals applying the events one at a time in their order; how they are cut into batches does not show.
/// <para>
/// An event that the hub or PostgreSQL fails on costs itself, not the stream: it becomes a dead letter that can be tried again once the hub is mended. It is
/// found by cutting its batch, as is how much fits at once: the parts are applied one after the other, each in a transaction of its own that leaves the
/// positions where they are; the last moves them on. Should that be cut short, what was applied is read again and dropped as known. A try that fails halves
/// the part and one that works doubles it, so the cost rises with the events and the faults, not with their product. An outage (<see cref="FailureCause"/>)
/// is no event's doing: it is thrown, and all of the batch waits for its end.
/// </para>
/// </summary>
public sealed class BatchProcessor(NpgsqlDataSource database, SliceSet slices, WallClock clock)
{
    /// <summary>Most dead letters tried again by one batch.</summary>
    private const int MaxRetries = 500;

    /// <summary>Parts are not cut smaller than this while the culprit is known by name: a try costs its round trips anyway.</summary>
    private const int SmallestPart = 64;

    /// <summary>
    /// A batch is undone so often for what awaits it. Live, other copies go on hearing events that wait while it is tried: without an end, one that provides
    /// for many, as a round does, would never be done.
    /// </summary>
    private const int MostUndone = 3;

    /// <summary>As of <see cref="PassingTime.MostDue"/>.</summary>
    internal int MostDue { get; init; } = PassingTime.UsualMostDue;

    /// <summary>Applies <paramref name="batch"/>.</summary>
    /// <exception cref="DbException">PostgreSQL is away or refused; nothing was written beyond what will be known as repeated, or the answer to the commit
    /// was lost: trying again finds out.</exception>
    public async Task<BatchResult> ApplyAsync(Batch batch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var count = batch.Steps.Count;
        var attempt = new Attempt { RetryLimit = count == 0 ? MaxRetries : 0 };
        BatchResult? before = null;
        for (int from = 0, size = count; ;)
        {
            var end = Math.Min(count, from + size);
            try
            {
                var result = await ApplyOnceAsync(PartOf(batch, from, attempt.PartOfTime is null ? end : from), attempt, cancellationToken);
                if (result.Overtaken)
                    return result;
                before = before is null ? result : before.Then(result);
                if (attempt.PartOfTime is not null)
                {
                    attempt.PartOfTime = null;
                    continue;
                }
                if (end == count)
                    return before;
                (from, size) = (end, size * 2);
            }
            catch (HandlerFaultException fault)
            {
                attempt.Faults.Add(fault.Culprit.Place, new(RejectionCodes.InternalError, fault.InnerException!.Message));
                (size, attempt.RetryLimit) = (Math.Max(SmallestPart, (end - from) / 2), Math.Max(SmallestPart, attempt.Retrying.Count / 2));
            }
            catch (QueueTooShortException tooShort)
            {
                attempt.Deepen(tooShort.Queues);
            }
            catch (AwaitedException awaited)
            {
                attempt.Undone++;
                attempt.Awaited.UnionWith(awaited.Keys);
                attempt.HoldsWaiting |= awaited.TooMuch;
            }
            catch (MoreDueException more)
            {
                // What comes before it first.
                if (attempt.Steps > 0)
                    size = attempt.Steps;
                else
                    attempt.PartOfTime = more.Part;
            }
            catch (DueWorkNotLoadedException) when (!attempt.LoadDueWork)
            {
                attempt.LoadDueWork = true;
            }
            catch (Exception failure) when (attempt.MayBeTheBatchs(failure) && attempt.CanNarrow(batch.Steps, from, end, FailureCauses.Of(failure)))
            {
                if (attempt.Narrow(batch.Steps, from, end, failure) is { } smaller)
                    (size, attempt.RetryLimit) = (smaller, smaller);
            }
            if (count > 0)
                attempt.RetryLimit = 0;
        }
    }

    private static Batch PartOf(Batch batch, int from, int end) => end - from == batch.Steps.Count ? batch : batch with
    {
        Steps = [.. batch.Steps.Skip(from).Take(end - from)],
        Positions = end == batch.Steps.Count ? batch.Positions : [.. batch.Positions.Select(position => position with { To = position.From })],
        PassesTime = end == batch.Steps.Count && batch.PassesTime,
    };

    private async Task<BatchResult> ApplyOnceAsync(Batch batch, Attempt attempt, CancellationToken cancellationToken)
    {
        (attempt.Retrying, attempt.IsOpen, attempt.IsLoading, attempt.Steps) = ([], false, false, 0);
        var part = attempt.PartOfTime;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        attempt.IsOpen = true;
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await BatchStore.BeginAsync(
            connection, batch, part is null ? attempt.RetryLimit : 0, attempt.HoldsWaiting ? [] : attempt.Awaited, cancellationToken) is not { } opening)
            return new(true, 0, 0, 0, 0, 0, null, false);

        // Dead letters are tried again by batches of their own: what they break is nobody else's loss.
        attempt.Retrying = opening.Retries.ConvertAll(retry => retry.Message);
        var steps = batch.Steps.Count > 0 ? batch.Steps : attempt.Retrying.Select(retry => new Step(retry, null)).ToList();
        var retries = opening.Retries.ToDictionary(retry => retry.Message.RetryOf!.Value);
        var live = batch.Mode == ClockMode.Wall;
        var reading = clock.Read(opening.WallNow, live ? opening.Clock : null);
        var now = reading.Now;
        // A wrong clock had moved business time ahead: due work must not wait until the right one has come there too.
        var setBack = live && batch.PassesTime && opening.Clock - now > clock.MaxJump ? opening.Clock!.Value - now : TimeSpan.Zero;
        var from = opening.Clock - setBack;
        var seen = new HashSet<Guid>(opening.Known);
        var workspace = new Workspace(slices) { WallNow = now, IsLive = live };
        var keys = new Keys { Depths = attempt.Depths };
        foreach (var message in steps.Select(step => step.Message).Concat(opening.Waiting.Select(waiting => waiting.Message)))
            if (message is { Decoded.Event: { Data: not ClockTicked } named } && !seen.Contains(named.Identity) && !attempt.IsAtFault(message))
                workspace.NameKeys(named, keys);
        var until = live ? now : part?.Until ?? LatestOf(steps, from);
        var hourPassed = live && HourOf(until) != HourOf(from);
        PassingTime? passing = null;
        if (batch.RunsDueWork)
            passing = new(from, until, Sweep: !live || hourPassed, LoadAll: hourPassed || attempt.LoadDueWork)
            {
                MostDue = MostDue, AtOnce = part is { AtOnce: true },
            };
        attempt.IsLoading = true;
        await workspace.LoadAsync(connection, keys, passing, cancellationToken);
        attempt.IsLoading = false;

        var run = new BatchRun(workspace, batch, from, seen, now, message => attempt.Faults.GetValueOrDefault(message.Place),
            live ? null : passing);
        foreach (var waiting in opening.Waiting)
            run.Add(waiting);
        if (part is not null)
            run.Due.RunPart(passing!);
        foreach (var (message, tick) in steps)
        {
            if (tick is { } instant)
                run.Due.Pass(instant);
            else
                run.Hear(message!, message!.RetryOf is { } id ? retries[id] : null);
            attempt.Steps++;
        }
        if (batch.PassesTime)
            run.Due.CatchUp(now);
        attempt.TriedStored = run.TriedStored;

        var more = opening.Retries.Count > 0 || (!batch.RunsDueWork && run.Due.IsDueNow(now)) || (live && passing is { HasMore: true });
        var outcome = new BatchOutcome(run.Due.Clock, run.Identities, run.Refused, [.. run.Retried], run.Newest, now)
        {
            Provided = [.. run.Waiting.Provided], Held = attempt.HoldsWaiting || (live && attempt.Undone >= MostUndone), FirstExpiry = opening.FirstExpiry,
            Awaited = attempt.HoldsWaiting ? new HashSet<string>() : attempt.Awaited, AtHand = [.. opening.Waiting, .. opening.Retries],
        };
        var saved = await BatchStore.SaveAsync(connection, batch, workspace, outcome, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var (waits, refused) = (outcome.Count("waiting"), outcome.Count("open"));
        return new(false, run.Identities.Count, run.Repeated, refused + run.GaveUp + saved.Expired, saved.Operations, saved.LedgerRows, run.Due.Clock, more)
        {
            Reading = live ? reading : null, SetBack = setBack, Waiting = waits,
        };
    }

    /// <summary>How far business time comes in a replay by these steps.</summary>
    private static DateTimeOffset LatestOf(IReadOnlyList<Step> steps, DateTimeOffset? from)
    {
        var latest = from ?? DateTimeOffset.MinValue;
        foreach (var (message, tick) in steps)
            if ((tick ?? message?.Decoded.Event?.Time) is { } time && time > latest)
                latest = time;
        return latest;
    }

    private static long? HourOf(DateTimeOffset? at) => at?.UtcTicks / TimeSpan.TicksPerHour;

    /// <summary>What was learned from the tries that failed.</summary>
    private sealed class Attempt
    {
        private (string, int, long, long?)? _refusedAlone;

        public Dictionary<(string, int, long, long?), Rejection> Faults { get; } = [];
        public List<Message> Retrying { get; set; } = [];
        public int RetryLimit { get; set; }

        public bool IsOpen { get; set; }
        public bool IsLoading { get; set; }

        /// <summary>Due work runs that was not foreseen: what it looks at is to be loaded.</summary>
        public bool LoadDueWork { get; set; }

        /// <summary>Before the batch goes on: in a replay a part of the time passes in which more falls due than one batch takes.</summary>
        public PartOfTime? PartOfTime { get; set; }

        /// <summary>Steps of the part at hand that were applied.</summary>
        public int Steps { get; set; }

        /// <summary>What the batch provides and stored events wait for.</summary>
        public HashSet<string> Awaited { get; } = new(StringComparer.Ordinal);

        /// <summary>How often it was undone for that.</summary>
        public int Undone { get; set; }

        /// <summary>A stored event that waited was tried.</summary>
        public bool TriedStored { get; set; }

        /// <summary>What waits for what the batch provides is tried by a batch of its own, where it is found out which of it is at fault.</summary>
        public bool HoldsWaiting { get; set; }

        /// <summary>Of long queues: how many rows of each are to be loaded.</summary>
        public Dictionary<string, int> Depths { get; } = new(StringComparer.Ordinal);

        /// <summary>
        /// Not while only time passes; nor before there was a connection; nor where what is stored cannot be read, as what a newer version wrote: that is no
        /// event's doing, and whoever names the same rows would be refused after it.
        /// </summary>
        public bool MayBeTheBatchs(Exception failure) =>
            PartOfTime is null && IsOpen && (!IsLoading || failure is DbException or OutOfMemoryException);

        public bool IsAtFault(Message message) => Faults.Count > 0 && Faults.ContainsKey(message.Place);

        /// <summary>Many times more each time, so that even the longest is there after a few tries.</summary>
        public void Deepen(IEnumerable<string> queues)
        {
            foreach (var queue in queues)
                Depths[queue] = Depths.TryGetValue(queue, out var depth) ? (int)Math.Min(depth * 8L, int.MaxValue - 1) : 2_000;
        }

        /// <summary>
        /// Whether less at once may help: not against an outage; and not where a message was left out already, or there is none (what fell due is at fault).
        /// One message alone is not too much: it waits until there is memory for it.
        /// </summary>
        public bool CanNarrow(IReadOnlyList<Step> steps, int from, int end, FailureCause cause) => cause switch
        {
            FailureCause.Outage => false,
            _ when AtHand(steps, from, end) > 1 || (TriedStored && !HoldsWaiting) => true,
            FailureCause.Content => Alone(steps, from) is { } message && !Faults.ContainsKey(message.Place),
            _ => false,
        };

        /// <summary>
        /// Nobody says which event made what is refused: halve until one stands alone. Refused twice (once may have been another copy, writing the same at the
        /// same moment), it is the culprit. A try that times out takes as long as that: then the part shrinks faster, and the session is back at Kafka
        /// before its partitions are given to another.
        /// </summary>
        /// <returns>The size of the next part; null to try the same again.</returns>
        public int? Narrow(IReadOnlyList<Step> steps, int from, int end, Exception failure)
        {
            if (AtHand(steps, from, end) is > 1 and var count)
                return FailureCauses.IsTimeout(failure) ? Math.Max(1, count / 16) : count / 2;
            if (TriedStored && !HoldsWaiting)
            {
                HoldsWaiting = true;
                return null;
            }
            var place = Alone(steps, from)!.Place;
            if (_refusedAlone == place)
                Faults.Add(place, new(RejectionCodes.InternalError, failure is PostgresException refused
                    ? $"PostgreSQL refuses what this event makes ({refused.SqlState}): {refused.MessageText}"
                    : $"{failure.GetType().Name}: {failure.Message}"));
            _refusedAlone = place;
            return null;
        }

        private int AtHand(IReadOnlyList<Step> steps, int from, int end) => steps.Count > 0 ? end - from : Retrying.Count;

        private Message? Alone(IReadOnlyList<Step> steps, int from) => steps.Count > 0 ? steps[from].Message : Retrying is [var only] ? only : null;
    }
}
