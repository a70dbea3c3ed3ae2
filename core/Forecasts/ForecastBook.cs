using EcomIntel.Core.Events;

namespace EcomIntel.Core.Forecasts;

/// <summary>
/// The newest forecasts: those of the batch at hand, and where a run of replenishment falls due in it, all that are stored. An older one never stands in the
/// place of a newer one.
/// </summary>
internal sealed class ForecastBook(Outbox outbox)
{
    /// <summary>Sums of so many days are kept of every forecast.</summary>
    public static readonly IReadOnlyList<int> KeptSums = [7, 28];

    private readonly Dictionary<(Sku, LocationId), DemandForecast> _demands = [], _storedDemands = [];
    private readonly Dictionary<(SupplierId, Sku), LeadTimeForecast> _leads = [], _storedLeads = [];
    private readonly Dictionary<(Sku, DateTimeOffset, int), ForecastSum> _sums = [];

    /// <summary>Of the batch at hand, to be saved.</summary>
    public IEnumerable<DemandForecast> Demands => _demands.Values.OrderBy(row => row.Sku).ThenBy(row => row.Location);

    public IEnumerable<LeadTimeForecast> LeadTimes => _leads.Values.OrderBy(row => row.SupplierId).ThenBy(row => row.Sku);

    public IEnumerable<ForecastSum> Sums => _sums.Values.OrderBy(row => row.Sku).ThenBy(row => row.AsOf).ThenBy(row => row.Days);

    public void AddStored(DemandForecast row) => _storedDemands[(row.Sku, row.Location)] = row;

    public void AddStored(LeadTimeForecast row) => _storedLeads[(row.SupplierId, row.Sku)] = row;

    public DemandForecast? Demand(Sku sku, LocationId location)
    {
        var (here, stored) = (_demands.GetValueOrDefault((sku, location)), _storedDemands.GetValueOrDefault((sku, location)));
        return here is null || (stored is not null && IsNewer(stored.AsOf, stored.UpdatedBy, here.AsOf, here.UpdatedBy)) ? stored : here;
    }

    public LeadTimeForecast? LeadTime(SupplierId supplier, Sku sku)
    {
        var (here, stored) = (_leads.GetValueOrDefault((supplier, sku)), _storedLeads.GetValueOrDefault((supplier, sku)));
        return here is null || (stored is not null && IsNewer(stored.AsOf, stored.UpdatedBy, here.AsOf, here.UpdatedBy)) ? stored : here;
    }

    public Rejection? Update(CloudEvent e, ForecastUpdated data)
    {
        var sku = new Sku(e.Subject);
        var levels = Array(data.Levels);
        foreach (var demand in data.Demands)
        {
            if (_demands.TryGetValue((sku, demand.Location), out var known) && !IsNewer(e.Time, e.Identity, known.AsOf, known.UpdatedBy))
                continue;
            _demands[(sku, demand.Location)] = new()
            {
                Sku = sku, Location = demand.Location, AsOf = e.Time, UpdatedBy = e.Identity, Model = demand.Model, ModelVersion = data.ModelVersion,
                FirstDay = data.FirstDay, Daily = Array(demand.Daily),
                Quantiles = new(levels, [.. demand.Sums.Select(sum => sum.Days)], Array([.. demand.Sums.SelectMany(sum => sum.Quantiles)])),
            };
        }
        foreach (var lead in data.LeadTimes ?? [])
            if (!_leads.TryGetValue((lead.Supplier, sku), out var known) || IsNewer(e.Time, e.Identity, known.AsOf, known.UpdatedBy))
                _leads[(lead.Supplier, sku)] = new()
                {
                    SupplierId = lead.Supplier, Sku = sku, AsOf = e.Time, UpdatedBy = e.Identity, ModelVersion = data.ModelVersion, Lines = lead.Lines,
                    Levels = levels, Days = Array(lead.Quantiles),
                };
        Keep(e, sku, data);
        return null;
    }

    /// <summary>Its sums, for those that reach so far everywhere.</summary>
    private void Keep(CloudEvent e, Sku sku, ForecastUpdated data)
    {
        var days = KeptSums.Where(days => data.Demands.Count > 0 && data.Demands.All(demand => demand.Daily.Count >= days)).ToList();
        if (days.Count == 0)
            return;
        var models = data.Demands.Select(demand => demand.Model).Distinct().ToList();
        var model = models.Count == 1 ? models[0] : "several";
        var sums = days.ConvertAll(count => new ForecastMade.Sum(count, data.Demands.Sum(demand => demand.Daily.Take(count).Sum())));
        foreach (var (count, units) in sums)
            if (!_sums.TryGetValue((sku, e.Time, count), out var known) || e.Identity.CompareTo(known.UpdatedBy) > 0)
                _sums[(sku, e.Time, count)] = new()
                {
                    Sku = sku, AsOf = e.Time, Days = count, UpdatedBy = e.Identity, FirstDay = data.FirstDay, Units = units, Model = model,
                    ModelVersion = data.ModelVersion,
                };
        outbox.Add(e.Time, ForecastMade.Type, sku.Value, new ForecastMade(sku, e.Time, data.FirstDay, model, data.ModelVersion, sums),
            OperationJson.Default.ForecastMade);
    }

    private static bool IsNewer(DateTimeOffset at, Guid by, DateTimeOffset than, Guid thanBy) => at > than || (at == than && by.CompareTo(thanBy) > 0);

    private static double[] Array(IReadOnlyList<decimal> values)
    {
        var doubles = new double[values.Count];
        for (var at = 0; at < doubles.Length; at++)
            doubles[at] = (double)values[at];
        return doubles;
    }
}
