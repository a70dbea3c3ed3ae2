using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>A claim that a person settles by the API.</summary>
/// <param name="Locations">Its purchase order must be for one of these; null for any.</param>
public sealed record DirectClaim(string ClaimId, string PurchaseOrderId, IReadOnlyList<string>? Locations) : DirectSubject
{
    /// <summary>Of a claim that a person may accept, refuse or credit. What suppliers themselves tell is believed whatever it is.</summary>
    public static IReadOnlyList<string> CanBeAccepted { get; } = [nameof(SupplierClaimStatus.OPEN), nameof(SupplierClaimStatus.REFUSED)];

    /// <inheritdoc cref="CanBeAccepted"/>
    public static IReadOnlyList<string> CanBeRefused { get; } = [nameof(SupplierClaimStatus.OPEN), nameof(SupplierClaimStatus.ACCEPTED)];

    /// <inheritdoc cref="CanBeAccepted"/>
    public static IReadOnlyList<string> CanBeCredited { get; } = [nameof(SupplierClaimStatus.ACCEPTED)];

    /// <summary>It must be of one of these; null for any.</summary>
    public IReadOnlyList<string>? Statuses { get; init; }

    internal override Rejection? Refuse(Workspace workspace)
    {
        if (workspace.Get<ReceiptBook>().Find(new ClaimId(ClaimId)) is not { } found || found.PurchaseOrderId.Value != PurchaseOrderId
            || workspace.Get<PurchaseOrderBook>().Find(found.PurchaseOrderId) is not { } order || Locations?.Contains(order.Location.Value) == false)
            return new(RejectionCodes.UnknownClaim, $"no claim {ClaimId}");
        return Statuses?.Contains(found.Status.ToString()) == false ? new(RejectionCodes.WrongState, $"claim {ClaimId} is {found.Status}") : null;
    }

    internal override Standing Stands(Workspace workspace)
    {
        var found = workspace.Get<ReceiptBook>().Find(new ClaimId(ClaimId))!;
        return new(found.Version, found.Status.ToString());
    }
}
