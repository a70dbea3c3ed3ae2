using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Scorecards;

/// <summary>How suppliers do: a scorecard of each, every day or as seldom as the policy says.</summary>
internal sealed class ScorecardsSlice : Slice
{
    /// <summary>The rules of scorecards change in the batch.</summary>
    private static readonly KeyKind Rules = new("rules of suppliers");

    private const string SelectActive = "SELECT 1 WHERE EXISTS (SELECT FROM suppliers)";

    private static readonly string SelectSums = ScoreSql.Sums("SELECT * FROM unnest($1, $2) AS w (day, window_days)", "$3", "$4");

    // In one order everywhere, so that two copies wait for each other and not for themselves.
    private const string MarkAmended = """
        WITH late AS (
            SELECT s.supplier_id, s.day FROM unnest($1, $2) AS h (supplier_id, day) JOIN supplier_scores s ON s.supplier_id = h.supplier_id AND s.day >= h.day
            WHERE NOT s.amended ORDER BY s.supplier_id, s.day FOR UPDATE OF s)
        UPDATE supplier_scores s SET amended = true FROM late WHERE s.supplier_id = late.supplier_id AND s.day = late.day
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new SupplierScoreFact()];

    public override void Open(Workspace workspace)
    {
        var (orders, receipts, invoices) = (workspace.Get<PurchaseOrderBook>(), workspace.Get<ReceiptBook>(), workspace.Get<InvoiceBook>());
        var (suppliers, scores, policies) = (workspace.Get<SupplierBook>(), workspace.Get<ScoreBook>(), workspace.Get<PolicyBook>());
        var run = new ScorecardRun(orders, receipts, invoices, suppliers, scores, policies, workspace.Outbox);
        var changed = new List<SuppliersPolicy>();
        workspace.Names<PolicyUpdated>(EventCatalogue.PolicyUpdated, (e, data, keys) =>
        {
            if (e.Subject != SuppliersPolicy.Kind.Name || SuppliersPolicy.Kind.Invalid(data.Settings) is not null)
                return;
            keys.Add(Rules, "");
            changed.Add(SuppliersPolicy.Kind.Parse(data.Settings.GetRawText()));
        });
        workspace.AfterEach(new LateFacts(scores, orders, receipts).Hear);
        List<ScoreWindow> windows = [];
        workspace.Load(Stage.DueWork, load =>
        {
            run.Stored = [];
            windows = WindowsIn(load, run, policies, changed);
            if (windows.Count > 0)
                load.Query(SelectActive, [], _ =>
                {
                    run.HasSuppliers = true;
                    load.Keys.Add(SuppliersSlice.Purchasing, "");
                });
        });
        workspace.Load(Stage.Late, load =>
        {
            if (windows.Count == 0 || !load.Keys.Any(SuppliersSlice.Purchasing))
                return;
            foreach (var window in windows)
                run.Stored![window] = [];
            object[] parameters =
            [
                windows.Select(window => window.Day).ToArray(), windows.Select(window => window.Days).ToArray(),
                orders.Unordered.Select(order => order.Id.Value).ToArray(), receipts.All.Select(receipt => receipt.Id.Value).ToArray(),
            ];
            load.QueryWhole(SelectSums, parameters, row => run.Stored![new(row.GetFieldValue<DateOnly>(0), row.GetInt32(1))].Add(new(row.GetString(2)), new()
            {
                LinesDue = row.GetInt64(3), LinesMet = row.GetInt64(4), LeadTimes = row.GetInt64(5), LeadMinutes = row.GetInt64(6),
                LeadSquares = row.GetDecimal(7), ReceiptLines = row.GetInt64(8), DiscrepantLines = row.GetInt64(9), ReferenceValue = row.GetDecimal(10),
                PriceDifference = row.GetDecimal(11), ClaimsOpened = row.GetInt64(12), ClaimsOpen = row.GetInt64(13), ClaimsCredited = row.GetInt64(14),
            }));
        });
        workspace.RunWhenDue(run);
        workspace.Save(batch =>
        {
            var amended = scores.Amended.OrderBy(late => late.Key).ToList();
            if (amended.Count > 0)
                batch.Add(MarkAmended, amended.Column(late => late.Key.Value), amended.Column(late => late.Value));
            SupplierScore.Table.Save(batch, scores.Made);
        });
    }

    /// <summary>What runs that may fall due in the batch look back on; where rules change in it, by each of them.</summary>
    private static List<ScoreWindow> WindowsIn(Load load, ScorecardRun run, PolicyBook policies, List<SuppliersPolicy> changed)
    {
        if (load.Passing is not { Until: var until } passing || (passing.From ?? load.Keys.Earliest) is var from && from > until)
            return [];
        var changes = load.Keys.Any(Rules) || policies.All.Any(version =>
            version.Kind == SuppliersPolicy.Kind.Name && version.EffectiveAt > from && version.EffectiveAt <= until);
        var settings = policies.At(SuppliersPolicy.Kind, from).Settings;
        var (first, every) = changes ? (ScoreWindow.StartOf(ScoreWindow.DayOf(from)), 1) : (ScorecardRun.NextAfter(from, settings), settings.ScoreEvery);
        var windows = new List<ScoreWindow>();
        for (var at = first; at <= until; at = at.AddDays(every))
        {
            var window = run.WindowAt(at);
            windows.Add(window);
            windows.AddRange(changed.Select(policy => window with { Days = policy.ScorecardDays }).Where(other => other != window));
        }
        return [.. windows.Distinct()];
    }
}
