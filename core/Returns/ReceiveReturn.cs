using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using ShippedPart = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ShippedPart;
using StepLine = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ReturnLine;
using Units = System.Collections.Generic.SortedDictionary<(EcomIntel.Core.Events.LocationId Place, string Disposition), long>;

namespace EcomIntel.Core.Returns;

/// <summary>
/// return.received and return.inspected: units stand at a place, pending, until it is said what becomes of them. Where they are follows from all reports of
/// their line (<see cref="ReturnedUnits"/>): one that is heard late moves what earlier ones had moved otherwise, as far as that is still there.
/// </summary>
internal sealed class ReceiveReturn(
    ReturnBook returns, OrderBook orders, StockBook stock, CatalogBook catalog, ExceptionBook exceptions, ReturnChanges changes)
{
    public Rejection? Received(CloudEvent e, ReturnReceived data)
    {
        if (Unknown(e, data.ReturnId, data.Location, data.Lines.Select(line => line.Number), out var found) is { } unknown)
            return unknown;
        var before = changes.Before(found, e.Time);
        if (found.ExpiredAt is not null && e.Time < found.ExpiresAt && HasRoom(found))
            found.ExpiredAt = null;
        if (!(found.ReceivedAt > e.Time))
            found.Location = found.ReceivedAt == e.Time && found.Location?.CompareTo(data.Location) > 0 ? found.Location : data.Location;
        found.ReceivedAt = Instant.Later(found.ReceivedAt, e.Time);
        Book(e, found, before, data.Lines.Select(line => (found.Line(line.Number)!, found.Line(line.Number)!.Add(e, data.Location, null, line.Quantity))));
        return null;
    }

    /// <summary>Only what is restocked is sellable again.</summary>
    public Rejection? Inspected(CloudEvent e, ReturnInspected data)
    {
        if (Unknown(e, data.ReturnId, data.Location, data.Lines.Select(line => line.Number), out var found) is { } unknown)
            return unknown;
        foreach (var lines in data.Lines.GroupBy(line => line.Number))
        {
            var (line, units) = (found.Line(lines.Key)!, lines.Sum(line => line.Quantity));
            var open = line.Told() - line.Reports.Where(report => report.Disposition is not null).Sum(report => report.Quantity);
            var there = data.Location is not { } place ? open : line.Told(report => report.Location == place)
                - line.Reports.Where(report => report.Disposition is not null && report.Location == place).Sum(report => report.Quantity);
            if (units <= Math.Min(open, there))
                continue;
            var left = $"{Math.Max(0, Math.Min(open, there))} units are left to inspect{(there < open ? $" at {data.Location}" : "")}";
            return new(RejectionCodes.QuantityExceeded, $"return {found.Id} line {line.Number}: {left}, {units} were reported")
            {
                Awaits = $"return/{found.Id}",
            };
        }
        var before = changes.Before(found, e.Time);
        found.InspectedAt = Instant.Later(found.InspectedAt, e.Time);
        Book(e, found, before,
            data.Lines.Select(line => (found.Line(line.Number)!, found.Line(line.Number)!.Add(e, data.Location, line.Disposition, line.Quantity))));
        return null;
    }

    private Rejection? Unknown(CloudEvent e, ReturnId id, LocationId? location, IEnumerable<int> lines, out Return found)
    {
        if (changes.Find(e, id, out found) is { } unknown)
            return unknown;
        if (location is { } place && !catalog.Has(place))
            return CatalogBook.Unknown(place);
        foreach (var number in lines)
            if (found.Line(number) is null)
                return new(RejectionCodes.UnknownLine, $"return {id} has no line {number}");
        return null;
    }

    private void Book(CloudEvent e, Return found, ReturnChanges.Look before, IEnumerable<(ReturnLine Line, ReturnReport Report)> reports)
    {
        var (received, inspected) = (new SortedDictionary<LocationId, List<StepLine>>(), new SortedDictionary<LocationId, List<StepLine>>());
        foreach (var heard in reports.ToLookup(report => report.Line, report => report.Report))
        {
            var line = heard.Key;
            var most = Math.Min(line.Requested, Math.Max(line.Received, Room(found, line)));
            var units = ReturnedUnits.Of(line.Reports, most);
            if (!CanBe(line, units))
                units = ReturnedUnits.Add(line.Units, [.. heard], line.Reports, most);
            Move(e, found, line, units, received, inspected);
            line.Book(units);
        }
        changes.Settle(found, before, ReturnCause.Of(e));
        foreach (var (place, lines) in received)
            changes.Emit(e.Time, OperationEvents.ReturnReceivedType, found, lines, place);
        foreach (var (place, lines) in inspected)
            changes.Emit(e.Time, OperationEvents.ReturnDispositioned, found, lines, place);
    }

    /// <summary>Whether what must be undone for it is still there.</summary>
    private bool CanBe(ReturnLine line, Units units) => line.Units
        .Where(unit => unit.Disposition != ReturnUnit.Pending && StateAfter(unit.Disposition) is not null)
        .Select(unit => (unit.Location, State: StateAfter(unit.Disposition)!.Value,
            Undone: unit.Quantity - units.GetValueOrDefault((unit.Location, unit.Disposition))))
        .Where(change => change.Undone > 0).GroupBy(change => (change.Location, change.State), change => change.Undone)
        .All(undone => stock.At(line.Sku, undone.Key.Location, "")[undone.Key.State] >= undone.Sum());

    /// <summary>Moves the stock to where the line's units are to be, and says which steps that makes.</summary>
    private void Move(
        CloudEvent e, Return found, ReturnLine line, Units units,
        SortedDictionary<LocationId, List<StepLine>> received, SortedDictionary<LocationId, List<StepLine>> inspected)
    {
        var gained = new SortedDictionary<LocationId, long>();
        var becomes = new SortedDictionary<(LocationId Place, string Disposition), long>(units.Comparer);
        foreach (var ((place, disposition), quantity) in units)
            Change(place, disposition, quantity);
        foreach (var unit in line.Units)
            Change(unit.Location, unit.Disposition, -unit.Quantity);
        var changed = becomes.Where(change => change.Key.Disposition != ReturnUnit.Pending && change.Value != 0).ToList();

        foreach (var ((place, disposition), quantity) in changed)
            if (quantity < 0)
                At(place, StateAfter(disposition), StockState.ReturnPending, -quantity, "return_corrected");
        foreach (var (place, quantity) in gained)
            if (quantity > 0)
                At(place, null, StockState.ReturnPending, quantity, "return_received");
        foreach (var ((place, disposition), quantity) in changed)
            if (quantity > 0)
                At(place, StockState.ReturnPending, StateAfter(disposition), quantity, $"return_{disposition}");
        foreach (var (place, quantity) in gained)
            if (quantity < 0)
                At(place, StockState.ReturnPending, null, -quantity, "return_corrected");

        // More came back: those units are attributed to shipments; those that only change their place have been.
        var more = gained.Values.Sum();
        var back = returns.Received(found.OrderId, line.Number);
        foreach (var (place, quantity) in gained)
        {
            var attributed = Math.Min(Math.Max(0, quantity), more);
            if (attributed > 0)
                Step(received, place, new(line.Number, line.Sku, attributed, null, ShippedWith(orders.Find(found.OrderId)!, line.Number, back, attributed)));
            if (quantity != attributed)
                Step(received, place, new(line.Number, line.Sku, quantity - attributed, null));
            (more, back) = (more - attributed, back + attributed);
        }
        foreach (var ((place, disposition), quantity) in changed)
            Step(inspected, place, new(line.Number, line.Sku, quantity, disposition));

        void Change(LocationId place, string disposition, long quantity)
        {
            gained[place] = gained.GetValueOrDefault(place) + quantity;
            becomes[(place, disposition)] = becomes.GetValueOrDefault((place, disposition)) + quantity;
        }

        void At(LocationId place, StockState? from, StockState? to, long quantity, string reason)
        {
            var position = stock.At(line.Sku, place, "");
            if (from is StockState.ReturnPending && position[StockState.ReturnPending] is var there && there < quantity)
            {
                // Somebody has moved or counted them away meanwhile; whoever inspects them has them in hand.
                stock.Move(position, null, StockState.ReturnPending, quantity - there, e.Time, "found_at_inspection", e.Id, found.OrderId);
                exceptions.Open(e, CaseCategory.StockVariance, line.Sku.Value, place,
                    $"{quantity} of return {found.Id} were inspected at {place} where the book had {there} pending: {quantity - there} were put in, count it");
            }
            stock.Move(position, from, to, quantity, e.Time, reason, e.Id, found.OrderId);
        }
    }

    private static void Step(SortedDictionary<LocationId, List<StepLine>> steps, LocationId place, StepLine step)
    {
        if (!steps.TryGetValue(place, out var lines))
            steps.Add(place, lines = []);
        lines.Add(step);
    }

    private bool HasRoom(Return found) => found.Lines.TrueForAll(line => line.Requested <= Room(found, line));

    private long Room(Return found, ReturnLine line)
    {
        var order = orders.Find(found.OrderId)!;
        return returns.Unclaimed(order, order.Line(line.Number)!, found);
    }

    private static StockState? StateAfter(string disposition) => disposition switch
    {
        "restock" => StockState.Available,
        "return_to_vendor" => StockState.ReturnToVendor,
        "write_off" => null,
        _ => StockState.Quarantined,
    };

    /// <summary>With which shipments units of a line had left: those that left first come back first.</summary>
    /// <param name="before">Units of the line that came back before these.</param>
    private static List<ShippedPart> ShippedWith(Order order, int line, long before, long quantity)
    {
        var parts = new List<ShippedPart>();
        foreach (var shipment in order.Shipments.Where(shipment => shipment.HasShipped).OrderBy(shipment => shipment.Number))
        {
            var units = order.ShippedIn(shipment).Where(allocation => allocation.LineNumber == line).Sum(allocation => allocation.Quantity);
            var taken = Math.Min(quantity, Math.Max(0, units - before));
            before = Math.Max(0, before - units);
            if (taken == 0)
                continue;
            parts.Add(new(shipment.Id, shipment.ShippedAt!.Value, taken));
            quantity -= taken;
        }
        return parts;
    }
}
