using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// What follows from any change of a purchase order: the statuses and times of its lines, its version, the operation that tells of it, word to what waits for
/// it, and its end.
/// </summary>
/// <param name="provide">As <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class PurchaseOrderChanges(PolicyBook policies, Outbox outbox, Action<string> provide)
{
    /// <summary>The order has changed: it is told as it stands.</summary>
    /// <param name="type">Of the constants of <see cref="PurchaseOrderChanged"/>: what was done.</param>
    /// <param name="by">A person, <c>rule:...</c> or <c>supplier</c>.</param>
    public void Emit(
        PurchaseOrder order, DateTimeOffset at, string type, string by, string? note = null, PurchaseOrderChanged.AnnouncedAsn? asn = null)
    {
        order.Look(at, policies.At(PurchasingPolicy.Kind, at).Settings.LateAfter);
        order.Version++;
        outbox.Add(at, type, order.Id.Value, new PurchaseOrderChanged(order.State(), by, note, asn), OperationJson.Default.PurchaseOrderChanged);
        provide($"purchase_order/{order.Id}");
    }

    /// <summary>An order that is out and of which nothing more is to come is closed; nothing happens to any other.</summary>
    public void Settle(PurchaseOrder order, DateTimeOffset at, string by)
    {
        if (PurchaseOrderSteps.After(order.Status, PurchaseOrderStep.CLOSE) is not { } closed || order.Lines.Exists(line => !line.IsOver))
            return;
        order.Status = closed;
        order.ClosedAt = at;
        Emit(order, at, PurchaseOrderChanged.Closed, by);
    }

    /// <summary>All that is open of it is not to come.</summary>
    /// <param name="status">Its end.</param>
    public static void End(PurchaseOrder order, PurchaseOrderStatus status, DateTimeOffset at)
    {
        foreach (var line in order.Lines)
            line.Cancelled += line.Open;
        order.Status = status;
        order.ClosedAt = at;
    }
}
