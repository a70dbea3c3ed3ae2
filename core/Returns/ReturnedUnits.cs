using EcomIntel.Core.Events;
using Units = System.Collections.Generic.SortedDictionary<(EcomIntel.Core.Events.LocationId Place, string Disposition), long>;

namespace EcomIntel.Core.Returns;

/// <summary>
/// Where the units of a returned line are, by what was reported of it: units by place and disposition, of those not inspected yet the disposition is empty.
/// Pure functions. Units are received up to what may come back, in the order of their receipts. An inspection that names its place takes units that were
/// received there; one that does not takes from where they were received first.
/// </summary>
internal static class ReturnedUnits
{
    private static readonly Comparer<(LocationId Place, string Disposition)> ByPlace = Comparer<(LocationId Place, string Disposition)>.Create(
        static (a, b) => a.Place.CompareTo(b.Place) is not 0 and var byPlace ? byPlace : string.CompareOrdinal(a.Disposition, b.Disposition));

    /// <summary>By all reports, in whatever order they were heard.</summary>
    /// <param name="most">Units that may come back; what was received beyond them is not booked.</param>
    public static Units Of(IReadOnlyList<ReturnReport> reports, long most) => Add([], Ordered(reports), Places(reports), most);

    /// <summary>By what is booked so far, and then by reports heard since: where what is booked cannot be undone.</summary>
    public static Units Add(IEnumerable<ReturnUnit> booked, IReadOnlyList<ReturnReport> heard, IReadOnlyList<ReturnReport> all, long most) =>
        Add(booked, Ordered(heard), Places(all), most);

    /// <summary>The places where units were received, the first one first.</summary>
    private static List<LocationId> Places(IReadOnlyList<ReturnReport> reports) =>
        [.. Ordered(reports).Where(report => report.Disposition is null).Select(report => report.Location!.Value).Distinct()];

    /// <summary>Receipts first, then inspections that name their place, then the others; each by time.</summary>
    private static List<ReturnReport> Ordered(IReadOnlyList<ReturnReport> reports) =>
    [
        .. reports.OrderBy(report => report.Disposition is null ? 0 : report.Location is null ? 2 : 1).ThenBy(report => report.At)
            .ThenBy(report => report.Event, StringComparer.Ordinal).ThenBy(report => report.Number),
    ];

    private static Units Add(IEnumerable<ReturnUnit> booked, List<ReturnReport> reports, List<LocationId> places, long most)
    {
        var units = new Units(ByPlace);
        foreach (var unit in booked)
            Put(units, unit.Location, unit.Disposition, unit.Quantity);
        var left = most - units.Values.Sum();
        foreach (var report in reports)
        {
            if (report.Disposition is null)
            {
                var received = Math.Min(report.Quantity, Math.Max(0, left));
                left -= received;
                Put(units, report.Location!.Value, ReturnUnit.Pending, received);
                continue;
            }
            var open = report.Quantity;
            foreach (var place in report.Location is { } named ? [named] : places)
            {
                var inspected = Math.Min(open, units.GetValueOrDefault((place, ReturnUnit.Pending)));
                open -= inspected;
                Put(units, place, ReturnUnit.Pending, -inspected);
                Put(units, place, report.Disposition, inspected);
            }
        }
        return units;
    }

    private static void Put(Units units, LocationId place, string disposition, long quantity)
    {
        if (quantity != 0)
            units[(place, disposition)] = units.GetValueOrDefault((place, disposition)) + quantity;
    }
}
