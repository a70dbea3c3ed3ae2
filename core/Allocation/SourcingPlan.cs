using System.Numerics;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Allocation;

/// <summary>Units of one line that want a node.</summary>
/// <param name="Excluded">Nodes that may not serve this line, and why.</param>
internal sealed record Demand(int Line, Sku Sku, long Quantity, IReadOnlyDictionary<LocationId, string> Excluded);

/// <summary>An order that ships complete: all of it or nothing, from few nodes.</summary>
/// <param name="Nodes">Most that may send of it at once.</param>
/// <param name="Bound">Those that hold units of it already, which have not left.</param>
internal sealed record WholeOrder(int Nodes, IReadOnlyCollection<LocationId> Bound)
{
    public bool Allows(IReadOnlyCollection<LocationId> nodes)
    {
        var added = 0;
        foreach (var node in nodes)
            if (!Bound.Contains(node))
                added++;
        return added == 0 || Bound.Count + added <= Nodes;
    }
}

/// <summary>Units of one line from one node.</summary>
internal readonly record struct Assignment(int Line, Sku Sku, LocationId Location, long Quantity);

/// <summary>
/// How one order is given to nodes: the most units that stock allows, from the fewest nodes, the best-ranked of those. One node that has it all always wins.
/// A pure decision: exact over all sets of nodes up to <see cref="ExactNodes"/>; beyond, over those that alone could serve the most, and where these fall
/// short, over all of them.
/// </summary>
internal sealed record SourcingPlan(IReadOnlyList<Assignment> Assignments, IReadOnlyList<OperationEvents.NodeReason> Reasons, long Missing)
{
    /// <summary>Most nodes whose sets are all looked at; fewer for an order of many lines, so that an order costs milliseconds at most.</summary>
    public const int ExactNodes = 10;

    /// <summary>Sets times lines.</summary>
    private const int ExactWork = 50_000;

    /// <param name="demands">At least one.</param>
    /// <param name="nodes">Best-ranked first.</param>
    /// <param name="available">Units of a sku that a node can promise.</param>
    /// <param name="splitLines">Whether one line may come from several nodes.</param>
    /// <param name="whole">All or nothing; null where the order takes what it gets.</param>
    public static SourcingPlan Find(
        IReadOnlyList<Demand> demands, IReadOnlyList<LocationId> nodes, Func<Sku, LocationId, long> available, bool splitLines, WholeOrder? whole)
    {
        var wanted = demands.Sum(demand => demand.Quantity);
        var stock = new Dictionary<(Sku, LocationId), long>();
        foreach (var demand in demands)
            foreach (var node in nodes)
                stock.TryAdd((demand.Sku, node), available(demand.Sku, node));

        var alone = nodes.Select((node, rank) => (Node: node, Rank: rank, Units: Assign(demands, [node], stock, splitLines, null))).ToList();
        List<LocationId> chosen;
        long covered;
        if (alone.Find(one => one.Units == wanted && whole?.Allows([one.Node]) != false) is { Units: > 0 } single)
            (chosen, covered) = ([single.Node], wanted);
        else
        {
            var useful = alone.FindAll(one => one.Units > 0);
            var exact = Math.Clamp(BitOperations.Log2((uint)Math.Max(1, ExactWork / demands.Count)), 1, ExactNodes);
            (chosen, covered) = BestSet(
                demands, [.. useful.OrderByDescending(one => one.Units).ThenBy(one => one.Rank).Take(exact).OrderBy(one => one.Rank).Select(one => one.Node)],
                stock, splitLines, whole);
            if (useful.Count > exact && covered < wanted
                && FewestOf(demands, useful.ConvertAll(one => one.Node), stock, splitLines) is var fewest && whole?.Allows(fewest.Nodes) != false)
                (chosen, covered) = Better((chosen, covered), fewest);
        }

        var assignments = new List<Assignment>();
        if (whole is null || covered == wanted)
            Assign(demands, chosen, stock, splitLines, assignments);
        var used = assignments.Select(assignment => assignment.Location).ToHashSet();
        var reasons = alone.ConvertAll(
            one => new OperationEvents.NodeReason(one.Node, used.Contains(one.Node), Why(one.Node, one.Units, wanted, covered, used, whole, demands)));
        return new(assignments, reasons, wanted - assignments.Sum(assignment => assignment.Quantity));
    }

    private static (List<LocationId>, long) Better((List<LocationId> Nodes, long Units) a, (List<LocationId> Nodes, long Units) b) => b.Units > a.Units ? b : a;

