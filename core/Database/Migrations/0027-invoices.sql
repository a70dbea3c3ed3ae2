-- Invoices of suppliers, charges, and what stock has cost.

-- Grain: one invoice. total = sum of its lines' amounts + freight + tax + rounding + difference, to the last decimal.
CREATE TABLE invoices (
    invoice_id       text           PRIMARY KEY,
    version          bigint         NOT NULL,
    status           text           NOT NULL CHECK (status IN ('UNMATCHED', 'MATCHED', 'VARIANCE_HOLD', 'APPROVED', 'DISPUTED')),
    reasons          text           NOT NULL,                -- why it waits or is held: words with commas between them
    supplier_id      text           NOT NULL REFERENCES suppliers,
    number           text           NOT NULL,                -- the supplier's own
    currency         text           NOT NULL,
    total            numeric(28,4)  NOT NULL,
    tax              numeric(28,4)  NOT NULL,
    freight          numeric(28,4)  NOT NULL,
    rounding         numeric(28,4)  NOT NULL,                -- of the total
    difference       numeric(28,4)  NOT NULL,                -- of the total, that nothing explains
    received_at      timestamptz    NOT NULL,                -- of two the earlier has the units
    received_by      uuid           NOT NULL,                -- of one instant the smaller
    due_at           timestamptz,
    waits_until      timestamptz    NOT NULL,                -- for its receipts
    waited           boolean        NOT NULL,                -- it has waited so long in vain
    short_tolerance  numeric(5,4)   NOT NULL,                -- the supplier's when it was received
    over_tolerance   numeric(5,4)   NOT NULL,
    price_tolerance  numeric(5,4)   NOT NULL,
    decided_by       text,
    decided_at       timestamptz,
    note             text,
    policy_version   integer        NOT NULL,
    UNIQUE (supplier_id, number)
);
CREATE INDEX invoices_waiting ON invoices (waits_until) WHERE status = 'UNMATCHED' AND NOT waited;
CREATE INDEX invoices_by_time ON invoices (received_at, invoice_id);

-- Grain: one line of an invoice. amount = expected + price_variance + quantity_variance + rounding + difference, to the last decimal.
CREATE TABLE invoice_lines (
    invoice_id         text           NOT NULL REFERENCES invoices,
    line               integer        NOT NULL,
    purchase_order_id  text           NOT NULL REFERENCES purchase_orders,
    order_line         integer        NOT NULL,              -- the order may have none of that number
    quantity           bigint         NOT NULL CHECK (quantity > 0),
    price              numeric(18,4)  NOT NULL,              -- net, per unit
    amount             numeric(28,4)  NOT NULL,              -- net
    order_price        numeric(18,4),
    matched            bigint         NOT NULL CHECK (matched BETWEEN 0 AND quantity),   -- received, and no earlier invoice has them
    expected           numeric(28,4)  NOT NULL,              -- matched units at the order's price
    price_variance     numeric(28,4)  NOT NULL,
    quantity_variance  numeric(28,4)  NOT NULL,
    rounding           numeric(28,4)  NOT NULL,
    difference         numeric(28,4)  NOT NULL,              -- that nothing explains
    reasons            text           NOT NULL,
    PRIMARY KEY (invoice_id, line)
);
CREATE INDEX invoice_lines_by_order ON invoice_lines (purchase_order_id, order_line);

-- Grain: one charge for freight, duty or handling, as it was told.
CREATE TABLE charges (
    charge_id  text           PRIMARY KEY,
    kind       text           NOT NULL CHECK (kind IN ('freight', 'duty', 'handling')),
    basis      text           NOT NULL CHECK (basis IN ('value', 'weight', 'quantity')),    -- by which it is spread
    amount     numeric(28,4)  NOT NULL,
    currency   text           NOT NULL,
    number     text,
    at         timestamptz    NOT NULL
);

-- Grain: what a charge, or a line of an invoice beyond the order's price, comes to for one line of a receipt. A charge's rows add up to it.
CREATE TABLE landed_costs (
    kind         text           NOT NULL CHECK (kind IN ('charge', 'invoice')),
    source_id    text           NOT NULL,
    source_line  integer        NOT NULL,                    -- of an invoice; 0 of a charge
    receipt_id   text           NOT NULL,
    line         integer        NOT NULL,                    -- of the receipt
    sku          text           NOT NULL,
    amount       numeric(28,4)  NOT NULL,                    -- an invoice's counts while it is matched or approved
    currency     text           NOT NULL,
    at           timestamptz    NOT NULL,
    PRIMARY KEY (kind, source_id, source_line, receipt_id, line)
);
CREATE INDEX landed_costs_by_receipt ON landed_costs (receipt_id);

