using EcomIntel.Ml.DelayRisk;

namespace EcomIntel.Tests.Ml.DelayRisk;

/// <summary>Purchase order lines made by hand, or drawn by a seed.</summary>
internal static class DelayHistory
{
    public static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset Day(double day) => Start.AddDays(day);

    /// <param name="came">Days after <see cref="Start"/>; null: not yet.</param>
    public static PurchaseLine Line(
        string order, double ordered, double due, double? came, string supplier = "S", string lane = "AMS", params LineWord[] said) =>
        new(order, 1, supplier, "NL", lane, "MUG", 10, 100, Day(ordered), Day(due), said, came is { } day ? Day(day) : null);

    /// <summary>
    /// Orders of 20 suppliers over 500 days: each is acknowledged, one in five comes 2 to 9 days late, and what is late mostly was said to be a few days
    /// before its day.
    /// </summary>
    public static List<PurchaseLine> Drawn(int seed, bool told = true)
    {
        var random = new Random(seed);
        var lines = new List<PurchaseLine>();
        for (var number = 0; number < 1200; number++)
        {
            var (ordered, supplier) = (Day(random.NextDouble() * 500), $"S{random.Next(20)}");
            var due = ordered.AddDays(12);
            var late = random.NextDouble() < 0.2;
            var came = late ? due.AddDays(2 + random.NextDouble() * 7) : due.AddDays(-random.NextDouble() * 3);
            var said = new List<LineWord> { new(ordered.AddHours(5), WordKind.Acknowledged, due) };
            if (told && late && random.NextDouble() < 0.8)
                said.Add(new(due.AddDays(-4), WordKind.DateChanged, came));
            lines.Add(new($"PO-{number / 2}", number % 2 + 1, supplier, "NL", "AMS", $"I{random.Next(30)}", random.Next(1, 50), random.Next(10, 500),
                ordered, due, said, came));
        }
        return lines;
    }
}
