using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.Model;

internal sealed partial class ModelWorld
{
    /// <summary>Of what nobody orders: what stands on the shelf is free, so every correction can be followed to the unit.</summary>
    private static readonly string[] Unsold = ["crate", "pallet"];

    /// <summary>A node is told what to send: the whole of the shipment, as it is from now on.</summary>
    public void Released(
        string shipmentId, string orderId, string location, IEnumerable<(int Line, string Sku, long Units)> lines, string? packWith)
    {
        if (!_shipments.TryGetValue(shipmentId, out var shipment))
            _shipments.Add(shipmentId, shipment = new(shipmentId, orderId, location, packWith));
        foreach (var group in lines.GroupBy(line => (line.Line, line.Sku)))
        {
            if (!shipment.Lines.TryGetValue(group.Key.Line, out var line))
                shipment.Lines.Add(group.Key.Line, line = new(group.Key.Sku));
            line.Units = group.Sum(part => part.Units) - line.Short;
        }
    }

    /// <summary>The hub has heard that units were not found.</summary>
    public void Rejected(string shipmentId, int line, long units) => _shipments[shipmentId].Lines[line].Short -= units;

    public void Recalled(string shipmentId) => _shipments[shipmentId].WasRecalled |= !_shipments[shipmentId].HasLeft;

    private bool IsCancelled(ModelShipment shipment) => _orders[shipment.OrderId].CancelledAt is not null || shipment.WasRecalled;

    /// <summary>A picker takes the next units of a shipment, or does not find them; of a cancelled one, puts back what was taken.</summary>
    private void Work()
    {
        if (AnyOf(_shipments.Values.Where(shipment => !shipment.HasLeft && !shipment.IsEmpty)) is not { } shipment)
            return;
        if (IsCancelled(shipment))
        {
            PutBack(shipment);
            return;
        }
        if (AnyOf(shipment.Lines.Values.Where(line => line.Picked < line.Units)) is not { } line)
            return;
        var number = shipment.Lines.First(entry => entry.Value == line).Key;
        var open = line.Units - line.Picked;
        if (Chance(0.05))
        {
            // Not found: nobody knows where they are until somebody has counted, and then they are gone.
            _shelves.Move(line.Sku, shipment.Location, Place.Shelf, Place.Quarantined, open);
            line.Units -= open;
            line.Short += open;
            Tell(EventCatalogue.PickShort, line.Sku, new PickShort(new(shipment.OrderId), new(shipment.Id), number, open));
            var left = _shelves[line.Sku, shipment.Location, Place.Quarantined] - open;
            if (left == 0)
            {
                _shelves.Add(line.Sku, shipment.Location, Place.Quarantined, -open);
                Now = Now.AddSeconds(1);
                Tell(EventCatalogue.StockCounted, line.Sku, new StockCounted(new(shipment.Location), 0, StockState.Quarantined));
            }
            return;
        }
        var units = Chance(0.8) ? open : _random.Next(1, (int)open + 1);
        line.Picked += units;
        _shelves.Move(line.Sku, shipment.Location, Place.Shelf, Place.Picked, units);
        var before = _heardBefore.GetValueOrDefault((Topics.Inventory, line.Sku));
        Tell(EventCatalogue.PickConfirmed, line.Sku, new PickConfirmed(new(shipment.OrderId), new(shipment.Id), number, units));
        shipment.WasToldLate |= _heardBefore[(Topics.Inventory, line.Sku)] > Now || before > Now;
    }

    private void PutBack(ModelShipment shipment)
    {
        foreach (var (number, line) in shipment.Lines)
        {
            if (line.Picked > 0)
            {
                _shelves.Move(line.Sku, shipment.Location, Place.Picked, Place.Shelf, line.Picked);
                Tell(EventCatalogue.PickPutBack, line.Sku, new PickConfirmed(new(shipment.OrderId), new(shipment.Id), number, line.Picked));
            }
            (line.Picked, line.Units) = (0, 0);
        }
    }

