namespace EcomIntel.Cli.Replay.Retail.Attention;

/// <summary>
/// When the people of a team are at work, UTC: as the hub's built-in policy <c>cases</c> has it, but nobody on the holidays of <see cref="BusinessHours"/>.
/// </summary>
internal static class TeamHours
{
    private static readonly Dictionary<string, (DayOfWeek[] Off, double Opens, double Closes)> Teams = new(StringComparer.Ordinal)
    {
        ["operations"] = ([], 6, 22),
        ["warehouse"] = ([DayOfWeek.Sunday], 6, 22),
        ["transport"] = ([DayOfWeek.Saturday, DayOfWeek.Sunday], 7, 19),
        ["customer_care"] = ([], 8, 20),
        ["purchasing"] = ([DayOfWeek.Saturday, DayOfWeek.Sunday], 8, 18),
        ["finance"] = ([DayOfWeek.Saturday, DayOfWeek.Sunday], 9, 17),
    };

    /// <summary>The first instant at which a team has worked so long since <paramref name="from"/>; of one that is not known, as purchasing works.</summary>
    public static DateTimeOffset Add(string team, DateTimeOffset from, TimeSpan worked)
    {
        var (off, opens, closes) = Teams.GetValueOrDefault(team, Teams["purchasing"]);
        for (var day = BusinessHours.Midnight(from); ; day = day.AddDays(1))
        {
            if (off.Contains(day.DayOfWeek) || BusinessHours.IsHoliday(day))
                continue;
            var (start, end) = (day.AddHours(opens), day.AddHours(closes));
            if (start < from)
                start = from;
            if (end - start >= worked && end > start)
                return start + worked;
            if (end > start)
                worked -= end - start;
        }
    }
}
