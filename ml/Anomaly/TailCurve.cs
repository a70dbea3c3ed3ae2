namespace EcomIntel.Ml.Anomaly;

/// <summary>
/// How often a statistic is as large as this where nothing is wrong: counted on earlier data, with an exponential tail beyond what was seen often enough to
/// count. So a p-value holds whatever the statistic's distribution.
/// </summary>
internal sealed class TailCurve
{
    private const double TailShare = 0.01;
    private const int Points = 256;

    private readonly double[] _values;
    private readonly double[] _survival;
    private readonly double _excess;

    private TailCurve(double[] values, double[] survival, double excess) => (_values, _survival, _excess) = (values, survival, excess);

    /// <param name="sample">At least one value; reordered.</param>
    public static TailCurve Of(float[] sample)
    {
        Array.Sort(sample);
        var body = Math.Clamp((int)(sample.Length * (1 - TailShare)), 0, sample.Length - 1);
        var (values, survival) = (new List<double>(), new List<double>());
        for (var point = 0; point <= Points; point++)
        {
            var at = (int)((long)body * point / Points);
            // Of equal values the first counts all that are not below.
            while (at > 0 && sample[at - 1] == sample[at])
                at--;
            if (values.Count > 0 && values[^1] >= sample[at])
                continue;
            values.Add(sample[at]);
            survival.Add((sample.Length - at) / (sample.Length + 1.0));
        }
        double excess = 0;
        for (var at = body; at < sample.Length; at++)
            excess += sample[at] - sample[body];
        return new([.. values], [.. survival], Math.Max(excess / (sample.Length - body), Math.Max(1e-3, 0.05 * sample[body])));
    }

    /// <summary>As it is kept.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[sizeof(double) * ((2 * _values.Length) + 1)];
        Buffer.BlockCopy(_values, 0, bytes, 0, sizeof(double) * _values.Length);
        Buffer.BlockCopy(_survival, 0, bytes, sizeof(double) * _values.Length, sizeof(double) * _values.Length);
        BitConverter.TryWriteBytes(bytes.AsSpan(^sizeof(double)..), _excess);
        return bytes;
    }

    /// <exception cref="InvalidDataException">They are not a curve's.</exception>
    public static TailCurve FromBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var doubles = bytes.Length / sizeof(double);
        if (bytes.Length % sizeof(double) != 0 || doubles < 3 || doubles % 2 == 0)
            throw new InvalidDataException($"{bytes.Length} bytes are no curve");
        var (values, survival) = (new double[doubles / 2], new double[doubles / 2]);
        Buffer.BlockCopy(bytes, 0, values, 0, sizeof(double) * values.Length);
        Buffer.BlockCopy(bytes, sizeof(double) * values.Length, survival, 0, sizeof(double) * values.Length);
        return new(values, survival, BitConverter.ToDouble(bytes, bytes.Length - sizeof(double)));
    }

    /// <summary>The probability of a value at least as large, above 0.</summary>
    public double P(double value)
    {
        if (value <= _values[0])
            return 1;
        if (value >= _values[^1])
            return Math.Max(1e-300, _survival[^1] * Math.Exp(-(value - _values[^1]) / _excess));
        var at = Array.BinarySearch(_values, value);
        if (at >= 0)
            return _survival[at];
        var above = ~at;
        var share = (value - _values[above - 1]) / (_values[above] - _values[above - 1]);
        return _survival[above - 1] + (share * (_survival[above] - _survival[above - 1]));
    }
}
