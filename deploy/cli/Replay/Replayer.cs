using EcomIntel.Core.Events;
using EcomIntel.Core.Models;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace EcomIntel.Cli.Replay;

/// <summary>The hub cannot take this replay; the message says why and what to do.</summary>
internal sealed class ReplayException(string message, Exception? inner = null) : Exception(message, inner);

/// <param name="Speed">Business seconds a second; null for as fast as the hub takes it.</param>
/// <param name="Record">What is sent is written to it as well; null for nothing.</param>
/// <param name="IsUp">Asked when nothing moves: whether there is any use in waiting.</param>
internal sealed record ReplayOptions(double? Speed = null, Recording? Record = null, Func<bool>? IsUp = null);

/// <summary>Where a replay stands.</summary>
/// <param name="Events">Of the source so far, ticks not counted.</param>
/// <param name="Sent">Of them, sent by this run; the others the hub had already.</param>
/// <param name="Passed">Events that are applied and decided upon.</param>
/// <param name="Business">What the hub has reached; null before the start.</param>
/// <param name="Done">Share of the source that is applied, 0 to 1.</param>
internal readonly record struct ReplayState(long Events, long Sent, long Passed, DateTimeOffset? Business, double Done, TimeSpan Elapsed)
{
    /// <summary>Nothing is sent for so long, since nothing happens until then in business time; null while something is.</summary>
    public (TimeSpan For, DateTimeOffset Until)? Waits { get; init; }
}

/// <summary>
/// Sends a stream to the hub, window by window, each closed by a tick on every partition of every incoming topic, and follows how far the hub has come. What
/// the hub has not confirmed is kept and sent again when it stalls: the hub knows each event by its identity, so twice is once.
/// </summary>
internal sealed class Replayer(KafkaOptions kafka, NpgsqlDataSource postgres, TimeProvider clock)
{
    /// <summary>Events on their way where nothing waits for answers: enough to keep ingest busy, little enough for a broker that keeps little.</summary>
    private const int MaxInFlight = 24_000;

    /// <summary>
    /// The hub has not moved for so long: send again what it has not confirmed; and again, after ever longer, up to <see cref="MaxResendDelay"/>.
    /// </summary>
    private static readonly TimeSpan ResendDelay = TimeSpan.FromSeconds(4), MaxResendDelay = TimeSpan.FromSeconds(30);

