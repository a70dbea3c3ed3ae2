using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using EcomIntel.Core.Events;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>Events and decisions as a seller's ordinary day has them.</summary>
internal static class Samples
{
    private const int Lines = 3;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly LocationId Location = new("warehouse-north"), Other = new("warehouse-south");

    public static byte[] OrderPlaced(int lines)
    {
        var wanted = Enumerable.Range(1, lines).Select(line => new OrderPlaced.PlacedLine(line, Sku(line), 2, 19.95m));
        var placed = new OrderPlaced("web", [.. wanted], Country: "GB");
        return EventCodec.Encode(new CloudEvent("b2c1e7a0-order", "shop/web", EventCatalogue.OrderPlaced, "ORDER-0000001", Start, placed));
    }

    public static byte[] PickConfirmed()
    {
        var picked = new PickConfirmed(new("ORDER-0000001"), new("ORDER-0000001-S1"), 1, 2);
        return EventCodec.Encode(new CloudEvent("b2c1e7a0-pick", "wms/north", EventCatalogue.PickConfirmed, "SKU-00001", Start, picked));
    }

    /// <summary>The ten decisions about each of so many orders of three lines, from captured to delivered.</summary>
    public static Outbox Decisions(int orders)
    {
        var outbox = new Outbox();
        for (var order = 1; order <= orders; order++)
            Add(outbox, new OrderId(string.Create(CultureInfo.InvariantCulture, $"ORDER-{order:0000000}")));
        return outbox;
    }

    /// <summary>The same as a reader has them, numbered from 1 on.</summary>
    public static List<Operation> Operations(int orders) => Decisions(orders).Seal(0).ConvertAll(row => Operation.Parse(row.Payload));

    public static OperationEvents.OrderState State(OrderId order, long version, string status, long waiting) => new(
        order, version, status, "web", "GB", "GBP", Start, Start.AddDays(5), Lines, 2 * Lines, 119.70m, waiting, version > 2 ? 1 : 0,
        status == "DELIVERED" ? Start.AddDays(2) : null, [], [Location]);

    private static void Add(Outbox outbox, OrderId order)
    {
        var json = OperationJson.Default;
        var shipment = new ShipmentId($"{order}-S1");
        var lines = Each(line => new OperationEvents.LineQuantity(line, Sku(line), Location, 2));
        List<OperationEvents.NodeReason> reasons = [new(Location, true, "has it all"), new(Other, false, "has it all; a better-ranked node does too")];
        void Decided<T>(string type, T data, JsonTypeInfo<T> jsonType) where T : class => outbox.Add(Start, type, order.Value, data, jsonType);
        void Moved(StockState? from, StockState? to, string reason)
        {
            var changes = Each(line => new OperationEvents.StockChanged.Change(line, Sku(line), Location, "", from, to, 2, reason));
            Decided(OperationEvents.StockChangedType, new OperationEvents.StockChanged($"round:{order}", changes), json.StockChanged);
        }

        var captured = Each(line => new OperationEvents.OrderCaptured.CapturedLine(line, Sku(line), 2, 19.95m));
        Decided(OperationEvents.Captured, new OperationEvents.OrderCaptured(State(order, 1, "SOURCING", 6), captured), json.OrderCaptured);
        Moved(StockState.Available, StockState.Allocated, "allocated");
        Decided(OperationEvents.Allocated, new OperationEvents.OrderAllocated(State(order, 2, "ALLOCATED", 0), 1, lines, reasons), json.OrderAllocated);
        Decided(OperationEvents.Released, new OperationEvents.OrderReleased(State(order, 3, "RELEASED", 0), shipment, Location, lines), json.OrderReleased);
        Moved(StockState.Allocated, StockState.Picked, "picked");
        Decided(OperationEvents.StatusChanged, new OperationEvents.OrderStatusChanged(State(order, 4, "PICKED", 0), "RELEASED"), json.OrderStatusChanged);
        Decided(OperationEvents.StatusChanged, new OperationEvents.OrderStatusChanged(State(order, 5, "PACKED", 0), "PICKED"), json.OrderStatusChanged);
        Moved(StockState.Picked, null, "shipped");
        var left = Start.AddDays(1);
        var shipped = Each(line => new OperationEvents.OrderShipped.ShippedLine(line, Sku(line), 2, 19.95m, true));
        var way = new OperationEvents.OrderShipped(State(order, 6, "SHIPPED", 0), shipment, Location, 1, "carrier", Start, left, left, true, shipped);
        Decided(OperationEvents.Shipped, way, json.OrderShipped);
        var delivered = new OperationEvents.OrderDelivered(State(order, 7, "DELIVERED", 0), shipment, Start.AddDays(2));
        Decided(OperationEvents.Delivered, delivered, json.OrderDelivered);
    }

    private static List<T> Each<T>(Func<int, T> line) => [.. Enumerable.Range(1, Lines).Select(line)];

    private static Sku Sku(int number) => new(string.Create(CultureInfo.InvariantCulture, $"SKU-{number:00000}"));
}
