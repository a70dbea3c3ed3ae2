namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// A small generator that belongs to one entity (a shipment, a delivery, a day), seeded by the run's seed and the entity's name. One shared sequence would make
/// every draw depend on the order in which decisions arrive; this way an entity's luck is its own.
/// </summary>
internal struct Dice
{
    private ulong _state;

    public static Dice For(long seed, string what, string entity, long number = 0)
    {
        var hash = 14695981039346656037UL ^ (ulong)seed;
        hash = Mix(hash, what);
        hash = Mix(hash, entity);
        return new Dice { _state = hash ^ ((ulong)number * 0x9E3779B97F4A7C15UL) };
    }

    /// <summary>0 up to, but not, 1.</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => low + (int)(Next() % (ulong)(high - low + 1));

    public double Between(double low, double high) => low + (Fraction() * (high - low));

    /// <summary>A whole number of seconds, both ends included.</summary>
    public TimeSpan Between(TimeSpan low, TimeSpan high) => TimeSpan.FromSeconds(Between((int)low.TotalSeconds, (int)high.TotalSeconds));

    /// <summary>
    /// Standard normal, near enough: the sum of twelve fractions less six. Only additions, so it is the same to the last bit on every machine.
    /// </summary>
    public double Normal()
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
            sum += Fraction();
        return sum;
    }

    private ulong Next()
    {
        // splitmix64
        _state += 0x9E3779B97F4A7C15UL;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private static ulong Mix(ulong hash, string text)
    {
        foreach (var c in text)
            hash = (hash ^ c) * 1099511628211UL;
        return (hash ^ 0xFFFF) * 1099511628211UL;
    }
}