    /// <summary>A carrier takes what is picked, and sometimes what was cancelled a moment ago; what is on its way arrives or comes to another end.</summary>
    private void Carry()
    {
        var ready = _shipments.Values.Where(IsReady).Where(shipment => !IsCancelled(shipment)
            || (shipment is { WasToldLate: false, WasRecalled: false } && _orders[shipment.OrderId].Customer is null && Chance(0.3)));
        if (AnyOf(ready) is { } leaving && Chance(0.6))
        {
            Leave(leaving);
            return;
        }
        if (AnyOf(_shipments.Values.Where(shipment => shipment is { HasLeft: true, HasEnded: false })) is not { } arriving)
            return;
        var named = Any(arriving.Together); // a report may name any of the shipments
        if (arriving.Parcels.Count > 1)
        {
            Tell(EventCatalogue.ShipmentDelivered, named.Id, new ShipmentMoved(Tracking: arriving.Parcels[0]));
            arriving.Parcels.RemoveAt(0);
            return;
        }
        foreach (var shipment in arriving.Together)
            shipment.HasEnded = true;
        if (arriving.Parcels.Count == 1 && Chance(0.15))
        {
            Tell(Chance(0.5) ? EventCatalogue.ShipmentRefused : EventCatalogue.ShipmentReturned, named.Id, new ShipmentMoved());
            foreach (var shipment in arriving.Together)
                ComeBack(shipment);
            return;
        }
        arriving.WasLost = arriving.Parcels.Count == 0 && Chance(0.05);
        if (arriving.WasLost)
            Tell(EventCatalogue.ShipmentLost, arriving.Id, new ShipmentLost("fell off"));
        else
            Tell(EventCatalogue.ShipmentDelivered, named.Id, new ShipmentMoved(Tracking: arriving.Parcels.FirstOrDefault()));
        foreach (var shipment in arriving.Together)
            End(_orders[shipment.OrderId]);
    }

    private static bool IsReady(ModelShipment shipment) => !shipment.HasLeft && !shipment.IsEmpty && shipment.IsPicked;

    /// <summary>It goes with all that is ready of what it is to be packed with. What is left behind has a number of its own when it goes.</summary>
    private void Leave(ModelShipment leaving)
    {
        var isShared = _orders[leaving.OrderId].Customer is not null;
        leaving.Together = !isShared ? [leaving]
            : [.. _shipments.Values.Where(other => other.ParcelId == leaving.ParcelId && IsReady(other) && !IsCancelled(other))];
        foreach (var shipment in leaving.Together)
        {
            foreach (var line in shipment.Lines.Values)
                _shelves.Add(line.Sku, leaving.Location, Place.Picked, -line.Picked);
            (shipment.HasLeft, shipment.Together, shipment.Parcels) = (true, leaving.Together, leaving.Parcels);
            foreach (var (number, line) in shipment.Lines.Where(line => isShared && line.Value.Picked > 0))
                Tell(EventCatalogue.PackConfirmed, line.Sku, new PickConfirmed(new(shipment.OrderId), new(shipment.Id), number, line.Picked));
        }
        if (isShared)
            Now = Now.AddSeconds(_random.Next(60)); // the carrier comes when all is packed
        for (var box = isShared || Chance(0.7) ? leaving.Together.Count == 1 && Chance(0.3) ? 2 : 1 : 0; box > 0; box--)
        {
            leaving.Parcels.Add($"T-{leaving.Id}-{box}");
            Tell(EventCatalogue.ShipmentLabelled, Any(leaving.Together).Id, new ShipmentLabelled("post", Tracking: leaving.Parcels[^1]));
        }
        Tell(Chance(0.8) ? EventCatalogue.ShipmentPickedUp : EventCatalogue.ShipmentInTransit, Any(leaving.Together).Id,
            new ShipmentMoved(Tracking: isShared && Chance(0.7) ? leaving.Parcels[0] : null));
    }

