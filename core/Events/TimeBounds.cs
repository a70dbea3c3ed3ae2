using System.Globalization;

namespace EcomIntel.Core.Events;

/// <summary>Which times of events are believed, as policy <c>events</c> has it.</summary>
/// <param name="Now">The present, by PostgreSQL's clock.</param>
/// <param name="MaxAhead">How far a time may be ahead of the present.</param>
/// <param name="MaxGap">In a replay: how far it may be ahead of business time.</param>
/// <param name="MaxBehind">How far it may be behind business time; master data may be of any age.</param>
public sealed record TimeBounds(DateTimeOffset Now, TimeSpan MaxAhead, TimeSpan MaxGap, TimeSpan MaxBehind)
{
    public DateTimeOffset Latest => Now + MaxAhead;

    /// <summary>Why an event's time is not believed; null if it is.</summary>
    /// <param name="live">Business time is the present.</param>
    /// <param name="passed">In a replay: how far business time has come; null before it begins.</param>
    public Rejection? Refuse(EventType type, DateTimeOffset time, bool live, DateTimeOffset? passed)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (time > Latest)
            return Because(time, $"more than {Words(MaxAhead)} ahead of the present, {Now.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
        if (type.Topic is null)
            return null;
        if (live)
            passed = Now;
        else if (passed + MaxGap < time)
            return Because(time, $"more than {Words(MaxGap)} after {passed:yyyy-MM-dd HH:mm}, to which business time has come");
        if (type.Topic != Topics.Catalog && time < passed - MaxBehind)
            return Because(time, $"more than {Words(MaxBehind)} before {passed:yyyy-MM-dd HH:mm}, to which business time has come");
        return null;
    }

    private static Rejection Because(DateTimeOffset time, FormattableString what) =>
        new(RejectionCodes.TimeOutOfRange, FormattableString.Invariant($"time {time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} is {FormattableString.Invariant(what)}"));

    private static string Words(TimeSpan span) =>
        span.Ticks % TimeSpan.TicksPerDay != 0 ? span.ToString("c", CultureInfo.InvariantCulture)
        : FormattableString.Invariant($"{span.TotalDays} day{(span.TotalDays == 1 ? "" : "s")}");
}
