namespace EcomIntel.IntegrationTests.Procurement.Faults;

/// <summary>How <see cref="PurchasingStory"/> ends, row by row, worked out by hand. Columns with a bar between them.</summary>
internal static class PurchasingEnds
{
    /// <param name="Sql">Gives the rows in their order.</param>
    public sealed record End(string What, string Sql, params IReadOnlyList<string> Rows);

    /// <summary>The purchase order that is made of a proposal.</summary>
    private const string Proposed = "PO-PP-20260304-north-mug";

    private static readonly string[] Orders =
    [
        "P-1|CLOSED|outside||SO-1", "P-12|CANCELLED|outside||", "P-15|CANCELLED|outside||", "P-16|CLOSED|outside||SO-16", "P-2|CLOSED|person|ben|",
        "P-3|REJECTED|person||",
        "P-4|CLOSED|person|rule:approval|", "P-5|CANCELLED|outside||", "P-6|CLOSED|outside||", "P-7|CLOSED|outside||", "P-8|SENT|outside||",
        $"{Proposed}|CLOSED|replenishment|rule:approval|",
    ];

    /// <summary>Ordered, received, over, closed short, cancelled, announced.</summary>
    private static readonly string[] OrderLines =
    [
        "P-1|1|CLOSED_SHORT|100|90|0|10|0|60", // 60 and 30, and no more is to come
        "P-1|2|CLOSED_SHORT|40|38|0|2|0|40", // within the tolerance
        "P-1|3|RECEIVED|10|10|2|0|0|0",
        "P-12|1|CANCELLED|12|0|0|0|12|0", "P-15|1|CANCELLED|5|0|0|0|5|0",
        "P-16|1|RECEIVED|10|10|0|0|0|10",
        "P-2|1|CLOSED_SHORT|3000|2990|0|10|0|0",
        "P-2|2|CLOSED_SHORT|4|0|0|4|0|0", // not taken on
        "P-3|1|CANCELLED|30|0|0|0|30|0",
        "P-4|1|RECEIVED|20|5|0|0|15|0", // 5 came after all
        "P-4|2|RECEIVED|20|20|0|0|0|0",
        "P-5|1|CANCELLED|12|0|0|0|12|0",
        "P-6|1|CLOSED_SHORT|20|11|0|9|0|0", // 5 and 6, of a blind receipt
        "P-7|1|RECEIVED|100|100|0|0|0|0", "P-8|1|OPEN|5|0|0|0|0|0", $"{Proposed}|1|RECEIVED|100|100|0|0|0|0",
    ];

    /// <summary>Order, and line of it that counts; quantity, available, inspection, accepted, rejected, damaged.</summary>
    private static readonly string[] ReceiptLines =
    [
        "B-1|1|mug||P-6|1||6|6|0|0|0|0", "B-1|2|vase||P-6|0|wrong_item|2|0|2|0|0|0", "B-2|1|cup|||0||4|0|4|0|0|0",
        "R-1|1|mug||P-1|1||60|58|0|0|0|2", "R-1|2|cup||P-1|2||38|38|0|0|0|0",
        "R-16|1|cup||P-16|1||8|8|0|0|0|0", "R-17|1|cup||P-16|1||2|2|0|0|0|0",
        "R-2|1|mug||P-1|1||30|30|0|0|0|0", "R-2|2|lamp||P-1|3||12|12|0|0|0|0",
        "R-3|1|bolt||P-2|1||2990|0|20|2930|40|0", "R-4|1|cup||P-4|2||20|20|0|0|0|0", "R-4|2|mug||P-4|1||5|5|0|0|0|0",
        "R-5|1|mug||P-6|1|mislabelled|5|0|5|0|0|0", "R-5|2|vase||P-6|0|wrong_item|3|0|3|0|0|0",
        "R-6|1|tea|L1|P-7|1||50|50|0|0|0|0", "R-7|1|tea|L2|P-7|1||50|0|50|0|0|0", $"R-8|1|mug||{Proposed}|1||100|100|0|0|0|0",
    ];

    /// <summary>Units, what they are worth, what was credited.</summary>
    private static readonly string[] Claims =
    [
        "B-1/2/WRONG_ITEM|OPEN|2||", "P-1/1/SHORT|REFUSED|10|25|", "P-1/3/OVER|OPEN|2|40|", "R-1/1/DAMAGED|CREDITED|2|5|4.5",
        "R-3/1/REJECTED|OPEN|40|13.332|", "R-5/1/MISLABELLED|OPEN|5|13|", "R-5/2/WRONG_ITEM|OPEN|3||",
    ];

