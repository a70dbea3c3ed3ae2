using System.Text.Json;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using EcomIntel.GraphQL.Schema.Paging;
using EcomIntel.GraphQL.Schema.Procurement.Suppliers;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Forecasts;

/// <summary>Lists as JSON. Days as numbers: 0 is the first of the year 1.</summary>
[GraphQLObject("DemandForecast")]
internal sealed record DemandForecast(
    string Sku, string LocationId, DateTime AsOf, string Model, string ModelVersion, int First, string Units, string Levels, string SumDays, string Values)
{
    public static readonly RowList<DemandForecast> Rows = new(
        """
        f.sku, f.location AS location_id, f.as_of, f.model, f.model_version, f.first_day - date '0001-01-01' AS first, to_json(f.daily)::text AS units,
        to_json(f.levels)::text AS levels, to_json(f.sum_days)::text AS sum_days, to_json(f.quantiles)::text AS values
        """, "demand_forecasts f");

    public DateOnly FirstDay => DateOnly.FromDayNumber(First);

    public IReadOnlyList<decimal> Daily => JsonSerializer.Deserialize<decimal[]>(Units)!;

    public IReadOnlyList<ForecastSum> Sums
    {
        get
        {
            var (levels, values, daily) = (JsonSerializer.Deserialize<decimal[]>(Levels)!, JsonSerializer.Deserialize<decimal[]>(Values)!, Daily);
            return [.. JsonSerializer.Deserialize<int[]>(SumDays)!.Select((days, at) => new ForecastSum(
                days, daily.Take(days).Sum(), ForecastQuantile.Of(levels, values.AsSpan(at * levels.Length, levels.Length))))];
        }
    }
}

[GraphQLObject("ForecastSum")]
internal sealed record ForecastSum(int Days, decimal Expected, IReadOnlyList<ForecastQuantile> Quantiles);

[GraphQLObject("ForecastQuantile")]
internal sealed record ForecastQuantile(decimal Level, decimal Value)
{
    public static IReadOnlyList<ForecastQuantile> Of(ReadOnlySpan<decimal> levels, ReadOnlySpan<decimal> values)
    {
        var quantiles = new ForecastQuantile[levels.Length];
        for (var at = 0; at < quantiles.Length; at++)
            quantiles[at] = new(levels[at], values[at]);
        return quantiles;
    }
}

[GraphQLObject("LeadTimeForecast")]
internal sealed record LeadTimeForecast(string SupplierId, string Sku, DateTime AsOf, string ModelVersion, int Lines, string Levels, string Values)
{
    public static readonly RowList<LeadTimeForecast> Rows = new(
        """
        f.supplier_id, f.sku, f.as_of, f.model_version, f.lines, to_json(f.levels)::text AS levels, to_json(f.quantiles)::text AS values
        """, "lead_time_forecasts f");

    public IReadOnlyList<ForecastQuantile> Quantiles =>
        ForecastQuantile.Of(JsonSerializer.Deserialize<decimal[]>(Levels)!, JsonSerializer.Deserialize<decimal[]>(Values)!);
}

[GraphQLResolvers("Item")]
internal static class ItemForecasts
{
    public static async Task<IReadOnlyList<DemandForecast>> Forecasts([Parent] Item item, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<DemandForecast>>(item.Sku, ForecastLoads.OfSkus) ?? [];

    public static async Task<IReadOnlyList<LeadTimeForecast>> LeadTimeForecasts([Parent] Item item, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<LeadTimeForecast>>(item.Sku, ForecastLoads.LeadTimes) ?? [];
}

[GraphQLResolvers("DemandForecast")]
internal static class DemandForecastFields
{
    public static Task<Location?> Location([Parent] DemandForecast forecast, RequestContext context) =>
        context.Batch<string, Location>(forecast.LocationId, CatalogLoads.Locations);
}

[GraphQLResolvers("LeadTimeForecast")]
internal static class LeadTimeForecastFields
{
    public static Task<Supplier?> Supplier([Parent] LeadTimeForecast forecast, RequestContext context) =>
        context.Batch<string, Supplier>(forecast.SupplierId, SupplierLoads.Suppliers);
}

internal static class ForecastLoads
{
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<DemandForecast>>> OfSkus(IReadOnlyList<string> keys, RequestContext context)
    {
        var visible = new Conditions().And("f.sku = ANY(@keys)", "keys", keys.ToArray())
            .And("f.location = ANY(@callersLocations)", "callersLocations", context.Caller().Locations?.ToArray());
        var rows = await DemandForecast.Rows.AllAsync(
            context.Services.GetRequiredService<ReadDatabase>(), visible, "f.sku, f.location COLLATE \"C\"", context);
        return rows.GroupBy(row => row.Sku, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<DemandForecast>)[.. group], StringComparer.Ordinal);
    }

    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<LeadTimeForecast>>> LeadTimes(IReadOnlyList<string> keys, RequestContext context)
    {
        var ofKeys = new Conditions().And("f.sku = ANY(@keys)", "keys", keys.ToArray());
        var rows = await LeadTimeForecast.Rows.AllAsync(
            context.Services.GetRequiredService<ReadDatabase>(), ofKeys, "f.sku, f.supplier_id COLLATE \"C\"", context);
        return rows.GroupBy(row => row.Sku, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => (IReadOnlyList<LeadTimeForecast>)[.. group], StringComparer.Ordinal);
    }
}
