using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>What a person should look at: other slices open cases, people work them, and time escalates those that are not resolved.</summary>
internal sealed class ExceptionCasesSlice : Slice
{
    public static readonly KeyKind Cases = new("case"), Subjects = new("subject of cases");

    private static readonly KeyKind PurchaseOrders = new("purchase order"), OrdersWithReturns = new("order with returns");

    // What is decided beside what events name, and may be what a case is about.
    private const string SelectBeside = """
        SELECT receipt_id FROM receipts WHERE purchase_order_id = ANY($1)
        UNION ALL
        SELECT invoice_id FROM invoice_lines WHERE purchase_order_id = ANY($1)
        UNION ALL
        SELECT return_id FROM returns WHERE order_id = ANY($2)
        """;

    /// <summary>As it is indexed.</summary>
    public const string OpenSql = "status IN ('DETECTED', 'TRIAGED', 'ASSIGNED', 'IN_PROGRESS', 'WAITING_EXTERNAL', 'REOPENED')";

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
        workspace.Save(batch =>
        {
            // What no event named (a node that closes, an order of a round): the batch is tried again with it.
            if (cases.Unread.Count > 0)
                throw new QueueTooShortException([.. cases.Unread]);
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
