using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Supply;

/// <summary>Warehouses send each other what the hub wants elsewhere, as far as they have it.</summary>
internal sealed class TransferDesk(Stage stage, StockRoom stock)
{
    private readonly HashSet<string> _known = [];

    /// <summary>A transfer is proposed: it is sent once it is accepted.</summary>
    public void Proposed(DateTimeOffset time, Decisions.Proposal proposal)
    {
        if (proposal.Status != "ACCEPTED" || proposal.FromLocation is not { } from || !_known.Add(proposal.ProposalId))
            return;
        var (sku, to, dice) = (proposal.Sku, proposal.Location, Dice.For(stage.Seed, "transfer", proposal.ProposalId));
        var travels = TimeSpan.FromDays(to == Network.Partner || from == Network.Partner ? 3 : 1) + dice.Between(TimeSpan.Zero, TimeSpan.FromHours(8));
        stage.At(BusinessHours.Working(time + dice.Between(TimeSpan.FromHours(2), TimeSpan.FromHours(10))), now =>
        {
            var quantity = Math.Min(proposal.Quantity, stock.Has(sku, from));
            if (quantity <= 0)
                return;
            stage.Emit(EventCatalogue.TransferDispatched, $"transfer-dispatched:{proposal.ProposalId}", sku, now,
                new TransferDispatched(proposal.ProposalId, new(from), new(to), quantity));
            stage.At(BusinessHours.Working(now + travels), later => stage.Emit(EventCatalogue.TransferReceived, $"transfer-received:{proposal.ProposalId}", sku,
                later, new TransferReceived(proposal.ProposalId, new(to), quantity)));
        });
    }
}
