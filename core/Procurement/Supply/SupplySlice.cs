using EcomIntel.Core.Catalog;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;

namespace EcomIntel.Core.Procurement.Supply;

/// <summary>What supply means for customers: which purchase order line a line that waits is served by, and when.</summary>
internal sealed class SupplySlice : Slice
{
    /// <summary>Of one sku, so many lines that wait are told; those behind wait without a date.</summary>
    private const int MostLines = 5_000;

    private const string SelectIsUsed = "SELECT EXISTS (SELECT FROM purchase_orders) OR EXISTS (SELECT FROM line_expectations)";

    private const string OfSkus = "AND sku = ANY($1)";

    private const string SelectInbound = """
        SELECT purchase_order_id, line, sku, ordered - cancelled - closed_short - received AS open, expected_at
        FROM purchase_order_lines l JOIN purchase_orders USING (purchase_order_id)
        WHERE l.status IN ('OPEN', 'ASN', 'PART_RECEIVED') AND purchase_orders.status IN ('SENT', 'ACKNOWLEDGED')
            AND ordered > cancelled + closed_short + received
        """;

    private static readonly string SelectWaiting = WaitingOf("SELECT DISTINCT sku FROM order_lines WHERE ordered > cancelled + sourced AND backordered");

    private static readonly string SelectWaitingOfSkus = WaitingOf("SELECT unnest($2) AS sku");

    private const string DeleteOver = """
        DELETE FROM line_expectations l USING unnest($1, $2) AS o (order_id, line) WHERE l.order_id = o.order_id AND l.line = o.line
        """;

    public override void Open(Workspace workspace)
    {
        var (orders, purchaseOrders) = (workspace.Get<OrderBook>(), workspace.Get<PurchaseOrderBook>());
        var (policies, replenishment) = (workspace.Get<PolicyBook>(), workspace.Get<ReplenishmentBook>());
        policies.Define(SupplyPolicy.Kind);
        var run = workspace.Share(new SupplyRun(orders, purchaseOrders, workspace.Get<CatalogBook>(), policies, workspace.Outbox));
        var changed = new NotedChanges("changed_supplies", "sku");
        workspace.Load(Stage.References, load => load.Query(SelectIsUsed, [], row => run.IsUsed = row.GetBoolean(0)));
        workspace.Load(Stage.DueWork, load =>
        {
            run.IsAtHand = run.HasAll = false;
            // The first order may be made while time passes, named by no event.
            if (load.Passing is not { } passing || (!run.IsUsed && !passing.LoadAll && !load.Keys.Any(PurchaseOrdersSlice.PurchaseOrders)))
                return;
            run.IsAtHand = passing.LoadAll || passing.From is not { } from || run.NextAfter(from) is not { } next || next <= passing.Until;
            if (run.IsAtHand)
                changed.Load(load);
        });
        workspace.Load(Stage.Late, load =>
        {
            if (!run.IsAtHand)
                return;
            // Replenishment makes orders of skus that no event names.
            run.HasAll = replenishment.IsAtHand;
            run.Noted.UnionWith(changed.Keys.Select(sku => new Sku(sku)));
            run.Skus.UnionWith(run.Noted);
            foreach (var sku in load.Keys.Of(CatalogSlice.Skus).Concat(load.Keys.Depths.Keys))
                run.Skus.Add(new(sku));
            if (run.HasAll)
                LoadSupply(load, run, SelectInbound, [], SelectWaiting, [MostLines], "");
            else if (run.Skus.Select(sku => sku.Value).ToArray() is { Length: > 0 } skus)
                LoadSupply(load, run, $"{SelectInbound} {OfSkus}", [skus], SelectWaitingOfSkus, [MostLines, skus], $"WHERE true {OfSkus}");
        });
        workspace.RunWhenDue(run);
        workspace.Save(batch =>
        {
            LineExpectation.Table.Save(batch, run.Told);
            if (run.Over.ToList() is { Count: > 0 } over)
                batch.Add(DeleteOver, over.Column(line => line.OrderId.Value), over.Column(line => line.Line));
            if (run.HasRun)
                changed.Forget(batch, _ => true);
            if (run.IsUsed || purchaseOrders.Unordered.Count > 0)
                changed.Note(batch, run.Changed().Select(sku => sku.Value));
        });
    }

    private static void LoadSupply(Load load, SupplyRun run, string inbound, object[] ofInbound, string waiting, object[] ofWaiting, string told)
    {
        load.Query(inbound, ofInbound, row => run.Add(new InboundUnits(
            new(row.GetString(0)), row.GetInt32(1), new(row.GetString(2)), row.GetInt64(3), row.GetFieldValue<DateTimeOffset>(4))));
        load.Query(waiting, ofWaiting, row => run.Add(new WaitingUnits(
            new(row.GetInt32(4), row.GetFieldValue<DateTimeOffset>(5), row.GetInt32(6), row.GetFieldValue<DateTimeOffset>(7), new(row.GetString(0))),
            row.GetInt32(1), new(row.GetString(2)), row.GetInt64(3))));
        load.Rows(LineExpectation.Table, told, ofInbound, run.Add);
    }

    /// <param name="skus">SQL of whose lines. $1: how many lines of one sku.</param>
    private static string WaitingOf(string skus) => $"""
        SELECT order_id, line, sku, waits, queue_tier, queue_promised_at, queue_channel_priority, queue_placed_at
        FROM ({skus}) s
        CROSS JOIN LATERAL (
            SELECT l.order_id, l.line, l.ordered - l.cancelled - l.sourced AS waits,
                l.queue_tier, l.queue_promised_at, l.queue_channel_priority, l.queue_placed_at
            FROM order_lines l WHERE l.sku = s.sku AND l.ordered > l.cancelled + l.sourced AND l.backordered AND l.queue_tier IS NOT NULL
                AND NOT EXISTS (SELECT FROM orders o WHERE o.order_id = l.order_id AND (o.reservation_ended_at IS NOT NULL OR o.closed_at IS NOT NULL))
            ORDER BY l.queue_tier, l.queue_promised_at, l.queue_channel_priority, l.queue_placed_at, l.order_id COLLATE "C", l.line
            LIMIT $1
        ) waiting
        """;
}
