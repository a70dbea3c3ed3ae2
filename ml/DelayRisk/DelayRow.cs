namespace EcomIntel.Ml.DelayRisk;

/// <summary>A line as it was seen at a moment.</summary>
/// <param name="Judged">The day by which it is judged, as known then.</param>
/// <param name="Features">In the order of <see cref="DelayFeatures.Names"/>.</param>
/// <param name="SupplierRate">Past share of late lines, drawn to that of all.</param>
/// <param name="LaneRate">The same of the supplier's lines to this place.</param>
/// <param name="SupplierDays">Days late of the supplier's lines that were late by then; of all where it has few.</param>
/// <param name="LaneDays">The same of its lines to this place; of the supplier where they are few.</param>
internal sealed record DelayRow(
    PurchaseLine Line, DateTimeOffset At, DelayMoment Moment, DateOnly Judged, float[] Features, double SupplierRate, double LaneRate,
    IReadOnlyList<int>? SupplierDays = null, IReadOnlyList<int>? LaneDays = null)
{
    /// <summary>Logarithm of the odds of <see cref="LaneRate"/>.</summary>
    public double LaneOdds => Math.Log(LaneRate / (1 - LaneRate));

    /// <summary>Days after its day that are over by then and in which it did not come.</summary>
    public int DaysOver => Math.Max(0, PurchaseLine.Day(At).DayNumber - Judged.DayNumber);
}
