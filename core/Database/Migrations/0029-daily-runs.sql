-- What the daily runs of purchasing look at, kept in step with what changes, so that they need not read all that ever was.

-- Grain: one invoice or charge whose landed costs, or whether they are to be paid, changed since they were booked.
CREATE TABLE costs_to_book (
    source   text    PRIMARY KEY,   -- kind/source_id, as in landed_costs
    changes  bigint  NOT NULL       -- one more with each: what changes while it is booked is booked again
);

INSERT INTO costs_to_book
SELECT DISTINCT l.kind || '/' || l.source_id, 1
FROM landed_costs l LEFT JOIN posted_costs p USING (kind, source_id, source_line, receipt_id, line)
LEFT JOIN invoices i ON l.kind = 'invoice' AND i.invoice_id = l.source_id
WHERE coalesce(p.amount, 0) <> CASE WHEN l.kind = 'charge' OR i.status IN ('MATCHED', 'APPROVED') THEN l.amount ELSE 0 END;

-- As in costs_to_book.
ALTER TABLE changed_supplies ADD COLUMN changes bigint NOT NULL DEFAULT 1;
ALTER TABLE changed_supplies ALTER COLUMN changes DROP DEFAULT;

-- Grain: one supplier x sku: how long its order lines took from being sent to the arrival of their first units, in whole minutes.
CREATE TABLE received_lead_times (
    supplier_id  text           NOT NULL,
    sku          text           NOT NULL,
    lines        integer        NOT NULL,
    minutes      bigint         NOT NULL,   -- sum
    squares      numeric(38,0)  NOT NULL,   -- sum of squares
    PRIMARY KEY (supplier_id, sku)
);

INSERT INTO received_lead_times
SELECT supplier_id, sku, count(*), sum(minutes), sum(minutes::numeric * minutes)
FROM (
    SELECT o.supplier_id, l.sku, greatest(0, floor(extract(epoch FROM l.first_received_at - o.sent_at) / 60))::bigint AS minutes
    FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) WHERE l.first_received_at IS NOT NULL AND o.sent_at IS NOT NULL) r
GROUP BY supplier_id, sku;