    /// <summary>A wait that is told: who sees nothing move would take it for a fault.</summary>
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1), LongestDelay = TimeSpan.FromDays(1);

    /// <summary>Kafka has not answered for so long: there is nothing to begin with.</summary>
    private static readonly TimeSpan OpenWithin = TimeSpan.FromMinutes(1);

    /// <summary>The hub has not moved for so long: give up.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(10);

    /// <summary>How often it is asked whether Kafka lost any of what was sent.</summary>
    private static readonly TimeSpan VerifyEvery = TimeSpan.FromSeconds(1);

    /// <summary>PostgreSQL may be away for so long at the end.</summary>
    private static readonly TimeSpan VerifyWithin = TimeSpan.FromMinutes(1);

    private readonly Queue<(ReplayWindow Window, long Number)> _unpassed = new();
    private readonly List<ReplayWindow> _unverified = [];
    private readonly ProcessingStore _store = new(postgres);
    private readonly long _began = clock.GetTimestamp();
    private EventSender? _sender;
    private int _ahead;
    private Func<bool>? _isUp;
    private DateTimeOffset? _passed;
    private long _verified = clock.GetTimestamp();
    private long _events, _sent, _passedEvents;
    private double _done;

    /// <returns>Where it stood at the end, all of the stream being applied.</returns>
    /// <exception cref="ReplayException">The hub lives by the wall clock, holds another history, or does not move.</exception>
    /// <exception cref="SourceFileException">The source cannot be read on.</exception>
    public async Task<ReplayState> RunAsync(IReplaySource source, ReplayOptions options, Action<ReplayState> report, CancellationToken token)
    {
        _isUp = options.IsUp;
        _passed = await WhereItStandsAsync(token);
        using var sender = new EventSender(new KafkaClients(kafka, NullLogger<KafkaClients>.Instance), source.Name);
        _sender = sender;
        _ahead = source.Answers ? 2 * EventSender.Ahead : EventSender.Ahead; // who answers has at most one more window in flight
        await OpenAsync(sender, token);
        await using IHubFollower follower = source.Answers ? new DecisionFollower(postgres, source) : new ClockFollower(_store);
        DateTimeOffset? first = null;
        var ends = new Queue<DateTimeOffset>();
        while (source.Next() is { } window)
        {
            _events += window.Messages.Count;
            options.Record?.Write(window, source.Name);
            first ??= window.End;
            if (window.End <= _passed)
            {
                await EnsureKnownAsync(
                    window, "this instance holds another history (another source, file, seed or limit); replay into one of its own: --instance NAME", token);
                _passedEvents = _events;
            }
            else
            {
                // More than a broker may keep is sent to a hub that has caught up, and so reads along.
                while (!source.Answers && window.Bytes > _ahead && ends.TryDequeue(out var earlier))
                    await FollowAsync(follower, earlier, source, report, token);
                await PaceAsync(window.End - first.Value, options.Speed, wait => report(State(source) with { Waits = (wait, window.End) }), token);
                _unpassed.Enqueue((window, _events));
                await SendAsync(window, token);
                _sent += window.Messages.Count;
            }
            ends.Enqueue(window.End);
            report(State(source));
            while (ends.Count > source.Lead || _events - _passedEvents > MaxInFlight)
                await FollowAsync(follower, ends.Dequeue(), source, report, token);
        }
        while (ends.TryDequeue(out var end))
            await FollowAsync(follower, end, source, report, token);
        await VerifyAllAsync(token);
        options.Record?.Complete();
        return State(source);
    }

    private ReplayState State(IReplaySource source)
    {
        // An estimate, as long as the source does not know its end: what was told once is not taken back.
        _done = Math.Max(_done, _events == 0 ? 0 : source.Done * _passedEvents / _events);
        return new(_events, _sent, _passedEvents, _passed, _done, clock.GetElapsedTime(_began));
    }

    /// <summary>A broker that has just come up, or is slow, gets time to answer.</summary>
    private async Task OpenAsync(EventSender sender, CancellationToken token)
    {
        while (true)
        {
            try
            {
                await sender.OpenAsync(token);
                return;
            }
            catch (KafkaUnavailableException) when (clock.GetElapsedTime(_began) < OpenWithin && _isUp?.Invoke() != false)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), clock, token);
            }
        }
    }

    private async Task<DateTimeOffset?> WhereItStandsAsync(CancellationToken token)
    {
        try
        {
            var (mode, now) = await _store.ReadClockAsync(token);
            return mode == ClockMode.Wall
                ? throw new ReplayException(
                    "this instance lives by the wall clock: a replay needs one of its own (--instance NAME), or its data would be dated years off")
                : now;
        }
        catch (NpgsqlException away)
        {
            throw new ReplayException($"PostgreSQL does not answer: {away.Message}", away);
        }
    }

    /// <summary>
    /// Of what the hub has passed, it must know every event: a replay goes on only where it was begun, and nothing may have been lost on the way.
    /// </summary>
    private async Task EnsureKnownAsync(ReplayWindow window, string otherwise, CancellationToken token)
    {
        // An event dated after its window's end is not due yet.
        var events = window.Messages.Select(message => EventCodec.Decode(message.Payload).Event).OfType<CloudEvent>()
            .Where(@event => @event.Time < window.End).ToList();
        if (events.Count > 0 && await _store.CountUnknownAsync(events, token) is > 0 and var unknown)
            throw new ReplayException($"{unknown} of the {events.Count} events before {window.End:u} are not known to the hub: {otherwise}");
    }

    private async Task PaceAsync(TimeSpan passed, double? speed, Action<TimeSpan> tell, CancellationToken token)
    {
        if (speed is not { } factor || (passed / factor) - clock.GetElapsedTime(_began) is not { Ticks: > 0 } wait)
            return;
        if (wait >= LongWait)
            tell(wait);
        // A timer knows no more than some weeks.
        for (var began = clock.GetTimestamp(); wait - clock.GetElapsedTime(began) is { Ticks: > 0 } left;)
            await Task.Delay(left < LongestDelay ? left : LongestDelay, clock, token);
    }

    private async Task SendAsync(ReplayWindow window, CancellationToken token)
    {
        try
        {
            await _sender!.SendAsync(window, token, _ahead);
        }
        catch (KafkaUnavailableException)
        {
            // It stays among the unpassed, and is sent again.
        }
    }

    /// <summary>Waits until the hub has come to an instant; meanwhile resends what was lost.</summary>
    private async Task FollowAsync(IHubFollower follower, DateTimeOffset end, IReplaySource source, Action<ReplayState> report, CancellationToken token)
    {
        var moved = clock.GetTimestamp();
        var (resent, delay) = (moved, ResendDelay);
        while (!(follower.Passed >= end))
        {
            var before = follower.Passed;
            if (await follower.AdvanceAsync(end, token))
                (moved, delay) = (clock.GetTimestamp(), ResendDelay);
            if (follower.Passed != before)
                await PassAsync(follower.Passed, token);
            report(State(source));
            if (clock.GetElapsedTime(moved) > ResendDelay && _isUp?.Invoke() == false)
                throw new ReplayException("the instance was taken down; bring it up, then run the same command again: it goes on from there");
            if (clock.GetElapsedTime(moved) > GiveUpAfter)
                throw new ReplayException(
                    $"the hub has not come past {follower.Passed:u} for {GiveUpAfter.TotalMinutes:0} minutes; "
                    + (await WaitsForModelsAsync(token) is { } due ? $"role ml has not answered what is due at {due:u}; " : "")
                    + "see its logs, then run the same command again: it goes on from there");
            if (clock.GetElapsedTime(moved) > ResendDelay && clock.GetElapsedTime(resent) > delay)
            {
                // Where the models are at work nothing is lost.
                if (await WaitsForModelsAsync(token) is null)
                    await SendAgainAsync(token);
                (resent, delay) = (clock.GetTimestamp(), delay * 2 < MaxResendDelay ? delay * 2 : MaxResendDelay);
            }
        }
    }

    /// <returns>The instant at which business time waits for the models; null where it does not, or nobody knows.</returns>
    private async Task<DateTimeOffset?> WaitsForModelsAsync(CancellationToken token)
    {
        try
        {
            return await ModelsDue.WaitedForAsync(postgres, token);
        }
        catch (NpgsqlException)
        {
            return null;
        }
    }

    private async Task PassAsync(DateTimeOffset? passed, CancellationToken token)
    {
        _passed = passed > _passed || _passed is null ? passed : _passed;
        while (_unpassed.TryPeek(out var oldest) && oldest.Window.End <= passed)
        {
            _passedEvents = _unpassed.Dequeue().Number;
            _unverified.Add(oldest.Window);
        }
        if (clock.GetElapsedTime(_verified) > VerifyEvery)
            await TryVerifyAsync(end: false, token);
    }

    /// <summary>
    /// Of windows that Kafka lost something of, and of those larger than a broker may keep, the hub must know all. At the end what was lost on the way was sent
    /// again, since all of it is known: nobody else has to send it.
    /// </summary>
    /// <returns>False: PostgreSQL is away, and nothing is known.</returns>
    private async Task<bool> TryVerifyAsync(bool end, CancellationToken token)
    {
        try
        {
            bool lost;
            await using (var connection = await postgres.OpenConnectionAsync(token))
                lost = (await LostMessages.ReadAsync(connection, token)).Count > 0;
            foreach (var window in _unverified.Where(window => lost || window.Bytes > _ahead))
                await EnsureKnownAsync(window, "Kafka did not keep them until they were read; a broker with more room (up --kafka) does", token);
            _unverified.Clear();
            _verified = clock.GetTimestamp();
            if (end && lost)
                await LostMessages.SettleAsync(postgres, token);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task VerifyAllAsync(CancellationToken token)
    {
        for (var began = clock.GetTimestamp(); !await TryVerifyAsync(end: true, token);)
        {
            if (clock.GetElapsedTime(began) > VerifyWithin)
                throw new ReplayException("PostgreSQL does not answer: whether all that was sent is known cannot be told; run the same command again");
            await Task.Delay(TimeSpan.FromSeconds(1), clock, token);
        }
    }

    private async Task SendAgainAsync(CancellationToken token)
    {
        try
        {
            // What still waits to be delivered is delivered first, and may be all there is to do.
            if (_sender!.HasUndelivered)
                return;
            await _sender.OpenAsync(token);
            foreach (var (window, _) in _unpassed)
                await _sender.SendAsync(window, token);
        }
        catch (KafkaUnavailableException)
        {
            // Still away: tried again.
        }
    }
}