    /// <summary>The customer is not there: a node gets it back unopened, and puts it on the shelf.</summary>
    private void ComeBack(ModelShipment shipment)
    {
        var node = Any(Nodes);
        Now = Now.AddSeconds(1);
        var back = shipment.Lines.Where(line => line.Value.Units > 0).Select(line => new ParcelLine(line.Key, line.Value.Units)).ToList();
        Tell(EventCatalogue.ShipmentReceivedBack, shipment.Id, new ShipmentReceivedBack(new(node), back));
        Now = Now.AddSeconds(1);
        foreach (var line in shipment.Lines.Values.Where(line => line.Units > 0))
        {
            _shelves.Add(line.Sku, node, Place.Shelf, line.Units);
            line.Returned = line.Units;
            Tell(EventCatalogue.StockMoved, line.Sku, new StockMoved(new(node), StockState.ReturnPending, StockState.Available, line.Units));
        }
        End(_orders[shipment.OrderId]);
    }

    /// <summary>An order is over once all of it has come to an end that is one: what is lost may still be sent again.</summary>
    private void End(ModelOrder order) => order.IsDelivered = order.Units == Of(order)
        .Where(shipment => shipment is { HasEnded: true, WasLost: false }).Sum(shipment => shipment.Lines.Values.Sum(line => line.Units));

    /// <summary>A correction, a count or a move of what nobody has ordered.</summary>
    private void Correct()
    {
        var (sku, node) = (Any(Unsold), Any(Nodes));
        var there = _shelves[sku, node, Place.Shelf];
        var units = there == 0 ? 0 : _random.Next(1, (int)Math.Min(there, 5) + 1);
        switch (_random.Next(6))
        {
            case 0 when units > 0:
                _shelves.Add(sku, node, Place.Shelf, -units);
                Tell(EventCatalogue.StockAdjusted, sku, new StockAdjusted(new(node), -units, "breakage"));
                break;
            case 1 when units > 0:
                _shelves.Move(sku, node, Place.Shelf, Place.Damaged, units);
                Tell(EventCatalogue.StockMoved, sku, new StockMoved(new(node), StockState.Available, StockState.Damaged, units));
                break;
            case 3 when there > 0:
                Tell(EventCatalogue.PartnerStockReported, sku, new PartnerStockReported(new(node), there));
                break;
            case 4 when units > 0:
                _shelves.Add(sku, node, Place.Shelf, -units);
                Tell(EventCatalogue.AdjustmentRequested, sku, new AdjustmentRequested($"x-{++_numbers}", new(node), -units, "broken", "ann"), late: false);
                break;
            case 2:
                // Some were lost or found, which nobody told: the count does.
                _shelves.Add(sku, node, Place.Shelf, Chance(0.5) ? -units : units);
                Tell(EventCatalogue.StockCounted, sku, new StockCounted(new(node), _shelves[sku, node, Place.Shelf]));
                break;
            default:
                Receive(sku, node, _random.Next(1, 40), late: true, lot: Chance(0.3) ? $"lot-{_random.Next(1, 4)}" : "");
                break;
        }
    }

    /// <summary>Sent, and received in parts; what does not come is lost or closed short.</summary>
    private void Transfer()
    {
        if (AnyOf(_transfers.Where(transfer => transfer.Coming > 0)) is { } coming && Chance(0.7))
        {
            var part = _random.Next(1, (int)coming.Coming + 1);
            if (Chance(0.1))
            {
                _shelves.Add(coming.Sku, coming.To, Place.Coming, -coming.Coming);
                coming.Coming = 0;
                Tell(EventCatalogue.TransferClosed, coming.Sku, new TransferClosed(coming.Id));
                return;
            }
            coming.Coming -= part;
            _shelves.Add(coming.Sku, coming.To, Place.Coming, -part);
            if (Chance(0.15))
                Tell(EventCatalogue.TransferLost, coming.Sku, new TransferLost(coming.Id, part));
            else
            {
                _shelves.Add(coming.Sku, coming.To, Place.Shelf, part);
                Tell(EventCatalogue.TransferReceived, coming.Sku, new TransferReceived(coming.Id, new(coming.To), part));
            }
            return;
        }
        var (sku, from) = (Unsold[0], Any(Nodes));
        var there = _shelves[sku, from, Place.Shelf];
        if (there == 0)
            return;
        var units = _random.Next(1, (int)Math.Min(there, 12) + 1);
        var transfer = new ModelTransfer($"t-{++_numbers}", sku, Nodes[(Array.IndexOf(Nodes, from) + 1) % Nodes.Length], units);
        _transfers.Add(transfer);
        _shelves.Add(sku, from, Place.Shelf, -units);
        _shelves.Add(sku, transfer.To, Place.Coming, units);
        Tell(EventCatalogue.TransferDispatched, sku, new TransferDispatched(transfer.Id, new(from), new(transfer.To), units));
    }

