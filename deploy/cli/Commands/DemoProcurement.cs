using System.Text.Json.Serialization;
using EcomIntel.Core.Kpis.SupplierLeadTime;
using EcomIntel.Core.Kpis.SupplierOtif;
using Npgsql;

namespace EcomIntel.Cli.Commands;

/// <summary>What a demo bought, by the hub's own tables.</summary>
/// <param name="PurchaseOrders">Of any status.</param>
/// <param name="LinesReceived">Lines of receipts.</param>
/// <param name="Claims">On suppliers; those withdrawn are none.</param>
/// <param name="SupplierOtif">As its KPI says.</param>
/// <param name="LeadTimeDays">As its KPI says.</param>
/// <param name="DaysOfCover">Sellable stock at the end over a day's demand of the last 56 days, both at cost; null where nothing was asked for.</param>
internal sealed record DemoProcurement(
    long Proposals, long PurchaseOrders, long LinesReceived, long UnitsReceived, DemoProcurement.InvoiceCounts Invoices, long Claims,
    DemoProcurement.Ratio SupplierOtif, DemoProcurement.Spread LeadTimeDays, double? DaysOfCover)
{
    private const string Select = """
        SELECT (SELECT count(*) FROM replenishment_proposals),
               (SELECT count(*) FROM purchase_orders),
               (SELECT count(*) FROM receipt_lines),
               (SELECT coalesce(sum(quantity), 0)::bigint FROM receipt_lines),
               (SELECT count(*) FROM invoices WHERE status = 'MATCHED'),
               (SELECT count(*) FROM invoices WHERE status IN ('VARIANCE_HOLD', 'APPROVED', 'DISPUTED')),
               (SELECT count(*) FROM supplier_claims WHERE quantity > 0),
               ((SELECT sum(b.quantity * i.unit_cost) FROM stock_balances b JOIN items i USING (sku) WHERE b.state = 'available')
                   / nullif(sum(d.units * i.unit_cost) / 56, 0))::double precision
        FROM demand_days d JOIN items i USING (sku)
        WHERE d.day >= (SELECT rolled_until FROM replenishment_state) - 56
        """;

    /// <param name="Matched">Without a person.</param>
    /// <param name="Held">That were held, whatever a person has decided since.</param>
    internal sealed record InvoiceCounts(long Matched, long Held);

    internal sealed record Ratio(double? Value, long Numerator, long Denominator);

    internal sealed record Spread(double? Mean, double? Deviation);

    /// <summary>Anything was bought, or could be.</summary>
    [JsonIgnore]
    public bool Any => Proposals + PurchaseOrders > 0;

    public static async Task<DemoProcurement> ReadAsync(NpgsqlDataSource postgres, DemoFigures figures, CancellationToken token)
    {
        await using var command = postgres.CreateCommand(Select);
        await using var row = await command.ExecuteReaderAsync(token);
        await row.ReadAsync(token);
        var (otif, lead) = (figures.Total(SupplierOtifKpi.Contract), figures.Total(SupplierLeadTimeKpi.Contract));
        return new(
            row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), new(row.GetInt64(4), row.GetInt64(5)), row.GetInt64(6),
            new(otif?.Value, (long)(otif?.Numerator ?? 0), (long)(otif?.Denominator ?? 0)),
            new(Rounded(lead?.Measures.Single(measure => measure.Name == "mean").Value), Rounded(lead?.Value)),
            Rounded(row.IsDBNull(7) ? null : row.GetDouble(7)));
    }

    private static double? Rounded(double? number) => number is { } known ? Math.Round(known, 4) : null;
}
