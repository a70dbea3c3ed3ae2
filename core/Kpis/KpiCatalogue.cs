namespace EcomIntel.Core.Kpis;

/// <summary>All KPIs there are. Gauges, checks, API, views, demo and documentation walk it; nothing lists them a second time.</summary>
public static class KpiCatalogue
{
    public static IReadOnlyList<KpiContract> All { get; } =
    [
        OrdersPlaced.OrdersPlacedKpi.Contract,
        Sales.SalesKpi.Contract,
        OnTimeDelivery.OnTimeDeliveryKpi.Contract,
        LineFillRate.LineFillRateKpi.Contract,
        OrderAging.OrderAgingKpi.Contract,
        SplitShipmentRate.SplitShipmentRateKpi.Contract,
        MultiUnitSplitShipmentRate.MultiUnitSplitShipmentRateKpi.Contract,
        OrderCycleTime.OrderCycleTimeKpi.Contract,
        ShipmentLatency.ShipmentLatencyKpi.Contract,
        OpenOrderValue.OpenOrderValueKpi.Contract,
        StockOnHandAtCost.StockOnHandAtCostKpi.Contract,
        ReturnRate.ReturnRateKpi.Contract,
        LostShipmentRate.LostShipmentRateKpi.Contract,
        OpenCases.OpenCasesKpi.Contract,
        CaseResolutionTime.CaseResolutionTimeKpi.Contract,
        CaseResolutionQuantiles.CaseResolutionQuantilesKpi.Contract,
        CasePastDueRate.CasePastDueRateKpi.Contract,
        OpenAlerts.OpenAlertsKpi.Contract,
        AlertPrecision.AlertPrecisionKpi.Contract,
        SupplierOtif.SupplierOtifKpi.Contract,
        SupplierLeadTime.SupplierLeadTimeKpi.Contract,
        DeliveryAgainstPromise.DeliveryAgainstPromiseKpi.Contract,
        ReceiptDiscrepancyRate.ReceiptDiscrepancyRateKpi.Contract,
        OpenSupplierClaims.OpenSupplierClaimsKpi.Contract,
        InvoiceMatchRate.InvoiceMatchRateKpi.Contract,
        PurchasePriceVariance.PurchasePriceVarianceKpi.Contract,
        PurchaseOrderCycleTime.PurchaseOrderCycleTimeKpi.Contract,
        OpenPurchaseValue.OpenPurchaseValueKpi.Contract,
        DelayRiskCalibration.DelayRiskCalibrationKpi.Contract,
        ForecastError.ForecastErrorKpi.Contract,
        ForecastBias.ForecastBiasKpi.Contract,
    ];

    /// <summary>KPIs that are gone, with a version after their last: their views are dropped, and the edition goes on rising.</summary>
    public static IReadOnlyList<(string Name, int Version)> Retired { get; } = [];

    /// <summary>Higher with every KPI that is added, changed or retired: of two programs, the one with the higher edition publishes.</summary>
    public static int Edition { get; } = All.Sum(kpi => kpi.Version) + Retired.Sum(kpi => kpi.Version);

    public static KpiContract? Find(string name) => All.FirstOrDefault(contract => contract.Name == name);
}
