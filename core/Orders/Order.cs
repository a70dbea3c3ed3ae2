using System.Text.Json.Serialization.Metadata;
using EcomIntel.Core.Database;
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

/// <summary>An order with all that hangs on it: the unit in which order work is decided, locked and saved.</summary>
internal sealed class Order : Row
{
    public static readonly Table<Order> Table = new Table<Order>("orders")
        .Key(order => order.Id, "order_id")
        .Column(order => order.Version).Column(order => order.Status, cast: "order_status")
        .Column(order => order.Channel).Column(order => order.Customer).Column(order => order.Country).Column(order => order.Currency)
        .Column(order => order.Tier).Column(order => order.ShipComplete).Column(order => order.PlacedAt).Column(order => order.PromisedAt)
        .Column(order => order.FirstShippedAt).Column(order => order.ClosedAt).Column(order => order.CancelledAt).Column(order => order.FreedAt)
        .Column(order => order.PaymentPending).Column(order => order.Taxes).Column(order => order.Shipping)
        .Column(order => order.ReservedUntil).Column(order => order.ReservationEndedAt)
        .Column(order => order.CurrentPromiseAt).Column(order => order.PromiseChangedAt)
        .Column(order => order.ShipTo)
        .Column(order => order.AvoidedLocation).Column(order => order.ResourcedAt).Column(order => order.IncompleteSince);

    private readonly decimal? _taxes, _shipping;

    public required OrderId Id { get; init; }
    public required string Channel { get; init; }
    public string? Customer { get; init; }
    public string? Country { get; init; }

    /// <summary>The sender's id of the address that it goes to.</summary>
    public string? ShipTo { get; init; }
    public required string Currency { get; init; }

    /// <summary>Lower is served first.</summary>
    public required int Tier { get; init; }
    public required bool ShipComplete { get; init; }
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>The first promise: what figures are judged by.</summary>
    public required DateTimeOffset PromisedAt { get; init; }

    /// <summary>Its channel gave it as not paid yet.</summary>
    public bool PaymentPending { get; init; }

    /// <summary>Of the whole order as placed; null where they were not told. Without trailing zeros, as <see cref="OrderLine.Price"/>.</summary>
    public decimal? Taxes { get => _taxes; init => _taxes = value / 1.0000000000000000000000000000m; }

    /// <inheritdoc cref="Taxes"/>
    public decimal? Shipping { get => _shipping; init => _shipping = value / 1.0000000000000000000000000000m; }

    /// <summary>Of the operations about the order: 1 when captured, one more with each.</summary>
    public long Version { get; set; }
    public OrderStatus Status { get; set; }
    public DateTimeOffset? FirstShippedAt { get; set; }
    public DateTimeOffset? ClosedAt { get; set; }
    public DateTimeOffset? CancelledAt { get; set; }

    /// <summary>
    /// Since when nothing holds it any more: a round must look at it soon. Null where nobody freed it, and once a round has looked at it.
    /// </summary>
    public DateTimeOffset? FreedAt { get; set; }

    /// <summary>How long stock is kept for it while it is held for want of payment; null while it is not.</summary>
    public DateTimeOffset? ReservedUntil { get; set; }

    /// <summary>Since when no stock is kept for it any more, nor promised to it, because it was not paid; null otherwise.</summary>
    public DateTimeOffset? ReservationEndedAt { get; set; }

    /// <summary>What the customer was told last; null while that is the first promise.</summary>
    public DateTimeOffset? CurrentPromiseAt { get; set; }

    /// <summary>When that was told.</summary>
    public DateTimeOffset? PromiseChangedAt { get; set; }

    /// <summary>A node that a person wants it sourced without.</summary>
    public LocationId? AvoidedLocation { get; set; }

    /// <summary>When that was last said.</summary>
    public DateTimeOffset? ResourcedAt { get; set; }

    /// <summary>
    /// Of an order that ships complete: since when units of it wait while others are promised. The next round finds them, or gives the others back. Null where
    /// that is not so, and once a round has looked at it.
    /// </summary>
    public DateTimeOffset? IncompleteSince { get; set; }

    public List<OrderLine> Lines { get; } = [];
    public List<Allocation> Allocations { get; } = [];
    public List<Shipment> Shipments { get; } = [];
    public List<Hold> Holds { get; } = [];

    /// <summary>What was told about its holds; at hand where an event of the batch may change them.</summary>
    public List<HoldFact> HoldFacts { get; } = [];

    /// <summary>What became of its money; at hand where an event of the batch may change that.</summary>
    public List<Payment> Payments { get; } = [];

    /// <summary>What came back unopened with its parcels; at hand where <see cref="OrdersSlice.WithReturns"/> names the order.</summary>
    public List<UnopenedUnits> Unopened { get; } = [];

