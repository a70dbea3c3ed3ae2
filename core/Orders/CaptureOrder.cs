using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Orders;

/// <summary>
/// order.placed: an order enters the house. It waits whole for an item that is unknown, so that it is never captured in part.
/// </summary>
internal sealed class CaptureOrder(OrderBook orders, CatalogBook catalog, PolicyBook policies, HoldOrder hold, Outbox outbox)
{
    private const int MaxIdLength = Identifier.MaxLength - 10;

    public Rejection? Apply(CloudEvent e, OrderPlaced data)
    {
        var id = new OrderId(e.Subject);
        if (id.Value.Length > MaxIdLength)
            return new(RejectionCodes.Invalid, $"an order id must be at most {MaxIdLength} characters, so that its shipments' ids fit");
        if (orders.Has(id))
            return new(RejectionCodes.AlreadyExists, $"order {id} was captured before");
        foreach (var line in data.Lines)
            if (!catalog.Has(line.Sku))
                return CatalogBook.Unknown(line.Sku, $"line {line.Number}: ");

        var order = new Order
        {
            Id = id,
            Channel = data.Channel,
            Customer = data.Customer,
            Country = data.Country,
            ShipTo = data.ShipTo,
            Currency = data.Currency,
            Tier = data.Tier,
            ShipComplete = data.ShipComplete,
            PaymentPending = data.Payment == "pending",
            Taxes = data.Taxes,
            Shipping = data.Shipping,
            PlacedAt = e.Time,
            PromisedAt = data.PromisedAt?.ToUniversalTime() ?? e.Time + policies.At(PromisePolicy.Kind, e.Time).Settings.DeliveredWithin,
        };
        var place = new QueuePlace(order.Tier, order.PromisedAt, catalog.ChannelPriority(order.Channel), order.PlacedAt);
        foreach (var line in data.Lines.OrderBy(line => line.Number))
            order.Lines.Add(new() { OrderId = id, Number = line.Number, Sku = line.Sku, Price = line.Price, Ordered = line.Quantity, Queued = place });
        orders.Capture(order);
        var lines = order.Lines.ConvertAll(line => new OperationEvents.OrderCaptured.CapturedLine(line.Number, line.Sku, line.Ordered, line.Price));
        order.Emit(outbox, e.Time, OperationEvents.Captured, state => new OperationEvents.OrderCaptured(state, lines), OperationJson.Default.OrderCaptured);
        if (order.PaymentPending)
            hold.Settle(e, order, Hold.AwaitingPayment, e.Time);
        return null;
    }
}
