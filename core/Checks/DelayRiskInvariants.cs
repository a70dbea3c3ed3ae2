namespace EcomIntel.Core.Checks;

/// <summary>As of <see cref="PostgresInvariants"/>: what is foretold of purchase order lines.</summary>
internal static class DelayRiskInvariants
{
    public static readonly IReadOnlyList<(string Name, string Says, string Sql)> All =
    [
        ("delays_are_foretold_by_events", "what is foretold of a line came by an event that was applied, and was told of a line that had been sent by then",
            """
            SELECT format('line %s of %s, assessed at %s', r.line, r.purchase_order_id, r.assessed_at)
            FROM delay_risks r JOIN purchase_orders o USING (purchase_order_id)
            WHERE o.sent_at IS NULL OR r.first_at < o.sent_at OR r.first_at > r.assessed_at OR (r.first_by = r.assessed_by) <> (r.first_at = r.assessed_at)
                OR (r.first_by = r.assessed_by AND (r.first_probability, r.first_against, r.first_moment) <> (r.probability, r.against, r.moment))
            """),
        ("delay_quantiles_rise", "of each line the days late rise with their level",
            """
            SELECT format('line %s of %s: %s', r.line, r.purchase_order_id, r.days_late)
            FROM delay_risks r CROSS JOIN LATERAL (
                SELECT (q ->> 'level')::numeric AS level, (q ->> 'days')::numeric AS days,
                    lag((q ->> 'level')::numeric) OVER (ORDER BY at) AS level_before, lag((q ->> 'days')::numeric) OVER (ORDER BY at) AS days_before
                FROM jsonb_array_elements(r.days_late) WITH ORDINALITY AS e (q, at)) d
            WHERE d.level < d.level_before OR d.days < d.days_before
            """),
    ];
}