    public bool HasSkuTwice => _hasSkuTwice ??= Lines.Count > 1 && Lines.DistinctBy(line => line.Sku).Count() < Lines.Count;

    private bool? _hasSkuTwice;

    public bool IsHeld => Holds.Exists(hold => hold.IsOpen);

    /// <summary>Gross, as placed.</summary>
    public decimal Total => Lines.Sum(line => line.Ordered * line.Price) + (Taxes ?? 0) + (Shipping ?? 0);

    /// <summary>Gross, of the units that are not cancelled: with their share of taxes and shipping.</summary>
    public decimal Due => GrossOf(line => line.Live);

    /// <summary>Gross, of units of its lines: with their share of taxes and shipping, by net value (by units where nothing has any).</summary>
    public decimal GrossOf(Func<OrderLine, long> units)
    {
        decimal net = 0, of = 0;
        long all = 0, some = 0;
        foreach (var line in Lines)
        {
            (all, some) = (all + line.Ordered, some + units(line));
            (net, of) = (net + line.Ordered * line.Price, of + units(line) * line.Price);
        }
        var beside = (Taxes ?? 0) + (Shipping ?? 0);
        return of + decimal.Round(beside * (net > 0 ? of / net : (decimal)some / all), 4);
    }

    /// <summary>Gross, of units that nodes may send or have sent.</summary>
    public decimal Released => GrossOf(line =>
        Allocations.Where(allocation => allocation.Line == line && allocation is { IsLive: true, Shipment: not null }).Sum(allocation => allocation.Quantity));

    public bool HasAllShipped => Lines.Exists(line => line.Live > 0) && Lines.TrueForAll(line => Shipped(line) == line.Live);

    /// <summary>What the customer was told last.</summary>
    public DateTimeOffset LatestPromise => CurrentPromiseAt ?? PromisedAt;

    /// <summary>It has lines that wait for stock, or units that are promised and not released.</summary>
    public bool AwaitsRound =>
        Lines.Exists(line => line.Waiting > 0) || Allocations.Exists(allocation => allocation.Status == AllocationStatus.ALLOCATED);

    public OrderLine? Line(int number)
    {
        // Lines are loaded and placed in the order of their numbers, most often 1, 2, 3 ...
        if (number >= 1 && number <= Lines.Count && Lines[number - 1].Number == number)
            return Lines[number - 1];
        return Lines.Find(line => line.Number == number);
    }

    /// <summary>
    /// Promises units of a line. Allocations stay in the order in which they are stored (line, number), so that it does not show whether an order was saved
    /// and loaded in between.
    /// </summary>
    public Allocation Promise(OrderLine line, LocationId location, string lot, long quantity)
    {
        int number = 1, place = 0;
        for (; place < Allocations.Count && Allocations[place].LineNumber <= line.Number; place++)
            if (Allocations[place].Line == line)
                number++;
        var allocation = new Allocation
        {
            OrderId = Id, LineNumber = line.Number, Number = number, Location = location, Lot = lot, Quantity = quantity, Line = line,
        };
        Allocations.Insert(place, allocation);
        return allocation;
    }

    /// <summary>
    /// Takes units out of an allocation, into one of their own: the same, but for what the caller then sets. What is packed stays where it can.
    /// </summary>
    /// <param name="picked">How many of them are picked.</param>
    /// <returns>That one; the allocation itself where all of it is taken.</returns>
    public Allocation Split(Allocation allocation, long quantity, long picked)
    {
        if (quantity == allocation.Quantity)
            return allocation;
        var part = Promise(allocation.Line, allocation.Location, allocation.Lot, quantity);
        var packed = Math.Min(allocation.Packed, allocation.Picked - picked);
        (part.Status, part.Shipment, part.Picked, part.Packed) =
            (allocation.Status, allocation.Shipment, picked, Math.Min(allocation.Packed - packed, quantity));
        (allocation.Quantity, allocation.Picked, allocation.Packed) = (allocation.Quantity - quantity, allocation.Picked - picked, packed);
        return part;
    }

    public Shipment? Shipment(ShipmentId id) => Shipments.Find(shipment => shipment.Id == id);

    public IEnumerable<Allocation> LiveIn(Shipment shipment) => Allocations.Where(allocation => allocation.Shipment == shipment && allocation.IsLive);

    /// <summary>What was cancelled or recalled after its release: it may be picked, and may have left, nevertheless.</summary>
    public List<Allocation> CancelledIn(Shipment shipment) =>
        Allocations.FindAll(allocation => allocation.Shipment == shipment && allocation.IsWithdrawn);

