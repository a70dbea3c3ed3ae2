using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Arithmetic;
using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Schema.Kpis;

[GraphQLObject("Kpi")]
internal sealed record Kpi(KpiContract Contract)
{
    public string Name => Contract.Name;
    public int Version => Contract.Version;
    public string Title => Contract.Title;
    public string Description => Contract.Description;
    public KpiKind Kind => Contract.Kind;
    public string Unit => Contract.Unit.Name;
    public Better Better => Contract.Better;
    public string Formula => Contract.Formula;
    public string Numerator => Contract.Numerator;
    public string Denominator => Contract.Denominator;
    public string DateMeaning => Contract.DateMeaning;
    public IReadOnlyList<string> Measures => [.. Contract.Arithmetic.Measures.Select(measure => measure.Name)];
    public IReadOnlyList<KpiDimensionInfo> Dimensions =>
        [.. Contract.Dimensions.Select(dimension => new KpiDimensionInfo(dimension.Name, dimension.NowOnly, dimension.IsList, dimension.Values))];
    public KpiThresholdsInfo? Thresholds => Contract.Thresholds is { } thresholds ? new(thresholds.Target, thresholds.Warning, thresholds.Critical) : null;
}

[GraphQLObject("KpiDimension")]
internal sealed record KpiDimensionInfo(string Name, bool NowOnly, bool IsList, IReadOnlyList<string>? Values);

[GraphQLObject("KpiThresholds")]
internal sealed record KpiThresholdsInfo(double Target, double Warning, double Critical);

/// <param name="Values">Any of these.</param>
internal sealed record KpiFilter(string Dimension, string[] Values);

[GraphQLObject("KpiFigures")]
internal sealed record KpiFigures(DateTime AsOf, DateOnly? PreviousFrom, DateOnly? PreviousTo, IReadOnlyList<KpiFigure> Points)
{
    public DateOnly? PreviousLast => PreviousTo?.AddDays(-1);
}

[GraphQLObject("KpiPoint")]
internal sealed record KpiFigure(KpiPoint Point, KpiStanding? Standing, KpiPrevious? Previous)
{
    public DateOnly? Period => Point.Period;
    public IReadOnlyList<string> Dimensions => Point.Dimensions;
    public string? Currency => Point.Currency;
    public double? Value => Point.Value;
    public decimal? ExactValue => Point.Exact;
    public Money? Amount => AmountOf(Point);
    public long Numerator => Whole(Point.Numerator);
    public decimal ExactNumerator => Point.Numerator;
    public long Denominator => Whole(Point.Denominator);
    public decimal ExactDenominator => Point.Denominator;
    public IReadOnlyList<KpiMeasured> Measures => [.. Point.Measures.Select(measure => new KpiMeasured(measure.Name, measure.Value))];
    public double? Change => Value - Previous?.Value;

    public static Money? AmountOf(KpiPoint point) => point is { Currency: { } currency, Exact: { } exact } ? new(exact, currency) : null;

    /// <summary>What is counted is whole as it is; money and time are rounded.</summary>
    public static long Whole(decimal number) => (long)Math.Round(Math.Clamp(number, long.MinValue, long.MaxValue), MidpointRounding.AwayFromZero);
}

[GraphQLObject("KpiMeasured")]
internal sealed record KpiMeasured(string Name, double? Value);

[GraphQLObject("KpiPrevious")]
internal sealed record KpiPrevious(KpiPoint Point)
{
    public DateOnly? Period => Point.Period;
    public double? Value => Point.Value;
    public decimal? ExactValue => Point.Exact;
    public Money? Amount => KpiFigure.AmountOf(Point);
    public long Numerator => KpiFigure.Whole(Point.Numerator);
    public decimal ExactNumerator => Point.Numerator;
    public long Denominator => KpiFigure.Whole(Point.Denominator);
    public decimal ExactDenominator => Point.Denominator;
    public IReadOnlyList<KpiMeasured> Measures => [.. Point.Measures.Select(measure => new KpiMeasured(measure.Name, measure.Value))];
}

internal enum KpiStanding
{
    OnTarget,
    OffTarget,
    Warning,
    Critical,
}

internal static class KpiStandings
{
    public static KpiStanding? Of(KpiContract kpi, double? value)
    {
        if (kpi.Thresholds is not { } thresholds || value is not { } figure)
            return null;
        bool AsGoodAs(double threshold) => kpi.Better == Better.Higher ? figure >= threshold : figure <= threshold;
        return AsGoodAs(thresholds.Target) ? KpiStanding.OnTarget : AsGoodAs(thresholds.Warning) ? KpiStanding.OffTarget : AsGoodAs(thresholds.Critical)
            ? KpiStanding.Warning : KpiStanding.Critical;
    }
}

/// <param name="OrderId">Null where the thing belongs to no order.</param>
[GraphQLObject("KpiRow")]
internal sealed record KpiRow(string? OrderId, IReadOnlyList<KpiCell> Cells);

[GraphQLObject("KpiCell")]
internal sealed record KpiCell(string Name, string? Value);
