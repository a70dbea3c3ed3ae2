using Status = EcomIntel.Core.Procurement.PurchaseOrders.PurchaseOrderStatus;
using Step = EcomIntel.Core.Procurement.PurchaseOrders.PurchaseOrderStep;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>What may be done with a purchase order, or become known of it.</summary>
internal enum PurchaseOrderStep
{
    ACCEPT,
    SUBMIT,
    APPROVE,
    REJECT,
    SEND,

    /// <summary>The supplier takes it on.</summary>
    ACKNOWLEDGE,

    /// <summary>The supplier says another date.</summary>
    PROMISE,

    /// <summary>An advance shipping notice.</summary>
    ANNOUNCE,

    /// <summary>How far it has come on its way.</summary>
    REPORT,
    RECEIVE,
    CLOSE_LINE,

    /// <summary>All of it. Where only some lines are cancelled it stays as it is.</summary>
    CANCEL,

    /// <summary>Nothing more of it is to come.</summary>
    CLOSE,
}

/// <summary>
/// The state machine of a purchase order: what is not in the table cannot be done. What suppliers and clerks report of an order that is over is believed, and
/// leaves it as it is.
/// </summary>
internal static class PurchaseOrderSteps
{
    private static readonly (Status From, Step Step, Status To)[] Table =
    [
        (Status.PROPOSED, Step.ACCEPT, Status.DRAFT),
        (Status.PROPOSED, Step.CANCEL, Status.CANCELLED),
        (Status.DRAFT, Step.SUBMIT, Status.PENDING_APPROVAL),
        (Status.DRAFT, Step.CANCEL, Status.CANCELLED),
        (Status.PENDING_APPROVAL, Step.APPROVE, Status.APPROVED),
        (Status.PENDING_APPROVAL, Step.REJECT, Status.REJECTED),
        (Status.PENDING_APPROVAL, Step.CANCEL, Status.CANCELLED),
        (Status.APPROVED, Step.SEND, Status.SENT),
        (Status.APPROVED, Step.CANCEL, Status.CANCELLED),
        .. Out(Status.SENT),
        .. Out(Status.ACKNOWLEDGED),
        .. Over(Status.CLOSED),
        .. Over(Status.REJECTED),
        .. Over(Status.CANCELLED),
    ];

    /// <summary>Where a step leads; null where it cannot be done.</summary>
    public static Status? After(Status status, Step step)
    {
        foreach (var (from, taken, to) in Table)
            if (from == status && taken == step)
                return to;
        return null;
    }

    public static bool IsOver(Status status) => status is Status.CLOSED or Status.REJECTED or Status.CANCELLED;

    /// <summary>A step that cannot be done may be possible once the order has come further: it is worth waiting for.</summary>
    public static bool MayYet(Status status, Step step)
    {
        var ahead = new List<Status> { status };
        for (var index = 0; index < ahead.Count; index++)
            foreach (var (from, taken, to) in Table)
                if (from == ahead[index] && taken is not (Step.CANCEL or Step.REJECT) && !IsOver(to) && !ahead.Contains(to))
                    ahead.Add(to);
        return ahead.Exists(reached => After(reached, step) is not null);
    }

    private static (Status, Step, Status)[] Out(Status status) =>
    [
        (status, Step.ACKNOWLEDGE, Status.ACKNOWLEDGED), (status, Step.PROMISE, status), (status, Step.ANNOUNCE, status), (status, Step.REPORT, status),
        (status, Step.RECEIVE, status), (status, Step.CLOSE_LINE, status), (status, Step.CANCEL, Status.CANCELLED), (status, Step.CLOSE, Status.CLOSED),
    ];

    private static (Status, Step, Status)[] Over(Status status) =>
    [
        (status, Step.ACKNOWLEDGE, status), (status, Step.PROMISE, status), (status, Step.ANNOUNCE, status), (status, Step.REPORT, status),
        (status, Step.RECEIVE, status),
    ];
}
