using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>proposal.accepted and .dismissed: what people make of what is proposed.</summary>
internal sealed class ProposalHandlers(
    ReplenishmentBook book, SupplierBook suppliers, PolicyBook policies, MakePurchaseOrder make, Outbox outbox, Func<CloudEvent, DateTimeOffset> effectOf)
{
    public Rejection? Accepted(CloudEvent e, ProposalAccepted data)
    {
        if (Open(e.Subject, out var proposal) is { } wrong)
            return wrong;
        var wanted = new List<(Proposal Proposal, long Quantity)> { (proposal, data.Quantity ?? proposal.Quantity) };
        foreach (var other in data.With ?? [])
        {
            if (Open(other.ProposalId, out var with) is { } unfit)
                return unfit;
            wanted.Add((with, other.Quantity ?? with.Quantity));
        }
        if (wanted.Select(Unfit).FirstOrDefault(unfit => unfit is not null) is { } refused)
            return refused;
        var (at, transfer) = (effectOf(e), proposal.Kind == Proposal.Transfer);
        PurchaseOrderId? order = transfer ? null : ProposalId.OrderOf(proposal);
        foreach (var (accepted, quantity) in wanted)
        {
            (accepted.Status, accepted.AcceptedQuantity) = (quantity == accepted.Quantity ? ProposalStatus.ACCEPTED : ProposalStatus.EDITED, quantity);
            (accepted.DecidedAt, accepted.DecidedBy, accepted.Note, accepted.PurchaseOrderId) = (at, data.By, data.Note, order);
            accepted.Emit(outbox, at, transfer ? ProposalChanged.TransferProposed : ProposalChanged.Decided, data.By, data.Note);
        }
        if (order is { } id)
        {
            var lines = wanted.ConvertAll(each => ReplenishmentRun.LineOf(each.Proposal));
            make.Raise(at, id, proposal.SupplierId!.Value, proposal.Location, lines, data.By);
        }
        return null;

        Rejection? Unfit((Proposal Proposal, long Quantity) each)
        {
            var (other, quantity) = each;
            if (other.SupplierId != proposal.SupplierId || other.Location != proposal.Location || (other != proposal && proposal.Kind == Proposal.Transfer))
                return new(RejectionCodes.Invalid, $"proposals {proposal.Id} and {other.Id} are not of one supplier and location: no order can have both");
            if (other.Kind == Proposal.Transfer)
                return null;
            if (other.Price is null)
                return new(RejectionCodes.NoRate, $"proposal {other.Id} has no price: {other.Held}");
            if (suppliers.Find(other.SupplierId!.Value)?.Active == false || suppliers.Find(other.SupplierId!.Value, other.Sku)?.Active == false)
                return new(RejectionCodes.WrongState, $"{other.SupplierId} does not sell {other.Sku} any more");
            return quantity < other.MinimumQuantity || quantity % other.PackMultiple != 0
                ? new(RejectionCodes.Invalid, $"{other.SupplierId} sells {other.Sku} in multiples of {other.PackMultiple}, at least {other.MinimumQuantity}")
                : null;
        }
    }

    public Rejection? Dismissed(CloudEvent e, ProposalDismissed data)
    {
        if (Open(e.Subject, out var proposal) is { } wrong)
            return wrong;
        var at = effectOf(e);
        (proposal.Status, proposal.DecidedAt, proposal.DecidedBy, proposal.Note) = (ProposalStatus.DISMISSED, at, data.By, data.Reason);
        proposal.NotAgainUntil = data.Until?.ToUniversalTime() ?? at + policies.At(ReplenishmentPolicy.Kind, at).Settings.DismissedFor;
        proposal.Emit(outbox, at, ProposalChanged.Decided, data.By, data.Reason);
        return null;
    }

    private Rejection? Open(string id, out Proposal proposal)
    {
        proposal = book.Find(id)!;
        return proposal is null ? new(RejectionCodes.UnknownProposal, $"no proposal {id}") { Awaits = $"proposal/{id}" }
            : proposal.Status == ProposalStatus.OPEN ? null : new(RejectionCodes.WrongState, $"proposal {id} is {proposal.Status}, it does not wait");
    }
}
