using EcomIntel.Cli.Replay.Retail.Supply;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// What happens to the demand of a <see cref="SimulatedRetailer"/> and stands in no event: drawn by the seed, one every ten days from the eighth week on, about
/// articles that sell well enough for it to matter. At most one at a time is about an article.
/// </summary>
internal sealed class DemandEvents
{
    /// <summary>Days before anything happens: what is usual must have been seen.</summary>
    public const int FirstDay = 56;

    private const int DaysBetween = 10;

    /// <summary>The very best sellers are left alone: the business as a whole stays what it is.</summary>
    private const int TooGood = 5;

    /// <summary>A best seller's share of the range: one in so many articles.</summary>
    private const int GoodShare = 10;

    private static readonly (string What, int LeastDays, int MostDays, double Low, double High)[] Kinds =
    [
        (DemandKinds.Viral, 7, 14, 4, 8),
        (DemandKinds.BulkOrder, 1, 1, 20, 40),
        (DemandKinds.LostListing, 14, 28, 0, 0),
        (DemandKinds.Undercut, 28, 56, 0.2, 0.4),
        (DemandKinds.InFashion, 42, 63, 2.5, 4),
        (DemandKinds.OutOfFashion, 42, 63, 0.05, 0.25),
        (DemandKinds.InSeason, 28, 42, 1.8, 2.5),
    ];

    private readonly List<Event> _all = [];
    private int _told, _ordered;

    /// <param name="articles">By popularity, the best first: code, what it is, and whether it is for Christmas.</param>
    public DemandEvents(RetailerOptions options, IReadOnlyList<(string Code, string Thing, bool Christmas)> articles)
    {
        var good = Enumerable.Range(TooGood, Math.Max(1, (articles.Count / GoodShare) - TooGood)).Where(index => !articles[index].Christmas).ToList();
        for (var day = FirstDay; day < options.Days; day += DaysBetween)
        {
            var dice = Dice.For(options.Seed, "demand event", "", day);
            var (what, least, most, low, high) = Kinds[dice.Between(0, Kinds.Length - 1)];
            var from = options.Start.AddDays(day + dice.Between(0, DaysBetween - 1));
            // A bulk order is placed on a day on which there are orders.
            while (what == DemandKinds.BulkOrder && from.DayOfWeek is DayOfWeek.Friday or DayOfWeek.Saturday or DayOfWeek.Sunday)
                from = from.AddDays(1);
            var until = from.AddDays(dice.Between(least, most));
            var channel = what == DemandKinds.LostListing && dice.Chance(0.5) ? (dice.Chance(0.5) ? "wholesale" : "web") : null;
            var size = Math.Round(dice.Between(low, high), 2);
            var free = good.Where(index => !_all.Exists(other => other.From < until && other.Until > from && other.Articles.Contains(index))).ToList();
            if (free.Count == 0 || until > options.Start.AddDays(options.Days))
                continue;
            var chosen = free[dice.Between(0, free.Count - 1)];
            // A season is that of all things of a kind.
            HashSet<int> about = what != DemandKinds.InSeason ? [chosen]
                : [.. free.Where(index => articles[index].Thing == articles[chosen].Thing)];
            _all.Add(new(new(what, from, until, [.. about.Order().Select(index => articles[index].Code)], size, channel), about));
        }
        // The turn of the season of what is for Christmas comes every year, and is told for whoever would take it for news.
        var christmas = articles.Where(article => article.Christmas).Select(article => article.Code).ToList();
        for (var year = options.Start.Year; christmas.Count > 0 && year <= options.Start.AddDays(options.Days).Year; year++)
        {
            var (from, until) = (new DateTimeOffset(year, 9, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero));
            if (from >= options.Start && from < options.Start.AddDays(options.Days))
                _all.Add(new(new(DemandKinds.Christmas, from, until, christmas, 10), new HashSet<int>()));
        }
        _all.Sort((one, other) => one.From.CompareTo(other.From));
    }

    /// <summary>Those that have begun by a time, each once.</summary>
    public IEnumerable<DemandTruth> Begun(DateTimeOffset time)
    {
        while (_told < _all.Count && _all[_told].From <= time)
            yield return _all[_told++].Truth;
    }

    /// <summary>What an article's demand in a channel is multiplied by at a time, where that is less than one; else one.</summary>
    public double Left(int article, string channel, DateTimeOffset time)
    {
        foreach (var each in _all)
            if (each.From <= time && time < each.Until && each.Articles.Contains(article) && (each.Truth.Channel ?? channel) == channel)
                return Math.Min(1, each.FactorAt(time));
        return 1;
    }

    /// <summary>Articles that sell more than usual at a time, and how many times as much more: 2 where they sell three times as much.</summary>
    public IEnumerable<(IReadOnlySet<int> Articles, double More)> Wanted(DateTimeOffset time)
    {
        foreach (var each in _all)
            if (each.From <= time && time < each.Until && each.FactorAt(time) is > 1 and var factor)
                yield return (each.Articles, factor - 1);
    }

    /// <summary>The bulk order that is due, each once: the article, and how many times the usual order.</summary>
    public (int Article, double Times)? Bulk(DateTimeOffset time)
    {
        while (_ordered < _all.Count && _all[_ordered].From <= time)
            if (_all[_ordered++] is { Truth.What: DemandKinds.BulkOrder } due)
                return (due.Articles.Single(), due.Truth.Factor);
        return null;
    }

    private sealed record Event(DemandTruth Truth, IReadOnlySet<int> Articles)
    {
        public DateTimeOffset From => Truth.From;

        public DateTimeOffset Until => Truth.Until;

        /// <summary>A fashion takes half its time to come.</summary>
        public double FactorAt(DateTimeOffset time) => Truth.What switch
        {
            DemandKinds.BulkOrder => 1,
            DemandKinds.InFashion or DemandKinds.OutOfFashion => 1 + ((Truth.Factor - 1) * Math.Min(1, 2 * ((time - From) / (Until - From)))),
            _ => Truth.Factor,
        };
    }
}
