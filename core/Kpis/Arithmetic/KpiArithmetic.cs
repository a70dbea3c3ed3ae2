namespace EcomIntel.Core.Kpis.Arithmetic;

/// <summary>The kinds of KPI there are; frozen: the API says them.</summary>
public enum KpiKind
{
    /// <summary>Numerator over denominator, which both add up.</summary>
    Ratio,
    /// <summary>What happened, added up.</summary>
    Total,
    /// <summary>Sum over count.</summary>
    Mean,
    /// <summary>The value that a share of what is measured does not exceed.</summary>
    Quantile,
    /// <summary>How far what is measured lies apart: the standard deviation.</summary>
    Deviation,
    /// <summary>What is so at an instant.</summary>
    Snapshot,
    /// <summary>A snapshot averaged over the days of a range.</summary>
    AverageBalance,
    /// <summary>Now less the newest.</summary>
    Lag,
}

/// <summary>
/// What all KPIs of a kind have in common: which columns their SQL gives, how the state of a group is merged and finished into a value, and which range they
/// answer.
/// </summary>
public abstract class KpiArithmetic
{
    private protected KpiArithmetic()
    {
    }

    public abstract KpiKind Kind { get; }

    /// <summary>Columns of a contract's figures beside the dimensions.</summary>
    public abstract IReadOnlyList<string> Figures { get; }

    /// <summary>Columns of the state (and of the published view) beside the day and the dimensions: rows of any days and dimensions may be merged.</summary>
    public abstract IReadOnlyList<string> State { get; }

    /// <summary>
    /// What it comes to: name and the SQL that merges and finishes a group of state rows, null where there is nothing. The first is the value.
    /// </summary>
    public abstract IReadOnlyList<(string Name, string Sql)> Measures { get; }

    /// <summary>The merged state that <see cref="Finish"/> takes, as SQL over a group.</summary>
    protected internal abstract IReadOnlyList<string> Merge { get; }

    /// <summary>Whether there is a state for each day; otherwise it is of the present only.</summary>
    public virtual bool HasDays => true;

    /// <summary>Whether a figure is over the days of a range; otherwise it is of an instant.</summary>
    public virtual bool IsOverDays => true;

    /// <summary>The figures as state rows by day. Parameters: now, from and to (exclusive).</summary>
    internal virtual string StateSql(KpiContract kpi) => kpi.FiguresSql;

    /// <param name="merged">Values of <see cref="Merge"/>.</param>
    internal abstract KpiFigure Finish(KpiMerged merged);

    /// <summary>What the truth of PostgreSQL must say of a figure, a number a column.</summary>
    internal abstract IReadOnlyList<decimal> Stated(KpiPoint point);

    /// <summary>What cannot be answered, in one line; null if nothing.</summary>
    internal virtual string? Invalid(KpiQuery query) => null;

    internal virtual Task<IReadOnlyList<KpiPoint>> AnswerAsync(KpiReading reading, KpiQuery query, CancellationToken token) =>
        reading.ReadAsync(query, KpiPeriods.Over(query, reading.Now), token);
}

/// <summary>What a group came to.</summary>
/// <param name="Value">The first measure; null where nothing was there.</param>
/// <param name="Numerator">The part, or all of it where there are no parts.</param>
/// <param name="Denominator">What it is over.</param>
/// <param name="Measures">All of them, in the kind's order.</param>
internal sealed record KpiFigure(double? Value, decimal? Exact, decimal Numerator, decimal Denominator, IReadOnlyList<double?> Measures)
{
    public static KpiFigure Of(decimal? exact, decimal numerator, decimal denominator) => new((double?)exact, exact, numerator, denominator, [(double?)exact]);
}

/// <summary>The merged columns of one group, as the database gave them.</summary>
/// <param name="Days">Days of the group's period that have come.</param>
internal readonly record struct KpiMerged(IReadOnlyList<object?> Columns, DateTimeOffset Now, int Days)
{
    public decimal Number(int column) => Maybe(column) ?? 0;

    public decimal? Maybe(int column) => Columns[column] switch
    {
        null or DBNull => null,
        double.NaN => null,
        double number => Exactly(number),
        var number => Convert.ToDecimal(number, System.Globalization.CultureInfo.InvariantCulture),
    };

    public double? Float(int column) => Columns[column] switch
    {
        null or DBNull => null,
        double.NaN => null,
        var number => Convert.ToDouble(number, System.Globalization.CultureInfo.InvariantCulture),
    };

    public DateTimeOffset? Instant(int column) => Columns[column] switch
    {
        DateTime at => new(DateTime.SpecifyKind(at, DateTimeKind.Utc), TimeSpan.Zero),
        DateTimeOffset at => at,
        _ => null,
    };

    /// <summary>A quotient or a measurement to 12 places, which is more than anything here is known to.</summary>
    public static decimal? Exactly(double? number) =>
        number is { } known && double.IsFinite(known) && Math.Abs(known) < 1e15 ? Math.Round((decimal)known, 12) : null;
}
