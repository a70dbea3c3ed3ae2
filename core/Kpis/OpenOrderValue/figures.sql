-- Orders, each open from when it was placed until it is delivered or cancelled as a whole, with the net value of what is not cancelled by its latest operation.
SELECT placed_at AS since, closed_at AS until, currency, channel, value AS amount
FROM orders FINAL
