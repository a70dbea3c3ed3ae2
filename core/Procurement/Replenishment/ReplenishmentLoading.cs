using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>The SQL of what a run looks at: aggregates, read after all that the batch names is locked.</summary>
internal static class ReplenishmentLoading
{
    // What of a line is promised stands where it is promised; the rest, what was cancelled included, at no location.
    private const string SelectOrdered = """
        WITH placed AS (
            SELECT o.order_id, (o.placed_at AT TIME ZONE 'UTC')::date AS day, l.line, l.sku, l.ordered
            FROM orders o JOIN order_lines l USING (order_id) WHERE o.placed_at >= $1 AND o.placed_at < $2),
        promised AS (
            SELECT p.order_id, p.line, p.day, p.sku, a.location, sum(a.quantity) AS units
            FROM placed p JOIN allocations a ON a.order_id = p.order_id AND a.line = p.line AND a.status IN ('ALLOCATED', 'RELEASED')
            GROUP BY p.order_id, p.line, p.day, p.sku, a.location)
        SELECT order_id, day, sku, location, units::bigint FROM promised
        UNION ALL
        SELECT p.order_id, p.day, p.sku, NULL, (p.ordered - coalesce(s.units, 0))::bigint
        FROM placed p LEFT JOIN (SELECT order_id, line, sum(units) AS units FROM promised GROUP BY order_id, line) s USING (order_id, line)
        WHERE p.ordered > coalesce(s.units, 0)
        """;

    // Not where it was only counted as none.
    private const string SelectStock = """
        SELECT sku, location, coalesce(sum(quantity) FILTER (WHERE state = 'available'), 0)::bigint,
            coalesce(sum(quantity) FILTER (WHERE state = 'inspection'), 0)::bigint, coalesce(sum(quantity) FILTER (WHERE state = 'in_transit'), 0)::bigint
        FROM stock_balances WHERE moved_at IS NOT NULL OR quantity <> 0 GROUP BY sku, location
        """;

    private const string SelectOnOrder = "SELECT sku, location, on_order, to_be_sent FROM units_on_order WHERE on_order <> 0 OR to_be_sent <> 0";

    // Nothing is kept for an order whose reservation has ended until it is paid.
    private const string SelectWaiting = """
        SELECT l.sku, (coalesce(o.current_promise_at, o.promised_at) AT TIME ZONE 'UTC')::date, o.currency,
            sum(l.ordered - l.cancelled - l.sourced)::bigint, sum((l.ordered - l.cancelled - l.sourced) * l.price)
        FROM order_lines l JOIN orders o USING (order_id)
        WHERE l.ordered > l.cancelled + l.sourced AND o.reservation_ended_at IS NULL GROUP BY 1, 2, 3
        """;

    private const string SelectDispatched = """
        SELECT DISTINCT t.transfer_id FROM transfers t JOIN replenishment_proposals p ON p.proposal_id = t.transfer_id
        WHERE p.kind = 'transfer' AND p.status IN ('ACCEPTED', 'EDITED') AND p.settled_at IS NULL AND t.dispatched > 0
        """;

    // Beside what is open: what holds others back, and transfers that are to come.
    private const string Wanted = """
        WHERE proposal_id IN (
            SELECT proposal_id FROM replenishment_proposals WHERE status = 'OPEN'
            UNION ALL SELECT proposal_id FROM replenishment_proposals WHERE not_again_until > $1
            UNION ALL SELECT proposal_id FROM replenishment_proposals WHERE kind = 'transfer' AND status IN ('ACCEPTED', 'EDITED') AND settled_at IS NULL)
        ORDER BY proposal_id FOR NO KEY UPDATE
        """;

    public static void LoadProposals(Load load, ReplenishmentBook book, DateTimeOffset since) => load.Rows(Proposal.Table, Wanted, [since], book.Add);

    /// <param name="ordered">Days whose orders are rolled up.</param>
    public static void LoadAll(
        Load load, ReplenishmentBook book, (DateOnly From, DateOnly Until) stored, (DateOnly From, DateOnly Until) ordered)
    {
        book.StoredDays = stored;
        load.Rows(DemandSum.Table, "", [], book.Add);
        if (stored.From < stored.Until)
            load.Rows(DemandDay.Table, "WHERE day >= $1 AND day < $2", [stored.From, stored.Until], book.Add);
        LoadOrdered(load, book, ordered);
        load.Rows(SupplierItem.Table, "", [], book.Add);
        load.Rows(Item.Table, "WHERE EXISTS (SELECT FROM supplier_items s WHERE s.sku = items.sku)", [], item => book.Items.Add(item.Sku, item));
        load.QueryWhole(SelectStock, [], row =>
        {
            var place = book.Place(new(row.GetString(0)), new(row.GetString(1)));
            (place.HasStock, place.Available, place.Inspection, place.InTransit) = (true, row.GetInt64(2), row.GetInt64(3), row.GetInt64(4));
        });
        load.QueryWhole(SelectOnOrder, [], row =>
        {
            var place = book.Place(new(row.GetString(0)), new(row.GetString(1)));
            (place.OnOrder, place.ToBeSent) = (row.GetInt64(2), row.GetInt64(3));
        });
        load.QueryWhole(SelectWaiting, [], row => book.Add(new DueUnits(
            new(row.GetString(0)), row.GetFieldValue<DateOnly>(1), row.GetString(2), row.GetInt64(3), row.GetDecimal(4))));
        load.QueryWhole(ReceivedLeadTimes.SelectSums, [], row => book.LeadTimes.Add(
            (new(row.GetString(0)), new(row.GetString(1))), new(row.GetInt32(2), row.GetInt64(3), row.GetDecimal(4))));
        load.QueryWhole(SelectDispatched, [], row => book.Dispatched.Add(row.GetString(0)));
        book.IsAtHand = true;
    }

    /// <summary>Orders that are heard late: what is stored of the demand of their skus on their days.</summary>
    public static void LoadLate(Load load, ReplenishmentBook book, IReadOnlyCollection<string> skus, IReadOnlyCollection<DateOnly> days)
    {
        load.Rows(DemandDay.Table, "WHERE day = ANY($1) AND sku = ANY($2)", [days.ToArray(), skus.ToArray()], book.Add);
        if (!book.IsAtHand)
            load.Rows(DemandSum.Table, "WHERE sku = ANY($1)", [skus.ToArray()], book.Add);
    }

    private static void LoadOrdered(Load load, ReplenishmentBook book, (DateOnly From, DateOnly Until) days)
    {
        var (from, until) = (days.From.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), days.Until.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc));
        load.Query(SelectOrdered, [from, until], row => book.Ordered.Add(new(
            new(row.GetString(0)), row.GetFieldValue<DateOnly>(1), new(row.GetString(2)), row.IsDBNull(3) ? null : new LocationId(row.GetString(3)),
            row.GetInt64(4))));
    }
}
