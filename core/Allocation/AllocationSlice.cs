using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Allocation;

/// <summary>Which orders get which stock from which node, and what is released: in rounds, the work that falls due.</summary>
/// <param name="queueMargin">As of <see cref="SourcingQueues"/>.</param>
internal sealed class AllocationSlice(int queueMargin) : Slice
{
    /// <summary>Nodes or rules change: any line that waits may be served now.</summary>
    private static readonly KeyKind LookAtAll = new("look at all");

    /// <summary>Rules change within the batch.</summary>
    private static readonly KeyKind Ruled = new("ruled");

    /// <summary>The order in which orders are served changes within the batch.</summary>
    private static readonly KeyKind Reordered = new("reordered");

    // EXCEPT, not an anti-join: before the first statistics that may be a nested loop, and takes 12 s where 20,000 orders are held.
    private const string SelectUnsourced = """
        SELECT order_id FROM orders WHERE closed_at IS NULL AND status = 'SOURCING' AND reservation_ended_at IS NULL
        UNION
        SELECT order_id FROM orders WHERE freed_at IS NOT NULL
        UNION
        SELECT order_id FROM orders WHERE incomplete_since IS NOT NULL
        UNION
        (SELECT order_id FROM allocations WHERE status = 'ALLOCATED' EXCEPT SELECT order_id FROM holds WHERE released_at IS NULL)
        """;

    // A parcel's shipments are of one day: begun or not, all of it must be at hand.
    private const string SelectOfSameCustomers = """
        SELECT s.order_id FROM orders o JOIN shipments s USING (order_id)
        WHERE o.customer IN (SELECT customer FROM orders WHERE order_id = ANY($1) AND customer <> '' UNION SELECT unnest($2)) AND s.released_at >= $3
        """;

    // What decides whether a round falls due, without what it looks at.
    private const string SelectWaiting = """
        SELECT (SELECT count(*) FROM orders WHERE closed_at IS NULL AND status = 'SOURCING' AND reservation_ended_at IS NULL),
            (SELECT min(freed_at) FROM orders WHERE freed_at IS NOT NULL)
        """;

    private const string DeleteChanged = """
        DELETE FROM changed_skus c WHERE sku = ANY($1) OR NOT EXISTS (SELECT FROM order_lines l WHERE l.sku = c.sku AND ordered > cancelled + sourced)
        """;

    private const string InsertChanged = """
        INSERT INTO changed_skus
        SELECT sku FROM unnest($1) AS c (sku) WHERE EXISTS (SELECT FROM order_lines l WHERE l.sku = c.sku AND ordered > cancelled + sourced) ORDER BY sku
        ON CONFLICT DO NOTHING
        """;

    private const string InsertAll = """
        INSERT INTO changed_skus
        SELECT DISTINCT sku FROM order_lines l WHERE ordered > cancelled + sourced
            AND EXISTS (SELECT FROM stock_balances b WHERE b.sku = l.sku AND b.state = 'available' AND b.quantity > 0) ORDER BY sku
        ON CONFLICT DO NOTHING
        """;

    // Of all lines that may come to wait again; locked in the order in which others lock and write them.
    private const string UpdateChannelPriority = """
        WITH changed AS (
            SELECT l.order_id, l.line, c.priority
            FROM unnest($1, $2) AS c (channel, priority) JOIN orders o USING (channel) JOIN order_lines l ON l.order_id = o.order_id
            WHERE o.closed_at IS NULL AND l.queue_channel_priority IS DISTINCT FROM c.priority
            ORDER BY l.order_id, l.line FOR NO KEY UPDATE OF l)
        UPDATE order_lines l SET queue_channel_priority = c.priority FROM changed c WHERE l.order_id = c.order_id AND l.line = c.line
        """;

    public override string WaitsSoon => "EXISTS (SELECT FROM orders WHERE freed_at IS NOT NULL)";