    /// <summary>All nodes, less those that add nothing, the worst-ranked left out first.</summary>
    private static (List<LocationId> Nodes, long Units) FewestOf(
        IReadOnlyList<Demand> demands, List<LocationId> nodes, Dictionary<(Sku, LocationId), long> stock, bool splitLines)
    {
        var units = Assign(demands, nodes, stock, splitLines, null);
        for (var index = nodes.Count - 1; index >= 0; index--)
        {
            List<LocationId> without = [.. nodes[..index], .. nodes[(index + 1)..]];
            if (Assign(demands, without, stock, splitLines, null) >= units)
                nodes = without;
        }
        return (nodes, Assign(demands, nodes, stock, splitLines, null));
    }

    private static (List<LocationId> Nodes, long Units) BestSet(
        IReadOnlyList<Demand> demands, List<LocationId> nodes, Dictionary<(Sku, LocationId), long> stock, bool splitLines, WholeOrder? whole)
    {
        (List<LocationId> Nodes, long Units, int Ranks) best = ([], 0, 0);
        for (var set = 1u; set < 1u << nodes.Count; set++)
        {
            var members = new List<LocationId>(BitOperations.PopCount(set));
            var ranks = 0;
            for (var index = 0; index < nodes.Count; index++)
                if ((set & (1u << index)) != 0)
                {
                    members.Add(nodes[index]);
                    ranks += index;
                }
            if (whole?.Allows(members) == false)
                continue;
            var units = Assign(demands, members, stock, splitLines, null);
            if (units > best.Units || (units == best.Units && (members.Count < best.Nodes.Count || (members.Count == best.Nodes.Count && ranks < best.Ranks))))
                best = (members, units, ranks);
        }
        return (best.Nodes, best.Units);
    }

    /// <summary>Gives each line to the first node that has all of it, else, where lines may be split, to several in turn, else what the richest has.</summary>
    /// <returns>Units given.</returns>
    private static long Assign(
        IReadOnlyList<Demand> demands, List<LocationId> nodes, Dictionary<(Sku, LocationId), long> stock, bool splitLines, List<Assignment>? into)
    {
        Dictionary<(Sku, LocationId), long>? taken = null;
        var units = 0L;
        foreach (var demand in demands)
        {
            var left = demand.Quantity;
            if (WholeLine(demand, nodes, stock, taken) is { } whole)
                Take(whole, left);
            else if (splitLines)
                foreach (var node in nodes)
                    Take(node, Math.Min(left, Left(demand, node, stock, taken)));
            else if (nodes.Count > 0 && nodes.MaxBy(node => Left(demand, node, stock, taken)) is var richest)
                Take(richest, Math.Min(left, Left(demand, richest, stock, taken)));

            void Take(LocationId node, long quantity)
            {
                if (quantity <= 0)
                    return;
                left -= quantity;
                units += quantity;
                taken ??= [];
                taken[(demand.Sku, node)] = taken.GetValueOrDefault((demand.Sku, node)) + quantity;
                into?.Add(new(demand.Line, demand.Sku, node, quantity));
            }
        }
        return units;
    }

    private static LocationId? WholeLine(
        Demand demand, List<LocationId> nodes, Dictionary<(Sku, LocationId), long> stock, Dictionary<(Sku, LocationId), long>? taken)
    {
        foreach (var node in nodes)
            if (Left(demand, node, stock, taken) >= demand.Quantity)
                return node;
        return null;
    }

    private static long Left(Demand demand, LocationId node, Dictionary<(Sku, LocationId), long> stock, Dictionary<(Sku, LocationId), long>? taken) =>
        demand.Excluded.ContainsKey(node) ? 0 : stock[(demand.Sku, node)] - (taken?.GetValueOrDefault((demand.Sku, node)) ?? 0);

    private static string Why(
        LocationId node, long alone, long wanted, long covered, HashSet<LocationId> used, WholeOrder? whole, IReadOnlyList<Demand> demands)
    {
        var said = used.Contains(node) && used.Count > 1 ? $"one of the fewest that cover {covered} of {wanted} units"
            : used.Contains(node) ? alone == wanted ? "has it all" : "has the most"
            : alone == 0 ? "has none of it"
            : whole is not null && covered < wanted ? $"has {alone} of {wanted} units; the order ships complete, from {Most(whole.Nodes)} at once"
            : alone == wanted ? "has it all; a better-ranked node does too"
            : $"has {alone} of {wanted} units; not needed";
        List<(int Line, string Why)>? excluded = null;
        for (var index = 0; index < demands.Count; index++)
            if (demands[index].Excluded.TryGetValue(node, out var why))
                (excluded ??= []).Add((demands[index].Line, why));
        return excluded is null ? said
            : excluded.Count == demands.Count && excluded.DistinctBy(one => one.Why).Count() == 1 ? excluded[0].Why
            : string.Join("; ", excluded.Select(one => $"line {one.Line}: {one.Why}").Prepend(said));
    }

    private static string Most(int nodes) => nodes == 1 ? "one node" : $"{nodes} nodes at most";
}
