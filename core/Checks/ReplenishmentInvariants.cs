namespace EcomIntel.Core.Checks;

/// <summary>What must hold of demand, positions and proposals. As <see cref="PostgresInvariants"/>.</summary>
internal static class ReplenishmentInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("units_on_order_are_those_of_the_lines", "the units on order that replenishment sees are those that purchase orders have open, sent and not yet sent",
            """
            WITH lines AS (
                SELECT l.sku, o.location,
                    coalesce(sum(l.ordered - l.cancelled - l.closed_short - l.received) FILTER (WHERE o.status IN ('SENT', 'ACKNOWLEDGED')), 0) AS sent,
                    coalesce(sum(l.ordered - l.cancelled - l.closed_short - l.received)
                        FILTER (WHERE o.status IN ('PROPOSED', 'DRAFT', 'PENDING_APPROVAL', 'APPROVED')), 0) AS unsent
                FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) GROUP BY l.sku, o.location)
            SELECT format('%s at %s: replenishment sees %s on order and %s to be sent, lines have %s and %s', sku, location, coalesce(u.on_order, 0),
                coalesce(u.to_be_sent, 0), coalesce(l.sent, 0), coalesce(l.unsent, 0))
            FROM units_on_order u FULL JOIN lines l USING (sku, location)
            WHERE coalesce(u.on_order, 0) <> coalesce(l.sent, 0) OR coalesce(u.to_be_sent, 0) <> coalesce(l.unsent, 0)
            """),
        ("received_lead_times_are_those_of_the_lines", "the lead times that replenishment sees are those of all order lines of which anything was received",
            """
            WITH received AS (
                SELECT o.supplier_id, l.sku, greatest(0, floor(extract(epoch FROM l.first_received_at - o.sent_at) / 60)) AS minutes
                FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) WHERE l.first_received_at IS NOT NULL AND o.sent_at IS NOT NULL),
            lines AS (SELECT supplier_id, sku, count(*) AS lines, sum(minutes) AS minutes, sum(minutes * minutes) AS squares FROM received GROUP BY 1, 2)
            SELECT format('%s of %s: %s lines seen, %s there', sku, supplier_id, coalesce(t.lines, 0), coalesce(l.lines, 0))
            FROM received_lead_times t FULL JOIN lines l USING (supplier_id, sku)
            WHERE (coalesce(t.lines, 0), coalesce(t.minutes, 0), coalesce(t.squares, 0))
                <> (coalesce(l.lines, 0), coalesce(l.minutes, 0), coalesce(l.squares, 0))
            """),
        ("demand_is_what_was_ordered", "the demand of every day that is rolled up is what was ordered on it, by sku",
            """
            WITH rolled AS (SELECT rolled_from, rolled_until FROM replenishment_state WHERE rolled_from IS NOT NULL),
            ordered AS (
                SELECT (o.placed_at AT TIME ZONE 'UTC')::date AS day, l.sku, sum(l.ordered) AS units
                FROM rolled r JOIN orders o ON o.placed_at >= r.rolled_from::timestamp AT TIME ZONE 'UTC'
                    AND o.placed_at < r.rolled_until::timestamp AT TIME ZONE 'UTC' JOIN order_lines l USING (order_id)
                GROUP BY 1, 2),
            demand AS (
                SELECT d.day, d.sku, sum(d.units) AS units FROM rolled r JOIN demand_days d ON d.day >= r.rolled_from AND d.day < r.rolled_until GROUP BY 1, 2)
            SELECT format('%s on %s: demand of %s, %s ordered', sku, day, coalesce(d.units, 0), coalesce(o.units, 0))
            FROM ordered o FULL JOIN demand d USING (day, sku) WHERE coalesce(d.units, 0) <> coalesce(o.units, 0)
            """),
        ("demand_sums_are_those_of_the_window", "the running sums of demand are those of the days that the window has",
            """
            WITH summed AS (
                SELECT d.sku, d.location, sum(d.units) AS units, sum(d.units::numeric * d.units) AS squares
                FROM replenishment_state r JOIN demand_days d ON d.day >= r.rolled_until - r.window_days AND d.day < r.rolled_until
                WHERE d.day >= r.rolled_from
                GROUP BY d.sku, d.location)
            SELECT format('%s at %s: %s units and %s squares kept, %s and %s summed', sku, location, d.units, d.squares, s.units, s.squares)
            FROM demand_sums d FULL JOIN summed s USING (sku, location)
            WHERE coalesce(d.units, 0) <> coalesce(s.units, 0) OR coalesce(d.squares, 0) <> coalesce(s.squares, 0)
            """),
        ("proposals_add_up", "a proposal's position is what it is made of; it is sold in such a quantity; what is wanted lifts it to its level",
            """
            SELECT format('proposal %s: position %s, %s units', proposal_id, position, quantity) FROM replenishment_proposals
            WHERE position <> available + inspection + on_order + to_be_sent + in_transit + transfers_in - transfers_out - waiting
                OR (kind = 'purchase' AND (supplier_id IS NULL OR quantity < minimum_quantity OR quantity % pack_multiple <> 0 OR quantity < wanted))
                OR (kind = 'transfer' AND (from_location IS NULL OR from_location = location OR quantity > wanted))
                OR position > reorder_point OR position + wanted > order_up_to
            """),
        ("bought_where_it_is_stocked",
            "what is proposed for a place was stocked there, sold from there, is coming, or is for what waits; a place that was only counted as empty is none",
            // As far as the first node, to which what waits is to come, is that of when it was proposed.
            """
            SELECT format('proposal %s: %s %s for %s, where it never was', p.proposal_id, p.quantity, p.sku, p.location)
            FROM replenishment_proposals p
            WHERE p.on_order + p.to_be_sent + p.in_transit + p.transfers_in + p.waiting = 0
                AND NOT EXISTS (SELECT FROM stock_ledger g WHERE g.sku = p.sku AND g.location = p.location)
                AND NOT EXISTS (SELECT FROM demand_days d WHERE d.sku = p.sku AND d.location = p.location)
                AND p.made_at >= (SELECT max(updated_at) FROM locations)
                AND p.location IS DISTINCT FROM (SELECT location FROM locations WHERE active ORDER BY priority, location COLLATE "C" LIMIT 1)
                AND NOT EXISTS (SELECT FROM policies r WHERE r.kind = 'replenishment' AND r.settings ->> 'waitsAt' = p.location)
            """),
        ("accepted_proposals_are_ordered",
            "an accepted purchase stands with its quantity in its purchase order, and every order that replenishment made is of one",
            """
            SELECT format('proposal %s: %s units accepted, %s in order %s', p.proposal_id, p.accepted_quantity, l.units, p.purchase_order_id)
            FROM replenishment_proposals p LEFT JOIN LATERAL (
                SELECT sum(ordered) AS units FROM purchase_order_lines l
                WHERE l.purchase_order_id = p.purchase_order_id AND l.sku = p.sku) l ON true
            WHERE p.kind = 'purchase' AND p.status IN ('ACCEPTED', 'EDITED') AND p.accepted_quantity IS DISTINCT FROM l.units
            UNION ALL
            SELECT format('order %s line %s: %s units of no proposal', l.purchase_order_id, l.line, l.ordered)
            FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)
            WHERE o.origin = 'replenishment' AND NOT EXISTS (
                SELECT FROM replenishment_proposals p WHERE p.purchase_order_id = l.purchase_order_id AND p.sku = l.sku AND p.accepted_quantity = l.ordered)
            """),
    ];
}
