using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Forecasts;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Inventory.Transfers;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;
using Npgsql;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>What is to be bought or moved so that stock lasts: proposed once a day, accepted by rule or by people.</summary>
internal sealed class ReplenishmentSlice : Slice
{
    /// <summary>Proposals that events name.</summary>
    private static readonly KeyKind Proposals = new("proposal");

    /// <summary>The rules of replenishment change in the batch.</summary>
    private static readonly KeyKind Rules = new("rules of replenishment");

    /// <summary>The first item of a supplier may come in the batch.</summary>
    private static readonly KeyKind Offers = new("offer");

    /// <summary>
    /// Live, an order of a day that is about to be rolled up waits for the run of another copy, or the run for it: by the lock of the state. No transaction
    /// lasts so long.
    /// </summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private const string SelectHasOffers = "SELECT EXISTS (SELECT FROM supplier_items)";

    private const string DeleteDays = "DELETE FROM demand_days WHERE day < $1";

    private const string UpsertOnOrder = """
        INSERT INTO units_on_order AS u (sku, location, on_order, to_be_sent) SELECT * FROM unnest($1, $2, $3, $4)
        ON CONFLICT (sku, location) DO UPDATE SET on_order = u.on_order + excluded.on_order, to_be_sent = u.to_be_sent + excluded.to_be_sent
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new ProposalFact()];

    public override void Open(Workspace workspace)
    {
        var (catalog, policies, orders) = (workspace.Get<CatalogBook>(), workspace.Get<PolicyBook>(), workspace.Get<OrderBook>());
        var (suppliers, purchaseOrders) = (workspace.Get<SupplierBook>(), workspace.Get<PurchaseOrderBook>());
        var make = workspace.Get<MakePurchaseOrder>();
        policies.Define(ReplenishmentPolicy.Kind);
        var book = workspace.Share(new ReplenishmentBook());
        var demand = new DemandRollUp(book, orders, catalog, policies);
        var run = workspace.Share(new ReplenishmentRun(
            book, demand, new(book, workspace.Get<StockBook>(), orders, purchaseOrders), purchaseOrders, suppliers, catalog,
            workspace.Get<TransferBook>(), workspace.Get<ForecastBook>(), policies, make, workspace));
        var handlers = new ProposalHandlers(book, suppliers, policies, make, workspace.Outbox, workspace.EffectOf);
        workspace.On<ProposalAccepted>(EventCatalogue.ProposalAccepted, handlers.Accepted, static (e, data, keys) =>
        {
            keys.Add(SuppliersSlice.Purchasing, "");
            keys.Add(Proposals, e.Subject);
            foreach (var other in data.With ?? [])
                keys.Add(Proposals, other.ProposalId);
        });
        workspace.On<ProposalDismissed>(EventCatalogue.ProposalDismissed, handlers.Dismissed, static (e, _, keys) => keys.Add(Proposals, e.Subject));
        workspace.Names<PolicyUpdated>(EventCatalogue.PolicyUpdated, static (e, _, keys) =>
        {
            if (e.Subject == ReplenishmentPolicy.Kind.Name)
                keys.Add(Rules, "");
        });
        workspace.Names<SupplierItemUpdated>(EventCatalogue.SupplierItemUpdated, static (_, _, keys) => keys.Add(Offers, ""));
        var placed = new List<(DateTimeOffset Time, OrderPlaced Order)>();
        workspace.Names<OrderPlaced>(EventCatalogue.OrderPlaced, (e, data, _) => placed.Add((e.Time, data)));
        workspace.AfterEach(e =>
        {
            if (e.Data is OrderPlaced)
                demand.Capture(e);
        });
        new Loads(workspace, book, policies, placed).Add();
        workspace.RunWhenDue(run);
        workspace.Save(batch => Save(batch, book, purchaseOrders));
    }

    private static void Save(NpgsqlBatch batch, ReplenishmentBook book, PurchaseOrderBook purchaseOrders)
    {
        Proposal.Table.Save(batch, book.Proposals);
        var units = UnitsOnOrder.Changes(purchaseOrders).Where(change => change.Value != default).OrderBy(change => change.Key.Item1)
            .ThenBy(change => change.Key.Item2).ToList();
        if (units.Count > 0)
            batch.Add(UpsertOnOrder, units.Column(unit => unit.Key.Item1.Value), units.Column(unit => unit.Key.Item2.Value),
                units.Column(unit => unit.Value.OnOrder), units.Column(unit => unit.Value.ToBeSent));
        ReceivedLeadTimes.Save(batch, purchaseOrders);
        if (book.State is not { } state)
            return;
        ReplenishmentState.Table.Save(batch, [state]);
        DemandDay.Table.Save(batch, book.Days);
        DemandSum.Table.Save(batch, book.Sums.Where(DemandSum.Table.IsChanged).OrderBy(sum => sum.Sku).ThenBy(sum => sum.Location));
        if (book.PruneBefore is { } before)
            batch.Add(DeleteDays, before);
    }

    /// <summary>What is loaded when: nothing at all in a batch in which no run falls due and no order is late.</summary>
    private sealed class Loads(
        Workspace workspace, ReplenishmentBook book, PolicyBook policies, List<(DateTimeOffset Time, OrderPlaced Order)> placed)
    {
        private (DateOnly First, DateOnly Last)? _runs;
        private List<(DateTimeOffset Time, OrderPlaced Order)> _late = [];

        public void Add()
        {
            workspace.Load(Stage.DueWork, LoadState);
            workspace.Load(Stage.Aggregates, LoadProposals);
            workspace.Load(Stage.Late, LoadRest);
        }

        private void LoadState(Load load)
        {
            (book.IsAtHand, book.State) = (false, null);
            _runs = RunsIn(load);
            var passed = workspace.IsLive ? workspace.WallNow + Margin : load.Passing?.From ?? DateTimeOffset.MinValue;
            _late = placed.FindAll(order => DemandRollUp.DayOf(order.Time) < DemandRollUp.DayOf(passed));
            if (_runs is null && _late.Count == 0)
                return;
            load.Rows(ReplenishmentState.Table, "FOR UPDATE", [], state => book.State = state);
            if (_runs is null)
                return;
            load.Query(SelectHasOffers, [], row =>
            {
                book.HasOffers = row.GetBoolean(0);
                if (book.HasOffers || load.Keys.Any(Offers))
                    load.Keys.Add(SuppliersSlice.Purchasing, "");
                else
                    _runs = null;
            });
        }

        private void LoadProposals(Load load)
        {
            if (_runs is not null)
                ReplenishmentLoading.LoadProposals(load, book, From(load));
            if (load.Keys.Any(Proposals))
                load.Rows(Proposal.Table, "WHERE proposal_id = ANY($1) ORDER BY proposal_id FOR NO KEY UPDATE", [load.Keys.Of(Proposals)], proposal =>
                {
                    book.Add(proposal);
                    load.Keys.Add(SuppliersSlice.Bought, proposal.Sku.Value);
                    load.Keys.Add(CatalogSlice.Skus, proposal.Sku.Value);
                });
        }

        private void LoadRest(Load load)
        {
            if (_runs is var (first, last))
            {
                var window = policies.At(ReplenishmentPolicy.Kind, From(load)).Settings.WindowDays;
                var (until, known) = (book.State!.RolledUntil ?? first, book.State.WindowDays);
                // Days that leave the window while it moves on; all of them where its length may change.
                var stored = ChangesRules(load) || known != window
                    ? (until.AddDays(-DemandRollUp.KeptDays), until) : (until.AddDays(-window), Earlier(until, last.AddDays(-window)));
                var oldest = first.AddDays(ChangesRules(load) ? -DemandRollUp.KeptDays : -window);
                ReplenishmentLoading.LoadAll(load, book, stored, (book.State.RolledUntil > oldest ? until : oldest, last));
                ForecastsSlice.LoadAll(load, workspace.Get<ForecastBook>());
            }
            if (_late.Count > 0)
                ReplenishmentLoading.LoadLate(load, book, [.. _late.SelectMany(order => order.Order.Lines).Select(line => line.Sku.Value).Distinct()],
                    [.. _late.Select(order => DemandRollUp.DayOf(order.Time)).Distinct()]);
        }

        /// <summary>The days of the first and the last run that may fall due; null where none does.</summary>
        private (DateOnly, DateOnly)? RunsIn(Load load)
        {
            if (load.Passing is not { Until: var until } || From(load) is var from && from > until)
                return null;
            if (ChangesRules(load))
                return (DemandRollUp.DayOf(from), DemandRollUp.DayOf(until));
            var runAt = policies.At(ReplenishmentPolicy.Kind, from).Settings.RunAt;
            var first = ReplenishmentRun.InstantOf(from, runAt);
            if (first <= from)
                first = first.AddDays(1);
            return first > until ? null : (DemandRollUp.DayOf(first), DemandRollUp.DayOf(until));
        }

        /// <summary>Where time begins, it begins with the first event.</summary>
        private static DateTimeOffset From(Load load) => load.Passing!.From ?? load.Keys.Earliest;

        /// <summary>Other rules may hold at a run than where the batch begins.</summary>
        private bool ChangesRules(Load load) => load.Keys.Any(Rules) || policies.All.Any(version =>
            version.Kind == ReplenishmentPolicy.Kind.Name && version.EffectiveAt > From(load) && version.EffectiveAt <= load.Passing!.Until);

        private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
    }
}
