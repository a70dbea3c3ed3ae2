using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Fulfillment;

/// <summary>What nodes and carriers report about released shipments, and what is chosen where one did not arrive.</summary>
internal sealed class FulfillmentSlice : Slice
{
    /// <summary>Shipments whose orders a batch needs, and whose parcels.</summary>
    public static readonly KeyKind Shipments = new("shipment");

    /// <summary>Shipments of which units are packed, and what is to be packed in one parcel with those that the batch names.</summary>
    private static readonly KeyKind PackedShipments = new("packed shipment"), PackedTogether = new("shipment packed with others");

    private static readonly KeyKind LostShipments = new("lost shipment"), BackShipments = new("shipment that comes back"),
        ResentShipments = new("shipment that is sent again");
    private static readonly KeyKind InspectedSkus = new("sku that is inspected");

    /// <summary>Orders of which a node or a carrier may have what was cancelled: by their ids, and by that of a shipment.</summary>
    private static readonly KeyKind MayHaveCancelled = new("order at a node"), CancelledNow = new("order cancelled in the batch");

    /// <summary>Skus of which such units may be promised to others by now.</summary>
    private static readonly KeyKind TakenSkus = new("sku that was cancelled and may be taken");

    private const string SelectOrderIds = "SELECT order_id FROM shipments WHERE shipment_id = ANY($1)";

    // Few are: of all others the keys are looked up in vain, in an index that is next to empty.
    private const string SelectPackedTogether = """
        WITH parcels AS MATERIALIZED (SELECT DISTINCT coalesce(pack_with, shipment_id) AS parcel FROM shipments WHERE shipment_id = ANY($1)),
            others AS MATERIALIZED (SELECT s.order_id, s.shipment_id, s.pack_with FROM parcels p JOIN shipments s ON s.pack_with = p.parcel)
        SELECT order_id, shipment_id FROM others
        UNION ALL
        SELECT order_id, shipment_id FROM shipments WHERE shipment_id IN (SELECT pack_with FROM others)
        """;

    // Rows of cancelled units are few, and have an index of their own: this is next to nothing for a batch that meets none.
    private const string SelectCancelled = """
        SELECT l.sku FROM allocations a JOIN order_lines l USING (order_id, line)
        WHERE a.order_id = ANY($1) AND a.status IN ('CANCELLED', 'RECALLED') AND a.shipment_id IS NOT NULL
        UNION
        SELECT l.sku FROM shipments s JOIN allocations a USING (order_id) JOIN order_lines l USING (order_id, line)
        WHERE s.shipment_id = ANY($2) AND a.status IN ('CANCELLED', 'RECALLED') AND a.shipment_id IS NOT NULL
        UNION
        SELECT sku FROM order_lines WHERE order_id = ANY($3)
        """;

