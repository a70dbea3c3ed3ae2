namespace EcomIntel.Ml.Series;

/// <summary>Gathers what was sold, sale by sale, into daily series.</summary>
internal sealed class DemandBook
{
    public const int MaxSeries = 200_000;
    public const int MaxDays = 3_660;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public DateOnly First { get; private set; } = DateOnly.MaxValue;

    public DateOnly Last { get; private set; } = DateOnly.MinValue;

    /// <summary>Units sold on a day.</summary>
    /// <param name="price">Of a unit; null where it is not known.</param>
    /// <param name="inStock">False where demand of the day could not be served.</param>
    /// <exception cref="InvalidDataException">More series or days than are taken.</exception>
    public void Add(string key, DateOnly day, double units, double? price = null, string? category = null, bool inStock = true)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            if (_entries.Count == MaxSeries)
                throw new InvalidDataException($"more than {MaxSeries} series");
            _entries.Add(key, entry = new());
        }
        (First, Last) = (day < First ? day : First, day > Last ? day : Last);
        if (Last.DayNumber - First.DayNumber >= MaxDays)
            throw new InvalidDataException($"from {First:yyyy-MM-dd} to {Last:yyyy-MM-dd} are more than {MaxDays} days");
        entry.Units[day] = entry.Units.GetValueOrDefault(day) + units;
        entry.Category ??= category;
        if (price is { } each && units > 0)
            (entry.Priced, entry.Money) = (entry.Priced + units, entry.Money + (units * each));
        if (!inStock)
            entry.Out.Add(day);
    }

    /// <summary>The series that brought most money, or most units where no price is known, in the first part of the days.</summary>
    /// <param name="share">That part; best sellers are not picked by what came after.</param>
    /// <exception cref="InvalidDataException">Nothing was sold.</exception>
    public DemandPanel Best(int count, double share = 1)
    {
        if (_entries.Count == 0)
            throw new InvalidDataException("nothing was sold");
        var until = First.AddDays((int)((Last.DayNumber - First.DayNumber + 1) * share));
        var best = _entries.OrderByDescending(each => each.Value.SoldBefore(until) * each.Value.Price).ThenBy(each => each.Key, StringComparer.Ordinal)
            .Take(count).Where(each => each.Value.SoldBefore(until) > 0);
        return new(Grain.Day, First.ToDateTime(TimeOnly.MinValue), [.. best.Select(each => Series(each.Key, each.Value))]);
    }

    /// <summary>Each category's sum over its series, of those that at least <paramref name="least"/> series are in.</summary>
    /// <returns>Null where there is none.</returns>
    public DemandPanel? Categories(int least)
    {
        var sums = _entries.Values.Where(entry => entry.Category is not null).GroupBy(entry => entry.Category!, StringComparer.Ordinal)
            .Where(group => group.Count() >= least).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group =>
            {
                var sum = new Entry();
                foreach (var entry in group)
                {
                    foreach (var (day, units) in entry.Units)
                        sum.Units[day] = sum.Units.GetValueOrDefault(day) + units;
                    (sum.Priced, sum.Money) = (sum.Priced + entry.Priced, sum.Money + entry.Money);
                }
                return Series(group.Key, sum);
            }).ToArray();
        return sums.Length == 0 ? null : new(Grain.Day, First.ToDateTime(TimeOnly.MinValue), sums);
    }

    private DemandSeries Series(string key, Entry entry)
    {
        var units = new double[Last.DayNumber - First.DayNumber + 1];
        foreach (var (day, sold) in entry.Units)
            units[day.DayNumber - First.DayNumber] = Math.Max(0, sold);
        bool[]? served = null;
        if (entry.Out.Count > 0)
        {
            served = new bool[units.Length];
            Array.Fill(served, true);
            foreach (var day in entry.Out)
                served[day.DayNumber - First.DayNumber] = false;
        }
        return new(key, entry.Category, units, entry.Price, served);
    }

    private sealed class Entry
    {
        public readonly Dictionary<DateOnly, double> Units = [];
        public readonly HashSet<DateOnly> Out = [];
        public string? Category;
        public double Priced;
        public double Money;

        public double Price => Priced > 0 ? Money / Priced : 1;

        public double SoldBefore(DateOnly day) => Units.Where(each => each.Key < day).Sum(each => each.Value);
    }
}
