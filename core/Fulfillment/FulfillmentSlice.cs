using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>What nodes and carriers report about released shipments.</summary>
internal sealed class FulfillmentSlice : Slice
{
    /// <summary>Shipments whose orders a batch needs.</summary>
    public static readonly KeyKind Shipments = new("shipment");

    private const string SelectOrderIds = "SELECT order_id FROM shipments WHERE shipment_id = ANY($1)";

    public override IReadOnlyList<Fact> Facts { get; } = [new ShipmentFact(), new LostShipmentFact()];

    public override void Open(Workspace workspace)
    {
        var (orders, stock, exceptions) = (workspace.Get<OrderBook>(), workspace.Get<StockBook>(), workspace.Get<ExceptionBook>());
        var node = new NodeHandlers(orders, stock, exceptions, workspace.Outbox);
        var carrier = new CarrierHandlers(orders, stock, exceptions, workspace.Outbox);
        var lose = new LoseShipment(orders, exceptions, workspace.Outbox, carrier.PickedUp);

        workspace.On<PickConfirmed>(EventCatalogue.PickConfirmed, node.Picked, static (e, data, keys) => NameOrder(e, data.OrderId, keys));
        workspace.On<PickConfirmed>(EventCatalogue.PackConfirmed, node.Packed, static (e, data, keys) => NameOrder(e, data.OrderId, keys));
        workspace.On<PickShort>(EventCatalogue.PickShort, node.Short, static (e, data, keys) => NameOrder(e, data.OrderId, keys));
        workspace.On<ShipmentLabelled>(EventCatalogue.ShipmentLabelled, carrier.Labelled, NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentPickedUp, (e, _) => carrier.PickedUp(e), NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentInTransit, (e, _) => carrier.PickedUp(e), NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentDelivered, (e, _) => carrier.Delivered(e), NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentReturned, (e, _) => carrier.Returned(e), NameShipment);
        workspace.On<ShipmentException>(EventCatalogue.ShipmentException, carrier.ExceptionReported, NameShipment);
        workspace.On<ShipmentLost>(EventCatalogue.ShipmentLost, lose.Apply, NameShipment);

        workspace.Load(Stage.References, load =>
        {
            if (load.Keys.Any(Shipments))
                load.Query(SelectOrderIds, [load.Keys.Of(Shipments)], row => load.Keys.Add(OrdersSlice.Orders, row.GetString(0)));
        });
        workspace.Load(Stage.Aggregates, load => lose.Load(load, Shipments));
        workspace.Save(batch => LostShipment.Table.Save(batch, lose.All));
    }

    private static void NameOrder(CloudEvent e, OrderId orderId, Keys keys)
    {
        keys.Add(OrdersSlice.Orders, orderId.Value);
        keys.Add(CatalogSlice.Skus, e.Subject);
    }

    private static void NameShipment<TData>(CloudEvent e, TData data, Keys keys) => keys.Add(Shipments, e.Subject);
}
