namespace EcomIntel.Core.Procurement.Projection;

/// <summary>Units that are due, or expected, on a day (UTC).</summary>
public readonly record struct UnitsOn(DateOnly Day, long Units);

/// <summary>One day of a sku at a location, in units.</summary>
/// <param name="Opening">Of the first day what is available; below zero: so many were missing by then.</param>
/// <param name="Demand">Expected of new orders.</param>
/// <param name="Orders">Of customers' orders that wait and are due.</param>
/// <param name="Inbound">Expected to arrive.</param>
/// <param name="Closing">Opening - demand - orders + inbound.</param>
public readonly record struct ProjectedDay(DateOnly Day, decimal Opening, decimal Demand, long Orders, long Inbound, decimal Closing);

/// <summary>When stock runs out.</summary>
/// <param name="On">The first day whose closing stock is below zero.</param>
/// <param name="NextReceiptOn">The first day with inbound; null: none is expected within the horizon.</param>
/// <param name="BeforeReceipt">It runs out before that day; where nothing is inbound, before what is ordered now would come.</param>
/// <param name="ShortOn">The last day before something comes after it ran out, or of the horizon.</param>
/// <param name="UnitsShort">Units that are missing by then, rounded up.</param>
public readonly record struct RunOut(DateOnly On, DateOnly? NextReceiptOn, bool BeforeReceipt, DateOnly ShortOn, long UnitsShort);

/// <summary>
/// Stock by day, as time-phased planning has it (projected available balance): closing(d) = available - sum over the days up to d of (expected demand a day +
/// open orders due on the day - inbound expected on it). What arrives on a day serves that day. An open order that is overdue is due on the first day; what is
/// overdue of supply is expected on the day after it. The first day has a whole day's demand.
/// </summary>
public static class ProjectedStock
{
    /// <summary>Most days of a projection.</summary>
    public const int MostDays = 365;

    /// <summary>The mean of a day, as it is projected: to four decimals.</summary>
    /// <param name="days">At least 1.</param>
    public static decimal Daily(long units, int days) => Math.Round((decimal)units / days, 4, MidpointRounding.AwayFromZero);

    /// <param name="from">The first day.</param>
    /// <param name="days">How many: 1 to <see cref="MostDays"/>.</param>
    /// <param name="daily">Expected demand a day.</param>
    /// <param name="orders">Open customers' orders by their due day. What is due, or expected, after the horizon does not count.</param>
    public static IReadOnlyList<ProjectedDay> Of(
        DateOnly from, int days, long available, decimal daily, IEnumerable<UnitsOn> orders, IEnumerable<UnitsOn> inbound)
    {
        var (due, coming) = (new long[days], new long[days]);
        foreach (var (day, units) in orders)
            if (Math.Max(0, day.DayNumber - from.DayNumber) is var index && index < days)
                due[index] += units;
        foreach (var (day, units) in inbound)
            if ((day < from ? 1 : day.DayNumber - from.DayNumber) is var index && index < days)
                coming[index] += units;
        var projected = new ProjectedDay[days];
        var stock = (decimal)available;
        for (var index = 0; index < days; index++)
        {
            var closing = stock - daily - due[index] + coming[index];
            projected[index] = new(from.AddDays(index), stock, daily, due[index], coming[index], closing);
            stock = closing;
        }
        return projected;
    }

    /// <summary>When it runs out; null: not within the days that are projected.</summary>
    /// <param name="days">Of <see cref="Of"/>.</param>
    /// <param name="leadDays">What is ordered on the first day arrives so many days after it.</param>
    public static RunOut? RunsOut(IReadOnlyList<ProjectedDay> days, int leadDays)
    {
        var (first, receipt) = (-1, -1);
        for (var index = 0; index < days.Count && (first < 0 || receipt < 0); index++)
        {
            if (first < 0 && days[index].Closing < 0)
                first = index;
            if (receipt < 0 && days[index].Inbound > 0)
                receipt = index;
        }
        if (first < 0)
            return null;
        var (by, last) = (receipt < 0 ? leadDays : receipt, first);
        while (last + 1 < days.Count && days[last + 1].Inbound <= 0 && (receipt >= 0 || last + 1 != leadDays))
            last++;
        return new(days[first].Day, receipt < 0 ? null : days[receipt].Day, first < by, days[last].Day, (long)Math.Ceiling(-days[last].Closing));
    }
}
