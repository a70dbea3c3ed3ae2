using EcomIntel.Core.Procurement.Scorecards;
using EcomIntel.Core.Procurement.Suppliers;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Procurement.Suppliers;

/// <summary>A supplier's scorecard of a day: the sums as PostgreSQL counts them, and the figures that <see cref="Scorecard"/> makes of them.</summary>
[GraphQLObject("SupplierScorecard")]
internal sealed class SupplierScorecard
{
    private const int Digits = 6;
    private readonly Scorecard _card;

    public SupplierScorecard(
        string supplierId, DateTime begins, int windowDays, long linesDue, long linesMet, long leadTimes, long leadMinutes, decimal leadSquares,
        long receiptLines, long discrepantLines, decimal referenceValue, decimal priceDifference, long claimsOpened, long claimsOpen, long claimsCredited)
    {
        (SupplierId, AsOf, WindowDays) = (supplierId, DateOnly.FromDateTime(begins), windowDays);
        _card = new()
        {
            LinesDue = linesDue, LinesMet = linesMet, LeadTimes = leadTimes, LeadMinutes = leadMinutes, LeadSquares = leadSquares, ReceiptLines = receiptLines,
            DiscrepantLines = discrepantLines, ReferenceValue = referenceValue, PriceDifference = priceDifference, ClaimsOpened = claimsOpened,
            ClaimsOpen = claimsOpen, ClaimsCredited = claimsCredited,
        };
    }

    internal string SupplierId { get; }

    public DateOnly AsOf { get; }

    public int WindowDays { get; }

    public long LinesDue => _card.LinesDue;

    public long LinesMet => _card.LinesMet;

    public decimal? Otif => Short(_card.Otif);

    public long LeadTimes => _card.LeadTimes;

    public decimal? LeadTimeDays => Short((decimal?)_card.LeadDays);

    public decimal? LeadTimeDeviation => Short((decimal?)_card.LeadDeviation);

    public long ReceiptLines => _card.ReceiptLines;

    public long DiscrepantLines => _card.DiscrepantLines;

    public decimal? DiscrepancyRate => Short(_card.DiscrepancyRate);

    public decimal? PriceVariance => Short(_card.PriceVariance);

    public long ClaimsOpened => _card.ClaimsOpened;

    public long ClaimsOpen => _card.ClaimsOpen;

    public long ClaimsCredited => _card.ClaimsCredited;

    public decimal? ClaimRate => Short(_card.ClaimRate);

    private static decimal? Short(decimal? figure) => figure is { } known ? Math.Round(known, Digits, MidpointRounding.AwayFromZero) : null;
}

/// <summary>One statement for all suppliers and days of a response.</summary>
[GraphQLResolvers("Supplier")]
internal static class ScorecardFields
{
    private const string SelectLastDay = $"SELECT (({BusinessTime.Sql} AT TIME ZONE 'UTC')::date - 1)::timestamp";

    private static readonly string Select = $"""
        SELECT s.supplier_id, d.day::timestamp AS begins, d.window_days, coalesce(c.lines_due, 0) AS lines_due, coalesce(c.lines_met, 0) AS lines_met,
            coalesce(c.lead_times, 0) AS lead_times, coalesce(c.lead_minutes, 0) AS lead_minutes, coalesce(c.lead_squares, 0) AS lead_squares,
            coalesce(c.receipt_lines, 0) AS receipt_lines, coalesce(c.discrepant_lines, 0) AS discrepant_lines,
            coalesce(c.reference_value, 0) AS reference_value, coalesce(c.price_difference, 0) AS price_difference,
            coalesce(c.claims_opened, 0) AS claims_opened, coalesce(c.claims_open, 0) AS claims_open, coalesce(c.claims_credited, 0) AS claims_credited
        FROM ({Days}) d CROSS JOIN unnest(@suppliers) AS s (supplier_id)
        LEFT JOIN ({ScoreSql.Sums(Days, suppliers: "@suppliers")}) c ON c.day = d.day AND c.supplier_id = s.supplier_id
        """;

    private static string Days => $"SELECT w.day, {ScoreSql.WindowDays("w.day")} AS window_days FROM unnest(@days::date[]) AS w (day)";

    public static async Task<SupplierScorecard> Scorecard([Parent] Supplier supplier, RequestContext context, DateOnly? asOf) =>
        (await context.Batch<(string, DateOnly?), SupplierScorecard>((supplier.SupplierId, asOf), LoadAsync))!;

    private static async Task<IReadOnlyDictionary<(string, DateOnly?), SupplierScorecard>> LoadAsync(
        IReadOnlyList<(string SupplierId, DateOnly? AsOf)> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var last = DateOnly.FromDateTime(await database.FindAsync<DateTime>(SelectLastDay, null, context));
        var parameters = new
        {
            days = keys.Select(key => DayOf(key.AsOf).ToDateTime(TimeOnly.MinValue)).Distinct().ToArray(),
            suppliers = keys.Select(key => key.SupplierId).Distinct(StringComparer.Ordinal).ToArray(),
        };
        var cards = (await database.QueryAsync<SupplierScorecard>(Select, parameters, context)).ToDictionary(card => (card.SupplierId, card.AsOf));
        return keys.ToDictionary(key => ((string, DateOnly?))key, key => cards[(key.SupplierId, DayOf(key.AsOf))]);

        DateOnly DayOf(DateOnly? asked) => asked is { } day && day < last ? day : last;
    }
}
