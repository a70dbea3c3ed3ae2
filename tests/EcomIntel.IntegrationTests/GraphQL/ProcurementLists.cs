namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>The lists of purchasing, as <see cref="ListCase"/>.</summary>
internal static class ProcurementLists
{
    public static readonly IReadOnlyList<ListCase> All =
    [
        new("suppliers", "supplierId",
            "id supplierId name currency country incoterm paymentDays minimumOrderValue { amount currency } leadTimeDays inspectReceipts rank active updatedAt",
            $"""
            jsonb_build_object(
                'id', {Id("Supplier", "s.supplier_id")}, 'supplierId', s.supplier_id, 'name', s.name, 'currency', s.currency, 'country', s.country,
                'incoterm', s.incoterm, 'paymentDays', s.payment_days,
                'minimumOrderValue', jsonb_build_object('amount', s.minimum_order_value, 'currency', s.currency), 'leadTimeDays', s.lead_time_days,
                'inspectReceipts', s.inspect_receipts, 'rank', s.rank, 'active', s.active, 'updatedAt', s.updated_at)
            """,
            "suppliers s", new Dictionary<string, string> { [""] = "s.supplier_id {d}" },
            [
                ("supplierIds: [\"$supplier\", \"nobody\"]", "s.supplier_id = '$supplier'"),
            ]),
        new("purchaseOrders", "purchaseOrderId",
            """
            id purchaseOrderId version status supplierId currency value { amount currency } origin createdBy createdAt submittedAt approvedBy approvedAt sentAt
            acknowledgedAt reference closedAt note openUnits supplier { name } location { location }
            lines { line sku status price { amount currency } ordered open cancelled closedShort received over dueAt firstPromisedAt expectedAt }
            """,
            $$"""
            jsonb_build_object(
                'id', {{Id("PurchaseOrder", "p.purchase_order_id")}}, 'purchaseOrderId', p.purchase_order_id, 'version', p.version, 'status', p.status,
                'supplierId', p.supplier_id, 'currency', p.currency, 'value', jsonb_build_object('currency', p.currency, 'amount',
                    (SELECT sum(price * ordered) - sum(price * cancelled) FROM purchase_order_lines l WHERE l.purchase_order_id = p.purchase_order_id)),
                'origin', upper(p.origin), 'createdBy', p.created_by, 'createdAt', p.created_at, 'submittedAt', p.submitted_at, 'approvedBy', p.approved_by,
                'approvedAt', p.approved_at, 'sentAt', p.sent_at, 'acknowledgedAt', p.acknowledged_at, 'reference', p.reference, 'closedAt', p.closed_at,
                'note', p.note, 'openUnits', (
                    SELECT sum(ordered) - sum(cancelled) - sum(closed_short) - sum(received) FROM purchase_order_lines l
                    WHERE l.purchase_order_id = p.purchase_order_id),
                'supplier', (SELECT jsonb_build_object('name', name) FROM suppliers s WHERE s.supplier_id = p.supplier_id),
                'location', jsonb_build_object('location', p.location),
                'lines', (
                    SELECT jsonb_agg(jsonb_build_object(
                        'line', line, 'sku', sku, 'status', status, 'price', jsonb_build_object('amount', price, 'currency', p.currency), 'ordered', ordered,
                        'open', ordered - cancelled - closed_short - received, 'cancelled', cancelled, 'closedShort', closed_short, 'received', received,
                        'over', over, 'dueAt', due_at, 'firstPromisedAt', first_promised_at, 'expectedAt', expected_at) ORDER BY line)
                    FROM purchase_order_lines l WHERE l.purchase_order_id = p.purchase_order_id))
            """,
            "purchase_orders p", new Dictionary<string, string> { [""] = "p.created_at {d}, p.purchase_order_id {d}" },
            [
                ("supplierIds: [\"$supplier\"]", "p.supplier_id = '$supplier'"),
                ("createdFrom: \"$ordered\"", "p.created_at >= '$ordered'"),
                ("createdBefore: \"$ordered\"", "NOT p.created_at >= '$ordered'"),
            ]),
        new("receipts", "receiptId",
            """
            id receiptId version purchaseOrderId supplierId receivedAt receivedBy asnId complete blind matchedAt inspectedAt location { location }
            lines { line sku orderLine lot quantity available inspection accepted rejected damaged }
            """,
            $"""
            jsonb_build_object(
                'id', {Id("Receipt", "r.receipt_id")}, 'receiptId', r.receipt_id, 'version', r.version, 'purchaseOrderId', r.purchase_order_id,
                'supplierId', r.supplier_id, 'receivedAt', r.received_at, 'receivedBy', r.received_by, 'asnId', r.asn_id, 'complete', r.complete,
                'blind', r.blind, 'matchedAt', r.matched_at, 'inspectedAt', r.inspected_at, 'location', jsonb_build_object('location', r.location),
                'lines', (
                    SELECT jsonb_agg(jsonb_build_object(
                        'line', line, 'sku', sku, 'orderLine', order_line, 'lot', lot, 'quantity', quantity, 'available', available,
                        'inspection', inspection, 'accepted', accepted, 'rejected', rejected, 'damaged', damaged) ORDER BY line)
                    FROM receipt_lines l WHERE l.receipt_id = r.receipt_id))
            """,
            "receipts r", new Dictionary<string, string> { [""] = "r.received_at {d}, r.receipt_id {d}" },
            [
                ("receivedFrom: \"$received\"", "r.received_at >= '$received'"),
                ("receivedBefore: \"$received\"", "NOT r.received_at >= '$received'"),
            ]),
        new("invoices", "invoiceId",
            "id invoiceId version status supplierId number total { amount currency } freight { amount } receivedAt dueAt waitsUntil decidedBy decidedAt note",
            $"""
            jsonb_build_object(
                'id', {Id("Invoice", "i.invoice_id")}, 'invoiceId', i.invoice_id, 'version', i.version, 'status', i.status, 'supplierId', i.supplier_id,
                'number', i.number, 'total', jsonb_build_object('amount', i.total, 'currency', i.currency), 'freight', jsonb_build_object('amount', i.freight),
                'receivedAt', i.received_at, 'dueAt', i.due_at, 'waitsUntil', i.waits_until, 'decidedBy', i.decided_by, 'decidedAt', i.decided_at,
                'note', i.note)
            """,
            "invoices i", new Dictionary<string, string> { [""] = "i.received_at {d}, i.invoice_id {d}" },
            [
                ("receivedFrom: \"$invoiced\"", "i.received_at >= '$invoiced'"),
                ("receivedBefore: \"$invoiced\"", "NOT i.received_at >= '$invoiced'"),
            ]),
        new("replenishmentProposals", "proposalId",
            """
            id proposalId version kind status sku quantity acceptedQuantity price { amount currency } dueAt why held madeAt wanted available onOrder inTransit
            waiting position reorderPoint orderUpTo purchaseOrderId item { name } location { location } supplier { supplierId }
            """,
            $"""
            jsonb_build_object(
                'id', {Id("ReplenishmentProposal", "r.proposal_id")}, 'proposalId', r.proposal_id, 'version', r.version, 'kind', upper(r.kind),
                'status', r.status, 'sku', r.sku, 'quantity', r.quantity, 'acceptedQuantity', r.accepted_quantity,
                'price', CASE WHEN r.price IS NOT NULL THEN jsonb_build_object('amount', r.price, 'currency', r.currency) END, 'dueAt', r.due_at,
                'why', r.why, 'held', r.held, 'madeAt', r.made_at, 'wanted', r.wanted, 'available', r.available, 'onOrder', r.on_order,
                'inTransit', r.in_transit, 'waiting', r.waiting, 'position', r.position, 'reorderPoint', r.reorder_point, 'orderUpTo', r.order_up_to,
                'purchaseOrderId', r.purchase_order_id, 'item', (SELECT jsonb_build_object('name', name) FROM items i WHERE i.sku = r.sku),
                'location', jsonb_build_object('location', r.location),
                'supplier', CASE WHEN r.supplier_id IS NOT NULL THEN jsonb_build_object('supplierId', r.supplier_id) END)
            """,
            "replenishment_proposals r", new Dictionary<string, string> { [""] = "r.made_at {d}, r.proposal_id {d}" },
            [
                ("supplierIds: [\"$supplier\"]", "r.supplier_id = '$supplier'"),
                ("madeFrom: \"$proposed\"", "r.made_at >= '$proposed'"),
                ("madeBefore: \"$proposed\"", "NOT r.made_at >= '$proposed'"),
            ]),
    ];

    private static string Id(string type, string key) =>
        $"translate(encode(convert_to('{type}:' || {key}, 'UTF8'), 'base64'), E'+/=\\n', '-_')";
}