    /// <summary>A customer sends something back, in parts and to more than one place; somebody looks at it; money goes back.</summary>
    private void SendBack()
    {
        if (AnyOf(_returns.Where(returned => returned.Inspected < returned.Requested)) is { } returned && Chance(0.75))
        {
            if (AnyOf(returned.Pending.Where(place => place.Value > 0).Select(place => place.Key)) is { } at && Chance(0.6))
            {
                var units = returned.Pending[at];
                returned.Pending[at] = 0;
                returned.Inspected += units;
                var (disposition, to) = Any<(string, Place?)>(
                    [("restock", Place.Shelf), ("quarantine", Place.Quarantined), ("return_to_vendor", Place.ReturnToVendor), ("write_off", null)]);
                _shelves.Add(returned.Sku, at, Place.ReturnPending, -units);
                if (to is { } place)
                    _shelves.Add(returned.Sku, at, place, units);
                Tell(EventCatalogue.ReturnInspected, returned.OrderId,
                    new ReturnInspected(new(returned.Id), [new(returned.Line, units, disposition)], new LocationId(at)));
                return;
            }
            if (returned.Received == returned.Requested)
                return;
            if (returned.Received == returned.Inspected && Chance(0.2))
            {
                // No more of it comes; what was not sent back can be announced again.
                var still = _shipments.Values.First(sent => sent.OrderId == returned.OrderId && sent.Lines.GetValueOrDefault(returned.Line)?.Returned > 0);
                still.Lines[returned.Line].Returned -= Math.Min(still.Lines[returned.Line].Returned, returned.Requested - returned.Received);
                returned.Requested = returned.Received;
                Tell(EventCatalogue.ReturnClosed, returned.OrderId, new ReturnClosed(new(returned.Id)));
                return;
            }
            var (node, part) = (Any(Nodes), _random.Next(1, (int)(returned.Requested - returned.Received) + 1));
            returned.Received += part;
            returned.Pending[node] = returned.Pending.GetValueOrDefault(node) + part;
            _shelves.Add(returned.Sku, node, Place.ReturnPending, part);
            Tell(EventCatalogue.ReturnReceived, returned.OrderId, new ReturnReceived(new(returned.Id), new(node), [new(returned.Line, part)]));
            if (Chance(0.5))
                Refund(returned, part * 5m);
            return;
        }
        if (AnyOf(_shipments.Values.Where(shipment => shipment is { HasEnded: true, WasLost: false })) is not { } shipment
            || AnyOf(shipment.Lines.Where(line => line.Value.Returned < line.Value.Units).Select(line => line.Value)) is not { } line)
            return;
        var number = shipment.Lines.First(entry => entry.Value == line).Key;
        var wanted = _random.Next(1, (int)(line.Units - line.Returned) + 1);
        line.Returned += wanted;
        var requested = new ModelReturn($"r-{++_numbers}", shipment.OrderId, number, line.Sku, wanted);
        _returns.Add(requested);
        Tell(EventCatalogue.ReturnRequested, shipment.OrderId, new ReturnRequested(new(requested.Id), [new(number, wanted)]));
    }

    private void Refund(ModelReturn returned, decimal amount)
    {
        _orders[returned.OrderId].Refunded += amount;
        var id = Chance(0.5) ? $"m-{++_numbers}" : null;
        for (var told = id is not null && Chance(0.3) ? 2 : 1; told > 0; told--)
            Tell(EventCatalogue.RefundPaid, returned.OrderId, new RefundPaid(amount, new ReturnId(returned.Id), id));
    }
}
