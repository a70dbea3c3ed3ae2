using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>What a person should look at: other slices open cases, people work them, and time escalates those that are not resolved.</summary>
internal sealed class ExceptionCasesSlice : Slice
{
    private static readonly KeyKind Cases = new("case"), Subjects = new("subject of cases");

    /// <summary>What other slices name that cases may be about.</summary>
    private static readonly IReadOnlyList<KeyKind> AboutKinds =
    [
        Subjects, new("sku"), new("order"), new("shipment"), new("return"), new("transfer"), new("purchase order"), new("receipt"), new("invoice"),
        new("charge"),
    ];

    private static readonly KeyKind PurchaseOrders = new("purchase order"), OrdersWithReturns = new("order with returns");

    // What is decided beside what events name, and may be what a case is about.
    private const string SelectBeside = """
        SELECT receipt_id FROM receipts WHERE purchase_order_id = ANY($1)
        UNION ALL
        SELECT invoice_id FROM invoice_lines WHERE purchase_order_id = ANY($1)
        UNION ALL
        SELECT return_id FROM returns WHERE order_id = ANY($2)
        """;

    // Named, they are changed: locked. About what is named, they may be: not locked, for most are not; two who change one at a time would both write the same
    // entry of it, and the later is undone and tried again.
    private const string OfCases = """WHERE case_id = ANY($1) ORDER BY case_id COLLATE "C" FOR UPDATE""";

    /// <summary>As it is indexed.</summary>
    public const string OpenSql = "status IN ('DETECTED', 'TRIAGED', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_EXTERNAL', 'REOPENED')";
    private const string OfSubjects = $"""WHERE subject = ANY($1) AND {OpenSql} ORDER BY detected_at, case_id COLLATE "C" """;

    public override IReadOnlyList<Fact> Facts { get; } = [new ExceptionCaseFact()];

    public override void Open(Workspace workspace)
    {
        var policies = workspace.Get<PolicyBook>();
        policies.Define(CasePolicy.Kind);
        var cases = workspace.Share(new ExceptionBook(workspace.Outbox, policies, workspace.Provide));
        var change = new ChangeCase(cases, workspace.EffectOf);
        workspace.On<CaseDecided>(EventCatalogue.ExceptionAcknowledged, change.Acknowledged, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseAssigned>(EventCatalogue.ExceptionAssigned, change.Assigned, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseDecided>(EventCatalogue.ExceptionStarted, change.Started, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseDecided>(EventCatalogue.ExceptionWaiting, change.Waiting, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseResolved>(EventCatalogue.ExceptionResolved, change.Resolved, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseDecided>(EventCatalogue.ExceptionClosed, change.Closed, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseDecided>(EventCatalogue.ExceptionReopened, change.Reopened, static (e, data, keys) => Name(data.CaseId, e.Subject, keys));
        workspace.On<CaseDuplicated>(EventCatalogue.ExceptionDuplicated, change.Duplicated, static (e, data, keys) =>
        {
            Name(data.CaseId, e.Subject, keys);
            keys.Add(Cases, data.DuplicateOf);
        });
        foreach (var type in EventCatalogue.All)
            workspace.Names<IEventData>(type, static (e, _, keys) => keys.Add(Subjects, e.Subject));
        var escalations = new CaseEscalations(cases);
        workspace.RunWhenDue(escalations);

        workspace.Load(Stage.References, escalations.Name);
        workspace.Load(Stage.Aggregates, load =>
        {
            if (load.Keys.Any(PurchaseOrders) || load.Keys.Any(OrdersWithReturns))
                load.Query(SelectBeside, [load.Keys.Of(PurchaseOrders), load.Keys.Of(OrdersWithReturns)], row => load.Keys.Add(Subjects, row.GetString(0)));
        });
        workspace.Load(Stage.Skus, load =>
        {
            cases.Looked = [.. AboutKinds.SelectMany(load.Keys.Of), .. load.Keys.Depths.Keys];
            if (load.Keys.Any(Cases))
                load.Rows(ExceptionCase.Table, OfCases, [load.Keys.Of(Cases)], cases.Add);
            if (cases.Looked.Count > 0)
                load.Rows(ExceptionCase.Table, OfSubjects, [cases.Looked.ToArray()], cases.Add);
        });
        workspace.Save(batch =>
        {
            ExceptionCase.Table.Save(batch, cases.All.OrderBy(each => each.CaseId, StringComparer.Ordinal));
            CaseEntry.Table.Save(batch, cases.Entries);
        });
    }

    public static void Name(string caseId, string subject, Keys keys)
    {
        keys.Add(Cases, caseId);
        keys.Add(Subjects, subject);
    }
}
