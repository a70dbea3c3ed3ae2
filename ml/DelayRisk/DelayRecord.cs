namespace EcomIntel.Ml.DelayRisk;

/// <summary>What is known of how lines with something in common came. It forgets half of what is recent in <see cref="HalfLife"/> days.</summary>
internal sealed class DelayRecord
{
    private const double HalfLife = 21;
    private const int MostKept = 400;

    private readonly Queue<int> _daysLate = new();
    private double _recent, _recentLate, _recentChanges;
    private DateTimeOffset _decayed = DateTimeOffset.MinValue;

    public int Known { get; private set; }
    public int Late { get; private set; }
    public int Open { get; set; }
    public int Overdue { get; set; }

    /// <summary>From order to arrival, days.</summary>
    public Moments Lead;

    /// <summary>Arrival less the day by which a line is judged, days: below zero is early.</summary>
    public Moments Slip;

    /// <summary>Logarithm of a line's value.</summary>
    public Moments Value;

    /// <summary>By kind of word, from it to arrival, days.</summary>
    public readonly Moments[] Remaining = new Moments[(int)WordKind.OutForDelivery + 1];

    /// <summary>The latest days late, of lines that were late and came.</summary>
    public IReadOnlyCollection<int> DaysLate => _daysLate;

    public void Count(bool late, DateTimeOffset at)
    {
        Decay(at);
        Known++;
        _recent++;
        if (!late)
            return;
        Late++;
        _recentLate++;
    }

    public void CountDays(int late)
    {
        if (late <= 0)
            return;
        _daysLate.Enqueue(late);
        if (_daysLate.Count > MostKept)
            _daysLate.Dequeue();
    }

    public void ChangeDate(DateTimeOffset at)
    {
        Decay(at);
        _recentChanges++;
    }

    /// <summary>Share of late lines, drawn to <paramref name="prior"/> as by <paramref name="weight"/> lines more.</summary>
    public double Rate(double prior, double weight = 10) => (Late + weight * prior) / (Known + weight);

    public double RecentRate(double prior, DateTimeOffset at, double weight = 5)
    {
        Decay(at);
        return (_recentLate + weight * prior) / (_recent + weight);
    }

    public double RecentChanges(DateTimeOffset at)
    {
        Decay(at);
        return _recentChanges;
    }

    private void Decay(DateTimeOffset at)
    {
        if (at <= _decayed)
            return;
        var keep = _decayed == DateTimeOffset.MinValue ? 0 : Math.Pow(0.5, (at - _decayed).TotalDays / HalfLife);
        (_recent, _recentLate, _recentChanges, _decayed) = (_recent * keep, _recentLate * keep, _recentChanges * keep, at);
    }

    /// <summary>Count, mean and deviation of what was added.</summary>
    internal struct Moments
    {
        private double _sum, _squares;

        public int Count { get; private set; }

        public readonly double Mean => Count == 0 ? 0 : _sum / Count;

        public readonly double Deviation => Count < 2 ? 0 : Math.Sqrt(Math.Max(0, _squares / Count - Mean * Mean));

        public void Add(double value) => (Count, _sum, _squares) = (Count + 1, _sum + value, _squares + value * value);
    }
}
