-- What people ask for: cases by what they cost, or the newest first, and those of a thing; the orders of a customer; all that was decided about an order.

CREATE INDEX exception_cases_by_time ON exception_cases (detected_at, case_id);
CREATE INDEX exception_cases_by_money ON exception_cases (coalesce(money_at_risk, 0), case_id);
CREATE INDEX exception_cases_by_subject ON exception_cases (subject);

CREATE INDEX orders_by_customer ON orders (customer) WHERE customer IS NOT NULL;

-- Movements of stock, the clock and the catalog are most of the rows and no order's.
CREATE INDEX outbox_by_subject ON outbox (subject, sequence) WHERE type NOT IN ('stock.changed', 'clock.ticked', 'item.changed', 'location.changed');
