using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>Ordered by how far a unit has come; an order's status is that of its least advanced unit. Frozen: stored by name.</summary>
internal enum OrderStatus
{
    CAPTURED,
    VALIDATING,
    SOURCING,
    BACKORDERED,
    ALLOCATED,
    RELEASED,
    PICKED,
    PACKED,
    SHIPPED,
    DELIVERED,
    CANCELLED,
}

/// <summary>Units of one line. What is neither cancelled nor sourced waits for stock.</summary>
internal sealed class OrderLine(int number, Sku sku, decimal price, long ordered) : Tracked
{
    public int Number { get; } = number;
    public Sku Sku { get; } = sku;
    /// <summary>Without trailing zeros, of which the database's columns keep more than events do: it must not show which of the two a price came from.</summary>
    public decimal Price { get; } = price / 1.0000000000000000000000000000m;
    public long Ordered { get; } = ordered;
    public long Cancelled { get; set; }
    public long Sourced { get; set; }
    public bool Backordered { get; set; }
    public bool Rejected { get; set; }
    public bool Due { get; set; } = true;

    public long Live => Ordered - Cancelled;
    public long Waiting => Ordered - Cancelled - Sourced;
}

internal enum AllocationStatus
{
    ALLOCATED,
    RELEASED,
    REJECTED,
    CANCELLED,
}

/// <summary>Units of one line promised from one node and lot.</summary>
internal sealed class Allocation(OrderLine line, int number, LocationId location, string lot) : Tracked
{
    public OrderLine Line { get; } = line;
    public int Number { get; } = number;
    public LocationId Location { get; } = location;
    public string Lot { get; } = lot;
    public AllocationStatus Status { get; set; }
    public long Quantity { get; set; }
    public long Picked { get; set; }
    public long Packed { get; set; }
    public Shipment? Shipment { get; set; }

    public bool IsLive => Status is AllocationStatus.ALLOCATED or AllocationStatus.RELEASED;
}

internal enum ShipmentStatus
{
    RELEASED,
    PICKED,
    PACKED,
    SHIPPED,
    DELIVERED,
    RETURNED,
    CANCELLED,
}

/// <summary>What one node sends of one order in one go.</summary>
internal sealed class Shipment(ShipmentId id, LocationId location, DateTimeOffset releasedAt) : Tracked
{
    public ShipmentId Id { get; } = id;
    public LocationId Location { get; } = location;
    public DateTimeOffset ReleasedAt { get; } = releasedAt;
    public ShipmentStatus Status { get; set; }
    public int? Number { get; set; }
    public string? Carrier { get; set; }
    public string? Service { get; set; }
    public string? Tracking { get; set; }
    public DateTimeOffset? ShippedAt { get; set; }
    public DateTimeOffset? DeliveredAt { get; set; }

    public bool HasShipped => ShippedAt is not null;
}

internal sealed class Hold(int number, string kind, string owner, string? reason, DateTimeOffset openedAt) : Tracked
{
    public const string AwaitingPayment = "awaiting_payment";
    public const string FraudRisk = "fraud_risk";
    public const string IncorrectAddress = "incorrect_address";

    public int Number { get; } = number;
    public string Kind { get; } = kind;
    public string Owner { get; } = owner;
    public string? Reason { get; } = reason;
    public DateTimeOffset OpenedAt { get; } = openedAt;
    public DateTimeOffset? ReleasedAt { get; set; }
}

/// <summary>A row that knows whether it must be written.</summary>
internal abstract class Tracked
{
    public bool IsNew { get; private set; } = true;
    public bool IsChanged { get; private set; }

    public void Loaded() => IsNew = IsChanged = false;

    public void Changed() => IsChanged = true;
}

/// <summary>An order with all that hangs on it: the unit in which order work is decided, locked and saved.</summary>
internal sealed class Order : Tracked
{
    public required OrderId Id { get; init; }
    public required string Channel { get; init; }
    public string? Customer { get; init; }
    public string? Country { get; init; }
    public required string Currency { get; init; }
    public required int Tier { get; init; }
    public required bool ShipComplete { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }
    public required DateTimeOffset PromisedAt { get; init; }

    public long Version { get; set; }
    public OrderStatus Status { get; set; }
    public DateTimeOffset? FirstShippedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public DateTimeOffset? CancelledAt { get; set; }

    public List<OrderLine> Lines { get; } = [];
    public List<Allocation> Allocations { get; } = [];
    public List<Shipment> Shipments { get; } = [];
    public List<Hold> Holds { get; } = [];

