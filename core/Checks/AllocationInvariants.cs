namespace EcomIntel.Core.Checks;

/// <summary>Of what rounds decide.</summary>
internal static class AllocationInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("rejecting_node_is_passed_over", "a node that rejected a line is not promised it again before something was seen there",
            """
            SELECT format('order %s line %s: %s rejected it at %s and was promised it again, nothing was seen there since',
                r.order_id, r.line, r.location, r.rejected_at)
            FROM allocations r JOIN order_lines l USING (order_id, line) LEFT JOIN stock_sightings s USING (sku, location)
            WHERE r.status = 'REJECTED' AND coalesce(s.seen_at <= r.rejected_at, r.rejected_at IS NOT NULL)
                AND EXISTS (SELECT FROM allocations a WHERE a.order_id = r.order_id AND a.line = r.line AND a.location = r.location
                    AND a.number > r.number AND a.status <> 'REJECTED')
                AND (SELECT max(entry) FROM stock_ledger g WHERE g.sku = l.sku AND g.location = r.location AND g.order_id = r.order_id
                        AND g.reason = 'allocated')
                  > (SELECT max(entry) FROM stock_ledger g WHERE g.sku = l.sku AND g.location = r.location AND g.order_id = r.order_id
                        AND g.reason = 'pick_short')
            """),
        ("nobody_waits_beside_stock", "a line waits for stock only where no open node that may serve it has any, or the next round is to look at it",
            """
            SELECT DISTINCT format('order %s line %s waits for %s units of %s, %s has %s', l.order_id, l.line, l.ordered - l.cancelled - l.sourced, l.sku,
                b.location, b.quantity)
            FROM order_lines l JOIN orders o USING (order_id)
                JOIN stock_balances b ON b.sku = l.sku AND b.state = 'available' AND b.quantity > 0
                JOIN locations n ON n.location = b.location AND n.active
                LEFT JOIN stock_sightings s ON s.sku = l.sku AND s.location = b.location
            WHERE l.ordered > l.cancelled + l.sourced AND l.backordered AND NOT o.ship_complete AND o.freed_at IS NULL
                AND b.location IS DISTINCT FROM o.avoided_location
                AND NOT EXISTS (SELECT FROM holds h WHERE h.order_id = o.order_id AND h.released_at IS NULL)
                AND NOT EXISTS (SELECT FROM changed_skus c WHERE c.sku = l.sku)
                AND NOT EXISTS (SELECT FROM allocations r WHERE r.order_id = l.order_id AND r.line = l.line AND r.location = b.location
                    AND r.status = 'REJECTED' AND coalesce(s.seen_at <= r.rejected_at, true))
                AND NOT EXISTS (SELECT FROM policies p WHERE p.kind = 'allocation'
                    AND (p.settings ->> 'splitLines' = 'false' OR p.settings ->> 'inactiveItems' = 'hold'))
            """),
        ("ships_complete_from_few_nodes", "of an order that ships complete no more nodes hold units at once than the policy ever let",
            """
            SELECT format('order %s: %s', a.order_id, string_agg(DISTINCT a.location, ', '))
            FROM allocations a JOIN orders o USING (order_id) LEFT JOIN shipments s USING (shipment_id)
            WHERE o.ship_complete AND o.closed_at IS NULL AND a.status IN ('ALLOCATED', 'RELEASED') AND s.shipped_at IS NULL
            GROUP BY a.order_id
            HAVING count(DISTINCT a.location) >
                (SELECT greatest(1, max((settings ->> 'shipCompleteNodes')::int)) FROM policies WHERE kind = 'allocation')
            """),
        ("ships_complete_or_holds_nothing", "an order that ships complete and waits for stock holds nothing that nobody has begun to pick",
            """
            SELECT DISTINCT format('order %s waits, and holds %s units at %s', a.order_id, a.quantity, a.location)
            FROM allocations a JOIN orders o USING (order_id) LEFT JOIN shipments s USING (shipment_id)
            WHERE o.ship_complete AND o.closed_at IS NULL AND o.incomplete_since IS NULL AND a.status IN ('ALLOCATED', 'RELEASED')
                AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.order_id AND l.ordered > l.cancelled + l.sourced)
                AND (s.shipment_id IS NULL OR (s.status = 'RELEASED' AND s.shipped_at IS NULL AND s.carrier IS NULL AND s.tracking IS NULL
                    AND NOT EXISTS (SELECT FROM allocations p WHERE p.order_id = a.order_id AND p.shipment_id = s.shipment_id AND p.picked > 0)))
            """),
        ("nothing_promised_at_a_closed_node", "nothing waits to be released at a node that is closed until further notice",
            """
            SELECT format('order %s line %s: %s units are promised at %s, which is closed', a.order_id, a.line, a.quantity, a.location)
            FROM allocations a JOIN locations n USING (location) WHERE a.status = 'ALLOCATED' AND NOT n.active AND n.reopens_at IS NULL
            """),
        ("one_parcel_where_one_would_do", "an order has one shipment at a node that nobody has begun, where parcels are joined",
            """
            SELECT format('order %s at %s: %s', order_id, location, string_agg(shipment_id, ', '))
            FROM shipments s JOIN orders o USING (order_id)
            WHERE o.closed_at IS NULL AND s.status = 'RELEASED' AND s.shipped_at IS NULL AND s.carrier IS NULL AND s.tracking IS NULL
                AND EXISTS (SELECT FROM allocations a WHERE a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND a.status = 'RELEASED')
                AND NOT EXISTS (SELECT FROM allocations a WHERE a.order_id = s.order_id AND a.shipment_id = s.shipment_id AND (a.picked > 0 OR a.packed > 0))
                AND NOT EXISTS (SELECT FROM policies p WHERE p.kind = 'allocation' AND p.settings ->> 'joinParcels' = 'false')
                AND s.pack_with IS NULL AND NOT EXISTS (SELECT FROM shipments m WHERE m.pack_with = s.shipment_id)
            GROUP BY order_id, location HAVING count(*) > 1
            """),
    ];
}