    private static readonly string[] Invoices =
    [
        "I-1|MATCHED|", "I-2|APPROVED|price", "I-3|DISPUTED|quantity", "I-6|MATCHED|", "I-7|VARIANCE_HOLD|quantity", "I-9|VARIANCE_HOLD|currency",
    ];

    /// <summary>
    /// Freight of 12.00 by 150.00 and 47.50; that of invoice I-1 likewise; duty of 6.00 by 30, 12 and 50 units. I-2 costs 3.00 more than agreed; I-6 is
    /// rounded.
    /// </summary>
    private static readonly string[] Landed =
    [
        "charge|C-1|R-1|1|9.11", "charge|C-1|R-1|2|2.89", "charge|C-2|R-2|1|1.96", "charge|C-2|R-2|2|0.78", "charge|C-2|R-6|1|3.26",
        "invoice|I-1|R-1|1|7.59", "invoice|I-1|R-1|2|2.41", "invoice|I-2|R-2|1|3", "invoice|I-6|R-3|1|0.003",
    ];

    private static readonly string[] Proposals =
    [
        "PP-20260304-north-bolt|purchase|OPEN|1050|0|", // 4000 - 2930 - 20
        "PP-20260304-north-cup|purchase|DISMISSED|52|0|", // 120 - 68
        "PP-20260304-north-lamp|purchase|EXPIRED|4|0|", // 16 - 15 to come + 3 that are waited for
        $"PP-20260304-north-mug|purchase|EDITED|80|100|{Proposed}", // 250 - 119 - 5 - 49, in fives
        "PP-20260306-north-lamp|purchase|OPEN|14|0|", // 16 - 5 to come + 3
        "TP-20260304-north-vase|transfer|ACCEPTED|25|25|", // 30 - 5
    ];

