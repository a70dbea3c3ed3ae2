using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis;

public enum Better
{
    Higher,
    Lower,
}

/// <summary>What a KPI's figures are measured in.</summary>
public sealed record KpiUnit
{
    private KpiUnit(string name, bool isMoney = false) => (Name, IsMoney) = (name, isMoney);

    /// <summary>0 to 1.</summary>
    public static readonly KpiUnit Ratio = new("ratio");
    public static readonly KpiUnit Units = new("units");
    public static readonly KpiUnit Days = new("days");
    public static readonly KpiUnit Hours = new("hours");
    public static readonly KpiUnit Points = new("points");

    /// <summary>Net. Figures are told apart by the dimension <c>currency</c>; none adds up two currencies.</summary>
    public static readonly KpiUnit Money = new("money", isMoney: true);

    /// <param name="things">What is counted, in the plural.</param>
    public static KpiUnit CountOf(string things) => new(things);

    /// <summary>
    /// As the API says it and as gauges end: <c>ratio</c>, <c>units</c>, <c>days</c>, <c>hours</c>, <c>money</c>, <c>points</c>, or what is counted.
    /// </summary>
    public string Name { get; }

    public bool IsMoney { get; }
}

/// <summary>What a KPI can be told apart and filtered by.</summary>
/// <param name="Name">As clients write it, and as answers have it.</param>
/// <param name="Column">Of the contract's SQL.</param>
/// <param name="IsList">The column is a list: a thing counts under each of its entries, and under the empty one when it has none.</param>
/// <param name="NowOnly">Known of the present only.</param>
/// <param name="Values">All values there are, in their order; null where the data say it.</param>
/// <param name="Sql">Of a state over days: computes the column from the figures' columns and <c>instant</c>; null where the figures have it.</param>
public sealed record KpiDimension(string Name, string Column, bool IsList = false, bool NowOnly = false, IReadOnlyList<string>? Values = null,
    string? Sql = null)
{
    public static readonly KpiDimension Channel = new("channel", "channel");

    /// <summary>ISO 4217.</summary>
    public static readonly KpiDimension Currency = new("currency", "currency");

    /// <summary>How long it has been so (since <c>since</c>), in buckets.</summary>
    public static readonly KpiDimension Age = new(
        "age", "age", Values: ["<4h", "4-24h", "1-2d", "2-4d", "4-7d", ">7d"], Sql:
        """
        multiIf(
                dateDiff('microsecond', since, instant) < 4 * 3600 * 1000000, '<4h',
                dateDiff('microsecond', since, instant) < 24 * 3600 * 1000000, '4-24h',
                dateDiff('microsecond', since, instant) < 2 * 86400 * 1000000, '1-2d',
                dateDiff('microsecond', since, instant) < 4 * 86400 * 1000000, '2-4d',
                dateDiff('microsecond', since, instant) < 7 * 86400 * 1000000, '4-7d',
                '>7d')
        """);
}

/// <summary>
/// The value from which on it is told as good, as to be watched, and as bad: in the KPI's unit, worse in the direction that is not
/// <see cref="KpiContract.Better"/>.
/// </summary>
/// <param name="Target">What is aimed at.</param>
/// <param name="Warning">Worse than this needs a look.</param>
/// <param name="Critical">Worse than this needs action.</param>
public sealed record KpiThresholds(double Target, double Warning, double Critical);

/// <summary>
/// One KPI: what it means and how it is computed, once. It is a folder: the words, <c>figures.sql</c> and <c>rows.sql</c> for ClickHouse, and <c>truth.sql</c>,
/// the same figure from PostgreSQL's tables. Whatever shows a figure reads it through <see cref="KpiQueries"/> or from the view that the contract publishes
/// (<see cref="KpiViews"/>).
/// </summary>
public sealed class KpiContract
{
    private const string SharedPlace = "{shared}";

