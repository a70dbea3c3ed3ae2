using ClickHouse.Driver;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Kpis.Facts;

internal sealed class OrderRow(OperationEvents.OrderState order, DateTimeOffset time, long sequence)
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
    [ClickHouseColumn(Name = "lines")] public uint Lines => (uint)order.Lines;
    [ClickHouseColumn(Name = "units")] public long Units => order.Units;
    [ClickHouseColumn(Name = "value")] public decimal Value => order.Value;
    [ClickHouseColumn(Name = "waiting_units")] public long WaitingUnits => order.WaitingUnits;
    [ClickHouseColumn(Name = "shipments")] public uint Shipments => (uint)order.Shipments;
    [ClickHouseColumn(Name = "holds")] public string[] Holds => [.. order.Holds];
    [ClickHouseColumn(Name = "locations")] public string[] Locations => [.. order.Locations.Select(location => location.Value)];
    [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => time;
    [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)sequence;
}

internal sealed class LineRow(
    OperationEvents.OrderState order, int line, string sku, sbyte due, sbyte filled, long quantity, string location, DateTimeOffset time, long sequence)
{
    [ClickHouseColumn(Name = "order_id")] public string OrderId => order.OrderId.Value;
    [ClickHouseColumn(Name = "line")] public uint Line => (uint)line;
    [ClickHouseColumn(Name = "sku")] public string Sku => sku;
    [ClickHouseColumn(Name = "channel")] public string Channel => order.Channel;
    [ClickHouseColumn(Name = "promised_at")] public DateTimeOffset PromisedAt => order.PromisedAt;
    [ClickHouseColumn(Name = "due")] public sbyte Due => due;
    [ClickHouseColumn(Name = "filled")] public sbyte Filled => filled;
    [ClickHouseColumn(Name = "quantity")] public long Quantity => quantity;
    [ClickHouseColumn(Name = "location")] public string Location => location;
    [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => time;
    [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)sequence;
}

internal sealed class ShipmentRow(OperationEvents.OrderShipped shipped, DateTimeOffset time, long sequence)
{
    [ClickHouseColumn(Name = "shipment_id")] public string ShipmentId => shipped.ShipmentId.Value;
    [ClickHouseColumn(Name = "order_id")] public string OrderId => shipped.Order.OrderId.Value;
    [ClickHouseColumn(Name = "number")] public uint Number => (uint)shipped.Number;
    [ClickHouseColumn(Name = "channel")] public string Channel => shipped.Order.Channel;
    [ClickHouseColumn(Name = "location")] public string Location => shipped.Location.Value;
    [ClickHouseColumn(Name = "carrier")] public string Carrier => shipped.Carrier ?? "";
    [ClickHouseColumn(Name = "released_at")] public DateTimeOffset ReleasedAt => shipped.ReleasedAt;
    [ClickHouseColumn(Name = "shipped_at")] public DateTimeOffset ShippedAt => shipped.ShippedAt;
    [ClickHouseColumn(Name = "first_shipped_at")] public DateTimeOffset FirstShippedAt => shipped.FirstShippedAt;
    [ClickHouseColumn(Name = "multi_unit")] public bool MultiUnit => shipped.MultiUnit;
    [ClickHouseColumn(Name = "lines")] public uint Lines => (uint)shipped.Lines.Count;
    [ClickHouseColumn(Name = "units")] public long Units => shipped.Lines.Sum(line => line.Quantity);
    [ClickHouseColumn(Name = "value")] public decimal Value => shipped.Lines.Sum(line => line.Quantity * line.Price);
    [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => time;
    [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)sequence;
}

internal sealed class StockRow(OperationEvents.StockChanged.Change change, string cause, DateTimeOffset time, long sequence)
{
    [ClickHouseColumn(Name = "entry")] public ulong Entry => (ulong)change.Entry;
    [ClickHouseColumn(Name = "sku")] public string Sku => change.Sku.Value;
    [ClickHouseColumn(Name = "location")] public string Location => change.Location.Value;
    [ClickHouseColumn(Name = "lot")] public string Lot => change.Lot;
    [ClickHouseColumn(Name = "from_state")] public string From => change.From?.Word() ?? "";
    [ClickHouseColumn(Name = "to_state")] public string To => change.To?.Word() ?? "";
    [ClickHouseColumn(Name = "quantity")] public long Quantity => change.Quantity;
    [ClickHouseColumn(Name = "reason")] public string Reason => change.Reason;
    [ClickHouseColumn(Name = "cause")] public string Cause => cause;
    [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => time;
    [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)sequence;
}

internal sealed class ClockRow(DateTimeOffset now, long sequence)
{
    [ClickHouseColumn(Name = "now")] public DateTimeOffset Now => now;
    [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)sequence;
}
