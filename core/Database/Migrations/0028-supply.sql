-- What customers' lines that wait for stock wait for.

-- Grain: one order line that waits, in the order in which lines of its sku are served: the purchase order line that brings its last unit.
CREATE TABLE line_expectations (
    order_id             text         NOT NULL,
    line                 integer      NOT NULL,
    sku                  text         NOT NULL,
    quantity             bigint       NOT NULL CHECK (quantity > 0),   -- units that wait
    purchase_order_id    text         NOT NULL REFERENCES purchase_orders,
    purchase_order_line  integer      NOT NULL,
    expected_at          timestamptz  NOT NULL,                        -- when it can be promised from stock
    PRIMARY KEY (order_id, line),
    FOREIGN KEY (order_id, line) REFERENCES order_lines
);
CREATE INDEX line_expectations_by_sku ON line_expectations (sku);

-- Grain: one sku of which supply, or what waits for it, changed since it was last looked at.
CREATE TABLE changed_supplies (
    sku  text  PRIMARY KEY
);
