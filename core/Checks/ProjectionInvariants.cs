namespace EcomIntel.Core.Checks;

/// <summary>As of <see cref="PostgresInvariants"/>: what runs out.</summary>
internal static class ProjectionInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("projected_outs_add_up",
            "what a sku is short of is what demand and due orders take beyond what is there and comes; it runs out by then, before a receipt where it says so",
            """
            SELECT format('%s at %s: short of %s by %s, runs out on %s, next receipt on %s', sku, location, units_short, short_on, runs_out_on, next_receipt_on)
            FROM projected_outs
            WHERE units_short <> ceil(daily_demand * (short_on - looked_on + 1) + orders - available - inbound)
                OR NOT greatest(runs_out_on, looked_on) BETWEEN looked_on AND short_on
                OR before_receipt <> (greatest(runs_out_on, looked_on) < coalesce(next_receipt_on, looked_on + lead_days))
                OR (before_receipt AND inbound <> 0) OR next_receipt_on < looked_on OR next_receipt_on > looked_on + 365
            """),
        ("projected_outs_are_of_what_replenishment_saw",
            "what runs out has the stock and the demand that the same run's proposals have, and no row is of a later day than the latest run",
            """
            SELECT format('%s at %s on %s: %s available, %s a day, %s due; proposal %s has %s, %s in %s days, %s', p.sku, p.location, p.looked_on, p.available,
                p.daily_demand, p.orders, r.proposal_id, r.available, r.demand_units, r.demand_days, r.waiting)
            FROM projected_outs p JOIN replenishment_proposals r
                ON r.sku = p.sku AND r.location = p.location AND (r.updated_at AT TIME ZONE 'UTC')::date = p.looked_on
            WHERE p.available <> r.available OR p.daily_demand <> round(r.demand_units::numeric / r.demand_days, 4) OR p.orders > r.waiting
            UNION ALL
            SELECT format('%s at %s: of %s, the latest run was at %s', p.sku, p.location, p.looked_on, s.ran_at)
            FROM projected_outs p LEFT JOIN projection_state s ON true
            WHERE s.ran_at IS NULL OR p.looked_on > (s.ran_at AT TIME ZONE 'UTC')::date
            """),
    ];
}
