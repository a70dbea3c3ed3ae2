using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>claim.accepted, claim.refused, claim.credited: what the supplier says to a claim. What stands in the end follows from times.</summary>
internal sealed class SettleClaim(ReceiptBook receipts, Discrepancies discrepancies)
{
    public Rejection? Accepted(CloudEvent e, ClaimAnswered data) => Settle(e, data.ClaimId, ClaimChanged.Accepted, data.By, data.Note, claim =>
        claim.AcceptedAt = claim.AcceptedAt > e.Time ? claim.AcceptedAt : e.Time);

    public Rejection? Refused(CloudEvent e, ClaimAnswered data) => Settle(e, data.ClaimId, ClaimChanged.Refused, data.By, data.Note, claim =>
        claim.RefusedAt = claim.RefusedAt > e.Time ? claim.RefusedAt : e.Time);

    /// <summary>Of two credits the later says the amount; of one instant, the greater.</summary>
    public Rejection? Credited(CloudEvent e, ClaimCredited data)
    {
        if (receipts.Find(data.ClaimId) is { } known && known.Currency != data.Currency)
            return new(RejectionCodes.Invalid, $"claim {known.Id} is in {known.Currency}, the credit in {data.Currency}");
        return Settle(e, data.ClaimId, ClaimChanged.Credited, data.By, data.Note, claim =>
        {
            if (claim.CreditedAt > e.Time || (claim.CreditedAt == e.Time && claim.Credited >= data.Amount))
                return;
            (claim.CreditedAt, claim.Credited) = (e.Time, data.Amount);
        });
    }

    private Rejection? Settle(CloudEvent e, ClaimId id, string type, string by, string? note, Action<SupplierClaim> settle)
    {
        if (receipts.Find(id) is not { } claim || claim.PurchaseOrderId.Value != e.Subject)
            return new(RejectionCodes.UnknownClaim, $"purchase order {e.Subject} has no claim {id}") { Awaits = $"claim/{id}" };
        var before = (claim.AcceptedAt, claim.RefusedAt, claim.CreditedAt, claim.Credited);
        settle(claim);
        if (before == (claim.AcceptedAt, claim.RefusedAt, claim.CreditedAt, claim.Credited))
            return null;
        claim.Note = note ?? claim.Note;
        foreach (var (was, now) in (ReadOnlySpan<(DateTimeOffset?, DateTimeOffset?)>)
            [(before.AcceptedAt, claim.AcceptedAt), (before.RefusedAt, claim.RefusedAt), (before.CreditedAt, claim.CreditedAt)])
            if (was is not null && was != now)
                claim.Replaced = claim.Replaced < was ? claim.Replaced : was;
        discrepancies.Emit(claim, e.Time, type, by, note);
        return null;
    }
}
