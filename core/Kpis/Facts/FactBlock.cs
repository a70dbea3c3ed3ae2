using System.Text.Json.Serialization.Metadata;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>The facts that a range of operations makes. A function of the operations alone: the same range gives the same rows.</summary>
public sealed class FactBlock
{
    private static readonly OperationJson Json = OperationJson.Default;

    private readonly Dictionary<string, OrderRow> _orders = new(StringComparer.Ordinal);
    private readonly List<LineRow> _lines = [];
    private readonly List<ShipmentRow> _shipments = [];
    private readonly List<StockRow> _stock = [];

    private FactBlock(long from, long to) => (From, To) = (from, to);

    /// <summary>First and last sequence.</summary>
    public long From { get; }

    public long To { get; }

    internal IReadOnlyCollection<OrderRow> Orders => _orders.Values;

    internal IReadOnlyList<LineRow> Lines => _lines;

    internal IReadOnlyList<ShipmentRow> Shipments => _shipments;

    internal IReadOnlyList<StockRow> Stock => _stock;

    /// <summary>The last tick in the range.</summary>
    internal ClockRow? Clock { get; private set; }

    public int Rows => _orders.Count + _lines.Count + _shipments.Count + _stock.Count + (Clock is null ? 0 : 1);

    /// <param name="operations">In order, without a gap.</param>
    /// <exception cref="System.Text.Json.JsonException">One is not what its type says: it was not written by the hub.</exception>
    public static FactBlock Of(IReadOnlyList<Operation> operations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(operations.Count);
        var block = new FactBlock(operations[0].Sequence, operations[^1].Sequence);
        foreach (var operation in operations)
            block.Add(operation);
        return block;
    }

    /// <summary>Types that make no fact are passed over: a sink of an older version must not stop at an operation it does not know.</summary>
    private void Add(Operation operation)
    {
        switch (operation.Type)
        {
            case OperationEvents.Captured: Captured(operation, operation.Read(Json.OrderCaptured)); break;
            case OperationEvents.Shipped: Shipped(operation, operation.Read(Json.OrderShipped)); break;
            case OperationEvents.Cancelled: Cancelled(operation, operation.Read(Json.OrderCancelled)); break;
            case OperationEvents.Allocated: Order(operation, Json.OrderAllocated, static data => data.Order); break;
            case OperationEvents.Backordered: Order(operation, Json.OrderBackordered, static data => data.Order); break;
            case OperationEvents.Released: Order(operation, Json.OrderReleased, static data => data.Order); break;
            case OperationEvents.Rejected: Order(operation, Json.OrderRejected, static data => data.Order); break;
            case OperationEvents.StatusChanged: Order(operation, Json.OrderStatusChanged, static data => data.Order); break;
            case OperationEvents.Delivered: Order(operation, Json.OrderDelivered, static data => data.Order); break;
            case OperationEvents.HoldPlaced or OperationEvents.HoldReleased: Order(operation, Json.HoldChanged, static data => data.Order); break;
            case OperationEvents.StockChangedType: StockChanged(operation, operation.Read(Json.StockChanged)); break;
            case OperationEvents.ClockTickedType: Clock = new(operation.Time, operation.Sequence); break;
            default: break;
        }
    }

    private void Captured(Operation operation, OperationEvents.OrderCaptured data)
    {
        Order(operation, data.Order);
        foreach (var line in data.Lines)
            _lines.Add(Line(operation, data.Order, line.Number, line.Sku.Value, line.Quantity, "", due: 1, filled: 0));
    }

    private void Shipped(Operation operation, OperationEvents.OrderShipped data)
    {
        Order(operation, data.Order);
        _shipments.Add(new(data, operation.Time, operation.Sequence));
        foreach (var line in data.Lines.Where(line => line.Filled))
            _lines.Add(Line(operation, data.Order, line.Number, line.Sku.Value, line.Quantity, data.Location.Value, due: 0, filled: 1));
    }

    private void Cancelled(Operation operation, OperationEvents.OrderCancelled data)
    {
        Order(operation, data.Order);
        foreach (var line in data.Lines.Where(line => line.WithdrawnFromDue || line.Filled))
            _lines.Add(Line(operation, data.Order, line.Number, line.Sku.Value, line.Quantity, "", due: (sbyte)(line.WithdrawnFromDue ? -1 : 0), filled: (sbyte)(line.Filled ? 1 : 0)));
    }

    private void StockChanged(Operation operation, OperationEvents.StockChanged data)
    {
        foreach (var change in data.Changes)
            _stock.Add(new(change, data.Cause, operation.Time, operation.Sequence));
    }

    private void Order<T>(Operation operation, JsonTypeInfo<T> type, Func<T, OperationEvents.OrderState> state) => Order(operation, state(operation.Read(type)));

    /// <summary>Only the latest of the block goes out: ClickHouse would drop the others at its next merge.</summary>
    private void Order(Operation operation, OperationEvents.OrderState state)
    {
        var id = state.OrderId.Value;
        if (!_orders.TryGetValue(id, out var known) || known.Version < (ulong)state.Version)
            _orders[id] = new(state, operation.Time, operation.Sequence);
    }

    private static LineRow Line(Operation operation, OperationEvents.OrderState order, int number, string sku, long quantity, string location, sbyte due, sbyte filled) =>
        new(order, number, sku, due, filled, quantity, location, operation.Time, operation.Sequence);
}
