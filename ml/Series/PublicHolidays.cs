namespace EcomIntel.Ml.Series;

/// <summary>Public holidays by rule.</summary>
internal static class PublicHolidays
{
    /// <summary>
    /// England and Wales, with Easter Sunday and the days between Christmas Eve and New Year, when wholesalers close. Royal events are not in it.
    /// </summary>
    public static IEnumerable<DateOnly> EnglandAndWales(int year)
    {
        var easter = Easter(year);
        yield return new(year, 1, 1);
        if (new DateOnly(year, 1, 1).DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday)
            yield return OnOrAfter(new(year, 1, 1), DayOfWeek.Monday);
        yield return easter.AddDays(-2);
        yield return easter;
        yield return easter.AddDays(1);
        yield return OnOrAfter(new(year, 5, 1), DayOfWeek.Monday);
        yield return OnOrAfter(new(year, 5, 25), DayOfWeek.Monday);
        yield return OnOrAfter(new(year, 8, 25), DayOfWeek.Monday);
        for (var day = 24; day <= 31; day++)
            yield return new(year, 12, day);
    }

    /// <summary>Of the Gregorian calendar (the anonymous computus).</summary>
    public static DateOnly Easter(int year)
    {
        int a = year % 19, b = year / 100, c = year % 100;
        int h = ((19 * a) + b - (b / 4) - ((b - ((b + 8) / 25) + 1) / 3) + 15) % 30;
        int l = (32 + (2 * (b % 4)) + (2 * (c / 4)) - h - (c % 4)) % 7;
        int m = (a + (11 * h) + (22 * l)) / 451;
        int n = h + l - (7 * m) + 114;
        return new(year, n / 31, (n % 31) + 1);
    }

    private static DateOnly OnOrAfter(DateOnly day, DayOfWeek weekday) => day.AddDays(((int)weekday - (int)day.DayOfWeek + 7) % 7);
}
