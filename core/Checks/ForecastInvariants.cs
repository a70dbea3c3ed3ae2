namespace EcomIntel.Core.Checks;

/// <summary>What must hold of forecasts, and of proposals made by them. As <see cref="PostgresInvariants"/>.</summary>
internal static class ForecastInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("forecasts_are_distributions", "a forecast's days, levels and quantiles are in order, and none is below zero",
            """
            SELECT format('forecast of %s at %s: days %s, quantiles %s', sku, location, sum_days, quantiles) FROM demand_forecasts
            WHERE EXISTS (SELECT FROM unnest(levels) WITH ORDINALITY AS l (level, at) WHERE level <= 0 OR level >= 1 OR level <= levels[at - 1])
                OR EXISTS (SELECT FROM unnest(quantiles) WITH ORDINALITY AS q (units, at)
                    WHERE units < 0 OR ((at - 1) % cardinality(levels) > 0 AND units < quantiles[at - 1]))
                OR EXISTS (SELECT FROM unnest(sum_days) WITH ORDINALITY AS d (days, at)
                    WHERE days < 1 OR days > cardinality(daily) OR days <= sum_days[at - 1])
                OR 0 > ANY (daily)
            UNION ALL
            SELECT format('lead time of %s by %s: %s', sku, supplier_id, quantiles) FROM lead_time_forecasts
            WHERE EXISTS (SELECT FROM unnest(quantiles) WITH ORDINALITY AS q (days, at) WHERE days < 0 OR days < quantiles[at - 1])
            """),
        ("newest_forecasts_are_the_newest", "no sum of a forecast that was kept is of a later time than the newest forecast of its sku",
            """
            SELECT format('%s: a forecast as of %s, the newest is as of %s', s.sku, max(s.as_of), f.as_of)
            FROM forecast_sums s LEFT JOIN (SELECT sku, max(as_of) AS as_of FROM demand_forecasts GROUP BY sku) f USING (sku)
            GROUP BY s.sku, f.as_of HAVING f.as_of IS NULL OR max(s.as_of) > f.as_of
            """),
        ("proposals_by_forecast_add_up",
            "a proposal by a forecast went by one that was there, not stale by its policy, and its reorder point and level follow from it",
            """
            WITH settings AS (
                SELECT r.*, coalesce((p.settings ->> 'forecastFor')::interval, interval '35 days') AS fresh
                FROM replenishment_proposals r LEFT JOIN policies p ON p.kind = 'replenishment' AND p.version = r.policy_version
                WHERE r.demand_basis IS NOT NULL)
            SELECT format('proposal %s: %s, as of %s, %s expected, at most %s; reorder point %s, level %s, safety stock %s', proposal_id, demand_basis,
                forecast_as_of, lead_demand, lead_demand_quantile, reorder_point, order_up_to, safety_stock)
            FROM settings
            WHERE method <> 'FORECAST' OR forecast_as_of > updated_at
                OR (demand_basis = 'forecast' AND (updated_at - forecast_as_of > fresh
                    OR abs(reorder_point - ceil(greatest(lead_demand, lead_demand_quantile))) > 1
                    OR abs(order_up_to - ceil(cycle_demand + greatest(0, lead_demand_quantile - lead_demand))) > 1
                    OR cycle_demand < lead_demand))
                OR (demand_basis = 'forecast is stale' AND updated_at - forecast_as_of <= fresh)
                OR (demand_basis <> 'forecast' AND coalesce(lead_demand, cycle_demand, lead_demand_quantile) IS NOT NULL)
            """),
    ];
}
