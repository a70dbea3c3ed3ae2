using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// What customers do not want: a line nobody has picked yet is cancelled as a whole; anything else comes back after it has arrived. An order that is not open
/// any more has arrived, but for the units the seller cancelled for lack of stock: those were never sent, and a customer's cancellation of them changes nothing
/// more.
/// </summary>
internal sealed class ReturnsDesk(Stage stage, Dictionary<string, OrderTrack> orders)
{
    private readonly Dictionary<(string Order, int Line), long> _neverSent = [];

    public void Undo(Reversal reversal)
    {
        var now = reversal.Time;
        foreach (var parts in reversal.Parts.GroupBy(part => part.Order))
        {
            var back = new List<Reversal.Part>();
            foreach (var part in parts)
            {
                if (!orders.TryGetValue(part.Order, out var order) || order.Line(part.Line) is { Closed: true })
                    back.Add(part);
                else if (order.Line(part.Line) is { Picked: 0, Cancelled: 0 } line && part.Quantity == line.Ordered)
                    Cancel(order, part.Line, reversal.Invoice, now);
                else
                    (order.Line(part.Line).Unwanted ??= []).Add((reversal.Invoice, part.Quantity));
            }
            Return($"{reversal.Invoice}:{parts.Key}", parts.Key, back, now);
        }
    }

    /// <summary>Units the seller gave up.</summary>
    public void Cancelled(OrderTrack order, int number, long quantity, DateTimeOffset now)
    {
        order.Line(number).Cancelled += quantity;
        _neverSent[(order.Id, number)] = _neverSent.GetValueOrDefault((order.Id, number)) + quantity;
        Arrived(order, number, now);
    }

    /// <summary>If all of a line is settled, the units the customer had not wanted come back.</summary>
    public void Arrived(OrderTrack order, int number, DateTimeOffset now)
    {
        var line = order.Line(number);
        if (!line.Closed || line.Unwanted is not { } unwanted)
            return;
        line.Unwanted = null;
        foreach (var (invoice, quantity) in unwanted)
        {
            var part = new Reversal.Part(order.Id, number, line.Sku, quantity, line.Price);
            var at = now + Dice.For(stage.Seed, "unwanted", invoice, number).Between(TimeSpan.FromHours(2), TimeSpan.FromHours(48));
            stage.At(at, time => Return($"{invoice}:{order.Id}:{number}", order.Id, [part], time));
        }
    }

    private void Cancel(OrderTrack order, int number, string invoice, DateTimeOffset now)
    {
        var line = order.Line(number);
        line.Cancelled = line.Ordered;
        foreach (var shipment in order.Shipments)
            foreach (var released in shipment.Lines)
                if (released.Number == number)
                    released.Quantity = 0;
        // The till may have keyed both in the same minute; a cancellation comes after.
        var at = now > order.PlacedAt ? now : order.PlacedAt.AddSeconds(1);
        stage.At(at, time => stage.Emit(
            EventCatalogue.OrderLineCancelled, $"cancelled:{order.Id}:{number}:customer", order.Id, time,
            new OrderLineCancelled(number, null, "customer", $"invoice {invoice}")));
        if (order.Closed)
            orders.Remove(order.Id);
    }

    private void Return(string id, string order, List<Reversal.Part> parts, DateTimeOffset now)
    {
        var sent = new List<Reversal.Part>(parts.Count);
        foreach (var part in parts)
        {
            var spared = Math.Min(part.Quantity, _neverSent.GetValueOrDefault((order, part.Line)));
            if (spared > 0)
                _neverSent[(order, part.Line)] -= spared;
            if (part.Quantity > spared)
                sent.Add(part with { Quantity = part.Quantity - spared });
        }
        if (sent.Count == 0)
            return;
        var returnId = new ReturnId(id);
        var dice = Dice.For(stage.Seed, "return", id);
        stage.Emit(EventCatalogue.ReturnRequested, $"return-requested:{id}", order, now,
            new ReturnRequested(returnId, [.. sent.Select(part => new ReturnRequested.RequestedLine(part.Line, part.Quantity))]));
        var received = BusinessHours.Working(now + dice.Between(TimeSpan.FromDays(2), TimeSpan.FromDays(9)));
        stage.At(received, time => stage.Emit(EventCatalogue.ReturnReceived, $"return-received:{id}", order, time,
            new ReturnReceived(returnId, new(Network.Midlands), [.. sent.Select(part => new ReturnReceived.ReceivedLine(part.Line, part.Quantity))])));
        var inspected = BusinessHours.Working(received + dice.Between(TimeSpan.FromHours(1), TimeSpan.FromDays(2)));
        stage.At(inspected, time =>
        {
            var lines = sent.ConvertAll(part => new ReturnInspected.InspectedLine(part.Line, part.Quantity, Disposition(id, part.Line)));
            stage.Emit(EventCatalogue.ReturnInspected, $"return-inspected:{id}", order, time, new ReturnInspected(returnId, lines));
        });
        var refunded = inspected + dice.Between(TimeSpan.FromHours(1), TimeSpan.FromDays(2));
        stage.At(refunded, time => stage.Emit(EventCatalogue.RefundPaid, $"refund:{id}", order, time,
            new RefundPaid(decimal.Round(sent.Sum(part => part.Quantity * part.Price), 4), returnId)));
    }

    private string Disposition(string id, int line)
    {
        var luck = Dice.For(stage.Seed, "inspection", id, line).Fraction();
        return luck < 0.82 ? "restock" : luck < 0.90 ? "write_off" : luck < 0.95 ? "refurbish" : luck < 0.98 ? "quarantine" : "return_to_vendor";
    }
}
