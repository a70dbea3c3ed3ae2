using System.Globalization;

namespace EcomIntel.Cli.Replay;

/// <summary>Goods that arrive at a node.</summary>
internal readonly record struct Delivery(DateTimeOffset Time, string Sku, string Location, long Quantity, string Reference);

/// <summary>
/// The supply the data does not tell of: stock at the start, then a delivery per article and fortnight. The planner foresees what will be asked for and orders a little more; what goes
/// wrong is the supply: now and then an article comes late or not at all, and about once a quarter containers are held up for a week or two, so that shortages come in waves, many
/// articles at once, as they do. A function of the foreseen demand and the seed alone, never of what the system decides.
/// </summary>
internal sealed class SupplyPlan(long seed, DateTimeOffset start)
{
    private const int CycleDays = 14, LeadDays = 3, QuarterDays = 91, Suppliers = 12;

    /// <summary>Articles sold more often than this in a fortnight are kept in the satellite warehouses, too.</summary>
    private const int BestSeller = 10;

    private static readonly (string Location, double Share)[] Satellites = [(Network.North, 0.10), (Network.South, 0.06), (Network.Partner, 0.05)];

    /// <summary>How far ahead demand must be foreseen before a day is planned.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(LeadDays + CycleDays + 2);

    private readonly Dictionary<string, Article> _articles = [];
    private readonly List<Article>[] _byOffset = Enumerable.Range(0, CycleDays).Select(_ => new List<Article>()).ToArray();

    /// <summary>Units that will be asked for; per article in order of time.</summary>
    public void Foresee(string sku, DateTimeOffset time, long quantity)
    {
        if (!_articles.TryGetValue(sku, out var article))
        {
            var dice = Dice.For(seed, "article", sku);
            article = new Article { Sku = sku, Offset = dice.Between(0, CycleDays - 1), Supplier = dice.Between(0, Suppliers - 1), Pack = (int[])[1, 1, 2, 4, 6, 12] is var packs ? packs[dice.Between(0, 5)] : 1 };
            _articles.Add(sku, article);
            _byOffset[article.Offset].Add(article);
        }
        article.Demand.Enqueue((time, quantity));
    }

    /// <summary>What stands on the shelves at the start: all that is asked for before each article's first delivery is planned.</summary>
    public IEnumerable<Delivery> OpeningStock()
    {
        foreach (var article in _articles.Values)
            foreach (var delivery in Deliver(article, FirstCycle(article), start.AddHours(1), "opening stock"))
                yield return delivery;
    }

    /// <summary>The deliveries decided on a day (0 is the start's): of articles whose fortnight begins <see cref="LeadDays"/> later.</summary>
    public IEnumerable<Delivery> Plan(int day)
    {
        var begins = day + LeadDays;
        foreach (var article in _byOffset[begins % CycleDays])
        {
            var dice = Dice.For(seed, "supply", article.Sku, begins);
            var luck = dice.Fraction();
            if (luck < 0.003)
            {
                article.Skip(start.AddDays(begins + CycleDays));
                continue;
            }
            var arrives = BusinessHours.Working(start.AddDays(begins - dice.Between(1, 2)).AddHours(7) + dice.Between(TimeSpan.Zero, TimeSpan.FromHours(8)));
            if (luck < 0.010)
                arrives = BusinessHours.Working(arrives.AddDays(dice.Between(2, 7)));
            if (HeldUpUntil(article.Supplier, arrives) is { } free)
                arrives = BusinessHours.Working(free.AddDays(dice.Between(0, 2)) + dice.Between(TimeSpan.Zero, TimeSpan.FromHours(10)));
            foreach (var delivery in Deliver(article, begins + CycleDays, arrives, string.Create(CultureInfo.InvariantCulture, $"delivery {start.AddDays(begins):yyyy-MM-dd}")))
                yield return delivery;
        }
    }

    private static int FirstCycle(Article article) => article.Offset >= LeadDays ? article.Offset : article.Offset + CycleDays;

    private IEnumerable<Delivery> Deliver(Article article, int untilDay, DateTimeOffset arrives, string reference)
    {
        var (need, lines) = article.Need(start.AddDays(untilDay));
        var dice = Dice.For(seed, "quantity", article.Sku, untilDay);
        var wanted = need + (long)(need * dice.Between(0.05, 0.25)) - article.Spare;
        var quantity = wanted <= 0 ? 0 : (wanted + article.Pack - 1) / article.Pack * article.Pack;
        article.Spare += quantity - need;
        if (quantity == 0)
            yield break;
        yield return new(arrives, article.Sku, Network.Midlands, quantity, reference);
        if (lines < BestSeller)
            yield break;
        foreach (var (location, share) in Satellites)
        {
            var part = (long)(need * share * dice.Between(0.7, 1.3));
            if (part == 0)
                continue;
            // What satellites serve the Midlands need not; half of it is counted on, since not all of it will be asked for there.
            article.Spare += part / 2;
            yield return new(arrives, article.Sku, location, part, reference);
        }
    }

    /// <summary>When the hold-up that a delivery of this supplier runs into ends; null when there is none.</summary>
    private DateTimeOffset? HeldUpUntil(int supplier, DateTimeOffset arrives)
    {
        var quarter = (arrives - start).Days / QuarterDays;
        var dice = Dice.For(seed, "hold-up", "", quarter);
        var from = start.AddDays((quarter * QuarterDays) + dice.Between(20, 60));
        var until = from.AddDays(dice.Between(8, 14));
        return arrives >= from && arrives < until && Dice.For(seed, "held-up supplier", "", (quarter * Suppliers) + supplier).Chance(0.8) ? until : null;
    }

    private sealed class Article
    {
        public required string Sku;
        public required int Offset, Supplier, Pack;

        /// <summary>Delivered beyond what was asked for; negative while a delivery is missing.</summary>
        public long Spare;

        public readonly Queue<(DateTimeOffset Time, long Quantity)> Demand = new();

        public (long Units, int Lines) Need(DateTimeOffset until)
        {
            long units = 0;
            var lines = 0;
            while (Demand.TryPeek(out var next) && next.Time < until)
            {
                units += Demand.Dequeue().Quantity;
                lines++;
            }
            return (units, lines);
        }

        public void Skip(DateTimeOffset until) => Spare -= Need(until).Units;
    }
}
