using EcomIntel.Core.Database;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>What a team must see to within so much of its work, and what rises a level at shares of it. Routed and timed by the policy <c>cases</c>.</summary>
internal abstract class Clocked : Row
{
    /// <summary>Who owns it; null of a case from before there were owners, which is due to be given one.</summary>
    public string? Team { get; set; }

    /// <summary>Of the policy <c>cases</c> by which it was routed: its clock goes by the calendars of that version.</summary>
    public int PolicyVersion { get; set; }

    /// <summary>Of its team's work, within which it is to be seen to.</summary>
    public TimeSpan Allowed { get; set; }

    /// <summary>Worked on the clock until it last stood still.</summary>
    public TimeSpan Spent { get; set; }

    /// <summary>Since when its clock runs; null where it stands still.</summary>
    public DateTimeOffset? ClockFrom { get; set; }

    /// <summary>When <see cref="Allowed"/> is over; null while its clock stands still before that.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>How often it was escalated.</summary>
    public int Level { get; set; }

    /// <summary>When something falls due: it is escalated next, or a case is to be given an owner; null where nothing does.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Its clock goes on, in its team's hours.</summary>
    /// <param name="escalateAt">As of <see cref="CasePolicy.EscalateAt"/>.</param>
    public void StartClock(DateTimeOffset at, BusinessCalendar calendar, IReadOnlyList<decimal> escalateAt)
    {
        ClockFrom = at;
        if (Spent < Allowed)
            DueAt = calendar.Add(at, Allowed - Spent);
        NextAt = Level < escalateAt.Count ? calendar.Add(at, Share(escalateAt[Level]) - Spent) : null;
    }

    public void StopClock(DateTimeOffset at, BusinessCalendar calendar)
    {
        if (ClockFrom is { } from)
            Spent += calendar.Between(from, at);
        (ClockFrom, NextAt) = (null, null);
        if (Spent < Allowed)
            DueAt = null;
    }

    /// <summary>It rises a level; the clock runs on.</summary>
    public void Rise(BusinessCalendar calendar, IReadOnlyList<decimal> escalateAt)
    {
        Level++;
        NextAt = Level < escalateAt.Count ? calendar.Add(ClockFrom!.Value, Share(escalateAt[Level]) - Spent) : null;
    }

    /// <summary>To the microsecond, as instants are kept.</summary>
    private TimeSpan Share(decimal share) => new((long)(Allowed.Ticks / TimeSpan.TicksPerMicrosecond * share) * TimeSpan.TicksPerMicrosecond);
}
