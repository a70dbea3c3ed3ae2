using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// po.submitted, po.approved, po.rejected and po.sent. What the policy <c>purchasing</c> lets pass is approved by the rule, which says why; the rest waits for
/// a person who has not made the order.
/// </summary>
internal sealed class ApprovePurchaseOrder(
    PurchaseOrderBook orders, SupplierBook suppliers, ScoreBook scores, CatalogBook catalog, PolicyBook policies, PurchaseOrderChanges changes)
{
    public Rejection? Submitted(CloudEvent e, PurchaseOrderDecided data)
    {
        if ((orders.Judge(e, PurchaseOrderStep.SUBMIT, "submitted", out var order) ?? PurchaseOrderWords.NoPerson(data.By)) is { } wrong)
            return wrong;
        var currency = policies.At(PurchasingPolicy.Kind, e.Time).Settings.BaseCurrency;
        if (suppliers.Rate(order.Currency, currency, e.Time) is null)
            return SupplierBook.NoRate(order.Currency, currency);
        Submit(order, e.Time, data.By, data.Note);
        return null;
    }

    public Rejection? Approved(CloudEvent e, PurchaseOrderDecided data)
    {
        if (Decide(e, data, PurchaseOrderStep.APPROVE, "approved", out var order) is { } wrong)
            return wrong;
        Approve(order, e.Time, data.By, data.Note);
        return null;
    }

    public Rejection? Rejected(CloudEvent e, PurchaseOrderDecided data)
    {
        if (Decide(e, data, PurchaseOrderStep.REJECT, "rejected", out var order) is { } wrong)
            return wrong;
        PurchaseOrderChanges.End(order, PurchaseOrderStatus.REJECTED, e.Time);
        order.Note = data.Note;
        changes.Emit(order, e.Time, PurchaseOrderChanged.Rejected, data.By, data.Note);
        return null;
    }

    public Rejection? Sent(CloudEvent e, PurchaseOrderDecided data)
    {
        if ((orders.Judge(e, PurchaseOrderStep.SEND, "sent", out var order) ?? PurchaseOrderWords.NoPerson(data.By)) is { } wrong)
            return wrong;
        Send(order, e.Time, data.By, data.Note);
        return null;
    }

    /// <summary>A draft goes to approval, and on from there where the rule approves.</summary>
    public void Submit(PurchaseOrder order, DateTimeOffset at, string by, string? note)
    {
        var (version, policy) = policies.At(PurchasingPolicy.Kind, at);
        order.Status = PurchaseOrderStatus.PENDING_APPROVAL;
        order.SubmittedAt = at;
        order.PolicyVersion = version;
        order.BaseRate = suppliers.Rate(order.Currency, policy.BaseCurrency, at);
        var reasons = Reasons(order, policy).ToList();
        order.Note = reasons.Count == 0 ? note : $"for a person: {PurchaseOrderWords.Join(reasons)}";
        changes.Emit(order, at, PurchaseOrderChanged.Submitted, by, reasons.Count == 0 ? note : order.Note);
        if (reasons.Count > 0)
            return;
        Approve(order, at, PurchaseOrderWords.ApprovalRule, $"on the supplier's terms, and below the limit of policy purchasing {version}");
        if (policy.SendAtOnce)
            Send(order, at, PurchaseOrderWords.ApprovalRule, null);
    }

    public void MarkSent(PurchaseOrder order, DateTimeOffset at)
    {
        order.Status = PurchaseOrderStatus.SENT;
        order.SentAt = at;
        order.AcknowledgeBy = at + policies.At(PurchasingPolicy.Kind, at).Settings.AcknowledgeWithin;
    }

    /// <summary>Why a person is to approve it, without amounts of money; none: the rule does.</summary>
    private IEnumerable<string> Reasons(PurchaseOrder order, PurchasingPolicy policy)
    {
        var supplier = suppliers.Find(order.SupplierId)!;
        if (order.BaseRate is not { } rate)
            yield return $"no rate of {order.Currency} is known";
        else if (order.Value * rate >= policy.ApproveBelow)
            yield return "its value reaches the limit";
        if (policy.ApproveNewSuppliersByPerson && !orders.HasDelivered(order.SupplierId))
            yield return $"no order of supplier {order.SupplierId} was received yet";
        if (scores.Find(order.SupplierId) is { } score && score.IsBelow(policy.ApproveOtifBelow, policy.OtifLines))
            yield return $"supplier {order.SupplierId} {score.Says()}: below {SupplierScore.Percent(policy.ApproveOtifBelow)}";
        if (supplier.PaymentDays < policy.PaymentDays)
            yield return $"the supplier is to be paid in {supplier.PaymentDays} days";
        if (policy.Incoterms.Count > 0 && !policy.Incoterms.Contains(supplier.Incoterm ?? ""))
            yield return $"the supplier delivers {supplier.Incoterm ?? "by no agreed incoterm"}";
        foreach (var category in order.Lines.Select(line => catalog.Category(line.Sku)).OfType<string>().Distinct().Where(policy.PersonCategories.Contains)
            .Order(StringComparer.Ordinal))
            yield return $"it has items of category {category}";
        foreach (var off in OffTerms.Of(order, suppliers, catalog, policy.PriceOff))
            yield return off.Says;
    }

    private Rejection? Decide(CloudEvent e, PurchaseOrderDecided data, PurchaseOrderStep step, string what, out PurchaseOrder order)
    {
        if ((orders.Judge(e, step, what, out order) ?? PurchaseOrderWords.NoPerson(data.By)) is { } wrong)
            return wrong;
        return order.CreatedBy != data.By ? null
            : new(RejectionCodes.WrongState, $"purchase order {order.Id} was made by {data.By}: it is {what} by somebody else");
    }

    private void Approve(PurchaseOrder order, DateTimeOffset at, string by, string? note)
    {
        order.Status = PurchaseOrderStatus.APPROVED;
        (order.ApprovedBy, order.ApprovedAt, order.Note) = (by, at, note);
        changes.Emit(order, at, PurchaseOrderChanged.Approved, by, note);
    }

    private void Send(PurchaseOrder order, DateTimeOffset at, string by, string? note)
    {
        MarkSent(order, at);
        changes.Emit(order, at, PurchaseOrderChanged.Sent, by, note);
    }
}
