using EcomIntel.Core.Events;
using EcomIntel.Core.Forecasts;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>What method <c>forecast</c> goes by for a sku at a location, and which forecast that is of.</summary>
/// <param name="Basis">One of the constants.</param>
/// <param name="Demand">Null where it goes by past demand.</param>
/// <param name="Forecast">Also one that is too old to go by; null where there is none.</param>
/// <param name="Lead">By which the lead time is told; null where it is what was received or is quoted.</param>
internal sealed record Outlook(string Basis, LeadDemand? Demand = null, DemandForecast? Forecast = null, LeadTimeForecast? Lead = null)
{
    public const string ByForecast = "forecast";
    public const string None = "no forecast";
    public const string Stale = "forecast is stale";
}

/// <summary>Looks forecasts up as of a run.</summary>
internal sealed class Outlooks(ForecastBook forecasts, DateTimeOffset at, ReplenishmentPolicy settings)
{
    private readonly Dictionary<DemandForecast, DemandCurve> _curves = [];
    private readonly DateOnly _today = DateOnly.FromDateTime(at.UtcDateTime);

    /// <param name="lead">As received or quoted: where no forecast tells the supplier's time.</param>
    public Outlook? Of(Sku sku, LocationId location, ReplenishmentTerms terms, SupplierId supplier, LeadTime lead)
    {
        if (terms.Method != ReplenishmentMethod.FORECAST)
            return null;
        if (forecasts.Demand(sku, location) is not { } forecast)
            return new(Outlook.None);
        if (at - forecast.AsOf > settings.ForecastFor)
            return new(Outlook.Stale, Forecast: forecast);
        if (!_curves.TryGetValue(forecast, out var curve))
            _curves.Add(forecast, curve = new(forecast.Daily, forecast.Quantiles));
        var told = forecasts.LeadTime(supplier, sku) is { } known && at - known.AsOf <= settings.ForecastFor ? known : null;
        var points = told is null ? LeadTimePoints.Normal(lead.Mean, lead.Deviation) : LeadTimePoints.Of(told);
        var offset = Math.Max(0, _today.DayNumber - forecast.FirstDay.DayNumber);
        return new(Outlook.ByForecast, LeadDemand.Of(curve, offset, points, terms.ReviewDays, terms.ServiceLevel), forecast, told);
    }
}