    public bool HasSkuTwice => _hasSkuTwice ??= Lines.Count > 1 && Lines.DistinctBy(line => line.Sku).Count() < Lines.Count;

    private bool? _hasSkuTwice;

    public bool IsHeld => Holds.Exists(hold => hold.ReleasedAt is null);

    public OrderLine? Line(int number)
    {
        // Lines are loaded and placed in the order of their numbers, most often 1, 2, 3 ...
        if (number >= 1 && number <= Lines.Count && Lines[number - 1].Number == number)
            return Lines[number - 1];
        return Lines.Find(line => line.Number == number);
    }

    /// <summary>Promises units of a line. Allocations stay in the order in which they are stored (line, number), so that it does not show whether an order was saved and loaded in between.</summary>
    public Allocation Promise(OrderLine line, LocationId location, string lot, long quantity)
    {
        int number = 1, place = 0;
        for (; place < Allocations.Count && Allocations[place].Line.Number <= line.Number; place++)
            if (Allocations[place].Line == line)
                number++;
        var allocation = new Allocation(line, number, location, lot) { Quantity = quantity };
        Allocations.Insert(place, allocation);
        return allocation;
    }

    public Shipment? Shipment(ShipmentId id) => Shipments.Find(shipment => shipment.Id == id);

    public IEnumerable<Allocation> LiveIn(Shipment shipment) => Allocations.Where(allocation => allocation.Shipment == shipment && allocation.IsLive);

    public long Shipped(OrderLine line)
    {
        var units = 0L;
        foreach (var allocation in Allocations)
            if (allocation.Line == line && allocation.IsLive && allocation.Shipment is { HasShipped: true })
                units += allocation.Quantity;
        return units;
    }

    /// <summary>The whole line has shipped from stock at the first attempt.</summary>
    public bool IsFilled(OrderLine line) => !line.Backordered && !line.Rejected && line.Live > 0 && Shipped(line) == line.Live;

    /// <summary>What the lines say: the status of the least advanced unit that is not cancelled.</summary>
    public OrderStatus StatusOfLines()
    {
        var least = OrderStatus.CANCELLED;
        foreach (var line in Lines)
            if (line.Waiting > 0)
                least = Least(least, line.Backordered ? OrderStatus.BACKORDERED : OrderStatus.SOURCING);
        foreach (var allocation in Allocations)
            if (allocation.IsLive)
                least = Least(least, StageOf(allocation));
        return least;
    }

    /// <summary>The order as operations tell it; counts one version up.</summary>
    public OperationEvents.OrderState NextState(DateTimeOffset at)
    {
        Version++;
        Changed();
        Status = StatusOfLines();
        if (Status is OrderStatus.DELIVERED or OrderStatus.CANCELLED)
            ClosedAt ??= at;
        else
            ClosedAt = null;
        long units = 0, waiting = 0;
        var value = 0m;
        foreach (var line in Lines)
        {
            units += line.Live;
            waiting += line.Waiting;
            value += line.Live * line.Price;
        }
        var locations = Allocations.Where(allocation => allocation.IsLive).Select(allocation => allocation.Location).Distinct().ToList();
        locations.Sort();
        var holds = Holds.Where(hold => hold.ReleasedAt is null).Select(hold => hold.Kind).Distinct(StringComparer.Ordinal).ToList();
        holds.Sort(StringComparer.Ordinal);
        return new(Id, Version, Status.ToString(), Channel, Country, Currency, PlacedAt, PromisedAt, Lines.Count, units, value, waiting,
            Shipments.Count(shipment => shipment.HasShipped), ClosedAt, holds, locations);
    }

    private static OrderStatus Least(OrderStatus a, OrderStatus b) => a < b ? a : b;

    private static OrderStatus StageOf(Allocation allocation) => allocation.Shipment switch
    {
        null => OrderStatus.ALLOCATED,
        { Status: ShipmentStatus.DELIVERED or ShipmentStatus.RETURNED } => OrderStatus.DELIVERED,
        { HasShipped: true } => OrderStatus.SHIPPED,
        { Status: ShipmentStatus.PACKED } => OrderStatus.PACKED,
        _ when allocation.Packed == allocation.Quantity => OrderStatus.PACKED,
        _ when allocation.Picked == allocation.Quantity => OrderStatus.PICKED,
        _ => OrderStatus.RELEASED,
    };
}