    /// <param name="folder">A type of the folder (namespace) whose SQL files are embedded under its name.</param>
    /// <param name="shares">
    /// A type of the folder whose <c>shared.sql</c> stands in the place of <c>{shared}</c> in <c>figures.sql</c> and <c>rows.sql</c>; null: they are whole.
    /// </param>
    public KpiContract(Type folder, Type? shares = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var shared = shares is null ? SharedPlace : Read(shares, "shared");
        (FiguresSql, RowsSql, TruthSql) = (
            Read(folder, "figures").Replace(SharedPlace, shared, StringComparison.Ordinal),
            Read(folder, "rows").Replace(SharedPlace, shared, StringComparison.Ordinal), Read(folder, "truth"));
    }

    internal KpiContract(string figures, string rows, string truth) => (FiguresSql, RowsSql, TruthSql) = (figures, rows, truth);

    /// <summary>Snake case, frozen.</summary>
    public required string Name { get; init; }

    /// <summary>One more whenever the same facts would give another figure, or the view other columns.</summary>
    public required int Version { get; init; }

    public required string Title { get; init; }

    public required string Description { get; init; }

    /// <summary>Its kind: how its state is merged and finished.</summary>
    public required KpiArithmetic Arithmetic { get; init; }

    public required KpiUnit Unit { get; init; }

    public required Better Better { get; init; }

    /// <summary>In words: numerator / denominator.</summary>
    public required string Formula { get; init; }

    public required string Numerator { get; init; }

    public required string Denominator { get; init; }

    /// <summary>Which date puts a thing into a day; of a snapshot, what its instants are.</summary>
    public required string DateMeaning { get; init; }

    public required IReadOnlyList<KpiDimension> Dimensions { get; init; }

    /// <summary>
    /// The dimension whose values are never merged, since together they would say nothing: a question groups by it, or is about one value.
    /// Null where all may be.
    /// </summary>
    public string? Apart { get; init; }

    /// <summary>The tables it is computed from.</summary>
    public required IReadOnlyList<string> Source { get; init; }

    public KpiThresholds? Thresholds { get; init; }

    /// <summary>Name of the gauges, between <c>ecomintel_kpi_</c> and the measure and unit.</summary>
    public required string Metric { get; init; }

    /// <summary>The dimension that gauges have as label <c>window</c>; null where they have windows of days, or <c>now</c>.</summary>
    public string? GaugeWindow { get; init; }

    /// <summary>Columns that sort the rows, as SQL.</summary>
    public required string RowsOrder { get; init; }

    /// <summary>The dimensions by which <c>truth.sql</c> tells its figures apart.</summary>
    public IReadOnlyList<string> TruthBy { get; init; } = [];

    public KpiKind Kind => Arithmetic.Kind;

    /// <summary>
    /// ClickHouse SQL of the figures: a column for each dimension, and those that the kind says (<see cref="KpiArithmetic.Figures"/>). It may have the
    /// parameter now (business time).
    /// </summary>
    public string FiguresSql { get; }

    /// <summary>
    /// ClickHouse SQL of the things counted, one row each, with the dimensions' columns and <c>day</c> (but for what is so now). It may have the parameter now.
    /// </summary>
    public string RowsSql { get; }

    /// <summary>
    /// PostgreSQL's answer as of $1, written from the KPI's words alone: month (null is the total, of a snapshot what is so at $1), a key (the dimensions of
    /// <see cref="TruthBy"/>, or empty), and then the kind's <see cref="KpiArithmetic.Stated"/>.
    /// </summary>
    public string TruthSql { get; }

    /// <summary>
    /// The figures by day: <c>day</c>, the dimensions' columns and the kind's <see cref="KpiArithmetic.State"/>. Parameters: now, from and to (Date32, to
    /// exclusive).
    /// </summary>
    public string StateSql => Arithmetic.StateSql(this);

    public KpiDimension? Dimension(string name) => Dimensions.FirstOrDefault(dimension => dimension.Name == name);

    private static string Read(Type folder, string name)
    {
        var resource = $"{folder.Namespace}.{name}.sql";
        using var stream = folder.Assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not in this build");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").TrimEnd();
    }
}
