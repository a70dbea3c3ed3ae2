using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>
/// Applies the messages of a batch to what was loaded for them, one after the other, and notes what becomes of each. What awaits another event waits, and is
/// applied right after it.
/// </summary>
internal sealed class BatchRun
{
    private readonly Workspace _workspace;
    private readonly ClockMode _mode;
    private readonly bool _runsDueWork;
    private readonly HashSet<Guid> _seen;
    private readonly DateTimeOffset _now;
    private readonly Func<Message, Rejection?> _faultOf;
    private readonly EventRules _rules;

    /// <param name="passing">The time that passes in a replay; null live.</param>
    /// <param name="seen">Identities of events that were applied, and fingerprints of messages that were refused.</param>
    /// <param name="now">Live: the time that counts.</param>
    /// <param name="faultOf">Why a message must not be tried: the hub failed on it; null if it may.</param>
    public BatchRun(
        Workspace workspace, Batch batch, DateTimeOffset? clock, HashSet<Guid> seen, DateTimeOffset now, Func<Message, Rejection?> faultOf,
        PassingTime? passing = null)
    {
        (_workspace, _mode, _runsDueWork, _seen, _now, _faultOf) = (workspace, batch.Mode, batch.RunsDueWork, seen, now, faultOf);
        _rules = workspace.Get<EventRules>();
        Waiting = new(workspace, TryAgain);
        Due = new(workspace, clock, Waiting.Settle) { Passing = passing };
    }

    public DueWork Due { get; }

    public WaitingEvents Waiting { get; }

    /// <summary>New dead letters, those that waited for something within the batch included.</summary>
    public List<Refusal> Refused { get; } = [];

    /// <summary>Stored dead letters that were tried again.</summary>
    public HashSet<Refusal> Retried { get; } = [];

    /// <summary>Of the events that were applied.</summary>
    public List<(DateTimeOffset Time, Guid Identity)> Identities { get; } = [];

    /// <summary>Topic to the time of the newest event applied.</summary>
    public Dictionary<string, DateTimeOffset> Newest { get; } = new(StringComparer.Ordinal);

    public int Repeated { get; private set; }

    /// <summary>A stored event that waited was tried.</summary>
    public bool TriedStored { get; private set; }

    /// <summary>Stored events that waited, and are refused now for good.</summary>
    public int GaveUp { get; private set; }

    /// <summary>A stored one that waits for what the batch may provide.</summary>
    public void Add(Refusal stored) => Waiting.Add(stored);

    /// <param name="stored">The dead letter, where the message is one that is tried again.</param>
    public void Hear(Message message, Refusal? stored)
    {
        var e = message.Decoded.Event;
        if (stored is null && ((e is not null && _seen.Contains(e.Identity)) || _seen.Contains(message.Fingerprint)))
        {
            Repeated++;
            return;
        }
        var outOfRange = e is null ? null : _rules.Bounds(At(e), _now).Refuse(e.Type, e.Time, _mode == ClockMode.Wall, Due.Clock);
        // What is tried again is late: it moves no clock. Nor does a time that is not believed.
        if (_mode == ClockMode.Stream && e is not null && stored is null && outOfRange is null)
            Due.RunUntil(e.Time);
        var at = At(e);
        if ((outOfRange ?? TryOnce(message)) is { } rejection)
        {
            var refusal = stored ?? new(message, rejection);
            refusal.Rejection = rejection;
            refusal.Tries++;
            if (stored is null)
                Refused.Add(refusal);
            else
                Retried.Add(stored);
            _seen.Add(message.Fingerprint);
            Await(refusal, at);
            return;
        }
        if (stored is not null)
        {
            stored.IsApplied = true;
            stored.Tries++;
            Retried.Add(stored);
        }
        Waiting.Settle(at);
        if (_runsDueWork)
            Due.RunAtOnce(at);
    }

    /// <summary>Also one that is tried again because another may have provided meanwhile what it awaits goes on waiting for as long as before.</summary>
    private void Await(Refusal refusal, DateTimeOffset at)
    {
        if (refusal.Rejection.Awaits is null)
        {
            refusal.WaitsUntil = null;
            return;
        }
        if (refusal.WaitsUntil is null && _rules.WaitFor(at) is { Ticks: > 0 } wait)
        {
            refusal.WaitsUntil = at + wait;
            refusal.Recheck = _mode == ClockMode.Wall;
        }
        if (refusal.WaitsUntil is not null)
            Waiting.Add(refusal);
    }

    private Rejection? TryAgain(Refusal refusal, DateTimeOffset at)
    {
        if (refusal.Message.RetryOf is not null && Retried.Add(refusal))
            TriedStored = true;
        var rejection = TryOnce(refusal.Message);
        if (rejection is { Awaits: null } && refusal.Message.RetryOf is not null)
            GaveUp++;
        return rejection;
    }

    private Rejection? TryOnce(Message message)
    {
        var e = message.Decoded.Event;
        var rejection = e is not null && _seen.Contains(e.Identity) ? new(RejectionCodes.AlreadyExists, "an event of this source and id was applied meanwhile")
            : _faultOf(message) ?? message.Decoded.Rejection ?? Apply(message);
        if (rejection is not null)
            return rejection;
        _seen.Add(e!.Identity);
        Identities.Add((e.Time, e.Identity));
        Newest[message.Topic] = Newest.TryGetValue(message.Topic, out var before) && before > e.Time ? before : e.Time;
        return null;
    }

    private Rejection? Apply(Message message)
    {
        try
        {
            return _workspace.Apply(message.Decoded.Event!);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A handler decides in memory alone: there is no outage to tell apart, whatever it throws is a bug.
            throw new HandlerFaultException(message, fault);
        }
    }

    /// <summary>When what is applied now takes effect on what waits.</summary>
    private DateTimeOffset At(CloudEvent? e) => _mode == ClockMode.Wall ? _now : Due.Clock ?? e?.Time ?? _now;
}

internal sealed class HandlerFaultException(Message culprit, Exception inner) : Exception(inner.Message, inner)
{
    public Message Culprit { get; } = culprit;
}

/// <summary>Stored events wait for what the batch provides: it is undone and tried again with them.</summary>
/// <param name="tooMuch">They are too much for one batch: others apply them.</param>
internal sealed class AwaitedException(IReadOnlyCollection<string> keys, bool tooMuch) : Exception($"something waits for {string.Join(", ", keys.Take(5))}")
{
    public IReadOnlyCollection<string> Keys { get; } = keys;

    public bool TooMuch { get; } = tooMuch;
}
