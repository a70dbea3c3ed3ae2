using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>
/// Moves business time on: what the slices' due work asks for runs at its instant, the earliest first, before any event of that instant or later. Between two
/// events nothing changes by itself, so after work that leaves nothing to do the rest of the way is empty.
/// </summary>
/// <param name="ran">Called after each piece of work, with its instant.</param>
internal sealed class DueWork(Workspace workspace, DateTimeOffset? clock, Action<DateTimeOffset>? ran = null)
{
    public DateTimeOffset? Clock { get; private set; } = clock;

    /// <summary>In a replay: what of due work was taken. Null where all of it is at hand.</summary>
    public PassingTime? Passing { get; init; }

    /// <summary>The stream has passed an instant: all that is due up to it runs, and that it has passed is emitted.</summary>
    public void Pass(DateTimeOffset instant)
    {
        if (instant <= Clock)
            return;
        RunUntil(instant);
        workspace.Outbox.Add(instant, OperationEvents.ClockTickedType, "clock", new ClockTicked(), OperationJson.Default.ClockTicked);
    }

    /// <exception cref="MoreDueException">More falls due by then than was taken.</exception>
    public void RunUntil(DateTimeOffset instant)
    {
        if (instant > Clock)
            Passing?.AssertComplete(instant, Clock);
        RunDue(instant, live: false);
        Advance(instant);
    }

    /// <summary>A part of the time in which more falls due by itself than one batch takes.</summary>
    public void RunPart(PassingTime passing)
    {
        if (!passing.AtOnce)
            RunUntil(passing.Until);
        else
            foreach (var work in workspace.Due.Where(passing.Takes))
            {
                if (work.IsDueNow(passing.Until))
                    Run(work, passing.Until);
                if (passing.HasMoreOf(work))
                    return; // what comes after it at that instant waits for the rest
            }
    }

    /// <summary>Live: what fell due since the clock was last looked at.</summary>
    public void CatchUp(DateTimeOffset now)
    {
        RunDue(now, live: true);
        RunAtOnce(now);
        Advance(now);
    }

    /// <summary>What must not wait for its instant.</summary>
    public void RunAtOnce(DateTimeOffset now)
    {
        var at = Clock is { } clock && clock > now ? clock : now;
        foreach (var work in workspace.Due)
            if (work.IsDueNow(at))
                Run(work, at);
    }

    public bool IsDueNow(DateTimeOffset now) => workspace.Due.Any(work => work.IsDueNow(now));

    private void RunDue(DateTimeOffset until, bool live)
    {
        if (Clock is not { } now)
            return;
        List<IDueWork>? done = null;
        while (Earliest(now, done, until, live) is var (work, at))
        {
            if (at > now)
                (now, done) = (at, []);
            done!.Add(work);
            Run(work, at);
        }
    }

    /// <param name="done">What has run at the instant it is: all else that is due then still runs. Null: all of it has.</param>
    private (IDueWork Work, DateTimeOffset At)? Earliest(DateTimeOffset now, List<IDueWork>? done, DateTimeOffset until, bool live)
    {
        (IDueWork, DateTimeOffset)? earliest = null;
        foreach (var work in workspace.Due)
        {
            if (work.NextAfter(done?.Contains(work) == false ? now.AddTicks(-1) : now) is not { } at || at > until)
                continue;
            if (live && work.OnlyLatest)
                while (work.NextAfter(at) is { } later && later <= until)
                    at = later;
            if (earliest is not (_, var before) || at < before)
                earliest = (work, at);
        }
        return earliest;
    }

    private void Run(IDueWork work, DateTimeOffset at)
    {
        work.Run(at);
        ran?.Invoke(at);
    }

    private void Advance(DateTimeOffset instant)
    {
        if (Clock is null || instant > Clock)
            Clock = instant;
    }
}
