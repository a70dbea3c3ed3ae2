using System.Globalization;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>Goods that arrive at a node.</summary>
internal readonly record struct Delivery(DateTimeOffset Time, string Sku, string Location, long Quantity, string Reference);

/// <summary>
/// The supply that is not in the data: stock at the start, then a delivery per article and fortnight. The planner foresees what will be asked for and orders
/// a little more; what goes wrong is the supply: now and then an article comes late or not at all, and two or three times a year containers are held up for a
/// fortnight, so that shortages come in waves, many articles at once, as they do.
/// </summary>
internal sealed class SupplyPlan(long seed, DateTimeOffset start)
{
    private const int CycleDays = 14, LeadDays = 3, SeasonDays = 140, Suppliers = 12;

    /// <summary>Articles sold more often than this in a fortnight are kept in the satellite warehouses, too.</summary>
    private const int BestSeller = 10;

    /// <summary>Units in a supplier's pack, each as likely as the others.</summary>
    private static readonly int[] Packs = [1, 1, 2, 4, 6, 12];

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
            article = new Article
            {
                Sku = sku, Offset = dice.Between(0, CycleDays - 1), Supplier = dice.Between(0, Suppliers - 1), Pack = Packs[dice.Between(0, Packs.Length - 1)],
            };
            _articles.Add(sku, article);
            _byOffset[article.Offset].Add(article);
        }
        article.Demand.Enqueue((time, quantity));
    }

    /// <summary>Units that were to be on the shelf and are not; the next delivery makes up for them.</summary>
    public void Lose(string sku, long quantity) => _articles[sku].Spare -= quantity;

    /// <summary>Units that were to be asked for and are not, or have come back.</summary>
    public void Regain(string sku, long quantity) => _articles[sku].Spare += quantity;

    /// <summary>Units promised from a node: what a satellite serves the Midlands keep.</summary>
    public void Promised(string sku, string location, long quantity)
    {
        var satellite = Array.FindIndex(Satellites, at => at.Location == location);
        if (satellite < 0)
            return;
        var article = _articles[sku];
        article.Spare += quantity;
        article.AtSatellites[satellite] -= quantity;
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
            if (luck < 0.0010)
            {
                article.Skip(start.AddDays(begins + CycleDays));
                continue;
            }
            var arrives = BusinessHours.Working(start.AddDays(begins - dice.Between(1, 2)).AddHours(7) + dice.Between(TimeSpan.Zero, TimeSpan.FromHours(8)));
            if (luck < 0.003)
                arrives = BusinessHours.Working(arrives.AddDays(dice.Between(2, 7)));
            if (HeldUpUntil(article.Supplier, arrives) is { } free)
                arrives = BusinessHours.Working(free.AddDays(dice.Between(0, 2)) + dice.Between(TimeSpan.Zero, TimeSpan.FromHours(10)));
            foreach (var delivery in Deliver(
                article, begins + CycleDays, arrives, string.Create(CultureInfo.InvariantCulture, $"delivery {start.AddDays(begins):yyyy-MM-dd}")))
                yield return delivery;
        }
    }

    private static int FirstCycle(Article article) => article.Offset >= LeadDays ? article.Offset : article.Offset + CycleDays;

    private IEnumerable<Delivery> Deliver(Article article, int untilDay, DateTimeOffset arrives, string reference)
    {
        var (need, lines) = article.Need(start.AddDays(untilDay));
        var dice = Dice.For(seed, "quantity", article.Sku, untilDay);
        var wanted = need + (long)Math.Ceiling(need * dice.Between(0.05, 0.25)) - article.Spare;
        var quantity = wanted <= 0 ? 0 : (wanted + article.Pack - 1) / article.Pack * article.Pack;
        article.Spare += quantity - need;
        if (quantity == 0)
            yield break;
        yield return new(arrives, article.Sku, Network.Midlands, quantity, reference);
        if (lines < BestSeller)
            yield break;
        // On top of what the Midlands have, which are planned as if they served all: whether a satellite can serve an order alone is luck.
        for (var i = 0; i < Satellites.Length; i++)
        {
            var part = (long)(need * Satellites[i].Share * dice.Between(0.7, 1.3)) - article.AtSatellites[i];
            if (part <= 0)
                continue;
            article.AtSatellites[i] += part;
            yield return new(arrives, article.Sku, Satellites[i].Location, part, reference);
        }
    }

    /// <summary>When the hold-up that a delivery of this supplier runs into ends; null when there is none.</summary>
    private DateTimeOffset? HeldUpUntil(int supplier, DateTimeOffset arrives)
    {
        var season = (arrives - start).Days / SeasonDays;
        var dice = Dice.For(seed, "hold-up", "", season);
        var from = start.AddDays((season * SeasonDays) + dice.Between(25, 115));
        var until = from.AddDays(dice.Between(14, 17));
        return arrives >= from && arrives < until && Dice.For(seed, "held-up supplier", "", (season * Suppliers) + supplier).Chance(0.8) ? until : null;
    }

    private sealed class Article
    {
        public required string Sku;
        public required int Offset, Supplier, Pack;

        /// <summary>Delivered beyond what was asked for; negative while a delivery is missing.</summary>
        public long Spare;

        public readonly long[] AtSatellites = new long[Satellites.Length];

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