    public override void Open(Workspace workspace)
    {
        var (orders, stock, catalog) = (workspace.Get<OrderBook>(), workspace.Get<StockBook>(), workspace.Get<CatalogBook>());
        var (policies, exceptions) = (workspace.Get<PolicyBook>(), workspace.Get<ExceptionBook>());
        policies.Define(AllocationPolicy.Kind);
        var queues = new SourcingQueues(queueMargin);
        var (swept, captured, customers) = (false, 0, new HashSet<string>(StringComparer.Ordinal));
        DateTimeOffset? freed = null;
        var promises = new Promises(stock, workspace.Outbox);
        var releases = new Releases(orders, catalog, workspace.Outbox);
        var round = workspace.Share(new AllocationRound(orders, stock, catalog, policies, exceptions, queues, promises, releases, workspace.Outbox));
        var resource = new ResourceOrder(orders, catalog, stock, promises);
        var rejected = new HashSet<string>(StringComparer.Ordinal);
        catalog.Closed = new CloseNode(orders, policies, promises, exceptions).Apply;
        catalog.ActiveChanged = (e, item) => LookAt(item, e);

        workspace.On<OrderResourceRequested>(EventCatalogue.OrderResourceRequested, (e, data) => resource.Apply(e, data, workspace.EffectOf(e)),
            static (e, _, keys) => keys.Add(OrdersSlice.Orders, e.Subject));
        workspace.Names<OrderResourceRequested>(EventCatalogue.OrderResourceRequested, (e, _, _) => Frees(e));
        workspace.Names<LocationUpdated>(EventCatalogue.LocationUpdated, CloseNode.Name);
        workspace.Names<PickShort>(EventCatalogue.PickShort, (e, _, _) => rejected.Add(e.Subject));
        workspace.AfterEach(e => Incomplete.Settle(e, orders, stock));
        workspace.Load(Stage.References, CloseNode.Load);

        workspace.Names<LocationUpdated>(EventCatalogue.LocationUpdated, static (_, _, keys) => keys.Add(LookAtAll, ""));
        workspace.Names<PolicyUpdated>(EventCatalogue.PolicyUpdated, static (_, _, keys) =>
        {
            keys.Add(LookAtAll, "");
            keys.Add(Ruled, "");
        });
        workspace.Names<ChannelUpdated>(EventCatalogue.ChannelUpdated, static (_, _, keys) => keys.Add(Reordered, ""));
        workspace.Names<OrderPlaced>(EventCatalogue.OrderPlaced, (_, data, _) =>
        {
            captured++;
            if (!string.IsNullOrWhiteSpace(data.Customer))
                customers.Add(data.Customer);
        });
        workspace.Names<PaymentAuthorized>(EventCatalogue.OrderPaymentAuthorized, (e, _, _) => Frees(e));
        workspace.Names<PaymentChanged>(EventCatalogue.OrderPaymentCaptured, (e, _, _) => Frees(e));
        workspace.Names<HoldRequested>(EventCatalogue.OrderHoldReleased, (e, _, _) => Frees(e));
        workspace.Names<PromiseChanged>(EventCatalogue.OrderPromiseChanged, static (_, _, keys) => keys.Add(Reordered, ""));
        workspace.Names<OrderCleared>(EventCatalogue.OrderFraudCleared, (e, _, _) => Frees(e));
        workspace.Names<OrderCleared>(EventCatalogue.OrderAddressConfirmed, (e, _, _) => Frees(e));
        workspace.Load(Stage.References, load =>
        {
            round.IsAtHand = false;
            if (load.Passing is not null || captured > 0)
                load.Query(SelectWaiting, [], row =>
                    (round.UnsourcedElsewhere, round.FreedElsewhere) =
                        ((int)row.GetInt64(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1)));
        });
        workspace.Load(Stage.DueWork, load =>
        {
            if (load.Passing is not { AtOnce: false } passing)
                return;
            var lookAtAll = load.Keys.Any(LookAtAll);
            if (!passing.LoadAll && !lookAtAll && !round.MayRun(passing.From, passing.Until, captured, freed))
                return;
            (round.IsAtHand, round.UnsourcedElsewhere, round.FreedElsewhere) = (true, 0, null);
            load.Query(SelectUnsourced, [], row => load.Keys.Add(OrdersSlice.Orders, row.GetString(0)));
            queues.AddTo(load, passing.Sweep || lookAtAll, whole: load.Keys.Any(Reordered));
            swept = passing.Sweep;
        });
        workspace.Load(Stage.Companions, load =>
        {
            if (!round.IsAtHand || load.Passing is not { } passing || !MayConsolidate(load, passing))
                return;
            var day = new DateTimeOffset((passing.From ?? load.Keys.Earliest).UtcDateTime.Date, TimeSpan.Zero);
            load.Query(SelectOfSameCustomers, [load.Keys.Of(OrdersSlice.Orders), customers.ToArray(), day],
                row => load.Keys.Add(OrdersSlice.Orders, row.GetString(0)));
        });
        workspace.Load(Stage.Skus, load =>
        {
            foreach (var order in orders.All)
                foreach (var line in order.Lines)
                    if (line.Rejected) // it may come to wait in the batch
                        rejected.Add(line.Sku.Value);
            if (rejected.Count > 0)
                load.Rows(Sighting.Table, "WHERE sku = ANY($1)", [rejected.ToArray()], stock.Add);
            // The orders that the events name are at hand by then, and were counted.
            if (!round.IsAtHand && round.UnsourcedElsewhere > 0)
                round.UnsourcedElsewhere = Math.Max(0, round.UnsourcedElsewhere - orders.All.Count(
                    order => order is { Status: OrderStatus.SOURCING, ReservationEndedAt: null }));
        });
        workspace.RunWhenDue(round);
        workspace.Save(batch =>
        {
            AllocationDecision.Table.Save(batch, round.Decisions);
            SaveChanged(batch, round, queues, stock, round.HasUpdatesToLookAt || (swept && !round.HasRun));
            if (catalog.Channels.Where(channel => (channel.Stored as Channel)?.Priority != channel.Priority).ToList() is { Count: > 0 } channels)
                batch.Add(UpdateChannelPriority, channels.Column(channel => channel.Id), channels.Column(channel => channel.Priority));
        });

        // What waits for it may be sourced now, or not any more.
        void LookAt(Item item, CloudEvent e)
        {
            stock.Gained.Add(item.Sku);
            if (!item.Active && policies.At(AllocationPolicy.Kind, e.Time).Settings.InactiveItems == AllocationPolicy.Hold)
                exceptions.Open(e, CaseCategory.ItemInactive, item.Sku.Value, null,
                    "it is not active any more, and the policy holds what is not: whatever wants it waits until it is, or is cancelled");
        }

        bool MayConsolidate(Load load, PassingTime passing) => load.Keys.Any(Ruled)
            || policies.All.Any(version => version.Kind == AllocationPolicy.Kind.Name && version.EffectiveAt <= passing.Until
                && version.As(AllocationPolicy.Kind).Settings.Consolidate);

        void Frees(CloudEvent e) => freed = freed is null || e.Time < freed ? e.Time : freed;
    }

    /// <summary>What a round has looked at need not be looked at again; what has changed since is for the next one.</summary>
    private static void SaveChanged(NpgsqlBatch batch, AllocationRound round, SourcingQueues queues, StockBook stock, bool lookAtAll)
    {
        string[] changed = [.. stock.Gained.Concat(stock.Drained).Select(sku => sku.Value).Distinct(StringComparer.Ordinal)];
        if (round.HasRun)
            batch.Add(DeleteChanged, (object)queues.Read.Except(changed, StringComparer.Ordinal).ToArray());
        if (lookAtAll)
            batch.Add(InsertAll);
        if (changed.Length > 0)
            batch.Add(InsertChanged, (object)changed);
    }
}
