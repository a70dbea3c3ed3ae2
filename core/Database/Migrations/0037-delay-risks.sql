-- What models foretell of open purchase order lines.

-- Grain: one purchase order line: how likely it is late, as it was told last (assessed_at, assessed_by: the event's identity), and first. against: the promise,
-- or the date as ordered, by whose day (UTC) it is judged; moment: what had happened last. days_late: quantiles [{level, days}] in calendar days; drivers:
-- [{name, value, effect}], what moved the probability most.
CREATE TABLE delay_risks (
    purchase_order_id  text            NOT NULL REFERENCES purchase_orders,
    line               integer         NOT NULL,
    model              text            NOT NULL,
    model_version      text            NOT NULL,
    moment             text            NOT NULL,
    against            timestamptz     NOT NULL,
    probability        numeric(11,10)  NOT NULL CHECK (probability BETWEEN 0 AND 1),
    days_late          jsonb           NOT NULL,
    drivers            jsonb           NOT NULL,
    assessed_at        timestamptz     NOT NULL,
    assessed_by        uuid            NOT NULL,
    first_moment       text            NOT NULL,
    first_against      timestamptz     NOT NULL,
    first_probability  numeric(11,10)  NOT NULL CHECK (first_probability BETWEEN 0 AND 1),
    first_at           timestamptz     NOT NULL,
    first_by           uuid            NOT NULL,
    PRIMARY KEY (purchase_order_id, line),
    FOREIGN KEY (purchase_order_id, line) REFERENCES purchase_order_lines,
    CHECK (first_at <= assessed_at)
);
