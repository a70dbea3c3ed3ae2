using System.Globalization;
using EcomIntel.Cli.Replay.Retail.Supply;

namespace EcomIntel.Cli.Replay.Retail;

/// <param name="Orders">Invoices in the whole span, roughly.</param>
/// <param name="Skus">Articles on sale, 120 to 4,000.</param>
internal sealed record RetailerOptions(long Seed, int Orders = 6_000, int Skus = 1_200, int Days = 365)
{
    public DateTimeOffset Start { get; init; } = new(2024, 1, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether <see cref="DemandEvents"/> happen.</summary>
    public bool Eventful { get; init; } = true;
}

/// <summary>
/// Invoice lines of a wholesaler that does not exist, in the form of <see cref="RetailCsv"/>'s and with the same habits: no trade on Saturdays, a peak before
/// Christmas, few best sellers and a long tail, customers who cancel or send back, write-offs, postage among the goods, lines exported twice. And now and then
/// something happens to demand: <see cref="DemandEvents"/>.
/// </summary>
/// <param name="tell">Takes what happened to demand when it has begun, which stands in no line.</param>
internal sealed class SimulatedRetailer(RetailerOptions options, Action<DemandTruth>? tell = null)
{
    public const string Origin = "simulated";

    private static readonly string[] Colours = ["RED", "BLUE", "IVORY", "PINK", "GREEN", "BLACK", "WHITE", "CREAM"];
    private static readonly string[] Styles = ["RETROSPOT", "VINTAGE", "WICKER", "ENAMEL", "GLASS", "WOODEN", "FELT", "PAPER", "TIN", "CERAMIC"];
    private static readonly string[] Things =
        ["CANDLE HOLDER", "CAKE STAND", "LUNCH BAG", "DOORMAT", "MUG", "CLOCK", "BUNTING", "PICTURE FRAME", "HEART", "TRINKET BOX", "STAR LIGHTS", "JUG"];
    private static readonly string[] Abroad =
        ["EIRE", "Germany", "France", "Netherlands", "Spain", "Switzerland", "Belgium", "Portugal", "Sweden", "Norway", "USA", "Japan"];

    // Monday first; of a year's months: quiet summer, the trade stocks up for Christmas from September.
    private static readonly double[] Weekday = [1.05, 1.15, 1.15, 1.2, 0.9, 0, 0.6];
    private static readonly double[] Month = [0.75, 0.75, 0.95, 0.85, 0.95, 0.9, 0.85, 0.85, 1.15, 1.3, 1.65, 1.0];
    private static readonly long[] Packs = [1, 1, 2, 2, 3, 4, 6, 6, 8, 10, 12, 12, 24, 24, 36, 48];

    private readonly Article[] _articles = Enumerable.Range(0, options.Skus).Select(index => new Article(options.Seed, index)).ToArray();
    private readonly PriorityQueue<PendingReversal, (long Ticks, int Number)> _reversals = new();
    private DemandEvents? _events;
    private int _invoice = 100_000;
    private long _line = 1;

    public IEnumerable<RetailLine> Read(LineTally tally, long? limit = null)
    {
        _events = new(options, [.. _articles.Select(article => (article.Code, article.Thing, article.Christmas))]);
        var perWorkday = options.Orders / (options.Days * Weekday.Average());
        for (var number = 0; number < options.Days; number++)
        {
            var day = options.Start.AddDays(number);
            if (options.Eventful)
                foreach (var begun in _events.Begun(day))
                    tell?.Invoke(begun);
            foreach (var line in Day(day, perWorkday * Weekday[((int)day.DayOfWeek + 6) % 7] * Month[day.Month - 1] * (IsQuiet(day) ? 0.15 : 1)))
            {
                if (tally.Read == limit)
                    yield break;
                tally.CountRead();
                yield return line;
            }
        }
    }

