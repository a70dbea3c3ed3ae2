namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// When people work: warehouses Sunday to Friday 07:00 to 19:00, carriers collect Monday to Friday at 17:30 and deliver Monday to Saturday; nobody on 25 and 26
/// December and 1 January. UTC.
/// </summary>
internal static class BusinessHours
{
    private static readonly TimeSpan Opens = TimeSpan.FromHours(7), Closes = TimeSpan.FromHours(19), Collection = new(17, 30, 0);

    /// <summary>The instant itself when warehouses work then, else when they next open.</summary>
    public static DateTimeOffset Working(DateTimeOffset time)
    {
        if (time.TimeOfDay >= Closes)
            time = Midnight(time).AddDays(1);
        while (time.DayOfWeek == DayOfWeek.Saturday || IsHoliday(time))
            time = Midnight(time).AddDays(1);
        return time.TimeOfDay < Opens ? Midnight(time) + Opens : time;
    }

    /// <summary>The first collection after <paramref name="time"/>.</summary>
    public static DateTimeOffset NextCollection(DateTimeOffset time)
    {
        var day = time.TimeOfDay < Collection ? Midnight(time) : Midnight(time).AddDays(1);
        while (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || IsHoliday(day))
            day = day.AddDays(1);
        return day + Collection;
    }

    /// <summary>Midnight of the day that is so many delivery days after <paramref name="time"/>'s.</summary>
    public static DateTimeOffset DeliveryDay(DateTimeOffset time, int days)
    {
        var day = Midnight(time);
        while (days > 0)
        {
            day = day.AddDays(1);
            if (day.DayOfWeek != DayOfWeek.Sunday && !IsHoliday(day))
                days--;
        }
        return day;
    }

    public static DateTimeOffset Midnight(DateTimeOffset time) => new(time.UtcDateTime.Date, TimeSpan.Zero);

    public static bool IsHoliday(DateTimeOffset day) => (day.Month, day.Day) is (12, 25) or (12, 26) or (1, 1);
}
