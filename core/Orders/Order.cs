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
internal sealed partial class Order : Row
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
        .Column(order => order.AvoidedLocation).Column(order => order.ResourcedAt).Column(order => order.IncompleteSince)
        .Column(order => order.ProgressedAt).Column(order => order.LateToldFor).Column(order => order.StuckToldFor).Column(order => order.WatchAt);

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

    /// <summary>Of the whole order as placed; null where they were not told.</summary>
    public decimal? Taxes { get; init => field = PlainAmount.Of(value); }

    /// <inheritdoc cref="Taxes"/>
    public decimal? Shipping { get; init => field = PlainAmount.Of(value); }

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

    /// <summary>When its status last changed; null of one whose has not since that is kept.</summary>
    public DateTimeOffset? ProgressedAt { get; set; }

    /// <summary>The promise whose passing a case tells of; null where none does, or it was settled.</summary>
    public DateTimeOffset? LateToldFor { get; set; }

    /// <summary>Since when nothing had happened, where a case tells of that; null where none does, or it was settled.</summary>
    public DateTimeOffset? StuckToldFor { get; set; }

    /// <summary>When <see cref="OrderWatch"/> is to look at it; null: not before it changes.</summary>
    public DateTimeOffset? WatchAt { get; set; }

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
}
