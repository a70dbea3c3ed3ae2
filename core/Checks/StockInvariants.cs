namespace EcomIntel.Core.Checks;

/// <summary>Of stock and its ledger, counts and transfers.</summary>
internal static class StockInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("stock_balance_is_ledger_sum", "every stock balance is the sum of its ledger rows, and every sum has its balance",
            """
            WITH moved AS (
                SELECT sku, location, lot, from_state AS state, -quantity AS quantity FROM stock_ledger WHERE from_state IS NOT NULL
                UNION ALL
                SELECT sku, location, lot, to_state, quantity FROM stock_ledger WHERE to_state IS NOT NULL),
            summed AS (SELECT sku, location, lot, state, sum(quantity) AS quantity FROM moved GROUP BY sku, location, lot, state)
            SELECT format('%s at %s lot "%s" %s: balance %s, ledger %s', sku, location, lot, state, coalesce(b.quantity, 0), coalesce(s.quantity, 0))
            FROM stock_balances b FULL JOIN summed s USING (sku, location, lot, state)
            WHERE coalesce(b.quantity, 0) <> coalesce(s.quantity, 0)
            """),
        ("stock_never_negative", "no stock balance is below zero",
            """
            SELECT format('%s at %s lot "%s" %s: %s', sku, location, lot, state, quantity) FROM stock_balances WHERE quantity < 0
            """),
        ("ledger_gapless", "ledger entries run from 1 without a gap, up to the number last given out",
            """
            SELECT format('%s rows, entries %s to %s, last given out %s', count(l.entry), min(l.entry), max(l.entry), max(s.ledger))
            FROM sequences s LEFT JOIN stock_ledger l ON true
            HAVING count(l.entry) <> max(s.ledger) OR coalesce(max(l.entry), 0) <> max(s.ledger) OR coalesce(min(l.entry), 1) <> 1
            """),
        ("allocated_stock_is_open_promises",
            "stock in state allocated and picked is what live allocations that have not shipped hold, unpicked and picked, and what was picked and cancelled",
            """
            WITH held AS (
                SELECT l.sku, a.location, a.lot, sum(CASE WHEN a.status NOT IN ('CANCELLED', 'RECALLED') THEN a.quantity - a.picked ELSE 0 END) AS allocated,
                    sum(a.picked) AS picked
                FROM allocations a JOIN order_lines l USING (order_id, line) LEFT JOIN shipments s USING (shipment_id)
                WHERE (a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL) OR a.status IN ('CANCELLED', 'RECALLED')
                GROUP BY l.sku, a.location, a.lot),
            stocked AS (
                SELECT sku, location, lot,
                    coalesce(sum(quantity) FILTER (WHERE state = 'allocated'), 0) AS allocated,
                    coalesce(sum(quantity) FILTER (WHERE state = 'picked'), 0) AS picked
                FROM stock_balances GROUP BY sku, location, lot)
            SELECT format('%s at %s lot "%s": stock has %s allocated and %s picked, allocations %s and %s', sku, location, lot,
                coalesce(s.allocated, 0), coalesce(s.picked, 0), coalesce(h.allocated, 0), coalesce(h.picked, 0))
            FROM held h FULL JOIN stocked s USING (sku, location, lot)
            WHERE coalesce(s.allocated, 0) <> coalesce(h.allocated, 0) OR coalesce(s.picked, 0) <> coalesce(h.picked, 0)
            """),
        ("in_transit_is_open_transfers", "stock in transit to a location is what transfers sent there and was not received, lost or found short",
            """
            WITH open AS (
                SELECT sku, to_location AS location, lot, sum(dispatched - received - lost - short) AS units FROM transfers GROUP BY sku, to_location, lot),
            stocked AS (SELECT sku, location, lot, quantity AS units FROM stock_balances WHERE state = 'in_transit')
            SELECT format('%s at %s lot "%s": stock has %s in transit, transfers %s', sku, location, lot, coalesce(s.units, 0), coalesce(o.units, 0))
            FROM open o FULL JOIN stocked s USING (sku, location, lot) WHERE coalesce(s.units, 0) <> coalesce(o.units, 0)
            """),
        ("transfers_are_their_reports", "a transfer received into stock what was reported received, as far as it was dispatched, and no unit twice",
            """
            WITH reported AS (
                SELECT transfer_id, sku, sum(quantity) FILTER (WHERE step = 'DISPATCHED') AS dispatched,
                    sum(quantity) FILTER (WHERE step = 'RECEIVED') AS received
                FROM transfer_reports GROUP BY transfer_id, sku),
            kept AS (
                SELECT transfer_id, sku, sum(dispatched) AS dispatched, sum(received) AS received, sum(over) AS over
                FROM transfers GROUP BY transfer_id, sku)
            SELECT format('transfer %s of %s: %s dispatched and %s received were reported; it has %s, %s received and %s over', transfer_id, sku,
                coalesce(r.dispatched, 0), coalesce(r.received, 0), coalesce(k.dispatched, 0), coalesce(k.received, 0), coalesce(k.over, 0))
            FROM reported r FULL JOIN kept k USING (transfer_id, sku)
            WHERE coalesce(r.dispatched, 0) <> coalesce(k.dispatched, 0) OR coalesce(r.received, 0) <> coalesce(k.received, 0) + coalesce(k.over, 0)
                OR coalesce(k.received, 0) > coalesce(k.dispatched, 0)
            """),
        ("counted_stock_is_what_was_counted", "at the time of a location's latest count of a sku its ledger has as many units as were counted",
            // Not where a case says that orders were promised what was not there, nor where something of the same instant has no order in time.
            """
            WITH latest AS (
                SELECT DISTINCT ON (sku, location) * FROM stock_claims WHERE kind <> 'TAKEN' ORDER BY sku, location, at DESC, cause COLLATE "C" DESC),
            states AS (
                SELECT identity, unnest(CASE
                    WHEN kind = 'REPORTED' THEN '{available,allocated,picked}'::stock_state[]
                    WHEN state IS NULL THEN '{available,quarantined,inspection,damaged,return_to_vendor}'::stock_state[]
                    ELSE ARRAY[state] END) AS state
                FROM latest),
            held AS (
                SELECT c.identity, coalesce(sum(CASE WHEN g.to_state = s.state THEN g.quantity ELSE 0 END), 0)
                    - coalesce(sum(CASE WHEN g.from_state = s.state THEN g.quantity ELSE 0 END), 0) AS units
                FROM latest c JOIN states s USING (identity)
                LEFT JOIN stock_ledger g ON g.sku = c.sku AND g.location = c.location AND g.at <= c.at AND (coalesce(c.lot, '') = '' OR g.lot = c.lot)
                    AND s.state IN (g.from_state, g.to_state)
                GROUP BY c.identity)
            SELECT format('%s at %s: %s counted at %s, the ledger had %s', c.sku, c.location, c.quantity, c.at, h.units)
            FROM latest c JOIN held h USING (identity)
            WHERE h.units <> c.quantity
                AND NOT EXISTS (SELECT FROM exception_cases e WHERE e.category = 'inventory.negative' AND e.subject = c.sku AND e.location = c.location)
                AND NOT (c.kind = 'REPORTED' AND h.units > c.quantity)
                AND NOT EXISTS (
                    SELECT FROM stock_ledger g WHERE g.sku = c.sku AND g.location = c.location AND g.at = c.at AND g.order_id IS NOT NULL)
                -- A live round is dated by the instant at which it was due, and gives out what has come since.
                AND NOT EXISTS (
                    SELECT FROM stock_ledger r JOIN stock_ledger g USING (sku, location)
                    WHERE r.sku = c.sku AND r.location = c.location AND r.at <= c.at AND r.cause LIKE 'allocation-round:%'
                        AND g.entry < r.entry AND g.at > r.at)
            """),
    ];
}