    /// <summary>All that left with a shipment, sent again since or not, or beside the order.</summary>
    public IEnumerable<Allocation> ShippedIn(Shipment shipment) =>
        Allocations.Where(allocation => allocation.Shipment == shipment && allocation.Status is AllocationStatus.RELEASED or AllocationStatus.RESENT);

    public long Shipped(OrderLine line)
    {
        var units = 0L;
        foreach (var allocation in Allocations)
            if (allocation.Line == line && allocation.IsLive && allocation.Shipment is { HasShipped: true })
                units += allocation.Quantity;
        return units;
    }

    /// <summary>Units of a line that left with a shipment, came back unopened, and were not sent again: the customer does not have them.</summary>
    public long BackFrom(Shipment shipment, OrderLine line) => Unopened.Count == 0 ? 0 : Math.Max(0,
        Unopened.Where(units => units.ShipmentId == shipment.Id && units.Line == line.Number).Sum(units => units.Received)
        - ShippedIn(shipment).Where(unit => unit.Line == line && unit.Status == AllocationStatus.RESENT).Sum(unit => unit.Quantity));

    /// <summary>The whole line has shipped from stock at the first attempt. False once units of it are to be sent again: what was so then is kept.</summary>
    public bool IsFilled(OrderLine line) => line.FilledFirst is null && !line.Backordered && !line.Rejected && line.Live > 0 && Shipped(line) == line.Live;

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

    /// <summary>Takes the order one version on and emits the operation that did it.</summary>
    /// <param name="data">The operation's data, of the order as it now stands.</param>
    public void Emit<T>(Outbox outbox, DateTimeOffset at, string type, Func<OperationEvents.OrderState, T> data, JsonTypeInfo<T> jsonType) where T : class
    {
        Version++;
        Status = StatusOfLines();
        ClosedAt = Status is OrderStatus.DELIVERED or OrderStatus.CANCELLED ? ClosedAt ?? at : null;
        if (ClosedAt is { } closed)
            EndHolds(closed);
        outbox.Add(at, type, Id.Value, data(State()), jsonType);
    }

    /// <summary>Emits that the order changed by a step that has no operation of its own, whether its status did or not.</summary>
    public void EmitChange(Outbox outbox, DateTimeOffset at)
    {
        var before = Status.ToString();
        Emit(outbox, at, OperationEvents.StatusChanged, state => new OperationEvents.OrderStatusChanged(state, before),
            OperationJson.Default.OrderStatusChanged);
    }

    /// <summary>Emits that the order's status changed by a step that has no operation of its own; nothing if it did not change.</summary>
    public void EmitStatusChange(Outbox outbox, DateTimeOffset at)
    {
        if (StatusOfLines() != Status)
            EmitChange(outbox, at);
    }

    /// <summary>Nothing is left of a closed order to be held.</summary>
    private void EndHolds(DateTimeOffset closed)
    {
        foreach (var hold in Holds)
            if (hold.IsOpen)
                hold.ReleasedAt = closed > hold.OpenedAt ? closed : hold.OpenedAt;
        (ReservedUntil, ReservationEndedAt) = (null, null);
    }

    private OperationEvents.OrderState State()
    {
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
        var holds = Holds.Where(hold => hold.IsOpen).Select(hold => hold.Kind).Distinct(StringComparer.Ordinal).ToList();
        holds.Sort(StringComparer.Ordinal);
        return new(Id, Version, Status.ToString(), Channel, Country, Currency, PlacedAt, PromisedAt, Lines.Count, units, value, waiting,
            Shipments.Count(shipment => shipment.HasShipped), ClosedAt, holds, locations, Status == OrderStatus.DELIVERED ? DeliveredAt : null);
    }

    /// <summary>When the last unit was delivered; null while one is not, or where a parcel came back undelivered.</summary>
    public DateTimeOffset? DeliveredAt
    {
        get
        {
            DateTimeOffset? last = null;
            if (StatusOfLines() != OrderStatus.DELIVERED)
                return last;
            foreach (var allocation in Allocations)
                if (allocation.IsLive)
                {
                    if (allocation.Shipment?.DeliveredAt is not { } at)
                        return null;
                    last = last > at ? last : at;
                }
            return last;
        }
    }

    private static OrderStatus Least(OrderStatus a, OrderStatus b) => a < b ? a : b;

    private static OrderStatus StageOf(Allocation allocation) => allocation.Shipment switch
    {
        null => OrderStatus.ALLOCATED,
        { IsOver: true } => OrderStatus.DELIVERED,
        { HasShipped: true } => OrderStatus.SHIPPED,
        { Status: ShipmentStatus.PACKED } => OrderStatus.PACKED,
        _ when allocation.Packed == allocation.Quantity => OrderStatus.PACKED,
        _ when allocation.Picked == allocation.Quantity => OrderStatus.PICKED,
        _ => OrderStatus.RELEASED,
    };
}