    private IEnumerable<RetailLine> Day(DateTimeOffset day, double expected)
    {
        var dice = Dice.For(options.Seed, "day", day.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        var count = (int)Math.Max(expected > 0 ? 1 : 0, expected + (dice.Normal() * Math.Sqrt(expected)) + 0.5);
        // Most business is done around noon.
        var times = Enumerable.Range(0, count).Select(_ => day.AddMinutes(8 * 60 + (int)((dice.Fraction() + dice.Fraction()) * 5.5 * 60))).Order().ToList();
        foreach (var time in times)
        {
            foreach (var line in Due(time))
                yield return line;
            foreach (var line in Invoice(time))
                yield return line;
        }
        foreach (var line in Due(day.AddDays(1)))
            yield return line;
    }

    private IEnumerable<RetailLine> Invoice(DateTimeOffset time)
    {
        var invoice = (++_invoice).ToString(CultureInfo.InvariantCulture);
        var dice = Dice.For(options.Seed, "invoice", invoice);
        var anonymous = dice.Chance(0.2);
        var (customer, country) = anonymous ? (null, "United Kingdom") : Customer(ref dice);
        var wanted = LinesPerInvoice(dice.Fraction());
        var taken = new HashSet<int>();
        var sold = new List<RetailLine>();
        var channel = Network.Channel(customer, country);
        if (options.Eventful && !anonymous && _events!.Bulk(time) is { } bulk)
        {
            sold.Add(Sold(_articles[bulk.Article], (long)(bulk.Times * Packs.Average())));
            yield return sold[^1];
        }
        for (var i = 0; i < wanted; i++)
        {
            var article = Choose(ref dice, time);
            if (!taken.Add(article.Index))
                continue;
            var (quantity, twice) = (Quantity(ref dice, anonymous), dice.Chance(0.01));
            if (Lost(invoice, article, channel, time))
                continue;
            sold.Add(Sold(article, quantity));
            yield return sold[^1];
            if (twice)
                yield return sold[^1] with { Number = ++_line };
        }
        foreach (var (index, units) in Wanted(invoice, wanted, anonymous, time))
        {
            var article = _articles[index];
            // A line that says exactly what another does would pass for one keyed twice.
            var quantity = units;
            while (sold.Exists(line => line.Code == article.Code && line.Quantity == quantity))
                quantity++;
            sold.Add(Sold(article, quantity));
            yield return sold[^1];
        }
        if (country != "United Kingdom" && dice.Chance(0.5))
            yield return Line(invoice, "POST", "POSTAGE", 1, time, 18, customer, country);
        if (dice.Chance(0.08))
            WriteOff(ref dice, time);
        if (customer is not null && dice.Chance(0.12))
            Plan(ref dice, sold, time);

        RetailLine Sold(Article article, long quantity) => Line(
            invoice, article.Code, article.Name, quantity, time, quantity >= 48 ? article.BulkPrice : article.PriceAt(time), customer, country);
    }

    private static long Quantity(ref Dice dice, bool anonymous) =>
        anonymous ? dice.Between(1, 3) : Packs[dice.Between(0, Packs.Length - 1)] * (dice.Chance(0.01) ? 10 : 1);

    /// <summary>A line that would have been sold, had nothing happened.</summary>
    private bool Lost(string invoice, Article article, string channel, DateTimeOffset time) =>
        options.Eventful && _events!.Left(article.Index, channel, time) is < 1 and var left
        && !Dice.For(options.Seed, "lost sale", invoice, article.Index).Chance(left);

    /// <summary>
    /// Units, by article, that are sold because something happened: so many times more as it says, the customer looks through the range again, and takes what
    /// the event is about. It has dice of its own, so that all else is sold as it would have been.
    /// </summary>
    private SortedDictionary<int, long> Wanted(string invoice, int wanted, bool anonymous, DateTimeOffset time)
    {
        var units = new SortedDictionary<int, long>();
        var dice = Dice.For(options.Seed, "wanted more", invoice);
        foreach (var (articles, more) in options.Eventful ? _events!.Wanted(time) : [])
            for (var looks = (int)((wanted * more) + dice.Fraction()); looks > 0; looks--)
                if (Choose(ref dice, time) is var article && articles.Contains(article.Index))
                    units[article.Index] = units.GetValueOrDefault(article.Index) + Quantity(ref dice, anonymous);
        return units;
    }

    /// <summary>As UCI's invoices are: half have up to 15 lines, one in a hundred near 200.</summary>
    private static int LinesPerInvoice(double luck)
    {
        (double Share, int Lines)[] quantiles = [(0, 1), (0.1, 2), (0.25, 6), (0.5, 15), (0.75, 28), (0.9, 50), (0.95, 72), (0.99, 180), (1, 300)];
        var i = 1;
        while (luck > quantiles[i].Share)
            i++;
        var ((fromShare, fromLines), (toShare, toLines)) = (quantiles[i - 1], quantiles[i]);
        return fromLines + (int)((luck - fromShare) / (toShare - fromShare) * (toLines - fromLines));
    }

    private (string?, string) Customer(ref Dice dice)
    {
        var luck = dice.Fraction();
        var number = 12_000 + (int)(luck * luck * luck * Math.Max(60, options.Orders / 5));
        var home = Dice.For(options.Seed, "customer", "", number);
        return (number.ToString(CultureInfo.InvariantCulture), home.Chance(0.9) ? "United Kingdom" : Abroad[home.Between(0, Abroad.Length - 1)]);
    }

    private Article Choose(ref Dice dice, DateTimeOffset time)
    {
        while (true)
        {
            var luck = dice.Fraction();
            var article = _articles[(int)(luck * luck * luck * _articles.Length)];
            if (!article.Christmas || time.Month >= 9 || dice.Chance(0.1))
                return article;
        }
    }

    private void WriteOff(ref Dice dice, DateTimeOffset time)
    {
        string[] reasons = ["damages", "", "?", "missing", "thrown away", "check", "wet/rusty", "given away"];
        var at = time.AddMinutes(dice.Between(1, 300));
        var line = new RetailLine(
            "", 0, "", Choose(ref dice, time).Code, reasons[dice.Between(0, reasons.Length - 1)], -dice.Between(1, 12), at, 0, null, "United Kingdom");
        _reversals.Enqueue(new(null, [line]), (at.UtcTicks, _invoice));
    }

    private void Plan(ref Dice dice, List<RetailLine> sold, DateTimeOffset time)
    {
        var at = dice.Chance(0.15) ? time.AddMinutes(dice.Between(20, 180)) : time.AddDays(dice.Between(2, 60)).AddMinutes(dice.Between(-60, 60));
        // Where all of it was lost its number stays, so that later invoices keep theirs.
        var from = dice.Between(0, Math.Max(0, sold.Count - 1));
        var lines = sold.Skip(from).Take(dice.Between(1, 3)).ToList();
        var whole = dice.Chance(0.5);
        _reversals.Enqueue(new("C", lines.ConvertAll(line => line with { Quantity = -Math.Max(1, whole ? line.Quantity : line.Quantity / 3), Time = at })),
            (at.UtcTicks, _invoice));
    }

    private IEnumerable<RetailLine> Due(DateTimeOffset until)
    {
        while (_reversals.TryPeek(out var reversal, out var place) && place.Ticks < until.UtcTicks)
        {
            _reversals.Dequeue();
            var invoice = $"{reversal.Prefix}{++_invoice}";
            foreach (var line in reversal.Lines)
                yield return line with { Origin = Origin, Number = ++_line, Invoice = invoice };
        }
    }

    private RetailLine Line(string invoice, string code, string name, long quantity, DateTimeOffset time, decimal price, string? customer, string country) =>
        new(Origin, ++_line, invoice, code, name, quantity, time, price, customer, country);

    private static bool IsQuiet(DateTimeOffset day) => (day.Month == 12 && day.Day >= 23) || (day.Month == 1 && day.Day <= 3);

    private sealed record PendingReversal(string? Prefix, List<RetailLine> Lines);

    private sealed class Article
    {
        private readonly decimal _price;
        private readonly int _dearerFrom;

        public Article(long seed, int index)
        {
            var dice = Dice.For(seed, "article", "", index);
            Index = index;
            Code = (20_000 + index).ToString(CultureInfo.InvariantCulture) + (dice.Chance(0.1) ? "A" : "");
            Christmas = dice.Chance(0.15);
            var look = $"{(Christmas ? "CHRISTMAS " : "")}{Colours[dice.Between(0, Colours.Length - 1)]} {Styles[dice.Between(0, Styles.Length - 1)]}";
            Thing = Things[dice.Between(0, Things.Length - 1)];
            Name = $"{look} {Thing} {index + 1}";
            var luck = dice.Fraction();
            _price = decimal.Round(0.42m + (decimal)(luck * luck * luck * 14), 2);
            _dearerFrom = dice.Chance(0.3) ? dice.Between(2, 11) : 13;
        }

        public int Index { get; }
        public string Code { get; }
        public string Name { get; }
        public string Thing { get; }
        public bool Christmas { get; }
        public decimal BulkPrice => decimal.Round(_price * 0.85m, 2);
        public decimal PriceAt(DateTimeOffset time) => time.Month >= _dearerFrom ? decimal.Round(_price * 1.1m, 2) : _price;
    }
}
