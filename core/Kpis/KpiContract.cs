namespace EcomIntel.Core.Kpis;

public enum Better
{
    Higher,
    Lower,
}

/// <summary>What a KPI is over.</summary>
public enum KpiKind
{
    /// <summary>Things that happened, each on its day: adds up over days. The value is numerator over denominator.</summary>
    Ratio,
    /// <summary>Things that are so at an instant. The value is the numerator; the denominator is all of them, whatever their age.</summary>
    Snapshot,
}

/// <summary>What a KPI can be told apart and filtered by.</summary>
/// <param name="Name">As clients write it, and as answers have it.</param>
/// <param name="Column">Of the contract's SQL.</param>
/// <param name="IsList">The column is a list: a thing counts under each of its entries, and under the empty one when it has none.</param>
/// <param name="NowOnly">Known of the present only.</param>
/// <param name="Values">All values there are, in their order; null where the data say it.</param>
public sealed record KpiDimension(string Name, string Column, bool IsList = false, bool NowOnly = false, IReadOnlyList<string>? Values = null);

/// <summary>The value from which on it is told as good, as to be watched, and as bad: in the KPI's unit, worse in the direction that is not <see cref="Better"/>.</summary>
/// <param name="Target">What is aimed at.</param>
/// <param name="Warning">Worse than this needs a look.</param>
/// <param name="Critical">Worse than this needs action.</param>
public sealed record KpiThresholds(double Target, double Warning, double Critical);

/// <summary>
/// One KPI: what it means and how it is computed, once. Whatever shows a figure reads it through <see cref="KpiQueries"/>, and describes it by these words.
/// </summary>
/// <param name="Name">Snake case, frozen.</param>
/// <param name="Version">One more whenever the same facts would give another figure.</param>
/// <param name="Unit">Of the value: <c>ratio</c> (0 to 1) or <c>orders</c>.</param>
/// <param name="Formula">In words: numerator / denominator.</param>
/// <param name="DateMeaning">Which date puts a thing into a day; for a snapshot, what its instants are.</param>
/// <param name="Source">The tables it is computed from.</param>
/// <param name="Metric">Name of the gauge, between <c>ecomintel_kpi_</c> and the unit.</param>
public sealed record KpiContract(
    string Name, int Version, string Title, string Description, KpiKind Kind, string Unit, Better Better, string Formula, string Numerator, string Denominator, string DateMeaning,
    IReadOnlyList<KpiDimension> Dimensions, IReadOnlyList<string> Source, KpiThresholds? Thresholds, string Metric)
{
    /// <summary>
    /// ClickHouse SQL that gives additive rows: <c>day</c> (or <c>instant</c>), the dimensions' columns, <c>numerator</c> and, for a ratio, <c>denominator</c>. Parameters:
    /// from and to (Date32, to exclusive) and now; a snapshot takes instants.
    /// </summary>
    public string Sql { get; } = KpiSql.Read(Name);

    /// <summary>ClickHouse SQL that gives the things counted, one row each, with the dimensions' columns. Parameters: from, to, now.</summary>
    public string RowsSql { get; } = KpiSql.Read($"{Name}.rows");

    public KpiDimension? Dimension(string name) => Dimensions.FirstOrDefault(dimension => dimension.Name == name);
}

internal static class KpiSql
{
    public static string Read(string name)
    {
        var resource = $"EcomIntel.Core.Kpis.Contracts.{name.Replace('_', '-')}.sql";
        using var stream = typeof(KpiSql).Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not in this build");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }
}
