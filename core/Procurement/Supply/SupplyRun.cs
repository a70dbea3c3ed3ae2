using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Supply;

/// <summary>
/// Tells lines that wait what they wait for, by <see cref="Pegging"/>: at every multiple of the policy's <c>lookEvery</c>, those of skus of which anything
/// changed since the last look.
/// </summary>
internal sealed class SupplyRun(
    OrderBook orders, PurchaseOrderBook purchaseOrders, CatalogBook catalog, PolicyBook policies, Outbox outbox) : IDueWork
{
    private readonly Dictionary<(OrderId, int), LineExpectation> _told = [];
    private readonly List<WaitingUnits> _waiting = [];
    private readonly List<InboundUnits> _inbound = [];

    /// <summary>Of rows in memory: what waited and what was expected when the run looked.</summary>
    private Dictionary<object, Units>? _looked;

    /// <summary>Whether anything is on order or was told: otherwise nothing is to be done.</summary>
    public bool IsUsed { get; set; }

    /// <summary>All that a run looks at is at hand.</summary>
    public bool IsAtHand { get; set; } = true;

    /// <summary>The skus that are at hand: all that are noted, and all that the batch may change.</summary>
    public HashSet<Sku> Skus { get; } = [];

    /// <summary>Skus of which stored events changed something since the last look.</summary>
    public HashSet<Sku> Noted { get; } = [];

    /// <summary>Whatever waits or is on order is at hand, of every sku.</summary>
    public bool HasAll { get; set; } = true;

    public bool HasRun => _looked is not null;

    public IEnumerable<LineExpectation> Told => _told.Values.Where(line => line.Quantity > 0).OrderBy(line => line.OrderId).ThenBy(line => line.Line);

    /// <summary>Lines that do not wait any more, or for nothing that is on order.</summary>
    public IEnumerable<LineExpectation> Over =>
        _told.Values.Where(line => line.Quantity == 0 && line.Stored is not null).OrderBy(line => line.OrderId).ThenBy(line => line.Line);

    public bool OnlyLatest => true;

    public void Add(LineExpectation line) => _told.Add((line.OrderId, line.Line), line);

    /// <summary>Stored, of an order that is not at hand.</summary>
    public void Add(WaitingUnits line) => _waiting.Add(line);

    /// <summary>Stored, of a purchase order that is not at hand.</summary>
    public void Add(InboundUnits supply) => _inbound.Add(supply);

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        if (!IsUsed && purchaseOrders.Unordered.Count == 0)
            return null;
        var every = policies.At(SupplyPolicy.Kind, from).Settings.LookEvery.Ticks;
        return new((from.UtcTicks / every + 1) * every, TimeSpan.Zero);
    }

    public bool IsDueNow(DateTimeOffset now) => false;

    /// <exception cref="DueWorkNotLoadedException">It was not foreseen.</exception>
    /// <exception cref="QueueTooShortException">Due work changed a sku that nobody named.</exception>
    public void Run(DateTimeOffset at)
    {
        if (!IsAtHand)
            throw new DueWorkNotLoadedException();
        var now = InMemory();
        var skus = Changed(now).ToHashSet();
        if (!HasAll && skus.Where(sku => !Skus.Contains(sku)).Select(sku => sku.Value).ToList() is { Count: > 0 } unread)
            throw new QueueTooShortException(unread);
        if (_looked is null)
            skus.UnionWith(Noted);
        if (skus.Count > 0)
            Look(at, skus);
        _looked = now;
    }

    private void Look(DateTimeOffset at, HashSet<Sku> skus)
    {
        var handling = policies.At(SupplyPolicy.Kind, at).Settings.PutAwayWithin;
        var inbound = Inbound(skus).ToLookup(supply => supply.Sku);
        var waiting = Waiting(skus).ToLookup(line => line.Sku);
        var told = _told.Values.Where(line => line.Quantity > 0 && skus.Contains(line.Sku)).ToLookup(line => line.Sku);
        foreach (var sku in skus.Order())
        {
            var left = told[sku].ToDictionary(line => (line.OrderId, line.Line));
            foreach (var (line, supply) in Pegging.Assign(waiting[sku], inbound[sku]))
            {
                left.Remove((line.Priority.Id, line.Line));
                Tell(at, line, supply, handling);
            }
            // What was served or cancelled waits for nothing: the operations that say so have told.
            foreach (var line in left.Values)
                line.Quantity = 0;
        }
    }

    /// <summary>Skus of which something changed that no run has looked at.</summary>
    public IEnumerable<Sku> Changed() => Changed(InMemory());

    private IEnumerable<Sku> Changed(Dictionary<object, Units> now)
    {
        var before = _looked ?? Stored();
        foreach (var (row, units) in now)
            if (!before.TryGetValue(row, out var was) || was != units)
                yield return units.Sku;
        foreach (var (row, was) in before)
            if (!now.ContainsKey(row))
                yield return was.Sku;
    }

    private void Tell(DateTimeOffset at, WaitingUnits line, InboundUnits? supply, TimeSpan handling)
    {
        var (id, expected) = (line.Priority.Id, supply?.ExpectedAt + handling);
        var known = _told.TryGetValue((id, line.Line), out var row) && row.Quantity > 0;
        var before = known ? row!.ExpectedAt : (DateTimeOffset?)null;
        var same = known ? supply is { } now && (row!.PurchaseOrderId, row.PurchaseOrderLine, row.ExpectedAt) == (now.PurchaseOrderId, now.Line, expected)
            : supply is null;
        if (supply is { } brings)
        {
            if (row is null)
                _told.Add((id, line.Line), row = new() { OrderId = id, Line = line.Line, Sku = line.Sku });
            (row.Quantity, row.PurchaseOrderId, row.PurchaseOrderLine, row.ExpectedAt) = (line.Quantity, brings.PurchaseOrderId, brings.Line, expected!.Value);
        }
        else if (row is not null)
            row.Quantity = 0;
        if (!same)
            outbox.Add(at, OrderExpected.Type, id.Value,
                new OrderExpected(id, line.Line, line.Sku, line.Quantity, expected, supply?.PurchaseOrderId, supply?.Line, before),
                OperationJson.Default.OrderExpected);
    }

    private IEnumerable<WaitingUnits> Waiting(HashSet<Sku> skus)
    {
        foreach (var line in _waiting)
            if (skus.Contains(line.Sku) && !orders.Has(line.Priority.Id))
                yield return line;
        foreach (var order in orders.Backordered)
            foreach (var line in order.Lines)
                if (skus.Contains(line.Sku) && Of(order, line) is { Count: > 0 } units)
                    yield return new(
                        new(order.Tier, order.LatestPromise, catalog.ChannelPriority(order.Channel), order.PlacedAt, order.Id), line.Number, line.Sku,
                        units.Count);
    }

    private IEnumerable<InboundUnits> Inbound(HashSet<Sku> skus)
    {
        foreach (var supply in _inbound)
            if (skus.Contains(supply.Sku) && !purchaseOrders.Has(supply.PurchaseOrderId))
                yield return supply;
        foreach (var order in purchaseOrders.Open)
            foreach (var line in order.Lines)
                if (skus.Contains(line.Sku) && Of(order, line) is { Count: > 0 } units)
                    yield return new(order.Id, line.Number, line.Sku, units.Count, units.At);
    }

    private Dictionary<object, Units> InMemory()
    {
        var units = new Dictionary<object, Units>();
        foreach (var order in orders.Backordered)
            foreach (var line in order.Lines)
                Add(units, line, Of(order, line));
        foreach (var order in purchaseOrders.Open)
            foreach (var line in order.Lines)
                Add(units, line, Of(order, line));
        return units;
    }

    /// <summary>As the database has them.</summary>
    private Dictionary<object, Units> Stored()
    {
        var units = new Dictionary<object, Units>();
        foreach (var order in orders.All)
            foreach (var line in order.Lines)
                Add(units, line, Of(order.Stored as Order, line.Stored as OrderLine));
        foreach (var order in purchaseOrders.Unordered)
            foreach (var line in order.Lines)
                Add(units, line, Of(order.Stored as PurchaseOrder, line.Stored as PurchaseOrderLine));
        return units;
    }

    private static void Add(Dictionary<object, Units> all, object row, Units units)
    {
        if (units.Count > 0)
            all.Add(row, units);
    }

    private static Units Of(Order? order, OrderLine? line) =>
        line is { Backordered: true, Waiting: > 0 } && order is { ReservationEndedAt: null, ClosedAt: null }
            ? new(line.Sku, line.Waiting, order.LatestPromise) : default;

    private static Units Of(PurchaseOrder? order, PurchaseOrderLine? line) =>
        order is { IsOpen: true } && line is { Open: > 0 } ? new(line.Sku, line.Open, line.ExpectedAt) : default;

    /// <param name="At">When they were promised, or are expected.</param>
    private readonly record struct Units(Sku Sku, long Count, DateTimeOffset At);
}
