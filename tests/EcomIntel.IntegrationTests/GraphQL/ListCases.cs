namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>A list of the API, and the same said once more in SQL of its own.</summary>
/// <param name="Field">Of Query.</param>
/// <param name="Key">What a row is known by, among the selected fields.</param>
/// <param name="Row">SQL of one row in the shape of the selection, as jsonb.</param>
/// <param name="Orders">Sort argument, if any, to what the rows are ordered by; <c>{d}</c> is the direction.</param>
/// <param name="Filters">Filter argument to the SQL that says the same; <c>$name</c> stands for a known value in both.</param>
internal sealed record ListCase(
    string Field,
    string Key,
    string Selection,
    string Row,
    string From,
    IReadOnlyDictionary<string, string> Orders,
    IReadOnlyList<(string Given, string Sql)> Filters,
    bool Counts = true)
{
    private const string Total = "(SELECT sum(price * ordered) - sum(price * cancelled) FROM order_lines l WHERE l.order_id = o.order_id)";

    /// <summary>By units: some that are not cancelled came after the promise, or have not come and it has passed.</summary>
    private const string Late = """
        EXISTS (
            SELECT FROM order_lines l LEFT JOIN allocations a ON (a.order_id, a.line) = (l.order_id, l.line) AND a.status IN ('ALLOCATED', 'RELEASED')
            LEFT JOIN shipments s ON s.shipment_id = a.shipment_id
            WHERE l.order_id = o.order_id AND l.cancelled < l.ordered
                AND coalesce(s.delivered_at, o.closed_at, (SELECT now FROM business_clock)) > o.promised_at)
        """;

    public static readonly IReadOnlyList<ListCase> All =
    [
        new("orders", "orderId",
            """
            id orderId version status channel customer country currency tier shipComplete
            placedAt promisedAt firstShippedAt closedAt cancelledAt units waitingUnits total { amount currency }
            lines { line sku price { amount currency } ordered cancelled sourced waiting backordered rejected due }
            holds { number kind reason owner openedAt releasedAt }
            """,
            """
            jsonb_build_object(
                'id', translate(encode(convert_to('Order:' || o.order_id, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'orderId', o.order_id,
                'version', o.version, 'status', o.status, 'channel', o.channel, 'customer', o.customer, 'country', o.country, 'currency', o.currency,
                'tier', o.tier, 'shipComplete', o.ship_complete, 'placedAt', o.placed_at, 'promisedAt', o.promised_at,
                'firstShippedAt', o.first_shipped_at, 'closedAt', o.closed_at, 'cancelledAt', o.cancelled_at)
            || (SELECT jsonb_build_object(
                'units', sum(ordered) - sum(cancelled), 'waitingUnits', sum(ordered) - sum(cancelled) - sum(sourced),
                'total', jsonb_build_object('amount', sum((ordered - cancelled) * price), 'currency', o.currency),
                'lines', jsonb_agg(jsonb_build_object(
                    'line', line, 'sku', sku, 'price', jsonb_build_object('amount', price, 'currency', o.currency), 'ordered', ordered,
                    'cancelled', cancelled, 'sourced', sourced, 'waiting', ordered - cancelled - sourced, 'backordered', backordered,
                    'rejected', rejected, 'due', due) ORDER BY line)) FROM order_lines l WHERE l.order_id = o.order_id)
            || jsonb_build_object('holds', (
                SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'number', number, 'kind', upper(kind), 'reason', reason, 'owner', owner, 'openedAt', opened_at, 'releasedAt', released_at)
                    ORDER BY number), '[]')
                FROM holds h WHERE h.order_id = o.order_id))
            """,
            "orders o",
            new Dictionary<string, string>
            {
                ["PLACED_AT"] = "o.placed_at {d}, o.order_id {d}",
                ["PROMISED_AT"] = "o.promised_at {d}, o.order_id {d}",
                ["ORDER_ID"] = "o.order_id {d}",
            },
            [
                ("orderIds: [\"$order\", \"held-3\", \"no such order\"]", "o.order_id IN ('$order', 'held-3')"),
                ("statuses: [RELEASED, SHIPPED]", "position(o.status::text IN 'RELEASED SHIPPED') > 0"),
                ("channels: [\"web\", \"export\"]", "o.channel <> 'wholesale'"),
                ("locations: [\"$location\"]", "o.order_id IN (SELECT order_id FROM allocations WHERE location = '$location')"),
                ("skus: [\"$sku\", \"20001\"]", "o.order_id IN (SELECT order_id FROM order_lines WHERE sku IN ('$sku', '20001'))"),
                (
                    "holds: [FRAUD_RISK]",
                    "o.order_id IN (SELECT order_id FROM holds WHERE kind ILIKE 'fraud_risk' GROUP BY order_id HAVING count(released_at) < count(*))"
                ),
                ("open: true", "o.closed_at IS NULL"),
                ("open: false", "o.closed_at IS NOT NULL"),
                ("waiting: true", "o.order_id IN (SELECT order_id FROM order_lines WHERE ordered - cancelled - sourced > 0)"),
                (
                    "waiting: false, channels: [\"export\"]",
                    "o.channel = 'export' AND o.order_id NOT IN (SELECT order_id FROM order_lines WHERE ordered - cancelled - sourced > 0)"
                ),
                ("placedFrom: \"$middle\"", "o.placed_at >= '$middle'"),
                ("placedBefore: \"$middle\"", "NOT o.placed_at >= '$middle'"),
                ("promisedFrom: \"$promised\"", "o.promised_at >= '$promised'"),
                ("promisedBefore: \"$promised\", open: false", "o.promised_at < '$promised' AND o.closed_at IS NOT NULL"),
                ("late: true", Late),
                ("late: false", $"NOT {Late}"),
                ("customers: [\"$customer\", \"nobody\"]", "o.customer = '$customer'"),
                ("countries: [\"NL\", \"DE\"]", "upper(o.country) IN ('NL', 'DE')"),
                ("value: { currency: \"GBP\", from: 20 }", $"o.currency = 'GBP' AND {Total} >= 20"),
                ("value: { currency: \"GBP\", from: \"5.5\", below: 20 }", $"o.currency = 'GBP' AND {Total} BETWEEN 5.5 AND 19.9999"),
            ]),
        new("orderLines", "orderId line",
            """
            orderId line sku promisedAt price { amount currency } ordered cancelled sourced waiting backordered rejected due order { orderId version }
            item { name } allocations { number sku location { location } lot status stage quantity picked packed shipmentId }
            """,
            """
            (SELECT jsonb_build_object(
                'orderId', l.order_id, 'line', l.line, 'sku', l.sku, 'promisedAt', p.promised_at,
                'price', jsonb_build_object('amount', l.price, 'currency', p.currency), 'ordered', l.ordered, 'cancelled', l.cancelled,
                'sourced', l.sourced, 'waiting', l.ordered - l.cancelled - l.sourced, 'backordered', l.backordered, 'rejected', l.rejected,
                'due', l.due, 'order', jsonb_build_object('orderId', p.order_id, 'version', p.version),
                'item', (SELECT jsonb_build_object('name', name) FROM items i WHERE i.sku = l.sku),
                'allocations', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'number', number, 'sku', l.sku, 'location', jsonb_build_object('location', location), 'lot', lot, 'status', status,
                        'stage', CASE WHEN status <> 'RELEASED' THEN status ELSE (
                            SELECT CASE WHEN s.shipped_at IS NOT NULL OR s.status = 'PACKED' THEN s.status WHEN packed = quantity THEN 'PACKED'
                                WHEN picked = quantity THEN 'PICKED' ELSE 'RELEASED' END
                            FROM shipments s WHERE s.shipment_id = a.shipment_id) END,
                        'quantity', quantity, 'picked', picked, 'packed', packed, 'shipmentId', shipment_id) ORDER BY number), '[]')
                    FROM allocations a WHERE (a.order_id, a.line) = (l.order_id, l.line))) FROM orders p WHERE p.order_id = l.order_id)
            """,
            "order_lines l",
            new Dictionary<string, string>
            {
                [""] = "(SELECT promised_at FROM orders p WHERE p.order_id = l.order_id) {d}, l.order_id {d}, l.line {d}",
            },
            [
                ("skus: [\"$sku\", \"20001\"]", "l.sku IN ('$sku', '20001')"),
                ("channels: [\"web\"]", "l.order_id IN (SELECT order_id FROM orders WHERE channel = 'web')"),
                ("waiting: true", "l.ordered - l.cancelled - l.sourced > 0"),
                (
                    "waiting: false, channels: [\"export\"]",
                    "l.ordered - l.cancelled - l.sourced = 0 AND l.order_id IN (SELECT order_id FROM orders WHERE channel = 'export')"
                ),
                ("backordered: true", "l.backordered"),
                ("rejected: true", "l.rejected"),
                ("promisedFrom: \"$promised\"", "l.order_id IN (SELECT order_id FROM orders WHERE promised_at >= '$promised')"),
                ("promisedBefore: \"$promised\"", "l.order_id NOT IN (SELECT order_id FROM orders WHERE promised_at >= '$promised')"),
            ]),
        new("shipments", "shipmentId",
            """
            id shipmentId orderId location { location name } order { orderId version } status number carrier service tracking
            releasedAt shippedAt deliveredAt allocations { line number lot quantity picked packed }
            """,
            """
            jsonb_build_object(
                'id', translate(encode(convert_to('Shipment:' || s.shipment_id, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'shipmentId', s.shipment_id,
                'orderId', s.order_id,
                'location', (SELECT jsonb_build_object('location', location, 'name', name) FROM locations l WHERE l.location = s.location),
                'order', (SELECT jsonb_build_object('orderId', order_id, 'version', version) FROM orders o WHERE o.order_id = s.order_id),
                'status', s.status, 'number', s.number, 'carrier', s.carrier, 'service', s.service, 'tracking', s.tracking,
                'releasedAt', s.released_at, 'shippedAt', s.shipped_at, 'deliveredAt', s.delivered_at,
                'allocations', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'line', line, 'number', number, 'lot', lot, 'quantity', quantity, 'picked', picked, 'packed', packed)
                        ORDER BY line, number), '[]')
                    FROM allocations a WHERE a.shipment_id = s.shipment_id))
            """,
            "shipments s", new Dictionary<string, string> { [""] = "s.released_at {d}, s.shipment_id {d}" },
            [
                ("statuses: [SHIPPED, PACKED]", "s.status IN ('SHIPPED', 'PACKED')"),
                ("locations: [\"$location\"]", "s.location = '$location'"),
                ("carriers: [\"$carrier\"]", "s.carrier = '$carrier'"),
                ("tracking: \"$tracking\"", "EXISTS (SELECT FROM parcels p WHERE p.shipment_id = s.shipment_id AND p.tracking = '$tracking')"),
                ("releasedFrom: \"$released\"", "s.released_at >= '$released'"),
                ("releasedBefore: \"$released\"", "NOT s.released_at >= '$released'"),
            ]),
        new("returns", "returnId",
            """
            id returnId orderId version status requestedAt authorizedAt refusedAt refusedBecause expiresAt receivedAt inspectedAt closedAt
            refunded { amount currency } order { orderId version }
            lines { line sku reason requested received inspected item { name } units { disposition quantity location { location } } }
            refunds { refundId orderId returnId paidAt amount { amount currency } }
            """,
            """
            jsonb_build_object(
                'id', translate(encode(convert_to('Return:' || r.return_id, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'returnId', r.return_id,
                'orderId', r.order_id, 'version', r.version, 'status', r.status, 'requestedAt', r.requested_at, 'authorizedAt', r.authorized_at,
                'refusedAt', r.refused_at, 'refusedBecause', r.refused_because, 'expiresAt', r.expires_at, 'receivedAt', r.received_at,
                'inspectedAt', r.inspected_at, 'closedAt', r.closed_at,
                'refunded', (SELECT jsonb_build_object('amount', r.refunded, 'currency', currency) FROM orders WHERE order_id = r.order_id AND r.refunded >= 0),
                'order', (SELECT jsonb_build_object('orderId', order_id, 'version', version) FROM orders o WHERE o.order_id = r.order_id),
                'lines', (
                    SELECT jsonb_agg(jsonb_build_object(
                        'line', line, 'sku', sku, 'reason', reason, 'requested', requested, 'received', received, 'inspected', inspected,
                        'item', (SELECT jsonb_build_object('name', name) FROM items i WHERE i.sku = l.sku),
                        'units', (
                            SELECT coalesce(jsonb_agg(jsonb_build_object(
                                'disposition', CASE WHEN disposition <> '' THEN upper(disposition) END, 'quantity', quantity,
                                'location', jsonb_build_object('location', location)) ORDER BY location, disposition), '[]')
                            FROM return_units u WHERE u.return_id = l.return_id AND u.line = l.line AND quantity > 0)) ORDER BY line)
                    FROM return_lines l WHERE l.return_id = r.return_id),
                'refunds', (
                    SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'refundId', refund_id, 'orderId', order_id, 'returnId', return_id, 'paidAt', paid_at,
                        'amount', jsonb_build_object('amount', amount, 'currency', currency)) ORDER BY paid_at, refund_id), '[]')
                    FROM refunds f JOIN orders USING (order_id) WHERE f.return_id = r.return_id))
            """,
            "returns r", new Dictionary<string, string> { [""] = "r.requested_at {d}, r.return_id {d}" },
            [
                ("returnIds: [\"$return\"]", "r.return_id = '$return'"),
                ("statuses: [CLOSED, DISPOSITIONED]", "r.status IN ('CLOSED', 'DISPOSITIONED')"),
                ("open: true", "r.status NOT IN ('CLOSED', 'REFUSED', 'EXPIRED')"),
                ("open: false", "r.status IN ('CLOSED', 'REFUSED', 'EXPIRED')"),
                ("skus: [\"$returned\"]", "r.return_id IN (SELECT return_id FROM return_lines WHERE sku = '$returned')"),
                ("requestedFrom: \"$requested\"", "r.requested_at >= '$requested'"),
                ("requestedBefore: \"$requested\"", "NOT r.requested_at >= '$requested'"),
            ]),
        new("refunds", "orderId refundId", "refundId orderId returnId paidAt amount { amount currency } order { orderId version }",
            """
            jsonb_build_object(
                'refundId', f.refund_id, 'orderId', f.order_id, 'returnId', f.return_id, 'paidAt', f.paid_at,
                'amount', (SELECT jsonb_build_object('amount', f.amount, 'currency', currency) FROM orders o WHERE o.order_id = f.order_id),
                'order', (SELECT jsonb_build_object('orderId', order_id, 'version', version) FROM orders o WHERE o.order_id = f.order_id))
            """,
            "refunds f", new Dictionary<string, string> { [""] = "f.paid_at {d}, f.order_id {d}, f.refund_id {d}" },
            [
                ("returnIds: [\"$return\"]", "f.return_id = '$return'"),
                ("ofReturn: true", "f.return_id > ''"),
                ("ofReturn: false", "f.return_id IS NULL"),
                ("paidFrom: \"$paid\"", "f.paid_at >= '$paid'"),
                ("paidBefore: \"$paid\"", "NOT f.paid_at >= '$paid'"),
            ]),
        // A position is what its ledger rows add up to: the rows are made from the ledger alone.
        new("stockPositions", "sku location lot state", "sku lot state quantity location { location } item { sku name }",
            """
            jsonb_build_object(
                'sku', b.sku, 'lot', b.lot, 'state', upper(b.state::text), 'quantity', b.quantity,
                'location', jsonb_build_object('location', b.location),
                'item', (SELECT jsonb_build_object('sku', sku, 'name', name) FROM items i WHERE i.sku = b.sku))
            """,
            """
            (SELECT sku, location, lot, state, sum(q)::bigint AS quantity
                FROM (SELECT sku, location, lot, to_state AS state, quantity AS q FROM stock_ledger WHERE to_state IS NOT NULL
                    UNION ALL SELECT sku, location, lot, from_state, -quantity FROM stock_ledger WHERE from_state IS NOT NULL) moved
                GROUP BY sku, location, lot, state HAVING sum(q) > 0) b
            """,
            new Dictionary<string, string> { [""] = "b.sku {d}, b.location {d}, b.lot {d}, b.state {d}" },
            [
                ("skus: [\"20000\", \"$sku\"]", "b.sku IN ('20000', '$sku')"),
                ("locations: [\"$location\"]", "b.location = '$location'"),
                ("states: [ALLOCATED, QUARANTINED]", "b.state IN ('allocated', 'quarantined')"),
                ("lots: [\"lot-7\"]", "b.lot = 'lot-7'"),
                ("lots: [\"\"], states: [AVAILABLE]", "b.lot = '' AND b.state = 'available'"),
            ]),
        new("stockLedger", "entry", "entry at sku lot from to quantity reason cause orderId location { location } item { name }",
            """
            jsonb_build_object(
                'entry', g.entry, 'at', g.at, 'sku', g.sku, 'lot', g.lot, 'from', upper(g.from_state::text), 'to', upper(g.to_state::text),
                'quantity', g.quantity, 'reason', g.reason, 'cause', g.cause, 'orderId', g.order_id,
                'location', jsonb_build_object('location', g.location),
                'item', (SELECT jsonb_build_object('name', name) FROM items i WHERE i.sku = g.sku))
            """,
            "stock_ledger g", new Dictionary<string, string> { [""] = "g.entry {d}" },
            [
                ("skus: [\"$sku\"]", "g.sku = '$sku'"),
                ("locations: [\"$location\"], skus: [\"20000\"]", "g.location = '$location' AND g.sku = '20000'"),
                ("states: [PICKED], skus: [\"20000\"]", "'picked' IN (g.from_state, g.to_state) AND g.sku = '20000'"),
                ("reasons: [\"damaged\", \"counted\"]", "g.reason IN ('damaged', 'counted')"),
                ("cause: \"$cause\"", "g.cause = '$cause'"),
                ("from: \"$late\"", "g.at >= '$late'"),
                ("before: \"$early\"", "g.at < '$early'"),
            ], Counts: false),
        new("items", "sku", "id sku name category unitCost price weightKg hazmat active updatedAt",
            """
            jsonb_build_object(
                'id', translate(encode(convert_to('Item:' || i.sku, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'sku', i.sku, 'name', i.name,
                'category', i.category, 'unitCost', i.unit_cost, 'price', i.price, 'weightKg', i.weight_kg, 'hazmat', i.hazmat,
                'active', i.active, 'updatedAt', i.updated_at)
            """,
            "items i", new Dictionary<string, string> { [""] = "i.sku {d}" },
            [
                ("skus: [\"20003\", \"$sku\"]", "i.sku IN ('20003', '$sku')"),
                ("skuPrefix: \"2001\"", "substr(i.sku, 1, 4) = '2001'"),
                ("skuPrefix: \"odd_\"", "substr(i.sku, 1, 4) = 'odd_'"),
                ("name: \"heart\"", "position('HEART' IN upper(i.name)) > 0"),
                ("name: \"%\"", "position('%' IN i.name) > 0"),
                ("name: \"\\\\\"", "position(E'\\\\' IN i.name) > 0"),
                ("categories: [\"Odd\"]", "i.category = 'Odd'"),
                ("active: false", "NOT i.active"),
            ]),
        new("exceptionCases", "caseId",
            "id caseId status category subject detail detectedAt location { name } moneyAtRisk { amount } order { orderId } team dueAt",
            """
            jsonb_build_object(
                'id', translate(encode(convert_to('ExceptionCase:' || c.case_id, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'caseId', c.case_id,
                'status', c.status, 'category', c.category, 'subject', c.subject, 'detail', c.detail, 'detectedAt', c.detected_at,
                'location', (SELECT jsonb_build_object('name', name) FROM locations l WHERE l.location = c.location),
                'moneyAtRisk', CASE WHEN c.money_at_risk IS NOT NULL THEN jsonb_build_object('amount', c.money_at_risk) END,
                'order', (
                    SELECT jsonb_build_object('orderId', order_id) FROM shipments s WHERE s.shipment_id = c.subject UNION ALL
                    SELECT jsonb_build_object('orderId', order_id) FROM orders o WHERE o.order_id = c.subject AND c.category ~ '^(order|payment)[.]'),
                'team', c.owner_team, 'dueAt', c.due_at)
            """,
            "exception_cases c",
            new Dictionary<string, string>
            {
                ["DETECTED_AT"] = "c.detected_at {d}, c.case_id {d}",
                ["MONEY_AT_RISK"] = "CASE WHEN c.money_at_risk IS NULL THEN 0 ELSE c.money_at_risk END {d}, c.case_id {d}",
            },
            [
                ("categories: [\"inventory.variance\"]", "c.category = 'inventory.variance'"),
                ("subjects: [\"odd_1\", \"no such\"]", "c.subject = 'odd_1'"),
                ("locations: [\"wh-south\"]", "c.location = 'wh-south'"),
                ("teams: [\"warehouse\", \"no such\"]", "c.owner_team = 'warehouse'"),
                ("overdue: true", "c.status NOT IN ('RESOLVED', 'CLOSED', 'DUPLICATE') AND c.due_at < (SELECT now FROM business_clock)"),
                ("levelFrom: 1, severities: [HIGH, CRITICAL]", "c.level >= 1 AND c.severity IN ('HIGH', 'CRITICAL')"),
                ("detectedFrom: \"$detected\"", "c.detected_at >= '$detected'"),
                ("detectedBefore: \"$detected\", open: true, statuses: [DETECTED, TRIAGED]",
                    "NOT c.detected_at >= '$detected' AND c.status IN ('DETECTED', 'TRIAGED')"),
            ]),
        new("deadLetters", "number",
            """
            id number version status reason detail type eventId source eventTime topic partition offset clusterId key attempts receivedAt payload mended
            """,
            """
            jsonb_build_object(
                'id', translate(encode(convert_to('DeadLetter:' || d.id, 'UTF8'), 'base64'), E'+/=\n', '-_'), 'number', d.id,
                'status', upper(d.status), 'reason', d.reason, 'detail', d.detail, 'type', d.type, 'eventId', d.event_id, 'source', d.source,
                'eventTime', d.event_time, 'topic', d.topic, 'partition', d.partition, 'offset', d."offset", 'clusterId', d.cluster_id,
                'key', d.key, 'attempts', d.attempts, 'receivedAt', d.received_at,
                'payload', convert_from(d.payload, 'UTF8'), 'mended', convert_from(d.mended, 'UTF8'))
            """,
            "dead_letters d", new Dictionary<string, string> { [""] = "d.id {d}" },
            [
                ("statuses: [DISCARDED]", "d.status = 'discarded'"),
                ("reasons: [\"malformed\"]", "d.type IS NULL"),
                ("types: [\"com.ecomintel.order.placed\"]", "d.type LIKE '%.order.placed'"),
                ("sources: [\"tests/other\"]", "d.source = 'tests/other'"),
                ("topics: [\"orders\"], statuses: [OPEN]", "d.topic = 'orders' AND d.status = 'open'"),
            ]),
        .. ProcurementLists.All,
    ];
}
