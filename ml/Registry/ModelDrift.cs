namespace EcomIntel.Ml.Registry;

/// <summary>How a version's error stands to what it was when it was trained.</summary>
/// <param name="At">As of which it was looked at.</param>
/// <param name="Ratio">The error as a multiple of what was expected.</param>
/// <param name="Chance">How likely so much is where the error is not above what was expected: the share of resamples in which it is not.</param>
/// <param name="Error">Since it was trained.</param>
/// <param name="Expected">When it was trained.</param>
internal sealed record ModelDrift(DateTimeOffset At, double Ratio, double Chance, double Error, double Expected)
{
    private const int Resamples = 400, Seed = 1;

    /// <summary>
    /// The error is the sum of the parts' errors over that of their sizes. Parts (series, orders, days) are drawn with replacement, as many as there are, to
    /// see how sure that is: the bootstrap of Efron (1979).
    /// </summary>
    /// <param name="parts">Of each its error and its size, at least 0, in an order that is always the same.</param>
    /// <returns>Null where nothing can be said: no size, or nothing to compare with.</returns>
    public static ModelDrift? Of(DateTimeOffset at, IReadOnlyList<(double Error, double Size)> parts, double expected)
    {
        var size = parts.Sum(part => part.Size);
        if (size <= 0 || expected <= 0)
            return null;
        var error = parts.Sum(part => part.Error) / size;
        var random = new Random(Seed);
        var notAbove = 0;
        for (var sample = 0; sample < Resamples; sample++)
        {
            double errors = 0, sizes = 0;
            for (var draw = 0; draw < parts.Count; draw++)
            {
                var part = parts[random.Next(parts.Count)];
                (errors, sizes) = (errors + part.Error, sizes + part.Size);
            }
            if (errors <= expected * sizes)
                notAbove++;
        }
        return new(at, error / expected, notAbove / (double)Resamples, error, expected);
    }
}
