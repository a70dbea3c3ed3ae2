using EcomIntel.Core.Kpis.Arithmetic;

namespace EcomIntel.Core.Kpis.OpenSupplierClaims;

public static class OpenSupplierClaimsKpi
{
    public static KpiContract Contract { get; } = new(typeof(OpenSupplierClaimsKpi))
    {
        Name = "open_supplier_claims",
        Version = 1,
        Title = "Open supplier claims",
        Description = "What is claimed of suppliers for what did not come as it was ordered, and is neither credited nor refused.",
        Arithmetic = new Snapshot(StateSource.Intervals),
        Unit = KpiUnit.Money,
        Better = Better.Lower,
        Formula = "units claimed by its latest operation x the order's net price, from when it was found until it was credited or refused; 0 where no price is "
            + "known",
        Numerator = "claims open",
        Denominator = "claims open, of any kind",
        DateMeaning = "end of the day, or now for the day under way",
        Dimensions = [
            KpiDimension.Currency, new("supplier", "supplier"), new("location", "location"),
            new("kind", "kind", Values: ["SHORT", "OVER", "DAMAGED", "WRONG_ITEM", "MISLABELLED", "REJECTED"]),
        ],
        Source = ["supplier_claims", "purchase_order_lines"],
        Metric = "open_supplier_claims",
        RowsOrder = "value DESC, opened_at, claim_id",
        TruthBy = ["currency", "supplier"],
    };
}
