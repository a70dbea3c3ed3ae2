using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>What a round decided about one order, kept with the policy that ruled.</summary>
internal sealed record AllocationDecision(OrderId OrderId, long OrderVersion, DateTimeOffset At, int PolicyVersion, IReadOnlyList<OperationEvents.NodeReason> Reasons);

/// <summary>
/// One round of sourcing: every order that wants stock, in priority (tier, promise, channel priority, age, id), each by <see cref="SourcingPlan"/>; then what may go is released.
/// A round leaves nothing behind that another look at the same stock would find, so it does not matter how often that is tried, nor which orders are at hand beside those
/// whose skus have changed since.
/// </summary>
internal sealed class AllocationRound(OrderBook orders, StockBook stock, CatalogBook catalog, PolicyBook policies, Outbox outbox, List<AllocationDecision> decisions)
{
    private bool _looked;

    /// <summary>Whether a round now could change anything.</summary>
    public bool IsWanted => orders.Unsourced.Count > 0 || orders.Unreleased.Count > 0 || (orders.Waiting.Count > 0 && (!_looked || stock.Gained.Count > 0 || stock.Drained.Count > 0));

    /// <summary>Something other than stock changed that may make a node serve an order it could not serve before.</summary>
    public void LookAtAll() => _looked = false;

    public void Run(DateTimeOffset at)
    {
        var version = policies.At(PolicyKinds.Allocation, at);
        var policy = PolicyKinds.AllocationOf(version);
        var nodes = catalog.Nodes.ToList();
        var candidates = orders.Unsourced.Concat(orders.Waiting.Where(order => !_looked || HasIn(stock.Gained, order) || FitsOtherwise(order))).ToList();
        _looked = true;
        while (candidates.Count > 0)
        {
            stock.Drained.Clear();
            foreach (var order in candidates.OrderBy(order => order.Tier).ThenBy(order => order.PromisedAt).ThenBy(order => catalog.ChannelPriority(order.Channel)).ThenBy(order => order.PlacedAt).ThenBy(order => order.Id))
                Source(order, nodes, policy, version?.Version ?? 0, at);
            candidates = [.. orders.Waiting.Where(FitsOtherwise)];
        }
        stock.Gained.Clear();
        stock.Drained.Clear();
        foreach (var order in orders.Unreleased.OrderBy(order => order.Id).ToList())
            Release(order, at);
    }

    private static bool HasIn(HashSet<Sku> skus, Order order) => skus.Count > 0 && order.Lines.Exists(line => line.Waiting > 0 && skus.Contains(line.Sku));

    /// <summary>Less stock finds less, but for an order that ships complete and has several lines of a sku: they may fit otherwise once others have taken their part.</summary>
    private bool FitsOtherwise(Order order) => order.ShipComplete && order.HasSkuTwice && HasIn(stock.Drained, order);

    private void Source(Order order, List<LocationId> nodes, AllocationPolicy policy, int policyVersion, DateTimeOffset at)
    {
        var waiting = order.Lines.FindAll(line => line.Waiting > 0);
        var assigned = new List<OperationEvents.LineQuantity>();
        IReadOnlyList<OperationEvents.NodeReason>? reasons = null;
        SourcingPlan plan;
        do
        {
            // What the first plan leaves may still be had, where the lines of one sku stood in each other's way.
            plan = SourcingPlan.Find(waiting.FindAll(line => line.Waiting > 0).ConvertAll(line => DemandOf(order, line, nodes, policy.SplitLines)), nodes, Available, policy.SplitLines, order.ShipComplete);
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
        {
            line.Backordered = true;
            line.Changed();
        }
        orders.Sort(order);
        if (assigned.Count == 0 && newlyShort.Count == 0)
            return;
        if (assigned.Count > 0)
            outbox.Add(at, OperationEvents.Allocated, order.Id.Value, new OperationEvents.OrderAllocated(order.NextState(at), policyVersion, assigned, reasons), OperationJson.Default.OrderAllocated);
        if (newlyShort.Count > 0)
        {
            var lines = newlyShort.ConvertAll(line => new OperationEvents.OrderBackordered.WaitingLine(line.Number, line.Sku, line.Waiting));
            outbox.Add(at, OperationEvents.Backordered, order.Id.Value, new OperationEvents.OrderBackordered(order.NextState(at), lines), OperationJson.Default.OrderBackordered);
        }
        decisions.Add(new(order.Id, order.Version, at, policyVersion, reasons));
        stock.Tell(at, order.Id.Value, CauseOf(at));
    }

    /// <summary>Not from nodes that rejected the line; and where lines may not be split, the rest of one comes from the node that has promised its first part.</summary>
    private static Demand DemandOf(Order order, OrderLine line, List<LocationId> nodes, bool splitLines)
    {
        HashSet<LocationId> excluded = line.Rejected ? [.. order.Allocations.Where(a => a.Line == line && a.Status == AllocationStatus.REJECTED).Select(a => a.Location)] : [];
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
            line.Changed();
            left -= quantity;
        }
    }

    private void Release(Order order, DateTimeOffset at)
    {
        foreach (var node in order.Allocations.Where(a => a.Status == AllocationStatus.ALLOCATED).GroupBy(a => a.Location).OrderBy(group => group.Key).ToList())
        {
            var shipment = new Shipment(new($"{order.Id}-S{order.Shipments.Count + 1}"), node.Key, at);
            orders.Add(order, shipment);
            foreach (var allocation in node)
            {
                allocation.Status = AllocationStatus.RELEASED;
                allocation.Shipment = shipment;
                allocation.Changed();
            }
            var lines = node.Select(a => new OperationEvents.LineQuantity(a.Line.Number, a.Line.Sku, a.Location, a.Quantity)).ToList();
            outbox.Add(at, OperationEvents.Released, order.Id.Value, new OperationEvents.OrderReleased(order.NextState(at), shipment.Id, shipment.Location, lines), OperationJson.Default.OrderReleased);
        }
        orders.Sort(order);
    }

    private static string CauseOf(DateTimeOffset at) => $"allocation-round:{at.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z";
}
