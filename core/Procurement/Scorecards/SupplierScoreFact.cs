using System.Globalization;
using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>A supplier's scorecard of one day.</summary>
internal sealed class SupplierScoreFact : ReplacingFact<SupplierScoreFact.Row>
{
    public SupplierScoreFact()
        : base("supplier_scores") =>
        On(SupplierScored.Type, OperationJson.Default.SupplierScored, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_supplier_scores", "daily scorecards by supplier: lines due and met, lead times, discrepancies, prices, claims",
            """
            SELECT supplier_id AS key, concat_ws(' ', count(*), sum(lines_due), sum(lines_met), sum(lead_times), sum(lead_minutes), sum(lead_squares),
                sum(receipt_lines), sum(discrepant_lines), to_char(sum(reference_value), 'FM999999999999999999990.0000'),
                to_char(sum(price_difference), 'FM999999999999999999990.0000'), sum(claims_opened), sum(claims_open), sum(claims_credited))
            FROM supplier_scores GROUP BY supplier_id ORDER BY supplier_id COLLATE "C"
            """,
            """
            SELECT toString(supplier_id) AS key, concat(toString(count()), ' ', toString(sum(lines_due)), ' ', toString(sum(lines_met)), ' ',
                toString(sum(lead_times)), ' ', toString(sum(lead_minutes)), ' ', toString(sum(lead_squares)), ' ', toString(sum(receipt_lines)), ' ',
                toString(sum(discrepant_lines)), ' ', toDecimalString(sum(reference_value), 4), ' ', toDecimalString(sum(price_difference), 4), ' ',
                toString(sum(claims_opened)), ' ', toString(sum(claims_open)), ' ', toString(sum(claims_credited)))
            FROM supplier_scores FINAL GROUP BY key ORDER BY key
            """),
    ];

    protected override string Key(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Day:yyyy-MM-dd} {row.SupplierId}");

    protected override ulong Version(Row row) => row.Sequence;

    internal sealed class Row(Operation operation, SupplierScored score)
    {
        [ClickHouseColumn(Name = "supplier_id")] public string SupplierId => score.SupplierId.Value;
        [ClickHouseColumn(Name = "day")] public DateOnly Day => score.Day;
        [ClickHouseColumn(Name = "window_days")] public uint WindowDays => (uint)score.WindowDays;
        [ClickHouseColumn(Name = "lines_due")] public long LinesDue => score.LinesDue;
        [ClickHouseColumn(Name = "lines_met")] public long LinesMet => score.LinesMet;
        [ClickHouseColumn(Name = "lead_times")] public long LeadTimes => score.LeadTimes;
        [ClickHouseColumn(Name = "lead_minutes")] public long LeadMinutes => score.LeadMinutes;
        [ClickHouseColumn(Name = "lead_squares")] public decimal LeadSquares => score.LeadSquares;
        [ClickHouseColumn(Name = "receipt_lines")] public long ReceiptLines => score.ReceiptLines;
        [ClickHouseColumn(Name = "discrepant_lines")] public long DiscrepantLines => score.DiscrepantLines;
        [ClickHouseColumn(Name = "reference_value")] public decimal ReferenceValue => score.ReferenceValue;
        [ClickHouseColumn(Name = "price_difference")] public decimal PriceDifference => score.PriceDifference;
        [ClickHouseColumn(Name = "claims_opened")] public long ClaimsOpened => score.ClaimsOpened;
        [ClickHouseColumn(Name = "claims_open")] public long ClaimsOpen => score.ClaimsOpen;
        [ClickHouseColumn(Name = "claims_credited")] public long ClaimsCredited => score.ClaimsCredited;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
