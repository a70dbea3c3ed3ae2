using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>What suppliers say to the claims made on them: they accept or refuse, and credit what they accepted.</summary>
internal sealed class ClaimDesk(Stage stage, Market market)
{
    /// <summary>As they were made or changed last, until they are answered; null from then on.</summary>
    private readonly Dictionary<string, Decisions.Claim?> _claims = [];

    public void Made(DateTimeOffset time, Decisions.Claim claim)
    {
        if (market.Find(claim.SupplierId) is not { } supplier)
            return;
        if (_claims.TryGetValue(claim.ClaimId, out var known))
        {
            if (known is not null)
                _claims[claim.ClaimId] = claim;
            return;
        }
        _claims.Add(claim.ClaimId, claim);
        var dice = Dice.For(stage.Seed, "claim", claim.ClaimId);
        var accepts = dice.Chance(supplier.Habits.ClaimAcceptRate);
        var credited = dice.Between(TimeSpan.FromDays(4), TimeSpan.FromDays(21));
        stage.At(BusinessHours.Working(time.AddDays(supplier.Habits.ClaimDays * dice.Between(0.4, 1.6))), now => Answer(claim.ClaimId, accepts, credited, now));
    }

    private void Answer(string id, bool accepts, TimeSpan credited, DateTimeOffset now)
    {
        var claim = _claims[id]!;
        _claims[id] = null;
        // Withdrawn before anybody answered.
        if (claim.Quantity == 0)
            return;
        stage.Emit(accepts ? EventCatalogue.ClaimAccepted : EventCatalogue.ClaimRefused, $"claim-answered:{id}", claim.PurchaseOrderId, now,
            new ClaimAnswered(new(id), "supplier", accepts ? null : "left here as ordered"));
        if (accepts && claim.Amount is { } amount)
            stage.At(BusinessHours.Working(now + credited), later => stage.Emit(
                EventCatalogue.ClaimCredited, $"claim-credited:{id}", claim.PurchaseOrderId, later,
                new ClaimCredited(new(id), decimal.Round(amount, 2), claim.Currency, "supplier")));
    }
}
