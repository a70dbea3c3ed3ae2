using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using ShippedPart = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ShippedPart;
using StepLine = EcomIntel.Core.Events.OperationEvents.ReturnChanged.ReturnLine;

namespace EcomIntel.Core.Returns;

/// <summary>A return's way: requested (authorized at once when the units were shipped), received, inspected, refunded. The subject is the order.</summary>
internal sealed class ReturnHandlers(ReturnBook returns, OrderBook orders, StockBook stock, CatalogBook catalog, Outbox outbox)
{
    public Rejection? Requested(CloudEvent e, ReturnRequested data)
    {
        var orderId = new OrderId(e.Subject);
        if (orders.Find(orderId) is not { } order)
            return new(RejectionCodes.UnknownOrder, $"no order {orderId}");
        if (returns.Find(data.ReturnId) is not null)
            return new(RejectionCodes.AlreadyExists, $"return {data.ReturnId} was requested before");
        foreach (var lines in data.Lines.GroupBy(line => line.Number))
        {
            if (lines.Count() > 1)
                return new(RejectionCodes.Invalid, $"line {lines.Key} stands twice");
            if (order.Line(lines.Key) is not { } line)
                return new(RejectionCodes.UnknownLine, $"order {orderId} has no line {lines.Key}");
            var (open, wanted) = (order.Shipped(line) - returns.Claimed(orderId, line.Number), lines.First().Quantity);
            if (wanted > open)
                return new(RejectionCodes.QuantityExceeded, $"order {orderId} line {line.Number}: {open} units can be returned, {wanted} are to be");
        }
        var requested = new Return { Id = data.ReturnId, OrderId = orderId, RequestedAt = e.Time };
        requested.Lines.AddRange(data.Lines.OrderBy(line => line.Number).Select(line => new ReturnLine
        {
            ReturnId = requested.Id, Number = line.Number, Sku = order.Line(line.Number)!.Sku, Reason = line.Reason, Requested = line.Quantity,
        }));
        returns.Add(requested);
        Emit(e, OperationEvents.ReturnAuthorized, requested, requested.Lines.ConvertAll(line => Step(line, line.Requested)));
        return null;
    }

    public Rejection? Received(CloudEvent e, ReturnReceived data)
    {
        if (!catalog.Has(data.Location))
            return new(RejectionCodes.UnknownLocation, $"no location {data.Location}");
        var wanted = data.Lines.Select(line => (line.Number, line.Quantity)).ToList();
        if (Find(e, data.ReturnId, wanted, line => line.Requested - line.Received, "to receive", out var found) is { } wrong)
            return wrong;
        var order = orders.Find(found.OrderId)!;
        var received = new List<StepLine>(wanted.Count);
        foreach (var (number, quantity) in wanted)
        {
            var line = found.Line(number)!;
            received.Add(Step(line, quantity) with { Shipped = ShippedWith(order, number, returns.Received(found.OrderId, number), quantity) });
            line.Received += quantity;
            stock.Move(stock.At(line.Sku, data.Location, ""), null, StockState.ReturnPending, quantity, e.Time, "return_received", e.Id, found.OrderId);
        }
        found.Location = data.Location;
        found.ReceivedAt = e.Time;
        found.Status = ReturnStatus.RECEIVED;
        Emit(e, OperationEvents.ReturnReceivedType, found, received);
        return null;
    }

    /// <summary>Only what is restocked is sellable again.</summary>
    public Rejection? Inspected(CloudEvent e, ReturnInspected data)
    {
        var wanted = data.Lines.Select(line => (line.Number, line.Quantity)).ToList();
        if (Find(e, data.ReturnId, wanted, line => line.Received - line.Inspected, "to inspect", out var found) is { } wrong)
            return wrong;
        foreach (var units in data.Lines.GroupBy(inspected => found.Line(inspected.Number)!.Sku, inspected => inspected.Quantity))
            if (stock.At(units.Key, found.Location!.Value, "")[StockState.ReturnPending] is var pending && pending < units.Sum())
                return new(RejectionCodes.QuantityExceeded, $"{pending} units of {units.Key} are pending at {found.Location}, {units.Sum()} were inspected");
        foreach (var inspected in data.Lines)
        {
            var line = found.Line(inspected.Number)!;
            line.Inspected += inspected.Quantity;
            var position = stock.At(line.Sku, found.Location!.Value, "");
            stock.Move(
                position, StockState.ReturnPending, StateAfter(inspected.Disposition), inspected.Quantity, e.Time, $"return_{inspected.Disposition}", e.Id,
                found.OrderId);
        }
        found.InspectedAt = e.Time;
        if (found.Lines.TrueForAll(line => line.Inspected == line.Requested))
            found.Status = found.Refunded is null ? ReturnStatus.DISPOSITIONED : ReturnStatus.CLOSED;
        Emit(e, OperationEvents.ReturnDispositioned, found, [.. data.Lines.Select(line => Step(found.Line(line.Number)!, line.Quantity, line.Disposition))]);
        return null;
    }

    public Rejection? Refunded(CloudEvent e, RefundPaid data)
    {
        if (returns.Find(data.ReturnId) is not { } found || found.OrderId.Value != e.Subject)
            return new(RejectionCodes.UnknownReturn, $"order {e.Subject} has no return {data.ReturnId}");
        found.Refunded = (found.Refunded ?? 0) + data.Amount;
        if (found.Status == ReturnStatus.DISPOSITIONED)
            found.Status = ReturnStatus.CLOSED;
        var order = orders.Find(found.OrderId)!;
        outbox.Add(e.Time, OperationEvents.ReturnRefundedType, found.OrderId.Value,
            new OperationEvents.ReturnRefunded(found.Id, found.OrderId, found.Status.ToString(), order.Channel, order.Currency, data.Amount),
            OperationJson.Default.ReturnRefunded);
        return null;
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

    private Rejection? Find(
        CloudEvent e, ReturnId id, List<(int Number, long Quantity)> wanted, Func<ReturnLine, long> open, string what, out Return found)
    {
        found = returns.Find(id)!;
        if (found is null || found.OrderId.Value != e.Subject)
            return new(RejectionCodes.UnknownReturn, $"order {e.Subject} has no return {id}");
        foreach (var lines in wanted.GroupBy(wish => wish.Number))
        {
            if (found.Line(lines.Key) is not { } line)
                return new(RejectionCodes.UnknownLine, $"return {id} has no line {lines.Key}");
            var units = lines.Sum(wish => wish.Quantity);
            if (units > open(line))
                return new(RejectionCodes.QuantityExceeded, $"return {id} line {line.Number}: {open(line)} units are left {what}, {units} were reported");
        }
        return null;
    }

    private static StepLine Step(ReturnLine line, long quantity, string? disposition = null) => new(line.Number, line.Sku, quantity, disposition);

    private void Emit(CloudEvent e, string type, Return changed, IReadOnlyList<StepLine> lines)
    {
        var channel = orders.Find(changed.OrderId)!.Channel;
        outbox.Add(e.Time, type, changed.OrderId.Value,
            new OperationEvents.ReturnChanged(changed.Id, changed.OrderId, changed.Status.ToString(), changed.Location, lines, channel),
            OperationJson.Default.ReturnChanged);
    }
}
