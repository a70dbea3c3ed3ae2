namespace EcomIntel.Cli.Replay.Retail.Attention;

/// <summary>
/// What truly happened in the simulated world, by day: units ordered, given back and written off. By it planners tell an alert that was right from one that was
/// not; the hub never sees it.
/// </summary>
internal sealed class WorldRecord
{
    public const string Ordered = "ordered", GivenBack = "given back", WrittenOff = "written off";

    /// <summary>Compared with the four weeks before.</summary>
    private const int Before = 28;

    private readonly Dictionary<(string What, string Of), Dictionary<int, double>> _units = [];

    /// <param name="of">A sku, a channel, or nothing for the whole business.</param>
    public void Add(string what, string of, DateTimeOffset at, double units)
    {
        if (!_units.TryGetValue((what, of), out var days))
            _units.Add((what, of), days = []);
        var day = DayOf(at);
        days[day] = days.GetValueOrDefault(day) + units;
    }

    /// <summary>Anything of it happened since the eve of an instant.</summary>
    public bool Any(string what, string of, DateTimeOffset since, DateTimeOffset now) => Sum(what, of, DayOf(since) - 1, DayOf(now)) > 0;

    /// <summary>Units a day from an instant on are half as many again, or a third less, than in the four weeks before; and not so few as chance.</summary>
    public bool HasMoved(string what, string of, DateTimeOffset since, DateTimeOffset now)
    {
        var (from, to) = (DayOf(since), Math.Max(DayOf(now), DayOf(since) + 1));
        var (then, before) = (Sum(what, of, from, to) / (to - from), Sum(what, of, from - Before, from) / Before);
        var most = Math.Max(then, before);
        return most * (to - from) >= 5 && (then >= before * 1.5 || then <= before * 0.67);
    }

    private double Sum(string what, string of, int from, int to)
    {
        if (!_units.TryGetValue((what, of), out var days))
            return 0;
        var sum = 0.0;
        for (var day = from; day < to; day++)
            sum += days.GetValueOrDefault(day);
        return sum;
    }

    private static int DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime).DayNumber;
}
