using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Forecasts;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>
/// Once a day: demand is rolled up, every sku that is bought is looked at in every place where there is any of it, and what is wanted is proposed; by policy
/// it is ordered at once. An open proposal is brought up to date, and ends where it is not wanted any more.
/// </summary>
internal sealed class ReplenishmentRun(
    ReplenishmentBook book, DemandRollUp demand, SupplyPositions positions, PurchaseOrderBook purchaseOrders, SupplierBook suppliers,
    CatalogBook catalog, TransferBook transfers, ForecastBook forecasts, PolicyBook policies, MakePurchaseOrder make, Workspace workspace) : IDueWork
{
    /// <summary>Most lines of one purchase order.</summary>
    private const int MostLines = 500;

    /// <summary>Called at the end of each run, with all that it looked at, by sku and location, and the node of what customers wait for.</summary>
    public Action<DateTimeOffset, IReadOnlyList<PlaceLook>, LocationId>? Looked { get; set; }

    public bool OnlyLatest => true;

    public bool IsDueNow(DateTimeOffset now) => false;

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        if (!book.HasOffers && !suppliers.Items.Any())
            return null;
        var runAt = policies.At(ReplenishmentPolicy.Kind, from).Settings.RunAt;
        var at = InstantOf(from, runAt);
        if (at <= from)
            at = at.AddDays(1);
        // Once a day, also where the policy moves the hour.
        return book.State?.RanAt is { } ran && ran.UtcDateTime.Date >= at.UtcDateTime.Date ? InstantOf(ran.AddDays(1), runAt) : at;
    }

    /// <summary>The instant of a day at which a run falls due.</summary>
    public static DateTimeOffset InstantOf(DateTimeOffset day, TimeSpan runAt) => new DateTimeOffset(day.UtcDateTime.Date, TimeSpan.Zero) + runAt;

    /// <exception cref="DueWorkNotLoadedException">It was not foreseen.</exception>
    public void Run(DateTimeOffset at)
    {
        if (!book.IsAtHand)
            throw new DueWorkNotLoadedException();
        var policy = policies.At(ReplenishmentPolicy.Kind, at);
        if (demand.FirstNode(at) is not { } firstNode)
        {
            book.State!.RanAt = at;
            return;
        }
        demand.Advance(at, policy.Settings.WindowDays, firstNode);
        positions.Refresh();
        SettleTransfers(at, policy.Settings);
        var (candidates, looked) = Look(at, policy.Settings, firstNode);
        foreach (var group in candidates.Where(candidate => candidate.From is null)
            .GroupBy(candidate => (candidate.Offer.Supplier.Id, candidate.Look.Location)))
            Consolidate([.. group], policy.Settings);
        Propose(candidates, at, policy);
        Looked?.Invoke(at, looked, firstNode);
    }

    /// <summary>An accepted transfer counts until it is dispatched; one that is not in time is given up, as is a proposed one that nobody accepts.</summary>
    private void SettleTransfers(DateTimeOffset at, ReplenishmentPolicy settings)
    {
        var dispatched = transfers.All.Where(transfer => transfer.Dispatched > 0).Select(transfer => transfer.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var proposal in book.Proposals.Where(proposal => proposal.Kind == Proposal.Transfer).ToList())
        {
            if (proposal.Status == ProposalStatus.OPEN && proposal.MadeAt + settings.TransferFor <= at)
            {
                proposal.NotAgainUntil = at + settings.TransferFor;
                Expire(proposal, at, "nobody accepted it in time");
            }
            if (!proposal.IsAccepted || proposal.SettledAt is not null)
                continue;
            if (book.Dispatched.Contains(proposal.Id) || dispatched.Contains(proposal.Id))
                proposal.SettledAt = at;
            else if (proposal.DecidedAt + settings.TransferFor <= at)
                (proposal.SettledAt, proposal.NotAgainUntil) = (at, at + settings.TransferFor);
            else
                positions.Expect(proposal.Sku, proposal.FromLocation!.Value, proposal.Location, proposal.AcceptedQuantity!.Value);
        }
    }

    private (List<Candidate> Candidates, List<PlaceLook> Looked) Look(DateTimeOffset at, ReplenishmentPolicy settings, LocationId firstNode)
    {
        var (terms, leads) = (new Terms(settings), new ReceivedLeadTimes(book, purchaseOrders, settings));
        var outlooks = new Outlooks(forecasts, at, settings);
        var (choice, scores) = (new SupplierChoice(settings.OtifFloor, settings.OtifLines), workspace.Get<ScoreBook>());
        var heldBack = book.Proposals.Where(proposal => proposal.NotAgainUntil > at)
            .Select(proposal => (proposal.Sku, proposal.Location, proposal.Kind)).ToHashSet();
        var items = catalog.Items.ToDictionary(item => item.Sku);
        var changedOffers = suppliers.Items.ToLookup(item => item.Sku);
        var nodes = catalog.NodesAt(at).ToHashSet();
        var baseCurrency = policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency;
        var (candidates, looked) = (new List<Candidate>(), new List<PlaceLook>());
        foreach (var sku in book.Offers.Keys.Union(changedOffers.Select(offers => offers.Key)).Order())
        {
            if ((items.GetValueOrDefault(sku) ?? book.Items.GetValueOrDefault(sku)) is not { Active: true } item)
                continue;
            var ranked = choice.Ranked(OffersOf(sku, changedOffers[sku]));
            if (ranked.Count == 0)
                continue;
            var looks = positions.LocationsOf(sku, firstNode).FindAll(nodes.Contains)
                .ConvertAll(location => LookAt(item, location, ranked[0], terms, outlooks, settings, firstNode));
            looked.AddRange(looks);
            var own = new List<Candidate>();
            foreach (var look in looks)
                if (look.Need.Wanted > 0)
                    Decide(look, looks, ranked, choice, outlooks, settings, heldBack, own);
            candidates.AddRange(own);
        }
        return (candidates, looked);

        List<Offer> OffersOf(Sku sku, IEnumerable<SupplierItem> changed)
        {
            var known = changed.ToList();
            foreach (var stored in book.Offers.GetValueOrDefault(sku) ?? [])
                if (!known.Exists(newer => newer.SupplierId == stored.SupplierId))
                    known.Add(stored);
            var offers = new List<Offer>(known.Count);
            foreach (var item in known)
                if (suppliers.Find(item.SupplierId) is { } supplier)
                    offers.Add(new(
                        supplier, item, SupplierChoice.PriceOf(item, supplier, suppliers, baseCurrency, at),
                        leads.Of(supplier.Id, sku, item.LeadTimeDays ?? supplier.LeadTimeDays), scores.Find(supplier.Id)));
            return offers;
        }
    }

    private PlaceLook LookAt(
        Item item, LocationId location, Offer first, Terms terms, Outlooks outlooks, ReplenishmentPolicy settings, LocationId firstNode)
    {
        var own = terms.Of(item.Sku, item.Category, location);
        var sold = DemandOf(item.Sku, location, settings);
        var position = positions.Of(item.Sku, location, firstNode);
        var outlook = outlooks.Of(item.Sku, location, own, first.Supplier.Id, first.Lead);
        var need = ReplenishmentDecision.Decide(own, sold, first.Lead, position, outlook?.Demand);
        return new(item.Sku, location, own, sold, position, first.Lead, need, outlook);
    }

    private Demand DemandOf(Sku sku, LocationId location, ReplenishmentPolicy settings)
    {
        if (book.Sum(sku, location) is not { } sum)
            return new(0, 0, settings.MinimumDays);
        var known = book.State!.RolledUntil!.Value.DayNumber - sum.FirstDay.DayNumber;
        return new(sum.Units, sum.Squares, Math.Clamp(known, settings.MinimumDays, settings.WindowDays));
    }

    /// <summary>A transfer where another location has more than its own cover, and of the rest a purchase.</summary>
    /// <param name="decided">What is decided of the sku: more is added.</param>
    private static void Decide(
        PlaceLook look, List<PlaceLook> looks, List<Offer> ranked, SupplierChoice choice, Outlooks outlooks, ReplenishmentPolicy settings,
        HashSet<(Sku, LocationId, string)> heldBack, List<Candidate> decided)
    {
        var moved = 0L;
        if (settings.Transfers && looks.Count > 1 && !heldBack.Contains((look.Sku, look.Location, Proposal.Transfer)))
        {
            var (from, most) = looks.Where(other => other.Need.Wanted == 0).Select(other => (other.Location, Units: Surplus(other)))
                .OrderByDescending(other => other.Units).FirstOrDefault();
            if (most >= Math.Max(1, settings.TransferShare * look.Need.Wanted))
            {
                moved = Math.Min(most, look.Need.Wanted);
                decided.Add(new() { Look = look, Wanted = look.Need.Wanted, Quantity = moved, Offer = ranked[0], From = from });
            }
        }
        if (look.Position.Units + moved > look.Need.ReorderPoint || heldBack.Contains((look.Sku, look.Location, Proposal.Purchase)))
            return;
        var choose = choice.Choose(ranked, look.CoverDays);
        var chosen = choose.Chosen;
        var own = choose.TooSlow is null ? look : ByAnother(look, chosen, outlooks);
        if (own.Need.Wanted - moved is > 0 and var wanted && chosen.Packing.Round(wanted, settings.PalletWithin) is > 0 and var quantity)
            decided.Add(new() { Look = own, Wanted = wanted, Quantity = quantity, Offer = chosen, Choice = choose, Transferred = moved });

        // Available units beyond what the other place is raised to by itself, without those that others of this run get.
        long Surplus(PlaceLook other)
        {
            var given = decided.Where(candidate => candidate.From == other.Location).Sum(candidate => candidate.Quantity);
            return Math.Min(other.Position.Available, other.Position.Units - Math.Max(0, other.Need.OrderUpTo)) - other.Position.TransfersOut - given;
        }
    }

    /// <summary>The same place, where another supplier delivers than the first.</summary>
    private static PlaceLook ByAnother(PlaceLook look, Offer chosen, Outlooks outlooks)
    {
        var outlook = outlooks.Of(look.Sku, look.Location, look.Terms, chosen.Supplier.Id, chosen.Lead);
        var need = ReplenishmentDecision.Decide(look.Terms, look.Demand, chosen.Lead, look.Position, outlook?.Demand);
        return look with { Lead = chosen.Lead, Need = need, Outlook = outlook };
    }

    /// <summary>What is bought of one supplier for one location: its minimum order value is reached, or it waits.</summary>
    private static void Consolidate(List<Candidate> group, ReplenishmentPolicy settings)
    {
        var supplier = group[0].Offer.Supplier;
        foreach (var unpriced in group.Where(candidate => candidate.Offer.Price is null))
            unpriced.Held = $"no rate is known for {unpriced.Offer.Item.Currency} in {supplier.Currency}";
        var priced = group.FindAll(candidate => candidate.Held is null);
        if (priced.Sum(candidate => candidate.Quantity * candidate.Offer.Price!.Value) >= supplier.MinimumOrderValue)
            return;
        var urgent = priced.Exists(candidate => candidate.Look.IsRunningOut);
        if (urgent || settings.BelowMinimum == ReplenishmentPolicy.Raise)
        {
            var lines = priced.ConvertAll(candidate => new OrderLineToBe(
                candidate.Quantity, candidate.Offer.Price!.Value, candidate.Offer.Packing, candidate.Look.Position.Units + candidate.Transferred,
                candidate.Look.Daily));
            var (quantities, days) = MinimumOrder.Raise(lines, supplier.MinimumOrderValue, settings.PalletWithin);
            var value = quantities.Select((quantity, index) => quantity * lines[index].Price).Sum();
            if (value >= supplier.MinimumOrderValue && (urgent || !(days > settings.MaxCoverDays)))
            {
                foreach (var (candidate, quantity) in priced.Zip(quantities))
                    (candidate.WasRaised, candidate.RaisedTo, candidate.Quantity) =
                        (quantity > candidate.Quantity, quantity > candidate.Quantity ? days : null, quantity);
                return;
            }
        }
        foreach (var candidate in priced)
            candidate.Held = $"all that is wanted of {supplier.Id} for {candidate.Look.Location} is worth less than its minimum order";
    }

    private void Propose(List<Candidate> candidates, DateTimeOffset at, Policy<ReplenishmentPolicy> policy)
    {
        var open = book.Proposals.Where(proposal => proposal.Status == ProposalStatus.OPEN)
            .ToDictionary(proposal => (proposal.Sku, proposal.Location, proposal.Kind));
        var byRule = policy.Settings.Accept == ReplenishmentPolicy.ByRule;
        foreach (var transfer in candidates.Where(candidate => candidate.From is not null))
            Update(transfer, policy.Settings.AutoTransfer);
        foreach (var order in candidates.Where(candidate => candidate.From is null)
            .GroupBy(candidate => (Supplier: candidate.Offer.Supplier.Id, candidate.Look.Location))
            .OrderBy(group => group.Key.Supplier).ThenBy(group => group.Key.Location))
        {
            var parts = order.Where(candidate => byRule && candidate.Held is null).Chunk(MostLines).ToList();
            foreach (var candidate in order.Where(candidate => !byRule || candidate.Held is not null))
                Update(candidate, accept: false);
            for (var part = 0; part < parts.Count; part++)
            {
                var id = ProposalId.OrderOf(at, order.Key.Location, order.Key.Supplier, part);
                var accepted = parts[part].Select(candidate => Update(candidate, accept: true, id)).ToList();
                foreach (var candidate in parts[part])
                {
                    // What purchasing judges an order by.
                    suppliers.Add(candidate.Offer.Item);
                    if (!catalog.Has(candidate.Look.Sku))
                        catalog.Add(book.Items[candidate.Look.Sku]);
                }
                make.Raise(at, id, order.Key.Supplier, order.Key.Location, accepted.ConvertAll(LineOf), Proposal.Rule);
            }
        }
        foreach (var unwanted in open.Values.OrderBy(proposal => proposal.Id, StringComparer.Ordinal))
            Expire(unwanted, at, "it is not wanted any more");

        Proposal Update(Candidate candidate, bool accept, PurchaseOrderId? order = null)
        {
            if (!open.Remove((candidate.Look.Sku, candidate.Look.Location, candidate.Kind), out var proposal))
            {
                proposal = new()
                {
                    Id = ProposalId.Of(candidate.Kind, at, candidate.Look.Location, candidate.Look.Sku), Kind = candidate.Kind, Sku = candidate.Look.Sku,
                    Location = candidate.Look.Location, MadeAt = at,
                };
                book.Add(proposal);
                workspace.Provide($"proposal/{proposal.Id}");
            }
            else if (!accept && candidate.IsAsIn(proposal))
                return proposal;
            candidate.Fill(proposal, at, policy.Version);
            if (accept)
                (proposal.Status, proposal.AcceptedQuantity, proposal.DecidedAt, proposal.DecidedBy, proposal.PurchaseOrderId) =
                    (ProposalStatus.ACCEPTED, proposal.Quantity, at, Proposal.Rule, order);
            proposal.Emit(workspace.Outbox, at, candidate.From is null ? ProposalChanged.PurchaseProposed : ProposalChanged.TransferProposed, Proposal.Rule);
            return proposal;
        }
    }

    /// <summary>What a purchase order has of an accepted proposal.</summary>
    public static WantedLine LineOf(Proposal proposal) => new(proposal.Sku, proposal.AcceptedQuantity!.Value, proposal.Price!.Value, proposal.DueAt);

    private void Expire(Proposal proposal, DateTimeOffset at, string why)
    {
        (proposal.Status, proposal.DecidedAt, proposal.DecidedBy, proposal.Note) = (ProposalStatus.EXPIRED, at, Proposal.Rule, why);
        proposal.Emit(workspace.Outbox, at, ProposalChanged.Decided, Proposal.Rule, why);
    }
}
