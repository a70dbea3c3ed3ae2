using System.Globalization;

namespace EcomIntel.Cli.Replay.Retail;

/// <param name="Orders">Invoices in the whole span, roughly.</param>
/// <param name="Skus">Articles on sale, 120 to 4,000.</param>
internal sealed record RetailerOptions(long Seed, int Orders = 6_000, int Skus = 1_200, int Days = 365)
{
    public DateTimeOffset Start { get; init; } = new(2024, 1, 2, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>
/// Invoice lines of a wholesaler that does not exist, in the form of <see cref="RetailCsv"/>'s and with the same habits: no trade on Saturdays, a peak before
/// Christmas, few best sellers and a long tail, customers who cancel or send back, write-offs, postage among the goods, lines exported twice.
/// </summary>
internal sealed class SimulatedRetailer(RetailerOptions options)
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
    private int _invoice = 100_000;
    private long _line = 1;

    public IEnumerable<RetailLine> Read(LineTally tally, long? limit = null)
    {
        var perWorkday = options.Orders / (options.Days * Weekday.Average());
        for (var number = 0; number < options.Days; number++)
        {
            var day = options.Start.AddDays(number);
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
        for (var i = 0; i < wanted; i++)
        {
            var article = Choose(ref dice, time);
            if (!taken.Add(article.Index))
                continue;
            var quantity = anonymous ? dice.Between(1, 3) : Packs[dice.Between(0, Packs.Length - 1)] * (dice.Chance(0.01) ? 10 : 1);
            var line = Line(invoice, article.Code, article.Name, quantity, time, quantity >= 48 ? article.BulkPrice : article.PriceAt(time), customer, country);
            sold.Add(line);
            yield return line;
            if (dice.Chance(0.01))
                yield return line with { Number = ++_line };
        }
        if (country != "United Kingdom" && dice.Chance(0.5))
            yield return Line(invoice, "POST", "POSTAGE", 1, time, 18, customer, country);
        if (dice.Chance(0.08))
            WriteOff(ref dice, time);
        if (customer is not null && dice.Chance(0.12))
            Plan(ref dice, sold, time);
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
        var from = dice.Between(0, sold.Count - 1);
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
            Name = $"{(Christmas ? "CHRISTMAS " : "")}{Colours[dice.Between(0, Colours.Length - 1)]} {Styles[dice.Between(0, Styles.Length - 1)]} "
                + $"{Things[dice.Between(0, Things.Length - 1)]} {index + 1}";
            var luck = dice.Fraction();
            _price = decimal.Round(0.42m + (decimal)(luck * luck * luck * 14), 2);
            _dearerFrom = dice.Chance(0.3) ? dice.Between(2, 11) : 13;
        }

        public int Index { get; }
        public string Code { get; }
        public string Name { get; }
        public bool Christmas { get; }
        public decimal BulkPrice => decimal.Round(_price * 0.85m, 2);
        public decimal PriceAt(DateTimeOffset time) => time.Month >= _dearerFrom ? decimal.Round(_price * 1.1m, 2) : _price;
    }
}
