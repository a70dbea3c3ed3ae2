using System.Text.Json.Serialization.Metadata;
using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Orders;

/// <summary>One order, as of the latest operation of the block.</summary>
internal sealed class OrderFact : ReplacingFact<OrderFact.Row>
{
    private static readonly OperationJson Json = OperationJson.Default;

    public OrderFact()
        : base("orders")
    {
        On(OperationEvents.Captured, Json.OrderCaptured, static data => data.Order);
        On(OperationEvents.Allocated, Json.OrderAllocated, static data => data.Order);
        On(OperationEvents.Backordered, Json.OrderBackordered, static data => data.Order);
        On(OperationEvents.Released, Json.OrderReleased, static data => data.Order);
        On(OperationEvents.Deallocated, Json.OrderDeallocated, static data => data.Order);
        On(OperationEvents.Rejected, Json.OrderRejected, static data => data.Order);
        On(OperationEvents.StatusChanged, Json.OrderStatusChanged, static data => data.Order);
        On(OperationEvents.Shipped, Json.OrderShipped, static data => data.Order);
        On(OperationEvents.Delivered, Json.OrderDelivered, static data => data.Order);
        On(OperationEvents.Cancelled, Json.OrderCancelled, static data => data.Order);
        On(OperationEvents.HoldPlaced, Json.HoldChanged, static data => data.Order);
        On(OperationEvents.HoldReleased, Json.HoldChanged, static data => data.Order);
        On(ReservationEnded.Type, Json.ReservationEnded, static data => data.Order);
        On(OrderPromised.Type, Json.OrderPromised, static data => data.Order);
    }

    protected override string Key(Row row) => row.OrderId;

    protected override ulong Version(Row row) => row.Version;

    private void On<T>(string type, JsonTypeInfo<T> json, Func<T, OperationEvents.OrderState> state) where T : class =>
        On(type, json, (operation, data) => [new Row(operation, state(data))]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_orders", "orders by status, with units, waiting units and value",
            """
            SELECT o.status::text AS key,
                concat_ws(' ', count(*), sum(l.units), sum(l.waiting), to_char(sum(l.value), 'FM999999999999999999990.0000'), sum(o.version))
            FROM orders o JOIN (
                SELECT order_id, sum(ordered - cancelled) AS units, sum(ordered - cancelled - sourced) AS waiting, sum((ordered - cancelled) * price) AS value
                FROM order_lines GROUP BY order_id) l USING (order_id)
            GROUP BY o.status ORDER BY o.status::text
            """,
            """
            SELECT toString(status) AS key,
                concat(
                    toString(count()), ' ', toString(sum(units)), ' ', toString(sum(waiting_units)), ' ',
                    toDecimalString(sum(value), 4), ' ', toString(sum(version)))
            FROM orders FINAL GROUP BY status ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, OperationEvents.OrderState order)
    {
        [ClickHouseColumn(Name = "order_id")] public string OrderId => order.OrderId.Value;
        [ClickHouseColumn(Name = "version")] public ulong Version => (ulong)order.Version;
        [ClickHouseColumn(Name = "status")] public string Status => order.Status;
        [ClickHouseColumn(Name = "channel")] public string Channel => order.Channel;
        [ClickHouseColumn(Name = "country")] public string Country => order.Country ?? "";
        [ClickHouseColumn(Name = "currency")] public string Currency => order.Currency;
        [ClickHouseColumn(Name = "placed_at")] public DateTimeOffset PlacedAt => order.PlacedAt;
        [ClickHouseColumn(Name = "promised_at")] public DateTimeOffset PromisedAt => order.PromisedAt;
        [ClickHouseColumn(Name = "closed_at")] public DateTimeOffset? ClosedAt => order.ClosedAt;
        [ClickHouseColumn(Name = "delivered_at")] public DateTimeOffset? DeliveredAt => order.DeliveredAt;
        [ClickHouseColumn(Name = "lines")] public uint Lines => (uint)order.Lines;
        [ClickHouseColumn(Name = "units")] public long Units => order.Units;
        [ClickHouseColumn(Name = "value")] public decimal Value => order.Value;
        [ClickHouseColumn(Name = "waiting_units")] public long WaitingUnits => order.WaitingUnits;
        [ClickHouseColumn(Name = "shipments")] public uint Shipments => (uint)order.Shipments;
        [ClickHouseColumn(Name = "holds")] public string[] Holds => [.. order.Holds];
        [ClickHouseColumn(Name = "locations")] public string[] Locations => [.. order.Locations.Select(location => location.Value)];
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
