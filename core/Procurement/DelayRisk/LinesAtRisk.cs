using System.Globalization;
using EcomIntel.Core.Procurement.Projection;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>What hangs on purchase order lines, of rows as they are now.</summary>
public static class LinesAtRisk
{
    private const int UsualHorizon = 28, UsualMinimum = 14;

    /// <summary>
    /// A row for each thing that is known of the lines <c>@lines</c> (integers) of <c>@purchaseOrders</c> (as many texts), in the columns of
    /// <see cref="Known"/>; none where there is no such line. Stock is of <c>@locations</c>, customers' orders of <c>@channels</c>, of all where they are
    /// null; the first day is <c>@now</c>'s. Days as numbers: 0 is the first of the year 1.
    /// </summary>
    public static readonly string Select = $"""
        WITH line AS MATERIALIZED (
            SELECT a.asked::int AS asked, l.purchase_order_id, l.line, l.sku, o.location, o.supplier_id, l.expected_at,
                l.ordered - l.cancelled - l.closed_short - l.received AS open,
                l.announced > l.received + l.over
                    OR EXISTS (SELECT FROM purchase_order_milestones m WHERE m.purchase_order_id = o.purchase_order_id) AS has_left
            FROM unnest(@purchaseOrders::text[], @lines::int[]) WITH ORDINALITY AS a (purchase_order_id, line, asked)
            JOIN purchase_order_lines l USING (purchase_order_id, line) JOIN purchase_orders o USING (purchase_order_id)),
        state AS (
            SELECT coalesce(max(horizon_days), {UsualHorizon}) AS horizon, coalesce(max(transfer_days), {DelayConsequences.TransferDays}) AS transfer_days,
                max(waits_at) AS waits_at, coalesce(max(minimum_days), {UsualMinimum}) AS minimum_days
            FROM projection_state)
        SELECT 'line' AS kind, '' AS key, (@now AT TIME ZONE 'UTC')::date - date '0001-01-01' AS day, horizon AS other, open AS units,
            ((expected_at AT TIME ZONE 'UTC')::date - date '0001-01-01')::numeric AS number, CASE WHEN has_left THEN 'left' ELSE '' END AS currency, asked
        FROM line CROSS JOIN state
        UNION ALL
        SELECT 'transfer_days', '', transfer_days, 0, 0, 0, '', asked FROM line CROSS JOIN state
        UNION ALL
        SELECT 'stock', b.location, 0, 0, sum(b.quantity)::bigint, 0, '', p.asked FROM stock_balances b JOIN line p USING (sku)
        WHERE b.state = 'available' AND (@locations::text[] IS NULL OR b.location = ANY (@locations)) GROUP BY p.asked, b.location
        UNION ALL
        SELECT 'demand', d.location, greatest(least(r.rolled_until - d.first_day, r.window_days), minimum_days), 0, d.units, 0, '', p.asked
        FROM demand_sums d JOIN line p USING (sku) CROSS JOIN replenishment_state r CROSS JOIN state WHERE r.rolled_until IS NOT NULL
        UNION ALL
        SELECT 'here', location, 0, 0, 0, 0, '', asked FROM line
        UNION ALL
        SELECT 'due', '', (coalesce(o.current_promise_at, o.promised_at) AT TIME ZONE 'UTC')::date - date '0001-01-01', 0,
            sum(l.ordered - l.cancelled - l.sourced)::bigint, 0, '', p.asked
        FROM order_lines l JOIN line p USING (sku) JOIN orders o USING (order_id) JOIN state ON waits_at = p.location
        WHERE l.ordered > l.cancelled + l.sourced AND o.reservation_ended_at IS NULL GROUP BY p.asked, 3
        UNION ALL
        SELECT 'inbound', '', (l.expected_at AT TIME ZONE 'UTC')::date - date '0001-01-01', 0,
            sum(l.ordered - l.cancelled - l.closed_short - l.received)::bigint, 0, '', p.asked
        FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id) JOIN line p ON p.sku = l.sku AND p.location = o.location
        WHERE l.status IN ('OPEN', 'ASN', 'PART_RECEIVED') AND o.status IN ('SENT', 'ACKNOWLEDGED')
            AND l.ordered > l.cancelled + l.closed_short + l.received AND (l.purchase_order_id, l.line) <> (p.purchase_order_id, p.line)
        GROUP BY p.asked, 3
        UNION ALL
        SELECT 'inbound', '', (t.dispatched_at AT TIME ZONE 'UTC')::date - date '0001-01-01' + transfer_days, 0,
            sum(t.dispatched - t.received - t.lost - t.short)::bigint, 0, '', p.asked
        FROM transfers t JOIN line p ON p.sku = t.sku AND p.location = t.to_location CROSS JOIN state
        WHERE t.settled_at IS NULL AND t.dispatched_at IS NOT NULL GROUP BY p.asked, 3
        UNION ALL
        SELECT 'waiting', format('%s %s', e.line, e.order_id), (coalesce(o.current_promise_at, o.promised_at) AT TIME ZONE 'UTC')::date - date '0001-01-01',
            (e.expected_at AT TIME ZONE 'UTC')::date - date '0001-01-01', e.quantity, e.quantity * l.price, o.currency, p.asked
        FROM line_expectations e JOIN line p ON p.purchase_order_id = e.purchase_order_id AND p.line = e.purchase_order_line
        JOIN order_lines l ON l.order_id = e.order_id AND l.line = e.line JOIN orders o ON o.order_id = e.order_id
        WHERE @channels::text[] IS NULL OR o.channel = ANY (@channels)
        UNION ALL
        SELECT 'supplier', s.supplier_id, coalesce(i.lead_time_days, s.lead_time_days), 0, i.minimum_quantity, i.price, coalesce(i.currency, s.currency),
            p.asked
        FROM supplier_items i JOIN line p USING (sku) JOIN suppliers s ON s.supplier_id = i.supplier_id
        WHERE i.active AND s.active AND s.supplier_id <> p.supplier_id
        """;

