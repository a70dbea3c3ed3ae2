namespace EcomIntel.Core.Checks;

/// <summary>
/// Each KPI's numerator and denominator from PostgreSQL's tables as of an instant ($1), by month: (month, numerator, denominator). Written from the KPI's
/// words, not from its contract's SQL.
/// </summary>
internal static class KpiTruth
{
    public const string LineFillRate =
        """
        WITH shipped AS (
            SELECT a.order_id, a.line, sum(a.quantity) AS units
            FROM allocations a JOIN shipments s ON s.shipment_id = a.shipment_id
            WHERE a.status = 'RELEASED' AND s.shipped_at IS NOT NULL
            GROUP BY a.order_id, a.line)
        SELECT date_trunc('month', o.promised_at AT TIME ZONE 'UTC')::date,
               count(*) FILTER (WHERE NOT l.backordered AND NOT l.rejected AND l.ordered > l.cancelled AND coalesce(s.units, 0) = l.ordered - l.cancelled),
               count(*)
        FROM order_lines l JOIN orders o ON o.order_id = l.order_id LEFT JOIN shipped s ON s.order_id = l.order_id AND s.line = l.line
        WHERE l.due AND o.promised_at <= $1
        GROUP BY 1 ORDER BY 1
        """;

    public const string SplitShipmentRate =
        """
        WITH parcels AS (SELECT order_id, count(*) AS shipped FROM shipments WHERE shipped_at IS NOT NULL GROUP BY order_id)
        SELECT date_trunc('month', o.first_shipped_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE p.shipped > 1), count(*)
        FROM parcels p JOIN orders o ON o.order_id = p.order_id
        WHERE (o.first_shipped_at AT TIME ZONE 'UTC')::date <= ($1 AT TIME ZONE 'UTC')::date
        GROUP BY 1 ORDER BY 1
        """;

    public const string MultiUnitSplitShipmentRate =
        """
        WITH parcels AS (SELECT order_id, count(*) AS shipped FROM shipments WHERE shipped_at IS NOT NULL GROUP BY order_id),
             large AS (SELECT order_id FROM order_lines GROUP BY order_id HAVING sum(ordered) > 1)
        SELECT date_trunc('month', o.first_shipped_at AT TIME ZONE 'UTC')::date, count(*) FILTER (WHERE p.shipped > 1), count(*)
        FROM parcels p JOIN large ON large.order_id = p.order_id JOIN orders o ON o.order_id = p.order_id
        WHERE (o.first_shipped_at AT TIME ZONE 'UTC')::date <= ($1 AT TIME ZONE 'UTC')::date
        GROUP BY 1 ORDER BY 1
        """;

    /// <summary>Open at the end of each month from the first order's on, or at $1 in its own month; a month that begins at $1 has not begun.</summary>
    public const string OrderAging =
        """
        SELECT m.month::date, count(*), count(*)
        FROM generate_series(
            date_trunc('month', (SELECT min(placed_at) FROM orders) AT TIME ZONE 'UTC'),
            $1 AT TIME ZONE 'UTC' - interval '1 microsecond', interval '1 month') AS m (month)
        CROSS JOIN LATERAL (SELECT least((m.month + interval '1 month') AT TIME ZONE 'UTC', $1) AS at) AS e
        JOIN orders o ON o.placed_at <= e.at AND (o.closed_at IS NULL OR o.closed_at > e.at)
        GROUP BY 1 ORDER BY 1
        """;

    /// <summary>By age at $1: (bucket, orders).</summary>
    public const string OrderAgingNow =
        """
        SELECT CASE
                   WHEN $1 - placed_at < interval '4 hours' THEN '<4h'
                   WHEN $1 - placed_at < interval '24 hours' THEN '4-24h'
                   WHEN $1 - placed_at < interval '48 hours' THEN '1-2d'
                   WHEN $1 - placed_at < interval '96 hours' THEN '2-4d'
                   WHEN $1 - placed_at < interval '168 hours' THEN '4-7d'
                   ELSE '>7d' END AS age,
               count(*)
        FROM orders WHERE placed_at <= $1 AND (closed_at IS NULL OR closed_at > $1)
        GROUP BY 1 ORDER BY 1
        """;
}
