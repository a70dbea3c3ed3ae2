using System.Globalization;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Allocation;

/// <summary>What an order's lines want, and which nodes may not serve them, each with its reason in words that are kept.</summary>
internal sealed class Demands(StockBook stock, CatalogBook catalog)
{
    private static readonly Dictionary<LocationId, string> None = [];

    public Demand Of(Order order, OrderLine line, IReadOnlyList<LocationId> nodes, AllocationPolicy settings)
    {
        Dictionary<LocationId, string>? excluded = null;
        if (IsHeld(line.Sku, settings))
            foreach (var node in nodes)
                Exclude(node, $"{line.Sku} is not active, and the policy holds what is not");
        if (order.AvoidedLocation is { } avoided)
            Exclude(avoided, "the order is to be sourced without it");
        if (line.Rejected)
            foreach (var (node, at) in Rejections(order, line))
                Exclude(node, string.Create(CultureInfo.InvariantCulture, $"rejected it on {at.UtcDateTime:yyyy-MM-dd HH:mm}, nothing was seen there since"));
        if (order.ShipComplete)
            foreach (var shipment in order.Shipments)
                if (shipment is { HasShipped: false, Status: not ShipmentStatus.CANCELLED } && !Promises.MayJoin(order, shipment))
                    Exclude(shipment.Location, $"its parcel {shipment.Id} is closed already");
        if (!settings.SplitLines && line.Sourced > 0)
            BindTo(order.Allocations.Where(a => a.Line == line && a.IsLive && !IsExcluded(a.Location)).Select(a => a.Location).Intersect(nodes).ToHashSet());
        return new(line.Number, line.Sku, line.Waiting, excluded ?? None);

        void Exclude(LocationId node, string why) => (excluded ??= []).TryAdd(node, why);
        bool IsExcluded(LocationId node) => excluded?.ContainsKey(node) == true;

        // A node that is closed binds nobody.
        void BindTo(HashSet<LocationId> bound)
        {
            foreach (var node in bound.Count == 0 ? [] : nodes)
                if (!bound.Contains(node))
                    Exclude(node, $"the line is not split, and its first part comes from {string.Join(" and ", bound.Order())}");
        }
    }

    /// <summary>Lines of it wait, whatever stock there is.</summary>
    public bool IsHeld(Sku sku, AllocationPolicy settings) => settings.InactiveItems == AllocationPolicy.Hold && !catalog.IsActive(sku);

    /// <summary>Nodes that did not find it, and where nobody has seen anything of it after that.</summary>
    private IEnumerable<(LocationId Node, DateTimeOffset At)> Rejections(Order order, OrderLine line) =>
        order.Allocations.Where(a => a.Line == line && a.Status == AllocationStatus.REJECTED)
            .GroupBy(a => a.Location).Select(node => (node.Key, At: node.Max(a => a.RejectedAt ?? DateTimeOffset.MinValue)))
            .Where(rejection => !(stock.SeenAt(line.Sku, rejection.Key) > rejection.At));
}
