namespace EcomIntel.Core.Checks;

/// <summary>
/// What must hold in PostgreSQL whatever happened, in files by what it is of. Each statement gives a line of text for everything that does not hold, so no row
/// is good. They are written from the tables' meaning alone, and share nothing with the code that writes the tables.
/// </summary>
internal static class PostgresInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        .. StockInvariants.All,
        .. OrderInvariants.All,
        .. CaseInvariants.All,
        .. AlertInvariants.All,
        .. ShipmentInvariants.All,
        .. ReturnInvariants.All,
        .. AllocationInvariants.All,
        .. PurchaseOrderInvariants.All,
        .. ReceivingInvariants.All,
        .. ScorecardInvariants.All,
        .. ReplenishmentInvariants.All,
        .. ForecastInvariants.All,
        .. ProjectionInvariants.All,
        .. DelayRiskInvariants.All,
        .. InvoiceInvariants.All,
        .. SupplyInvariants.All,
        .. ProcessingInvariants.All,
    ];
}
