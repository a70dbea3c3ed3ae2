-- Orders, each open from when it was placed until it is delivered or cancelled as a whole. Status, holds and locations are those of the order's latest
-- operation, so they are asked for only as of now.
SELECT
    placed_at AS since,
    closed_at AS until,
    status,
    channel,
    if(empty(holds), [''], holds) AS holds,
    if(empty(locations), [''], locations) AS locations,
    toInt64(1) AS amount
FROM orders FINAL