    /// <summary>All of it, in PostgreSQL.</summary>
    public static IReadOnlyList<End> InPostgres { get; } =
    [
        new("suppliers", "SELECT supplier_id, name, currency FROM suppliers ORDER BY 1",
            "acme|Acme|GBP", "bolts|Bolts Inc|USD", "cargo|Cargo|EUR", "new|New|GBP"),
        new("purchase orders", """
            SELECT purchase_order_id, status, origin, approved_by, reference FROM purchase_orders ORDER BY purchase_order_id COLLATE "C"
            """, Orders),
        new("purchase order lines", """
            SELECT purchase_order_id, line, status, ordered, received, over, closed_short, cancelled, announced FROM purchase_order_lines
            ORDER BY purchase_order_id COLLATE "C", line
            """, OrderLines),
        new("promises", """
            SELECT purchase_order_id, line, to_char(first_promised_at AT TIME ZONE 'UTC', 'DD HH24'), to_char(promised_at AT TIME ZONE 'UTC', 'DD HH24')
            FROM purchase_order_lines WHERE purchase_order_id IN ('P-1', 'P-16') ORDER BY 1, 2
            """, "P-1|1|04 12|07 12", "P-1|2|04 12|07 12", "P-1|3|04 12|07 12", "P-16|1|04 12|06 12"),
        new("consignments and milestones", """
            SELECT a.asn_id, m.milestone FROM purchase_order_asns a JOIN purchase_order_milestones m USING (purchase_order_id, asn_id)
            """, "A-1|departed"),
        new("receipt lines", """
            SELECT l.receipt_id, l.line, l.sku, l.lot, r.purchase_order_id, coalesce(l.order_line, 0), l.discrepancy, l.quantity, l.available, l.inspection,
                l.accepted, l.rejected, l.damaged
            FROM receipt_lines l JOIN receipts r USING (receipt_id) ORDER BY l.receipt_id COLLATE "C", l.line
            """, ReceiptLines),
        new("claims", """
            SELECT claim_id, status, quantity, amount::float8, credited::float8 FROM supplier_claims ORDER BY claim_id COLLATE "C"
            """, Claims),
        new("invoices", "SELECT invoice_id, status, reasons FROM invoices ORDER BY 1", Invoices),
        new("invoice lines, explained", """
            SELECT invoice_id, line, quantity, matched, amount::float8, expected::float8, price_variance::float8, quantity_variance::float8, rounding::float8,
                difference::float8
            FROM invoice_lines ORDER BY 1, 2
            """,
            "I-1|1|60|60|150|150|0|0|0|0", "I-1|2|38|38|47.5|47.5|0|0|0|0", "I-2|1|30|30|78|75|3|0|0|0",
            "I-3|1|15|11|300|220|0|80|0|0", // of the 12 that came, one is beyond the tolerance
            "I-6|1|2990|2990|996.57|996.567|0|0|0.003|0", "I-7|1|5|0|100|0|0|100|0|0", "I-9|1|50|0|155|0|0|155|0|0"),
        new("charges", "SELECT charge_id, kind, amount::float8 FROM charges ORDER BY 1", "C-1|freight|12", "C-2|duty|6"),
        new("landed costs", """
            SELECT kind, source_id, receipt_id, line, amount::float8 FROM landed_costs WHERE amount <> 0 ORDER BY 1, 2, 3, 4
            """, Landed),
        new("cost layers", """
            SELECT sku, receipt_id, source, sum(quantity), sum(cost)::float8, sum(remaining), sum(remaining_cost)::float8 FROM cost_layers
            GROUP BY sku, receipt_id, source ORDER BY sku, coalesce(receipt_id, '') COLLATE "C"
            """,
            "bolt|R-3|receipt|2990|797.2536|2990|797.256", // 2,990 x 0.3333 x 0.8, and what I-6 rounds
            "cup|B-2|standard|4|4|4|4",
            "cup|R-1|receipt|38|52.8|38|52.8", // 47.50, freight of 2.89 and 2.41
            "cup|R-16|receipt|8|10|8|10", "cup|R-17|receipt|2|2.5|2|2.5", "cup|R-4|receipt|20|25|20|25",
            "lamp|R-2|receipt|12|240|12|240.78",
            "mug||delivery|50|110|50|110", "mug|B-1|standard|6|12|6|12",
            "mug|R-1|receipt|60|166.7|60|166.7", // 150.00, freight of 9.11 and 7.59
            "mug|R-2|receipt|30|75|30|79.96", // told later: duty of 1.96, I-2's price of 3.00
            "mug|R-4|receipt|5|12.5|5|12.5", "mug|R-5|receipt|5|13|5|13", "mug|R-8|receipt|100|250|100|250",
            "tea|R-6|receipt|50|131.75|30|81.006", // 50 x 3.1 x 0.85; of what is left, 79.05 and 30/50 of the duty of 3.26
            "tea|R-7|receipt|50|131.75|50|131.75",
            "vase||delivery|40|160|39|156", "vase|B-1|standard|2|8|2|8", "vase|R-5|standard|3|12|3|12"),
        new("what has gone", "SELECT sku, quantity, cost::float8 FROM cost_issues ORDER BY 1", "tea|20|52.7", "vase|1|4"),
        new("costs told later", """
            SELECT source_id, receipt_id, line, on_hand::float8, gone::float8 FROM posted_costs WHERE on_hand <> 0 OR gone <> 0 ORDER BY 1, 2, 3
            """, "C-2|R-2|1|1.96|0", "C-2|R-2|2|0.78|0", "C-2|R-6|1|1.956|1.304", "I-2|R-2|1|3|0", "I-6|R-3|1|0.0024|0"),
        new("stock", """
            SELECT sku, location, lot, state::text, quantity FROM stock_balances WHERE quantity <> 0 ORDER BY sku, location, lot, state::text
            """,
            "bolt|north||available|2930", "bolt|north||inspection|20", "bolt|north||return_to_vendor|40", "cup|north||available|68", "cup|north||inspection|4",
            "lamp|north||allocated|12", // 3 for O-1, 9 for O-2
            "mug|north||available|249", "mug|north||damaged|2", "mug|north||inspection|5", "tea|north|L1|available|30", "tea|north|L2|inspection|50",
            "vase|north||available|24", "vase|north||inspection|5", "vase|south||available|15"),
        new("what customers wait for", "SELECT order_id, line, quantity, purchase_order_id, purchase_order_line FROM line_expectations", "O-2|1|3|P-8|1"),
        new("on order", "SELECT sku, location, on_order, to_be_sent FROM units_on_order WHERE on_order <> 0 OR to_be_sent <> 0", "lamp|north|5|0"),
        new("proposals", """
            SELECT proposal_id, kind, status, quantity, coalesce(accepted_quantity, 0), purchase_order_id FROM replenishment_proposals ORDER BY proposal_id
            """, Proposals),
        new("cases", "SELECT category, subject, count(*) FROM exception_cases GROUP BY 1, 2 ORDER BY category COLLATE \"C\", subject COLLATE \"C\"",
            "charge.differs|C-1|1", "invoice.differs|I-1|1", "invoice.held|I-2|1", "invoice.held|I-3|1", "invoice.held|I-7|1", "invoice.held|I-9|1",
            "purchase_order.after_end|P-1|1", "purchase_order.after_end|P-5|1", "purchase_order.differs|P-2|1", "purchase_order.late|P-8|1",
            "purchase_order.off_terms|P-12|1", "purchase_order.off_terms|P-15|1", "purchase_order.refused|P-5|1", "purchase_order.refused|P-6|1",
            "purchase_order.unacknowledged|P-8|1", "receipt.after_cancel|R-4|1", "receipt.blind|B-1|1", "receipt.blind|B-2|1", "receipt.damaged|R-1|1",
            "receipt.expired|R-7|1",
            "receipt.mislabelled|R-5|1", "receipt.over|R-2|1", "receipt.rejected|R-3|1", "receipt.short|R-2|1", "receipt.wrong_item|B-1|1",
            "receipt.wrong_item|R-5|1", "transfer.lost|TP-20260304-north-vase|1"),
        new("dead letters", """
            SELECT key, replace(type, 'com.ecomintel.', ''), reason, status, count(*) FROM dead_letters WHERE status <> 'applied'
            GROUP BY key, type, reason, status ORDER BY key COLLATE "C", type COLLATE "C", reason COLLATE "C"
            """,
            "C-9|charge.received|unknown_receipt|open|1", "I-4|invoice.received|already_exists|open|1", "I-8|invoice.received|unknown_purchase_order|open|1",
            "I-99|invoice.approved|unknown_invoice|open|1", "P-1|claim.accepted|unknown_claim|open|1", "P-1|claim.credited|invalid|open|1",
            "P-1|po.asn_sent|already_exists|open|1", "P-1|po.inspected|unknown_receipt|open|1", "P-1|po.milestone|unknown_asn|open|1",
            "P-1|po.received|already_exists|open|1", "P-1|po.received|unknown_line|open|1", "P-1|po.received|unknown_sku|open|1",
            "P-1|receipt.matched|unknown_receipt|open|1", "P-10|po.placed|unknown_sku|open|1", "P-11|po.drafted|invalid|open|1",
            "P-13|po.placed|no_rate|open|1", "P-14|po.placed|unknown_supplier|open|1", "P-2|po.approved|wrong_state|open|1",
            "P-2|po.inspected|quantity_exceeded|open|1", "P-2|po.received|wrong_state|open|2", "P-8|po.date_changed|invalid|open|1",
            "P-8|po.placed|already_exists|open|1", "P-9|po.received|unknown_purchase_order|open|1", $"{Proposed}|po.received|wrong_state|open|1",
            "PP-20260304-north-mug|proposal.dismissed|wrong_state|open|1", "PP-99|proposal.accepted|unknown_proposal|open|1"),
        new("operations, each once", """
            SELECT subject, string_agg(type || CASE WHEN n > 1 THEN ' ' || n ELSE '' END, ', ' ORDER BY type COLLATE "C") FROM (
                SELECT subject, type, count(*) AS n FROM outbox
                WHERE type LIKE 'po.%' OR type LIKE 'receipt.%' OR type LIKE 'claim.%' OR type LIKE 'proposal.%' OR type = 'transfer.proposed' GROUP BY 1, 2) t
            GROUP BY subject ORDER BY subject COLLATE "C"
            """,
            "B-1|receipt.matched, receipt.recorded", "B-1/2/WRONG_ITEM|claim.opened", "B-2|receipt.recorded",
            "P-1|po.acknowledged 2, po.announced, po.closed, po.milestone_reached, po.promised, po.received 2, po.sent",
            "P-1/1/SHORT|claim.opened, claim.refused", "P-1/3/OVER|claim.opened",
            "P-12|po.acknowledged, po.cancelled, po.sent", "P-15|po.acknowledged, po.cancelled, po.sent",
            "P-16|po.acknowledged 2, po.announced, po.closed, po.promised, po.received 2, po.sent",
            "P-2|po.acknowledged, po.approved, po.closed, po.drafted, po.line_closed, po.received, po.sent, po.submitted",
            "P-3|po.drafted, po.rejected, po.submitted",
            "P-4|po.acknowledged, po.approved, po.cancelled, po.closed, po.drafted, po.received, po.sent, po.submitted",
            "P-5|po.acknowledged, po.cancelled, po.promised, po.sent", "P-6|po.acknowledged, po.closed, po.line_closed, po.received 2, po.sent",
            "P-7|po.acknowledged, po.closed, po.received 2, po.sent", "P-8|po.sent",
            $"{Proposed}|po.acknowledged, po.approved, po.closed, po.drafted, po.received, po.sent, po.submitted",
            "PP-20260304-north-bolt|po.proposed 2", "PP-20260304-north-cup|po.proposed, proposal.decided",
            "PP-20260304-north-lamp|po.proposed, proposal.decided", "PP-20260304-north-mug|po.proposed, proposal.decided",
            "PP-20260306-north-lamp|po.proposed",
            "R-1|receipt.recorded", "R-1/1/DAMAGED|claim.accepted, claim.credited, claim.opened", "R-16|receipt.recorded",
            "R-17|receipt.recorded", "R-2|receipt.recorded",
            "R-3|receipt.inspected 2, receipt.recorded", "R-3/1/REJECTED|claim.opened", "R-4|receipt.recorded", "R-5|receipt.recorded",
            "R-5/1/MISLABELLED|claim.opened", "R-5/2/WRONG_ITEM|claim.opened", "R-6|receipt.recorded", "R-7|receipt.recorded", "R-8|receipt.recorded",
            "TP-20260304-north-vase|transfer.proposed 2"),
        new("an operation twice, or left out", """
            SELECT type, subject, count(*) FROM (
                SELECT type, subject, convert_from(payload, 'UTF8')::jsonb -> 'data' AS data FROM outbox) o
            WHERE type IN ('invoice.received', 'invoice.approved', 'invoice.disputed', 'charge.spread')
            GROUP BY 1, 2 ORDER BY type COLLATE "C", subject COLLATE "C"
            """,
            "charge.spread|C-1|1", "charge.spread|C-2|1", "invoice.approved|I-2|1", "invoice.disputed|I-3|1", "invoice.received|I-1|1",
            "invoice.received|I-2|1", "invoice.received|I-3|1", "invoice.received|I-6|1", "invoice.received|I-7|1", "invoice.received|I-9|1"),
    ];

