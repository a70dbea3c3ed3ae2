using System.Text.Json.Serialization;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What a demo bought, by the hub's own tables.</summary>
/// <param name="PurchaseOrders">Of any status.</param>
/// <param name="LinesReceived">Lines of receipts.</param>
/// <param name="Claims">On suppliers; those withdrawn are none.</param>
/// <param name="SupplierOtif">Lines of which all came by the first promise, of those promised for before the end; what has not come counts as not.</param>
/// <param name="LeadTimeDays">From sent to the first units' arrival, over order lines; sample deviation.</param>
/// <param name="DaysOfCover">Sellable stock at the end over a day's demand of the last 56 days, both at cost; null where nothing was asked for.</param>
internal sealed record DemoProcurement(
    long Proposals, long PurchaseOrders, long LinesReceived, long UnitsReceived, DemoProcurement.InvoiceCounts Invoices, long Claims,
    DemoProcurement.Ratio SupplierOtif, DemoProcurement.Spread LeadTimeDays, double? DaysOfCover)
{
    // A line's units count as they came: the receipts up to the first promise's end must have brought what was ordered and not cancelled by us.
    private const string Select = """
        SELECT (SELECT count(*) FROM replenishment_proposals),
               (SELECT count(*) FROM purchase_orders),
               (SELECT count(*) FROM receipt_lines),
               (SELECT coalesce(sum(quantity), 0)::bigint FROM receipt_lines),
               (SELECT count(*) FROM invoices WHERE status = 'MATCHED'),
               (SELECT count(*) FROM invoices WHERE status IN ('VARIANCE_HOLD', 'APPROVED', 'DISPUTED')),
               (SELECT count(*) FROM supplier_claims WHERE quantity > 0),
               otif.in_time, otif.due, lead.mean, lead.deviation, cover.days
        FROM (
            SELECT count(*) FILTER (WHERE in_time >= ordered - cancelled) AS in_time, count(*) AS due
            FROM (
                SELECT l.ordered, l.cancelled, coalesce(sum(r.quantity) FILTER (WHERE c.received_at <= l.first_promised_at), 0) AS in_time
                FROM purchase_order_lines l
                LEFT JOIN receipts c ON c.purchase_order_id = l.purchase_order_id
                LEFT JOIN receipt_lines r ON r.receipt_id = c.receipt_id AND r.order_line = l.line AND r.sku = l.sku
                WHERE l.first_promised_at < business_now() AND l.cancelled < l.ordered
                GROUP BY l.purchase_order_id, l.line) each) otif,
            (SELECT avg(days)::double precision AS mean, stddev_samp(days)::double precision AS deviation FROM (
                SELECT extract(epoch FROM l.first_received_at - o.sent_at) / 86400 AS days
                FROM purchase_order_lines l JOIN purchase_orders o USING (purchase_order_id)) received) lead,
            (SELECT ((SELECT sum(b.quantity * i.unit_cost) FROM stock_balances b JOIN items i USING (sku) WHERE b.state = 'available')
                 / nullif(sum(d.units * i.unit_cost) / 56, 0))::double precision AS days
             FROM demand_days d JOIN items i USING (sku)
             WHERE d.day >= (SELECT rolled_until FROM replenishment_state) - 56) cover
        """;

    /// <param name="Matched">Without a person.</param>
    /// <param name="Held">That were held, whatever a person has decided since.</param>
    internal sealed record InvoiceCounts(long Matched, long Held);

    internal sealed record Ratio(double? Value, long Numerator, long Denominator);

    internal sealed record Spread(double? Mean, double? Deviation);

    /// <summary>Anything was bought, or could be.</summary>
    [JsonIgnore]
    public bool Any => Proposals + PurchaseOrders > 0;

    public static async Task<DemoProcurement> ReadAsync(NpgsqlDataSource postgres, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Select);
        await using var row = await command.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        var (inTime, due) = (row.GetInt64(7), row.GetInt64(8));
        return new(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), new(row.GetInt64(4), row.GetInt64(5)), row.GetInt64(6),
            new(due == 0 ? null : inTime / (double)due, inTime, due), new(Number(row, 9), Number(row, 10)), Number(row, 11));
    }

    private static double? Number(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : Math.Round(row.GetDouble(column), 4);
}
