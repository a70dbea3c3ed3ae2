using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Forecasts;

/// <summary>What models expect: the newest forecast of each sku at each location, and of each supplier's time for it.</summary>
internal sealed class ForecastsSlice : Slice
{
    private const string SelectDemands = """
        SELECT sku, location, as_of, updated_by, model, model_version, first_day, daily, levels, sum_days, quantiles FROM demand_forecasts
        """;

    private const string SelectLeads = "SELECT supplier_id, sku, as_of, updated_by, model_version, lines, levels, quantiles FROM lead_time_forecasts";

    public override IReadOnlyList<Fact> Facts { get; } = [new ForecastFact()];

    public override void Open(Workspace workspace)
    {
        var book = workspace.Share(new ForecastBook(workspace.Outbox));
        workspace.On<ForecastUpdated>(EventCatalogue.ForecastUpdated, book.Update);
        workspace.Save(batch =>
        {
            DemandForecast.Table.Save(batch, book.Demands);
            LeadTimeForecast.Table.Save(batch, book.LeadTimes);
            ForecastSum.Table.Save(batch, book.Sums);
        });
    }

    /// <summary>All that are stored: for who looks at every sku.</summary>
    public static void LoadAll(Load load, ForecastBook book)
    {
        load.Query(SelectDemands, [], row => book.AddStored(new DemandForecast
        {
            Sku = new(row.GetString(0)), Location = new(row.GetString(1)), AsOf = row.GetFieldValue<DateTimeOffset>(2), UpdatedBy = row.GetGuid(3),
            Model = row.GetString(4), ModelVersion = row.GetString(5), FirstDay = row.GetFieldValue<DateOnly>(6), Daily = row.GetFieldValue<double[]>(7),
            Quantiles = new(row.GetFieldValue<double[]>(8), row.GetFieldValue<int[]>(9), row.GetFieldValue<double[]>(10)),
        }));
        load.Query(SelectLeads, [], row => book.AddStored(new LeadTimeForecast
        {
            SupplierId = new(row.GetString(0)), Sku = new(row.GetString(1)), AsOf = row.GetFieldValue<DateTimeOffset>(2), UpdatedBy = row.GetGuid(3),
            ModelVersion = row.GetString(4), Lines = row.GetInt32(5), Levels = row.GetFieldValue<double[]>(6), Days = row.GetFieldValue<double[]>(7),
        }));
    }
}
