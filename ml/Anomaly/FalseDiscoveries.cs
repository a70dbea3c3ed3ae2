namespace EcomIntel.Ml.Anomaly;

/// <summary>Benjamini and Hochberg's procedure: of what is told in a run, at most a given share is expected to be chance.</summary>
internal static class FalseDiscoveries
{
    /// <summary>The largest p-value that is told; 0 where none is.</summary>
    /// <param name="ps">Of all series looked at; reordered.</param>
    /// <param name="rate">The share of false discoveries that is put up with.</param>
    public static double Limit(Span<double> ps, double rate)
    {
        ps.Sort();
        for (var rank = ps.Length; rank > 0; rank--)
            if (ps[rank - 1] <= rate * rank / ps.Length)
                return ps[rank - 1];
        return 0;
    }
}