    private const string SelectPromised = """
        SELECT DISTINCT a.order_id FROM allocations a JOIN order_lines l USING (order_id, line) WHERE a.status = 'ALLOCATED' AND l.sku = ANY($1)
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new ShipmentFact(), new LostShipmentFact(), new ShipmentStepFact()];

    public override void Open(Workspace workspace)
    {
        var (orders, stock, exceptions) = (workspace.Get<OrderBook>(), workspace.Get<StockBook>(), workspace.Get<ExceptionBook>());
        var outbox = workspace.Outbox;
        var parcels = new ParcelBook();
        var inside = new ParcelContents(orders, parcels);
        var shelf = new Shelf(orders, stock, exceptions, outbox);
        var handOver = new HandOver(stock, exceptions, shelf, outbox, workspace.Provide);
        var lose = new LoseShipment(exceptions, outbox);
        var carrier = new CarrierHandlers(orders, parcels, inside, handOver, lose, exceptions, outbox, workspace.Provide);
        var node = new NodeHandlers(orders, stock, exceptions, shelf, outbox, workspace.Provide, workspace.Get<IReturnClaims>,
            carrier.Packed);
        var back = new ReceiveBack(carrier, orders, stock, workspace.Get<CatalogBook>(), exceptions, outbox, workspace.Provide, workspace.Get<IReturnClaims>);
        stock.MoveUnopened = back.Move;
        var choice = new MakeGood(carrier, inside, stock, outbox, workspace.Get<IReturnClaims>);

        workspace.On<PickConfirmed>(EventCatalogue.PickConfirmed, node.Picked, static (e, data, keys) => NameOrder(e, data.OrderId, keys));
        workspace.On<PickConfirmed>(EventCatalogue.PackConfirmed, node.Packed, static (e, data, keys) =>
        {
            NameOrder(e, data.OrderId, keys);
            keys.Add(PackedShipments, data.ShipmentId.Value);
        });
        workspace.On<PickConfirmed>(EventCatalogue.PickPutBack, node.PutBack, static (e, data, keys) => NameOrder(e, data.OrderId, keys));
        workspace.On<PickShort>(EventCatalogue.PickShort, node.Short, static (e, data, keys) =>
        {
            NameOrder(e, data.OrderId, keys);
            keys.Add(OrdersSlice.WithReturns, data.OrderId.Value);
        });
        workspace.On<ShipmentLabelled>(EventCatalogue.ShipmentLabelled, carrier.Labelled, NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentPickedUp, carrier.Moved, NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentInTransit, carrier.Moved, NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentDelivered, carrier.Delivered, NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentRefused, carrier.RefusedByCustomer, NameShipment);
        workspace.On<ShipmentMoved>(EventCatalogue.ShipmentReturned, carrier.Returned, NameShipment);
        workspace.On<ShipmentException>(EventCatalogue.ShipmentException, carrier.ExceptionReported, NameShipment);
        workspace.On<ShipmentLost>(EventCatalogue.ShipmentLost, carrier.Lost, static (e, data, keys) => NameShipment(e, data, keys, LostShipments));
        workspace.On<ShipmentReceivedBack>(
            EventCatalogue.ShipmentReceivedBack, back.Apply, static (e, data, keys) => NameShipment(e, data, keys, BackShipments));
        workspace.On<ShipmentResendRequested>(
            EventCatalogue.ShipmentResendRequested, choice.Resend, static (e, data, keys) => NameShipment(e, data, keys, ResentShipments));
        workspace.On<ShipmentRefundRequested>(EventCatalogue.ShipmentRefundRequested, choice.Refund, NameShipment);
        workspace.Names<StockMoved>(EventCatalogue.StockMoved, static (e, data, keys) =>
        {
            if (data.From == StockState.ReturnPending)
                keys.Add(InspectedSkus, e.Subject);
        });
        workspace.Names<OrderCancelled>(EventCatalogue.OrderCancelled, static (e, _, keys) => keys.Add(CancelledNow, e.Subject));
        workspace.Names<OrderLineCancelled>(EventCatalogue.OrderLineCancelled, static (e, _, keys) => keys.Add(CancelledNow, e.Subject));
        var placed = new List<(string Order, IReadOnlyList<OrderPlaced.PlacedLine> Lines)>();
        workspace.Names<OrderPlaced>(EventCatalogue.OrderPlaced, (e, data, _) => placed.Add((e.Subject, data.Lines)));

        workspace.Load(Stage.References, load =>
        {
            if (load.Keys.Any(Shipments))
                load.Query(SelectOrderIds, [load.Keys.Of(Shipments)], row => load.Keys.Add(OrdersSlice.Orders, row.GetString(0)));
            string[] packed = [.. load.Keys.Of(Shipments).Union(load.Keys.Of(PackedShipments))];
            if (packed.Length > 0)
                load.Query(SelectPackedTogether, [packed], row =>
                {
                    load.Keys.Add(OrdersSlice.Orders, row.GetString(0));
                    load.Keys.Add(PackedTogether, row.GetString(1));
                });
            string[] claimed = [.. load.Keys.Of(BackShipments).Union(load.Keys.Of(ResentShipments))];
            if (claimed.Length > 0)
                load.Query(SelectOrderIds, [claimed], row => load.Keys.Add(OrdersSlice.WithReturns, row.GetString(0)));
            if (load.Keys.Any(Shipments) || load.Keys.Any(MayHaveCancelled))
            {
                // What the batch itself cancels is not stored yet, nor is an order that it places.
                var cancelled = CancelledAtNodes(load.Keys);
                foreach (var (order, lines) in placed)
                    if (cancelled.Contains(order))
                        foreach (var line in lines)
                            load.Keys.Add(TakenSkus, line.Sku.Value);
                object[] named = [load.Keys.Of(MayHaveCancelled), load.Keys.Of(Shipments), cancelled.ToArray()];
                load.Query(SelectCancelled, named, row => load.Keys.Add(TakenSkus, row.GetString(0)));
            }
        });
        workspace.Load(Stage.DueWork, load =>
        {
            if (load.Keys.Any(TakenSkus))
                load.Query(SelectPromised, [load.Keys.Of(TakenSkus)], row => load.Keys.Add(OrdersSlice.Orders, row.GetString(0)));
        });
        workspace.Load(Stage.Aggregates, load =>
        {
            var together = load.Keys.Of(PackedTogether);
            parcels.Load(load, [.. load.Keys.Of(Shipments).Union(together)]);
            lose.Load(load, [.. load.Keys.Of(LostShipments).Union(together)]);
        });
        workspace.Load(Stage.Skus, load => back.Load(load, BackShipments, InspectedSkus));
        workspace.Save(batch =>
        {
            LostShipment.Table.Save(batch, lose.All);
            Parcel.Table.Save(batch, parcels.All);
            UnopenedUnits.Table.Save(batch, back.All);
        });
    }

    /// <summary>Orders that the batch cancels, and of which it reports that a node or a carrier has something.</summary>
    private static HashSet<string> CancelledAtNodes(Keys keys)
    {
        var cancelled = keys.Of(CancelledNow).ToHashSet(StringComparer.Ordinal);
        if (cancelled.Count > 0)
            cancelled.IntersectWith(keys.Of(MayHaveCancelled).Concat(keys.Of(Shipments).Select(OrderOf)));
        return cancelled;

        static string OrderOf(string shipment) => shipment[..Math.Max(0, shipment.LastIndexOf("-S", StringComparison.Ordinal))];
    }

    private static void NameOrder(CloudEvent e, OrderId orderId, Keys keys)
    {
        keys.Add(OrdersSlice.Orders, orderId.Value);
        keys.Add(MayHaveCancelled, orderId.Value);
        keys.Add(CatalogSlice.Skus, e.Subject);
    }

    private static void NameShipment<TData>(CloudEvent e, TData data, Keys keys) => keys.Add(Shipments, e.Subject);

    private static void NameShipment<TData>(CloudEvent e, TData data, Keys keys, KeyKind also)
    {
        keys.Add(Shipments, e.Subject);
        keys.Add(also, e.Subject);
    }
}
