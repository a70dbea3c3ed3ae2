using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
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
internal sealed class AllocationRound(
    OrderBook orders, StockBook stock, CatalogBook catalog, PolicyBook policies, ExceptionBook exceptions, SourcingQueues queues, Promises promises,
    Releases releases, Outbox outbox) : IDueWork
{
    private readonly Demands _demands = new(stock, catalog);
    private DateTimeOffset? _lookedAt;
    private (int, int) _lookedWith;

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
    private bool IsWanted(DateTimeOffset at) =>
        orders.Unsourced.Count > 0 || orders.Unreleased.Count > 0 || orders.Freed.Count > 0 || orders.Incomplete.Count > 0
        || (orders.Waiting.Count > 0 && (stock.Gained.Count > 0 || stock.Drained.Count > 0 || !HasLooked(at)));

    /// <summary>Nodes or rules have changed since the last round, so that it may be worth looking at all that waits.</summary>
    public bool HasUpdatesToLookAt => _lookedWith != (catalog.LocationUpdates, policies.Updates);

    private bool HasLooked(DateTimeOffset at) => _lookedAt is { } last && !HasUpdatesToLookAt && !catalog.ReopensBetween(last, at);

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
        var settings = policies.At(AllocationPolicy.Kind, from).Settings;
        var next = Multiple(from, settings);
        if (!IsWanted(next))
            return null;
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

    /// <exception cref="DueWorkNotLoadedException">It was not foreseen.</exception>
    public void Run(DateTimeOffset at)
    {
        if (!IsAtHand)
            throw new DueWorkNotLoadedException();
        var policy = policies.At(AllocationPolicy.Kind, at);
        var nodes = catalog.NodesAt(at).ToList();
        GiveBackAtClosedNodes(policy.Settings, at);
        var all = !HasLooked(at);
        var candidates = orders.Unsourced.Concat(orders.Waiting.Where(
            order => all || HasIn(stock.Gained, order) || FitsOtherwise(order, policy.Settings) || order.IncompleteSince is not null)).ToHashSet();
        (_lookedAt, _lookedWith) = (at, (catalog.LocationUpdates, policies.Updates));
        stock.Gained.Clear();
        while (candidates.Count > 0)
        {
            stock.Drained.Clear();
            foreach (var (priority, order) in candidates.Select(order => (PriorityOf(order), order)).OrderBy(candidate => candidate.Item1).ToList())
            {
                candidates.Remove(order);
                AssertAtHand(order, priority, nodes, policy.Settings);
                Source(order, nodes, policy, at);
                // What it gave back those before it may want more than those after it: from the top again.
                if (stock.Gained.Count > 0)
                    break;
            }
            candidates.UnionWith(orders.Waiting.Where(order => HasIn(stock.Gained, order) || FitsOtherwise(order, policy.Settings)));
            stock.Gained.Clear();
        }
        AssertNothingLeft(nodes, policy.Settings);
        stock.Drained.Clear();
        releases.Begin(policy.Settings, at);
        foreach (var order in orders.Unreleased.OrderBy(order => order.Id).ToList())
            releases.Release(order, policy.Settings, at);
        foreach (var order in orders.Freed.ToList())
        {
            order.FreedAt = null;
            orders.UpdateQueues(order);
        }
        foreach (var order in orders.Incomplete.ToList())
        {
            order.IncompleteSince = null;
            orders.UpdateQueues(order);
        }
        (HasRun, UnsourcedElsewhere) = (true, 0);
    }

    /// <summary>What was promised there while another copy heard that it closes.</summary>
    private void GiveBackAtClosedNodes(AllocationPolicy settings, DateTimeOffset at)
    {
        foreach (var order in orders.Unreleased.OrderBy(order => order.Id).ToList())
        {
            var lost = Promises.Unreleased(order).FindAll(promise => !catalog.IsOpen(promise.Location, at + settings.WaitForReopening));
            if (lost.Count == 0)
                continue;
            promises.GiveBack(order, lost, "its node is closed", at, CauseOf(at));
            queues.Require(lost.Select(promise => promise.Line.Sku));
            Incomplete.Mark(order, at);
            orders.UpdateQueues(order);
            stock.Emit(order.Id.Value);
        }
    }

    private OrderPriority PriorityOf(Order order) => new(order.Tier, order.LatestPromise, catalog.ChannelPriority(order.Channel), order.PlacedAt, order.Id);

    private static bool HasIn(HashSet<Sku> skus, Order order) => skus.Count > 0 && order.Lines.Exists(line => line.Waiting > 0 && skus.Contains(line.Sku));

    /// <summary>
    /// Less stock finds less, but for an order that ships complete and has several lines of a sku, or may come from several nodes: it may fit otherwise once
    /// others have taken their part.
    /// </summary>
    private bool FitsOtherwise(Order order, AllocationPolicy settings) =>
        order.ShipComplete && (order.HasSkuTwice || settings.ShipCompleteNodes > 1) && HasIn(stock.Drained, order);

    /// <summary>An order that stands behind what is at hand of a queue may not take what orders before it, not at hand, might have taken.</summary>
    private void AssertAtHand(Order order, OrderPriority priority, List<LocationId> nodes, AllocationPolicy settings)
    {
        if (queues.Cut.Count == 0)
            return;
        var behind = order.Lines.FindAll(line => line.Waiting > 0 && queues.IsBehind(line.Sku, priority) && IsAvailable(line.Sku, nodes, settings));
        if (behind.Count > 0)
            throw new QueueTooShortException([.. behind.Select(line => line.Sku.Value).Distinct()]);
    }

    /// <summary>What is left of a sku may serve a line that is not at hand.</summary>
    private void AssertNothingLeft(List<LocationId> nodes, AllocationPolicy settings)
    {
        var left = queues.Cut.Where(sku => IsAvailable(sku, nodes, settings)).Select(sku => sku.Value).ToList();
        if (left.Count > 0)
            throw new QueueTooShortException(left);
    }

    private bool IsAvailable(Sku sku, List<LocationId> nodes, AllocationPolicy settings)
    {
        if (_demands.IsHeld(sku, settings))
            return false;
        foreach (var position in stock.Of(sku))
            if (position[StockState.Available] > 0 && nodes.Contains(position.Location))
                return true;
        return false;
    }

    private void Source(Order order, List<LocationId> nodes, Policy<AllocationPolicy> policy, DateTimeOffset at)
    {
        var assigned = new List<OperationEvents.LineQuantity>();
        var (plan, reasons) = Promise();
        var gaveBack = false;
        if (order.ShipComplete && plan.Missing > 0 && Promises.Free(order) is { Count: > 0 } free)
        {
            // With what it holds it cannot be had whole: it is looked for anew, and if that fails it holds nothing.
            promises.GiveBack(order, free, "the order ships complete, and the rest of it cannot be had with these", at, CauseOf(at));
            queues.Require(free.Select(promise => promise.Line.Sku));
            ((plan, reasons), gaveBack) = (Promise(), true);
        }
        var newlyShort = order.Lines.FindAll(line => line.Waiting > 0 && !line.Backordered);
        foreach (var line in newlyShort)
            line.Backordered = true;
        orders.UpdateQueues(order);
        if (plan.Missing > 0 && order.IncompleteSince is not null)
            TellIncomplete(order, at);
        if (assigned.Count == 0 && newlyShort.Count == 0 && !gaveBack)
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
        foreach (var line in newlyShort.Where(line => _demands.IsHeld(line.Sku, policy.Settings)))
            exceptions.Open($"{order.Id}:{line.Number}", at, CaseCategory.OrderOfInactiveItem, order.Id.Value, null,
                $"line {line.Number} waits: {line.Sku} is not active, and the policy holds what is not; make it active, or cancel the line",
                line.Waiting * line.Price);
        Decisions.Add(new() { OrderId = order.Id, OrderVersion = order.Version, At = at, PolicyVersion = policy.Version, Reasons = reasons });
        stock.Emit(order.Id.Value);

        (SourcingPlan, IReadOnlyList<OperationEvents.NodeReason>) Promise()
        {
            IReadOnlyList<OperationEvents.NodeReason>? first = null;
            var whole = order.ShipComplete ? new WholeOrder(policy.Settings.ShipCompleteNodes, Promises.Holding(order)) : null;
            SourcingPlan found;
            do
            {
                // What the first plan leaves may still be had, where the lines of one sku stood in each other's way.
                var demands = order.Lines.FindAll(line => line.Waiting > 0).ConvertAll(line => _demands.Of(order, line, nodes, policy.Settings));
                found = SourcingPlan.Find(demands, nodes, Available, policy.Settings.SplitLines, whole);
                first ??= found.Reasons;
                foreach (var assignment in found.Assignments)
                {
                    promises.Give(order, assignment, at, CauseOf(at));
                    assigned.Add(new(assignment.Line, assignment.Sku, assignment.Location, assignment.Quantity));
                }
            }
            while (found is { Assignments.Count: > 0, Missing: > 0 });
            return (found, first);
        }
    }

    /// <summary>Some units are picked, and where they stand the rest cannot be had.</summary>
    private void TellIncomplete(Order order, DateTimeOffset at)
    {
        var begun = order.Shipments.FindAll(shipment => !shipment.HasShipped && order.LiveIn(shipment).Any());
        var waiting = order.Lines.FindAll(line => line.Waiting > 0);
        if (begun.Count > 0)
            exceptions.Open($"{order.Id}:{order.Version}", at, CaseCategory.OrderIncomplete, order.Id.Value, begun[0].Location,
                $"it ships complete; {string.Join(", ", begun.Select(shipment => shipment.Id))} is begun, and for "
                + $"{string.Join(", ", waiting.Select(line => $"line {line.Number} {line.Waiting} of {line.Sku}"))} there is no stock that may go with it: "
                + "keep it until there is, put it back, or cancel what is missing",
                waiting.Sum(line => line.Waiting * line.Price));
    }

    private long Available(Sku sku, LocationId location)
    {
        var units = 0L;
        foreach (var position in stock.Of(sku))
            if (position.Location == location)
                units += position[StockState.Available];
        return units;
    }

    private static string CauseOf(DateTimeOffset at) => $"allocation-round:{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z";
}
