namespace EcomIntel.Core.Checks;

/// <summary>Of events, dead letters and operations.</summary>
internal static class ProcessingInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("outbox_gapless", "outbox sequences run without a gap from 1, or the first that was not pruned, up to the number last given out",
            """
            SELECT format('%s rows, sequences %s to %s, pruned up to %s, last given out %s',
                count(o.sequence), min(o.sequence), max(o.sequence), max(p.sequence), max(s.outbox))
            FROM sequences s JOIN pruned p ON p.kind = 'operations' LEFT JOIN outbox o ON true
            HAVING count(o.sequence) <> max(s.outbox) - max(p.sequence) OR coalesce(max(o.sequence), max(p.sequence)) <> max(s.outbox)
                OR coalesce(min(o.sequence), max(p.sequence) + 1) <> max(p.sequence) + 1
            """),
        ("dead_letters_numbered", "dead letters run up to the number last given out",
            """
            SELECT format('highest %s, last given out %s', max(d.id), max(s.dead_letters)) FROM sequences s LEFT JOIN dead_letters d ON true
            HAVING coalesce(max(d.id), 0) > max(s.dead_letters)
            """),
        ("what_waits_has_not_come", "no event waits for something that is there",
            """
            SELECT format('dead letter %s waits for %s', id, awaits) FROM dead_letters
            WHERE status = 'waiting' AND NOT recheck AND reason = 'unknown_' || split_part(awaits, '/', 1) -- others wait for it to come further
                AND CASE split_part(awaits, '/', 1)
                WHEN 'order' THEN EXISTS (SELECT FROM orders WHERE order_id = substr(awaits, 7))
                WHEN 'sku' THEN EXISTS (SELECT FROM items WHERE sku = substr(awaits, 5))
                WHEN 'location' THEN EXISTS (SELECT FROM locations WHERE location = substr(awaits, 10))
                -- A node may name a shipment of another order.
                WHEN 'shipment' THEN topic = 'carriers' AND EXISTS (SELECT FROM shipments WHERE shipment_id = substr(awaits, 10))
                WHEN 'return' THEN EXISTS (SELECT FROM returns WHERE return_id = substr(awaits, 8))
                WHEN 'transfer' THEN EXISTS (SELECT FROM transfers WHERE transfer_id = substr(awaits, 10) AND sku = key AND dispatched > 0)
                WHEN 'supplier' THEN EXISTS (SELECT FROM suppliers WHERE supplier_id = substr(awaits, 10))
                WHEN 'purchase_order' THEN EXISTS (SELECT FROM purchase_orders WHERE purchase_order_id = substr(awaits, 16))
                -- One that came blind is of no order yet.
                WHEN 'receipt' THEN EXISTS (SELECT FROM receipts WHERE receipt_id = substr(awaits, 9) AND purchase_order_id IS NOT NULL)
                WHEN 'claim' THEN EXISTS (SELECT FROM supplier_claims WHERE claim_id = substr(awaits, 7) AND purchase_order_id = key)
                WHEN 'finding' THEN EXISTS (SELECT FROM findings WHERE finding_id = substr(awaits, 9))
                WHEN 'alert' THEN EXISTS (SELECT FROM alerts WHERE alert_id = substr(awaits, 7)) END
            """),
        ("what_waits_is_in_time", "no event waits beyond its time",
            """
            SELECT format('dead letter %s waits for %s until %s', id, awaits, waits_until) FROM dead_letters
            WHERE status = 'waiting' AND waits_until <= (SELECT now FROM business_clock)
            """),
        ("what_is_not_known_is_awaited", "an event about an order that was not known waits for it, and is not left once the order is",
            // Not those of before events waited: nothing said then what they were for.
            """
            SELECT format('dead letter %s: %s, and there is; it waited for nothing', d.id, d.detail)
            FROM dead_letters d JOIN orders o ON o.order_id = d.key
            WHERE d.status = 'open' AND d.reason = 'unknown_order' AND d.awaits IS NULL
                AND d.received_at >= (SELECT coalesce(of_day_until, '-infinity') FROM pruned WHERE kind = 'applied_events')
            """),
        ("no_time_is_ahead_of_the_present", "nothing that was applied is of a time further ahead of the present than policy ever let, nor has time come so far",
            """
            WITH latest AS (
                SELECT business_now() + greatest(interval '1 day',
                    max(regexp_replace(settings ->> 'maxAhead', '^(\d+)\.(?=\d\d:)', '\1 days ')::interval)) AS at
                FROM policies WHERE kind = 'events'),
            told AS (
                SELECT 'topic ' || topic AS what, newest AS at FROM topic_freshness
                UNION ALL
                SELECT 'business time', now FROM business_clock)
            SELECT format('%s has come to %s, the present is %s', t.what, t.at, business_now()) FROM told t CROSS JOIN latest l WHERE t.at > l.at
            """),
    ];
}
