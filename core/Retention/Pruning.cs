using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Retention;

/// <summary>The oldest rows of each kind; null where there is none that may go.</summary>
/// <param name="Operation">Business time of the first row of the outbox, if ClickHouse has it.</param>
/// <param name="AppliedEvent">UTC day of an event.</param>
/// <param name="ClosedLetter">Wall clock.</param>
/// <param name="ChangeOutcome">Wall clock.</param>
/// <param name="WallNow">PostgreSQL's clock, as <see cref="WallClock"/> has it: the last two are judged by it.</param>
internal sealed record OldestRows(
    DateTimeOffset? Operation, DateOnly? AppliedEvent, DateTimeOffset? ClosedLetter, DateTimeOffset? ChangeOutcome, DateTimeOffset WallNow);

/// <summary>
/// What has been kept long enough: decided at full hours of business time, or minutes while there is much. What is dated in business time is judged by it, so
/// that a replay prunes as the past itself would have; what is dated by the wall clock is judged by that.
/// </summary>
internal sealed class Pruning(PolicyBook policies) : IDueWork
{
    private bool _hasRun;

    /// <summary>Whether an event of an earlier UTC day was applied cannot be told. It only ever moves on. Null while nothing was pruned.</summary>
    public DateOnly? Before { get; set; }

    public OldestRows? Oldest { get; set; }

    /// <summary>Operations to delete: those before the first instant. The second is the present.</summary>
    public (DateTimeOffset Before, DateTimeOffset Now)? Operations { get; private set; }

    /// <summary>Identities to delete: those of events of an earlier day.</summary>
    public DateOnly? AppliedEvents { get; private set; }

    /// <summary>Closed dead letters to delete: those older than this by the wall clock.</summary>
    public TimeSpan? DeadLetters { get; private set; }

    /// <summary>Answers to delete: those older than this by the wall clock.</summary>
    public TimeSpan? ChangeOutcomes { get; private set; }

    public bool OnlyLatest => true;

    public bool IsDueNow(DateTimeOffset now) => false;

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        var kept = policies.At(RetentionPolicy.Kind, from).Settings;
        if (FirstReached(kept, from) is not { } reached)
            return null;
        // Where hours do not suffice: once in a batch, so that a tick over years is not asked for each of its minutes.
        var step = !_hasRun && IsBehind(kept, from) ? TimeSpan.TicksPerMinute : TimeSpan.TicksPerHour;
        var next = (from.UtcTicks / step) + 1;
        return new(Math.Max(next, (reached.UtcTicks + step - 1) / step) * step, TimeSpan.Zero);
    }

    public void Run(DateTimeOffset at)
    {
        _hasRun = true;
        var kept = policies.At(RetentionPolicy.Kind, at).Settings;
        // A copy's clock may be far ahead; what it prunes cannot be had back. PostgreSQL's clock is the judge.
        var reached = Oldest?.WallNow < at ? Oldest!.WallNow : at;
        if (Oldest?.Operation + kept.Operations < reached)
            Operations = (reached - kept.Operations, reached);
        var day = DayOf(reached - kept.AppliedEvents);
        // Once it has begun it follows the time, whatever rows there are: so it does not show how batches are cut and how much of what is due each has deleted.
        var moves = Before is null ? Oldest?.AppliedEvent < day : Before < day;
        if (moves)
            Before = day;
        if (moves || Oldest?.AppliedEvent < Before)
            AppliedEvents = Before;
        if (IsOver(Oldest?.ClosedLetter, kept.DeadLetters))
            DeadLetters = kept.DeadLetters;
        if (IsOver(Oldest?.ChangeOutcome, kept.ChangeOutcomes))
            ChangeOutcomes = kept.ChangeOutcomes;
    }

    /// <summary>Why an event may not be applied; null if it may.</summary>
    public Rejection? Refuse(CloudEvent e)
    {
        if (Before is not { } before || DayOf(e.Time) >= before)
            return null;
        var when = string.Create(CultureInfo.InvariantCulture, $"time {e.Time:O} is before {before:yyyy-MM-dd}");
        return new(RejectionCodes.TooOld, when + ": whether it was applied already cannot be told any more");
    }

    /// <summary>The instant at which something may go; null where there is nothing.</summary>
    private DateTimeOffset? FirstReached(RetentionPolicy kept, DateTimeOffset from)
    {
        if (Before is not null || IsOver(Oldest?.ClosedLetter, kept.DeadLetters) || IsOver(Oldest?.ChangeOutcome, kept.ChangeOutcomes))
            return from;
        var operation = Oldest?.Operation + kept.Operations + TimeSpan.FromMicroseconds(1);
        DateTimeOffset? applied = Oldest?.AppliedEvent is { } day
            ? new DateTimeOffset(day.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero) + kept.AppliedEvents : null;
        return operation is null || applied < operation ? applied : operation;
    }

    /// <summary>More than a day's rows are over.</summary>
    private bool IsBehind(RetentionPolicy kept, DateTimeOffset from)
    {
        var day = TimeSpan.FromDays(1);
        return Oldest?.Operation + kept.Operations + day < from || Oldest?.AppliedEvent < Before?.AddDays(-1)
            || IsOver(Oldest?.ClosedLetter, kept.DeadLetters + day) || IsOver(Oldest?.ChangeOutcome, kept.ChangeOutcomes + day);
    }

    private bool IsOver(DateTimeOffset? since, TimeSpan kept) => since + kept < Oldest?.WallNow;

    private static DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(time.UtcDateTime);
}