    /// <summary>The same as facts in ClickHouse: each query gives one column.</summary>
    public static IReadOnlyList<End> InClickHouse { get; } =
    [
        new("purchase order lines", """
            SELECT arrayStringConcat([purchase_order_id, toString(line), status, toString(ordered), toString(received), toString(over), toString(closed_short),
                toString(cancelled), toString(announced)], '|') FROM purchase_order_lines FINAL ORDER BY purchase_order_id, line
            """, OrderLines),
        new("receipt lines", """
            SELECT arrayStringConcat([receipt_id, toString(line), sku, lot, purchase_order_id, toString(order_line), discrepancy, toString(quantity),
                toString(available), toString(inspection), toString(accepted), toString(rejected), toString(damaged)], '|')
            FROM receipt_lines FINAL ORDER BY receipt_id, line
            """, ReceiptLines),
        new("claims", """
            SELECT arrayStringConcat([claim_id, status, toString(quantity), ifNull(toString(toFloat64(amount)), ''), ifNull(toString(toFloat64(credited)), '')],
                '|') FROM supplier_claims FINAL ORDER BY claim_id
            """, Claims),
        new("invoices", """
            SELECT arrayStringConcat([invoice_id, status, arrayStringConcat(reasons, ',')], '|') FROM invoice_facts FINAL ORDER BY invoice_id
            """, Invoices),
        new("charges", """
            SELECT arrayStringConcat(['charge', charge_id, receipt_id, toString(line), toString(toFloat64(amount))], '|') FROM charge_facts
            ORDER BY charge_id, receipt_id, line
            """, [.. Landed.Where(row => row.StartsWith("charge", StringComparison.Ordinal))]),
        new("proposals", """
            SELECT arrayStringConcat([proposal_id, kind, status, toString(quantity), toString(accepted_quantity), purchase_order_id], '|')
            FROM proposal_facts FINAL ORDER BY proposal_id
            """, Proposals),
        new("what stock has cost", """
            SELECT arrayStringConcat([sku, toString(sum(quantity)), toString(toFloat64(sum(cost)))], '|') FROM stock_cost_facts GROUP BY sku ORDER BY sku
            """, "bolt|2990|797.256", "cup|72|94.3", "lamp|12|240.78", "mug|256|644.16", "tea|80|212.756", "vase|44|176"),
    ];

    /// <summary>PostgreSQL's rows are as they should be.</summary>
    public static async Task AssertAsync(Processing.Database database, string how)
    {
        var wrong = new List<string>();
        foreach (var (what, sql, rows) in InPostgres)
            if (await database.QueryAsync(sql) is var found && !found.SequenceEqual(rows))
                wrong.Add($"{what}: without {string.Join("; ", rows.Except(found))} but with {string.Join("; ", found.Except(rows))}");
        Assert.True(wrong.Count == 0, $"{how}\n{string.Join('\n', wrong)}");
    }
}
