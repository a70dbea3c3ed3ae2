using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.ReceiptDiscrepancyRate;

public static class ReceiptDiscrepancyRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(ReceiptDiscrepancyRateKpi))
    {
        Name = "receipt_discrepancy_rate",
        Version = 1,
        Title = "Receipt discrepancy rate",
        Description = "Of the lines of receipts, the share that was not what the supplier had shipped, or not fit to be kept.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Lower,
        Formula = "receipt lines with other units than their advance shipping notice says (without one, short or over beyond the supplier's tolerance of what "
            + "was ordered), damaged, wrong, mislabelled or rejected / receipt lines; of several lines for one the latest stands for their units",
        Numerator = "receipt lines with a discrepancy",
        Denominator = "receipt lines",
        DateMeaning = "day of the receipt",
        Dimensions = [new("supplier", "supplier"), new("location", "location"), new("sku", "sku")],
        Source = ["receipt_lines", "asn_lines", "supplier_claims"],
        Thresholds = new(Target: 0.02, Warning: 0.05, Critical: 0.1),
        Metric = "receipt_discrepancy",
        RowsOrder = "wrong DESC, received_at DESC, receipt_id, line",
        TruthBy = ["supplier"],
    };
}
