using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.InvoiceMatchRate;

public static class InvoiceMatchRateKpi
{
    public static KpiContract Contract { get; } = new(typeof(InvoiceMatchRateKpi))
    {
        Name = "invoice_match_rate",
        Version = 1,
        Title = "Invoice match rate",
        Description = "Of the invoices of suppliers, the share that was matched with orders and receipts without a person.",
        Arithmetic = new Ratio(),
        Unit = KpiUnit.Ratio,
        Better = Better.Higher,
        Formula = "invoices matched without a person / invoices, those that wait for their receipts included",
        Numerator = "invoices matched without a person",
        Denominator = "invoices",
        DateMeaning = "day on which the invoice came",
        Dimensions = [new("supplier", "supplier")],
        Source = ["invoice_facts"],
        Thresholds = new(Target: 0.9, Warning: 0.8, Critical: 0.6),
        Metric = "invoice_match",
        RowsOrder = "matched, received_at DESC, invoice_id",
        TruthBy = ["supplier"],
    };
}
