using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Alerts;

/// <summary>What models and outside monitors see is kept; of it alerts are made, which people work and time escalates and settles.</summary>
internal sealed class AlertsSlice : Slice
{
    public static readonly KeyKind Findings = new("finding"), Alerts = new("alert");

    private static readonly KeyKind Abouts = new("what findings are about"), Models = new("kind and model of findings");

    // Also all that they sit in, and all that sits in these.
    private const string SelectTied = """
        WITH RECURSIVE up AS (
            SELECT finding_id, part_of FROM findings WHERE finding_id = ANY($1)
            UNION
            SELECT f.finding_id, f.part_of FROM up JOIN findings f ON f.finding_id = up.part_of),
        down AS (
            SELECT id AS finding_id FROM unnest($1) AS named (id)
            UNION
            SELECT finding_id FROM up
            UNION
            SELECT f.finding_id FROM down JOIN findings f ON f.part_of = down.finding_id)
        SELECT f.finding_id, f.about_key, f.alert_id, f.kind, f.model FROM down JOIN findings f USING (finding_id)
        """;

    private const string OfAlerts = """
        WHERE alert_id = ANY($1) OR (about_key = ANY($2) AND status <> 'CLOSED') ORDER BY alert_id COLLATE "C" FOR NO KEY UPDATE
        """;

    private const string SelectRaised = "SELECT owner_team, raised_at FROM alerts WHERE raised_at >= $1";

    private static readonly string SelectVerdicts = $"""
        SELECT a.model, a.kind, a.alert_id, a.decided_at, a.dismissed_as, a.worth
        FROM unnest($1, $2) AS m (kind, model)
        CROSS JOIN LATERAL (
            SELECT * FROM alerts WHERE model = m.model AND kind = m.kind AND decided_at IS NOT NULL
            ORDER BY decided_at DESC, alert_id LIMIT {AlertPolicy.MaxVerdicts}) a
        """;

    public override IReadOnlyList<Fact> Facts { get; } = [new AlertFact(), new FindingFact(), new FindingPointFact()];

    public override void Open(Workspace workspace)
    {
        var policies = workspace.Get<PolicyBook>();
        policies.Define(AlertPolicy.Kind);
        var findings = workspace.Share(new FindingBook(
            workspace.Outbox, policies, workspace.Get<SupplierBook>(), workspace.EffectOf, workspace.Provide));
        var alerts = workspace.Share(new AlertBook(workspace.Outbox, policies, workspace.Get<ExceptionBook>(), workspace.Provide));
        workspace.On<FindingRaised>(EventCatalogue.FindingRaised, findings.Tell, Name);
        workspace.On<FindingRaised>(EventCatalogue.FindingUpdated, findings.Tell, Name);
        workspace.On<FindingCleared>(EventCatalogue.FindingCleared, findings.Clear, static (e, _, keys) => keys.Add(Findings, e.Subject));
        var change = new ChangeAlert(alerts, workspace.EffectOf);
        workspace.On<AlertDecided>(EventCatalogue.AlertAcknowledged, change.Acknowledged, static (e, _, keys) => keys.Add(Alerts, e.Subject));
        workspace.On<AlertActioned>(EventCatalogue.AlertActioned, change.Actioned, static (e, _, keys) => keys.Add(Alerts, e.Subject));
        workspace.On<AlertDismissed>(EventCatalogue.AlertDismissed, change.Dismissed, static (e, _, keys) => keys.Add(Alerts, e.Subject));
        workspace.On<AlertDecided>(EventCatalogue.AlertClosed, change.Closed, static (e, _, keys) => keys.Add(Alerts, e.Subject));
        var round = new AlertRound(findings, alerts, policies);
        workspace.RunWhenDue(round);

        workspace.Load(Stage.References, round.Name);
        workspace.Load(Stage.DueWork, load =>
        {
            if (load.Keys.Any(Findings))
                load.Query(SelectTied, [load.Keys.Of(Findings)], row =>
                {
                    load.Keys.Add(Findings, row.GetString(0));
                    load.Keys.Add(Abouts, row.GetString(1));
                    if (!row.IsDBNull(2))
                        load.Keys.Add(Alerts, row.GetString(2));
                    load.Keys.Add(Models, Model(row.GetString(3), row.GetString(4)));
                });
        });
        workspace.Load(Stage.Aggregates, load =>
        {
            if (load.Keys.Any(Findings))
                load.Rows(Finding.Table, """WHERE finding_id = ANY($1) ORDER BY finding_id COLLATE "C" FOR NO KEY UPDATE""",
                    [load.Keys.Of(Findings)], findings.Add);
            if (load.Keys.Any(Alerts) || load.Keys.Any(Abouts))
                load.Rows(Alert.Table, OfAlerts, [load.Keys.Of(Alerts), load.Keys.Of(Abouts)], alerts.Add);
            if (load.Passing is not { } passing || !load.Keys.Any(Models))
                return;
            var day = (passing.From ?? load.Keys.Earliest).UtcDateTime.Date;
            load.Query(SelectRaised, [new DateTimeOffset(day, TimeSpan.Zero)],
                row => alerts.Count(row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)));
            var models = load.Keys.Of(Models).Select(model => model.Split('\0')).ToList();
            load.Query(SelectVerdicts, [models.Select(each => each[0]).ToArray(), models.Select(each => each[1]).ToArray()],
                row => alerts.AddVerdict(row.GetString(0), row.GetString(1), new(
                    row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : Enum.Parse<DismissReason>(row.GetString(4)),
                    row.IsDBNull(5) ? null : row.GetDecimal(5))));
        });
        workspace.Save(batch =>
        {
            Finding.Table.Save(batch, findings.All.OrderBy(each => each.FindingId, StringComparer.Ordinal));
            FindingProof.Table.Save(batch, findings.Proofs.OrderBy(each => each.FindingId, StringComparer.Ordinal));
            Alert.Table.Save(batch, alerts.All.OrderBy(each => each.AlertId, StringComparer.Ordinal));
            AlertEntry.Table.Save(batch, alerts.Entries);
        });
    }

    private static void Name(CloudEvent e, FindingRaised data, Keys keys)
    {
        keys.Add(Findings, e.Subject);
        if (data.PartOf is { } whole)
            keys.Add(Findings, whole);
        keys.Add(Abouts, Finding.KeyOf(data.Kind, data.About));
        keys.Add(Models, Model(data.Kind, data.Model));
        if (data.MoneyAtRisk is not null)
            keys.Add(SuppliersSlice.Purchasing, "");
    }

    /// <summary>Neither has a control character.</summary>
    private static string Model(string kind, string model) => $"{kind}\0{model}";
}
