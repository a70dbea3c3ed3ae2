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

    /// <summary>What was looked at of rows in memory, when the run looked.</summary>
    private Dictionary<object, (long, DateTimeOffset)>? _looked;

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
        var skus = Changed().ToHashSet();
        if (!HasAll && skus.Where(sku => !Skus.Contains(sku)).Select(sku => sku.Value).ToList() is { Count: > 0 } unread)
            throw new QueueTooShortException(unread);
        if (_looked is null)
            skus.UnionWith(Noted);
        if (skus.Count > 0)
            Look(at, skus);
        _looked = [];
        foreach (var (row, now) in InMemory())
            if (now != default)
                _looked[row] = now;
    }

    private void Look(DateTimeOffset at, HashSet<Sku> skus)
    {
        var handling = policies.At(SupplyPolicy.Kind, at).Settings.PutAwayWithin;
        var inbound = Inbound().Where(supply => skus.Contains(supply.Sku)).ToLookup(supply => supply.Sku);
        var waiting = Waiting().Where(line => skus.Contains(line.Sku)).ToLookup(line => line.Sku);
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
    public IEnumerable<Sku> Changed()
    {
        foreach (var order in orders.All)
            foreach (var line in order.Lines)
                if (Of(order, line) != Before(line, line.Sku, Of(order.Stored as Order, line.Stored as OrderLine)))
                    yield return line.Sku;
        foreach (var order in purchaseOrders.Unordered)
            foreach (var line in order.Lines)
                if (Of(order, line) != Before(line, line.Sku, Of(order.Stored as PurchaseOrder, line.Stored as PurchaseOrderLine)))
                    yield return line.Sku;
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

    private IEnumerable<WaitingUnits> Waiting()
    {
        foreach (var line in _waiting)
            if (!orders.Has(line.Priority.Id))
                yield return line;
        foreach (var order in orders.All)
            foreach (var line in order.Lines)
                if (Of(order, line).Units is > 0 and var units)
                    yield return new(
                        new(order.Tier, order.LatestPromise, catalog.ChannelPriority(order.Channel), order.PlacedAt, order.Id), line.Number, line.Sku, units);
    }

    private IEnumerable<InboundUnits> Inbound()
    {
        var atHand = purchaseOrders.Unordered.Select(order => order.Id).ToHashSet();
        foreach (var supply in _inbound)
            if (!atHand.Contains(supply.PurchaseOrderId))
                yield return supply;
        foreach (var order in purchaseOrders.Unordered)
            foreach (var line in order.Lines)
                if (Of(order, line).Units is > 0 and var units)
                    yield return new(order.Id, line.Number, line.Sku, units, line.ExpectedAt);
    }

    private IEnumerable<(object Row, (long, DateTimeOffset) Now)> InMemory() =>
        orders.All.SelectMany(order => order.Lines.Select(line => ((object)line, Of(order, line))))
            .Concat(purchaseOrders.Unordered.SelectMany(order => order.Lines.Select(line => ((object)line, Of(order, line)))));

    /// <param name="stored">What the database has of it.</param>
    private (long, DateTimeOffset) Before(object row, Sku sku, (long, DateTimeOffset) stored) =>
        _looked is null || !(HasAll || Skus.Contains(sku)) ? stored : _looked.GetValueOrDefault(row);

    private static (long Units, DateTimeOffset At) Of(Order? order, OrderLine? line) =>
        line is { Backordered: true, Waiting: > 0 } && order is { ReservationEndedAt: null, ClosedAt: null } ? (line.Waiting, order.LatestPromise) : default;

    private static (long Units, DateTimeOffset At) Of(PurchaseOrder? order, PurchaseOrderLine? line) =>
        order is { IsOpen: true } && line is { Open: > 0 } ? (line.Open, line.ExpectedAt) : default;
}