-- Grain: how much of a landed cost the valuation has booked so far. What is told later, or otherwise, is booked by the difference, forward.
CREATE TABLE posted_costs (
    kind         text           NOT NULL,
    source_id    text           NOT NULL,
    source_line  integer        NOT NULL,
    receipt_id   text           NOT NULL,
    line         integer        NOT NULL,
    sku          text           NOT NULL,
    amount       numeric(28,4)  NOT NULL,                    -- in its own currency
    in_layer     numeric(28,4)  NOT NULL,                    -- in the base currency: known when the layer was made, and part of its cost
    on_hand      numeric(28,4)  NOT NULL,                    -- told later: the share of what was still on hand
    gone         numeric(28,4)  NOT NULL,                    -- and of what had gone
    PRIMARY KEY (kind, source_id, source_line, receipt_id, line)
);
CREATE INDEX posted_costs_by_sku ON posted_costs (sku);

-- Grain: a line of a receipt, or a delivery without an order that says its cost: units that one event brought in from outside, and their price.
CREATE TABLE incoming_costs (
    cause        text           NOT NULL,                    -- id of the event, as in stock_ledger
    sku          text           NOT NULL,
    number       integer        NOT NULL,                    -- of the receipt's line
    quantity     bigint         NOT NULL CHECK (quantity > 0),
    price        numeric(18,4),                              -- per unit: the order's, or the delivery's; null: not known
    currency     text,                                       -- null: the base currency
    receipt_id   text,                                       -- null: a delivery without an order
    supplier_id  text,
    at           timestamptz    NOT NULL,
    PRIMARY KEY (cause, sku, number)
);
CREATE INDEX incoming_costs_by_receipt ON incoming_costs (receipt_id) WHERE receipt_id IS NOT NULL;

-- Grain: units of one sku that came in together: first in, first out. In the base currency.
CREATE TABLE cost_layers (
    entry           bigint         PRIMARY KEY,              -- of the ledger row that brought them
    sku             text           NOT NULL,
    location        text           NOT NULL,                 -- where they came in
    at              timestamptz    NOT NULL,
    quantity        bigint         NOT NULL CHECK (quantity > 0),
    cost            numeric(28,4)  NOT NULL,                 -- of all of them, when the layer was made
    remaining       bigint         NOT NULL CHECK (remaining BETWEEN 0 AND quantity),
    remaining_cost  numeric(28,4)  NOT NULL,
    source          text           NOT NULL CHECK (source IN ('receipt', 'delivery', 'return', 'standard', 'unknown')),
    receipt_id      text,
    supplier_id     text,
    standard_cost   numeric(18,4),                           -- of one unit, as it was then
    variance        numeric(28,4),                           -- purchase price variance: (order price - standard cost) x quantity
    CHECK (remaining > 0 OR remaining_cost = 0)
);
CREATE INDEX cost_layers_open ON cost_layers (sku, entry) WHERE remaining > 0;
CREATE INDEX cost_layers_by_receipt ON cost_layers (receipt_id) WHERE receipt_id IS NOT NULL;

-- Grain: units that went out by one row of the ledger, and what they had cost. Written once.
CREATE TABLE cost_issues (
    entry        bigint         PRIMARY KEY,
    sku          text           NOT NULL,
    location     text           NOT NULL,
    at           timestamptz    NOT NULL,
    quantity     bigint         NOT NULL CHECK (quantity > 0),
    cost         numeric(28,4)  NOT NULL,                    -- in the base currency
    reason       text           NOT NULL,
    order_id     text,
    shipment_id  text                                        -- of what was shipped
);
CREATE INDEX cost_issues_by_order ON cost_issues (order_id, sku);
CREATE INDEX cost_issues_by_shipment ON cost_issues (shipment_id) WHERE shipment_id IS NOT NULL;
CREATE INDEX cost_issues_by_sku ON cost_issues (sku);

-- How far the ledger has been valued.
CREATE TABLE valuation (
    name      text         PRIMARY KEY,
    position  bigint       NOT NULL,                         -- the last entry of stock_ledger that was
    at        timestamptz                                    -- when it was valued last
);
INSERT INTO valuation VALUES ('ledger', 0, NULL);