    /// <summary>A row of <see cref="Select"/>.</summary>
    /// <param name="Asked">Which of the lines that were asked for, from 1.</param>
    public sealed record Known(string Kind, string Key, int Day, int Other, long Units, decimal Number, string Currency, int Asked);

    /// <summary>Of one line.</summary>
    /// <returns>Null where there is no such line.</returns>
    public static (LineAtRisk Line, int TransferDays)? Of(IEnumerable<Known> rows)
    {
        var known = rows.ToLookup(row => row.Kind);
        if (known["line"].FirstOrDefault() is not { } line || known["here"].FirstOrDefault() is not { } here)
            return null;
        var daily = known["demand"].ToDictionary(row => row.Key, row => ProjectedStock.Daily(row.Units, row.Day), StringComparer.Ordinal);
        var stock = known["stock"].ToDictionary(row => row.Key, row => row.Units, StringComparer.Ordinal);
        return (new(Day(line.Day), line.Other, line.Units, Day((int)line.Number), line.Currency == "left", stock.GetValueOrDefault(here.Key),
            daily.GetValueOrDefault(here.Key), On("due"), On("inbound"),
            [.. known["waiting"].Select(Waiting)],
            [.. known["supplier"].Select(row => new OtherSupplier(row.Key, row.Day, row.Units, row.Number, row.Currency))],
            [.. stock.Where(each => each.Key != here.Key).Select(each => new OtherLocation(each.Key, each.Value, daily.GetValueOrDefault(each.Key)))]),
            known["transfer_days"].Select(row => row.Day).FirstOrDefault(DelayConsequences.TransferDays));

        static WaitingLine Waiting(Known row)
        {
            var parts = row.Key.Split(' ', 2);
            return new(parts[1], int.Parse(parts[0], CultureInfo.InvariantCulture), row.Units, Day(row.Day), Day(row.Other), row.Number, row.Currency);
        }

        UnitsOn[] On(string kind) => [.. known[kind].Select(row => new UnitsOn(Day(row.Day), row.Units))];

        static DateOnly Day(int number) => DateOnly.FromDayNumber(number);
    }
}
