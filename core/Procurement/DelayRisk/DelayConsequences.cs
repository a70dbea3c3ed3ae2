using EcomIntel.Core.Procurement.Projection;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>A purchase order line that may be late, and what hangs on it.</summary>
/// <param name="Today">The first day of the projection.</param>
/// <param name="HorizonDays">Days that are projected.</param>
/// <param name="Open">Units still to come of the line.</param>
/// <param name="ExpectedOn">By all that is known.</param>
/// <param name="HasLeft">It was announced, or is on its way: it cannot be hurried at the supplier's.</param>
/// <param name="Available">Units at its location.</param>
/// <param name="Daily">Expected demand a day there.</param>
/// <param name="Due">Customers' orders that wait to be served from there.</param>
/// <param name="OtherInbound">What else is expected there.</param>
/// <param name="Waiting">Customers' lines that wait for this line.</param>
public sealed record LineAtRisk(
    DateOnly Today, int HorizonDays, long Open, DateOnly ExpectedOn, bool HasLeft, long Available, decimal Daily, IReadOnlyList<UnitsOn> Due,
    IReadOnlyList<UnitsOn> OtherInbound, IReadOnlyList<WaitingLine> Waiting, IReadOnlyList<OtherSupplier> Suppliers, IReadOnlyList<OtherLocation> Locations);

/// <param name="PromisedOn">What the customer was told.</param>
/// <param name="ExpectedOn">When it can be promised from stock, if the line comes as expected.</param>
/// <param name="Value">Net of the units that wait.</param>
public sealed record WaitingLine(string OrderId, int Line, long Units, DateOnly PromisedOn, DateOnly ExpectedOn, decimal Value, string Currency);

/// <param name="Price">Net, per unit, in its currency.</param>
public sealed record OtherSupplier(string SupplierId, int LeadDays, long MinimumQuantity, decimal Price, string Currency);

/// <param name="Daily">Expected demand a day there.</param>
public sealed record OtherLocation(string LocationId, long Available, decimal Daily);

/// <summary>A customer's line that would be late.</summary>
/// <param name="DaysLate">After what the customer was told.</param>
public sealed record LateOrder(string OrderId, int Line, long Units, DateOnly PromisedOn, int DaysLate, decimal Value, string Currency);

/// <summary>Frozen: shown by name.</summary>
public enum DelayHelpKind
{
    /// <summary>Units of a location that has more than its own cover.</summary>
    TRANSFER,

    /// <summary>Another supplier that comes before the late line.</summary>
    OTHER_SUPPLIER,

    /// <summary>The supplier has not sent it yet: it may hurry.</summary>
    EXPEDITE,
}

/// <param name="From">The location, or supplier.</param>
/// <param name="Units">That it can bring.</param>
/// <param name="ArrivesOn">Null where that is not known.</param>
public sealed record DelayHelp(DelayHelpKind Kind, string From, long Units, DateOnly? ArrivesOn);

/// <summary>What follows when a line comes as late as that.</summary>
/// <param name="ArrivesOn">Not before tomorrow, nor before it is expected.</param>
/// <param name="RunsOutOn">The first day on which its sku runs out at its location; null: not within the horizon.</param>
/// <param name="UnitsShort">Missing by the time something comes.</param>
/// <param name="RunsOutAnyway">It would run out on that day, or before, if the line came as expected.</param>
/// <param name="Orders">Customers' lines that would be late for it, those with most money first.</param>
/// <param name="Help">What would help, the soonest first.</param>
public sealed record DelayConsequences(
    DateOnly ArrivesOn, DateOnly? RunsOutOn, long UnitsShort, bool RunsOutAnyway, IReadOnlyList<LateOrder> Orders, IReadOnlyList<DelayHelp> Help)
{
    /// <summary>Days that a transfer takes, where no projection has said it.</summary>
    public const int TransferDays = 3;

    /// <param name="arrives">When it comes, if it is late.</param>
    public static DelayConsequences Of(LineAtRisk line, DateOnly arrives, int transferDays = TransferDays)
    {
        ArgumentNullException.ThrowIfNull(line);
        // What is overdue comes tomorrow at the earliest.
        var expected = line.ExpectedOn <= line.Today ? line.Today.AddDays(1) : line.ExpectedOn;
        arrives = arrives < expected ? expected : arrives;
        var slip = arrives.DayNumber - expected.DayNumber;
        var (late, asExpected) = (RunsOut(arrives), RunsOut(expected));
        var orders = line.Waiting.Select(waits => new LateOrder(waits.OrderId, waits.Line, waits.Units, waits.PromisedOn,
                (waits.ExpectedOn < expected ? expected : waits.ExpectedOn).AddDays(slip).DayNumber - waits.PromisedOn.DayNumber, waits.Value, waits.Currency))
            .Where(order => order.DaysLate > 0)
            .OrderByDescending(order => order.Value).ThenBy(order => order.OrderId, StringComparer.Ordinal).ThenBy(order => order.Line).ToList();
        var missing = Math.Max(late?.UnitsShort ?? 0, orders.Sum(order => order.Units));
        return new(arrives, late?.On, late?.UnitsShort ?? 0, asExpected?.On <= late?.On, orders,
            missing == 0 ? [] : WhatHelps(line, missing, arrives, transferDays));

        RunOut? RunsOut(DateOnly on) => ProjectedStock.RunsOut(
            ProjectedStock.Of(line.Today, line.HorizonDays, line.Available, line.Daily, line.Due, line.OtherInbound.Append(new(on, line.Open))),
            ProjectedStock.MostDays);
    }

    private static List<DelayHelp> WhatHelps(LineAtRisk line, long missing, DateOnly arrives, int transferDays)
    {
        var help = new List<DelayHelp>();
        foreach (var location in line.Locations)
            if (location.Available - (long)Math.Ceiling(location.Daily * line.HorizonDays) is > 0 and var spare && line.Today.AddDays(transferDays) < arrives)
                help.Add(new(DelayHelpKind.TRANSFER, location.LocationId, Math.Min(spare, missing), line.Today.AddDays(transferDays)));
        foreach (var supplier in line.Suppliers)
            if (line.Today.AddDays(supplier.LeadDays) is var comes && comes < arrives)
                help.Add(new(DelayHelpKind.OTHER_SUPPLIER, supplier.SupplierId, Math.Max(missing, supplier.MinimumQuantity), comes));
        help.Sort((a, b) => (a.ArrivesOn, -a.Units, a.From).CompareTo((b.ArrivesOn, -b.Units, b.From)));
        if (!line.HasLeft)
            help.Add(new(DelayHelpKind.EXPEDITE, "", line.Open, null));
        return help;
    }
}
