namespace EcomIntel.Core.Procurement.Suppliers;

/// <summary>
/// How a supplier does, as of the end of a day (UTC) and over the days of a window that ends with it: sums, and the figures that follow from them. A figure of
/// which nothing is known is null, never 0 or 100 %. All is judged by what had happened by the end of the day.
/// </summary>
public sealed record Scorecard
{
    /// <summary>Length of the window, in days, where no policy says otherwise.</summary>
    public const int UsualDays = 180;

    public static readonly Scorecard None = new();

    /// <summary>
    /// Purchase order lines, sent, whose day is in the window: the day first promised, if that promise had been given, else the day it was due as ordered. What
    /// has not come counts, and so does what was closed short or cancelled by the supplier, or cancelled by us after that day; a line that we cancelled as a
    /// whole by the end of its day, before anything had come, does not.
    /// </summary>
    public long LinesDue { get; init; }

    /// <summary>
    /// Of those: all that was wanted had come by the end of the line's day, within the supplier's tolerance for units that are missing. What came beyond it
    /// changes nothing, nor does a later promise.
    /// </summary>
    public long LinesMet { get; init; }

    /// <summary>Lines that came in full within the window, and of which we had not cancelled the rest.</summary>
    public long LeadTimes { get; init; }

    /// <summary>Of those: from sent to in full, in whole minutes, summed.</summary>
    public long LeadMinutes { get; init; }

    /// <summary>And the squares of these minutes.</summary>
    public decimal LeadSquares { get; init; }

    /// <summary>Lines of receipts of the window.</summary>
    public long ReceiptLines { get; init; }

    /// <summary>Of those: units were damaged, not what was ordered, mislabelled, or rejected at inspection.</summary>
    public long DiscrepantLines { get; init; }

    /// <summary>Invoiced units of the window at their reference price (the supplier's list when ordered, else standard cost), base currency.</summary>
    public decimal ReferenceValue { get; init; }

    /// <summary>What was invoiced for these units beyond it, in the base currency; below 0 where it was less.</summary>
    public decimal PriceDifference { get; init; }

    /// <summary>Claims of which the cause lies in the window, and that were not withdrawn.</summary>
    public long ClaimsOpened { get; init; }

    /// <summary>Claims, whenever they were opened, that were neither refused, credited nor withdrawn.</summary>
    public long ClaimsOpen { get; init; }

    /// <summary>Claims that were credited within the window.</summary>
    public long ClaimsCredited { get; init; }

    /// <summary>On time in full: lines met / lines due, 0 to 1; null where no line was due.</summary>
    public decimal? Otif => Share(LinesMet, LinesDue);

    /// <summary>Mean of the lead times, in days; null where no line came in full.</summary>
    public double? LeadDays => LeadTimes == 0 ? null : LeadMinutes / (double)LeadTimes / MinutesOfDay;

    /// <summary>Standard deviation of the lead times (of a sample), in days; null of fewer than two.</summary>
    public double? LeadDeviation => LeadTimes < 2 ? null
        : Math.Sqrt(Math.Max(0, (double)(LeadSquares - (decimal)LeadMinutes * LeadMinutes / LeadTimes) / (LeadTimes - 1))) / MinutesOfDay;

    /// <summary>Discrepant lines / receipt lines, 0 to 1; null where nothing was received.</summary>
    public decimal? DiscrepancyRate => Share(DiscrepantLines, ReceiptLines);

    /// <summary>Price difference / reference value; null where nothing was invoiced of which a reference price is known.</summary>
    public decimal? PriceVariance => ReferenceValue == 0 ? null : PriceDifference / ReferenceValue;

    /// <summary>Claims opened / receipt lines; null where nothing was received.</summary>
    public decimal? ClaimRate => Share(ClaimsOpened, ReceiptLines);

    private const double MinutesOfDay = 24 * 60;

    public static Scorecard operator +(Scorecard a, Scorecard b) => new()
    {
        LinesDue = a.LinesDue + b.LinesDue, LinesMet = a.LinesMet + b.LinesMet, LeadTimes = a.LeadTimes + b.LeadTimes,
        LeadMinutes = a.LeadMinutes + b.LeadMinutes, LeadSquares = a.LeadSquares + b.LeadSquares, ReceiptLines = a.ReceiptLines + b.ReceiptLines,
        DiscrepantLines = a.DiscrepantLines + b.DiscrepantLines, ReferenceValue = a.ReferenceValue + b.ReferenceValue,
        PriceDifference = a.PriceDifference + b.PriceDifference, ClaimsOpened = a.ClaimsOpened + b.ClaimsOpened, ClaimsOpen = a.ClaimsOpen + b.ClaimsOpen,
        ClaimsCredited = a.ClaimsCredited + b.ClaimsCredited,
    };

    internal static decimal? Share(long part, long of) => of == 0 ? null : (decimal)part / of;
}
