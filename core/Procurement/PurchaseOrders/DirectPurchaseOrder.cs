using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>A purchase order that is changed, or made, by the API.</summary>
/// <param name="Locations">It must be for one of these; null for any.</param>
public sealed record DirectPurchaseOrder(string PurchaseOrderId, IReadOnlyList<string>? Locations) : DirectSubject
{
    /// <summary>For where a new one is; null for one that there is.</summary>
    public LocationId? New { get; init; }

    internal override Rejection? Refuse(Workspace workspace)
    {
        var order = Find(workspace);
        if (New is { } place)
            return Locations?.Contains(place.Value) == false ? new(RejectionCodes.UnknownLocation, $"no location {place}")
                : order is not null ? new(RejectionCodes.AlreadyExists, $"there is a purchase order {PurchaseOrderId}") : null;
        return order is null || Locations?.Contains(order.Location.Value) == false
            ? new(RejectionCodes.UnknownPurchaseOrder, $"no purchase order {PurchaseOrderId}") : null;
    }

    internal override Standing Stands(Workspace workspace) =>
        Find(workspace) is { } order ? new(order.Version, order.Status.ToString()) : new(0, "NONE");

    private PurchaseOrder? Find(Workspace workspace) => workspace.Get<PurchaseOrderBook>().Find(new(PurchaseOrderId));
}
