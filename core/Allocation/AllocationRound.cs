using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Allocation;

/// <summary>
/// One round of sourcing: every order that wants stock, in priority (<see cref="OrderPriority"/>), each by <see cref="SourcingPlan"/>; then what may go is
/// released. A round leaves nothing behind that another look at the same stock would find, so it does not matter how often that is tried, nor which orders
/// are at hand beside those whose skus have changed since. It falls due at every multiple of the policy's cadence, soon after an order was freed of what held
/// it back, and at once when many orders wait to be looked at.
/// </summary>
internal sealed class AllocationRound(OrderBook orders, StockBook stock, CatalogBook catalog, PolicyBook policies, SourcingQueues queues, Outbox outbox)
    : IDueWork
{
    private bool _looked;
    private (int, int) _lookedAt;

    /// <summary>Decided by the rounds of this batch.</summary>
    public List<AllocationDecision> Decisions { get; } = [];

    /// <summary>A round has run, and found all that was to be found at its time.</summary>
    public bool HasRun { get; private set; }

    /// <summary>All that a round looks at is at hand. False: none was to fall due, so only what the events name was loaded.</summary>
    public bool IsAtHand { get; set; } = true;

    /// <summary>Orders beside those at hand that were never looked at.</summary>
    public int UnsourcedElsewhere { get; set; }

    /// <summary>When the earliest order was freed of those that are not at hand; null where none is.</summary>
    public DateTimeOffset? FreedElsewhere { get; set; }

    public bool OnlyLatest => true;

    /// <summary>Whether a round now could change anything.</summary>
    private bool IsWanted => orders.Unsourced.Count > 0 || orders.Unreleased.Count > 0 || orders.Freed.Count > 0
        || (orders.Waiting.Count > 0 && (!HasLooked || stock.Gained.Count > 0 || stock.Drained.Count > 0));

    /// <summary>Nodes or rules have changed since the last round, so that it may be worth looking at all that waits.</summary>
    public bool HasUpdatesToLookAt => _lookedAt != (catalog.LocationUpdates, policies.Updates);

    private bool HasLooked => _looked && !HasUpdatesToLookAt;

    /// <summary>Whether a round may fall due while time passes from one instant to another: then all that it looks at must be loaded.</summary>
    /// <param name="from">Null: time begins.</param>
    /// <param name="captured">Orders that events of the batch may add.</param>
    /// <param name="freed">When the earliest order is freed by an event of the batch; null where none is.</param>
    public bool MayRun(DateTimeOffset? from, DateTimeOffset until, int captured, DateTimeOffset? freed)
    {
        if (from is not { } begins)
            return true;
        var settings = policies.At(AllocationPolicy.Kind, begins).Settings;
        return Multiple(begins, settings) <= until || Earlier(FreedElsewhere, freed) + settings.ReleaseWithin <= until
            || UnsourcedElsewhere + captured >= settings.WaitingOrders;
    }

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        if (!IsWanted)
            return null;
        var settings = policies.At(AllocationPolicy.Kind, from).Settings;
        var next = Multiple(from, settings);
        return orders.EarliestFreed + settings.ReleaseWithin is { } soon && soon > from && soon < next ? soon : next;
    }

    public bool IsDueNow(DateTimeOffset now)
    {
        var unsourced = orders.Unsourced.Count + UnsourcedElsewhere;
        var freed = Earlier(orders.EarliestFreed, FreedElsewhere);
        if (unsourced == 0 && freed is null)
            return false;
        var settings = policies.At(AllocationPolicy.Kind, now).Settings;
        return unsourced >= settings.WaitingOrders || freed + settings.ReleaseWithin <= now;
    }

    private static DateTimeOffset Multiple(DateTimeOffset from, AllocationPolicy settings) =>
        new((from.UtcTicks / settings.Cadence.Ticks + 1) * settings.Cadence.Ticks, TimeSpan.Zero);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    /// <summary>Every order at hand is looked at again.</summary>
    public void LookAtAll() => _looked = false;

    /// <exception cref="DueWorkNotLoadedException">It was not foreseen.</exception>
    public void Run(DateTimeOffset at)
    {
        if (!IsAtHand)
            throw new DueWorkNotLoadedException();
        var policy = policies.At(AllocationPolicy.Kind, at);
        var nodes = catalog.Nodes.ToList();
        var all = !HasLooked;
        var candidates = orders.Unsourced.Concat(orders.Waiting.Where(order => all || HasIn(stock.Gained, order) || FitsOtherwise(order))).ToList();
        (_looked, _lookedAt) = (true, (catalog.LocationUpdates, policies.Updates));
        while (candidates.Count > 0)
        {
            stock.Drained.Clear();
            foreach (var (priority, order) in candidates.Select(order => (PriorityOf(order), order)).OrderBy(candidate => candidate.Item1))
            {
                AssertAtHand(order, priority, nodes);
                Source(order, nodes, policy, at);
            }
            candidates = [.. orders.Waiting.Where(FitsOtherwise)];
        }
        AssertNothingLeft(nodes);
        stock.Gained.Clear();
        stock.Drained.Clear();
        foreach (var order in orders.Unreleased.OrderBy(order => order.Id).ToList())
            Release(order, at);
        foreach (var order in orders.Freed.ToList())
        {
            order.FreedAt = null;
            orders.UpdateQueues(order);
        }
        (HasRun, UnsourcedElsewhere) = (true, 0);
    }

    private OrderPriority PriorityOf(Order order) => new(order.Tier, order.LatestPromise, catalog.ChannelPriority(order.Channel), order.PlacedAt, order.Id);

    private static bool HasIn(HashSet<Sku> skus, Order order) => skus.Count > 0 && order.Lines.Exists(line => line.Waiting > 0 && skus.Contains(line.Sku));

    /// <summary>
    /// Less stock finds less, but for an order that ships complete and has several lines of a sku: they may fit otherwise once others have taken their
    /// part.
    /// </summary>
    private bool FitsOtherwise(Order order) => order.ShipComplete && order.HasSkuTwice && HasIn(stock.Drained, order);

    /// <summary>An order that stands behind what is at hand of a queue may not take what orders before it, not at hand, might have taken.</summary>
    private void AssertAtHand(Order order, OrderPriority priority, List<LocationId> nodes)
    {
        if (queues.Cut.Count == 0)
            return;
        var behind = order.Lines.FindAll(line => line.Waiting > 0 && queues.IsBehind(line.Sku, priority) && IsAvailable(line.Sku, nodes));
        if (behind.Count > 0)
            throw new QueueTooShortException([.. behind.Select(line => line.Sku.Value).Distinct()]);
    }

    /// <summary>What is left of a sku may serve a line that is not at hand.</summary>
    private void AssertNothingLeft(List<LocationId> nodes)
    {
        var left = queues.Cut.Where(sku => IsAvailable(sku, nodes)).Select(sku => sku.Value).ToList();
        if (left.Count > 0)
            throw new QueueTooShortException(left);
    }

    private bool IsAvailable(Sku sku, List<LocationId> nodes)
    {
        foreach (var position in stock.Of(sku))
            if (position[StockState.Available] > 0 && nodes.Contains(position.Location))
                return true;
        return false;
    }

    private void Source(Order order, List<LocationId> nodes, Policy<AllocationPolicy> policy, DateTimeOffset at)
    {
        var waiting = order.Lines.FindAll(line => line.Waiting > 0);
        var splitLines = policy.Settings.SplitLines;
        var assigned = new List<OperationEvents.LineQuantity>();
        IReadOnlyList<OperationEvents.NodeReason>? reasons = null;
        SourcingPlan plan;
        do
        {
            // What the first plan leaves may still be had, where the lines of one sku stood in each other's way.
            var demands = waiting.FindAll(line => line.Waiting > 0).ConvertAll(line => DemandOf(order, line, nodes, splitLines));
            plan = SourcingPlan.Find(demands, nodes, Available, splitLines, order.ShipComplete);
            reasons ??= plan.Reasons;
            foreach (var assignment in plan.Assignments)
            {
                Promise(order, order.Line(assignment.Line)!, assignment, at);
                assigned.Add(new(assignment.Line, assignment.Sku, assignment.Location, assignment.Quantity));
            }
        }
        while (plan is { Assignments.Count: > 0, Missing: > 0 });
        var newlyShort = waiting.FindAll(line => line.Waiting > 0 && !line.Backordered);
        foreach (var line in newlyShort)
            line.Backordered = true;
        orders.UpdateQueues(order);
        if (assigned.Count == 0 && newlyShort.Count == 0)
            return;
        if (assigned.Count > 0)
            order.Emit(outbox, at, OperationEvents.Allocated,
                state => new OperationEvents.OrderAllocated(state, policy.Version, assigned, reasons), OperationJson.Default.OrderAllocated);
        if (newlyShort.Count > 0)
        {
            var lines = newlyShort.ConvertAll(line => new OperationEvents.OrderBackordered.WaitingLine(line.Number, line.Sku, line.Waiting));
            order.Emit(outbox, at, OperationEvents.Backordered, state => new OperationEvents.OrderBackordered(state, lines),
                OperationJson.Default.OrderBackordered);
        }
        Decisions.Add(new() { OrderId = order.Id, OrderVersion = order.Version, At = at, PolicyVersion = policy.Version, Reasons = reasons });
        stock.Emit(order.Id.Value);
    }

    /// <summary>
    /// Not from nodes that rejected the line; and where lines may not be split, the rest of one comes from the node that has promised its first part.
    /// </summary>
    private static Demand DemandOf(Order order, OrderLine line, List<LocationId> nodes, bool splitLines)
    {
        HashSet<LocationId> excluded = line.Rejected
            ? [.. order.Allocations.Where(a => a.Line == line && a.Status == AllocationStatus.REJECTED).Select(a => a.Location)]
            : [];
        if (!splitLines && line.Sourced > 0)
        {
            var bound = order.Allocations.Where(a => a.Line == line && a.IsLive && !excluded.Contains(a.Location)).Select(a => a.Location).ToHashSet();
            if (bound.Count > 0)
                excluded.UnionWith(nodes.Where(node => !bound.Contains(node)));
        }
        return new(line.Number, line.Sku, line.Waiting, excluded);
    }

    private long Available(Sku sku, LocationId location)
    {
        var units = 0L;
        foreach (var position in stock.Of(sku))
            if (position.Location == location)
                units += position[StockState.Available];
        return units;
    }

    /// <summary>Lots in their order, so that a line may become several promises at one node.</summary>
    private void Promise(Order order, OrderLine line, Assignment assignment, DateTimeOffset at)
    {
        var left = assignment.Quantity;
        foreach (var position in stock.Of(assignment.Sku))
        {
            if (position.Location != assignment.Location || position[StockState.Available] == 0 || left == 0)
                continue;
            var quantity = Math.Min(left, position[StockState.Available]);
            stock.Move(position, StockState.Available, StockState.Allocated, quantity, at, "allocated", CauseOf(at), order.Id);
            order.Promise(line, position.Location, position.Lot, quantity);
            line.Sourced += quantity;
            left -= quantity;
        }
    }

    private void Release(Order order, DateTimeOffset at)
    {
        var nodes = order.Allocations.Where(a => a.Status == AllocationStatus.ALLOCATED).GroupBy(a => a.Location).OrderBy(group => group.Key).ToList();
        foreach (var node in nodes)
        {
            var shipment = new Shipment { Id = new($"{order.Id}-S{order.Shipments.Count + 1}"), OrderId = order.Id, Location = node.Key, ReleasedAt = at };
            orders.Add(order, shipment);
            foreach (var allocation in node)
            {
                allocation.Status = AllocationStatus.RELEASED;
                allocation.Shipment = shipment;
            }
            var lines = node.Select(a => new OperationEvents.LineQuantity(a.LineNumber, a.Line.Sku, a.Location, a.Quantity)).ToList();
            order.Emit(outbox, at, OperationEvents.Released,
                state => new OperationEvents.OrderReleased(state, shipment.Id, shipment.Location, lines), OperationJson.Default.OrderReleased);
        }
        orders.UpdateQueues(order);
    }

    private static string CauseOf(DateTimeOffset at) => $"allocation-round:{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z";
}
