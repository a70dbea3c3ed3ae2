using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using Status = EcomIntel.Core.ExceptionCases.ExceptionStatus;

namespace EcomIntel.Core.Remedies;

/// <summary>What can be done about what a case tells. Its word is that of <see cref="CaseActed"/>.</summary>
internal enum Remedy
{
    /// <summary>The order is sourced again, where wanted not from one location.</summary>
    RESOURCE,
    CANCEL_ORDER,
    CANCEL_LINE,
    RELEASE_HOLD,

    /// <summary>It is to be counted; or it was, and the count is recorded.</summary>
    RECOUNT,

    /// <summary>A transfer that replenishment proposes is accepted.</summary>
    TRANSFER,

    /// <summary>The supplier is asked to send a line of a purchase order sooner.</summary>
    EXPEDITE,

    /// <summary>An invoice is not paid as it is.</summary>
    DISPUTE,
}

/// <summary>What helps which category of case, and what may be done at which status: what is not in these tables may not be done.</summary>
internal static class RemedyTable
{
    private static readonly Dictionary<string, Remedy[]> Helps = new(StringComparer.Ordinal)
    {
        [CaseCategory.StockNegative] = [Remedy.RECOUNT, Remedy.TRANSFER],
        [CaseCategory.StockVariance] = [Remedy.RECOUNT],
        [CaseCategory.PickShort] = [Remedy.RECOUNT, Remedy.TRANSFER],
        [CaseCategory.LocationClosed] = [Remedy.RESOURCE],
        [CaseCategory.LocationRunsOut] = [Remedy.TRANSFER, Remedy.EXPEDITE],
        [CaseCategory.OrderLate] = [Remedy.RESOURCE, Remedy.RELEASE_HOLD, Remedy.CANCEL_LINE, Remedy.CANCEL_ORDER],
        [CaseCategory.OrderStuck] = [Remedy.RESOURCE, Remedy.CANCEL_LINE, Remedy.CANCEL_ORDER],
        [CaseCategory.OrderOfInactiveItem] = [Remedy.CANCEL_ORDER, Remedy.CANCEL_LINE],
        [CaseCategory.OrderIncomplete] = [Remedy.RESOURCE, Remedy.CANCEL_ORDER, Remedy.CANCEL_LINE],
        [CaseCategory.HeldTooLate] = [Remedy.RELEASE_HOLD],
        [CaseCategory.Unpaid] = [Remedy.CANCEL_ORDER, Remedy.CANCEL_LINE, Remedy.RELEASE_HOLD],
        [CaseCategory.ChargedBack] = [Remedy.CANCEL_ORDER, Remedy.RELEASE_HOLD],
        [CaseCategory.PurchaseOrderUnacknowledged] = [Remedy.EXPEDITE, Remedy.TRANSFER],
        [CaseCategory.PurchaseOrderLate] = [Remedy.EXPEDITE, Remedy.TRANSFER],
        [CaseCategory.PurchaseOrderAsnMissing] = [Remedy.EXPEDITE, Remedy.TRANSFER],
        [CaseCategory.PurchaseOrderRefused] = [Remedy.TRANSFER],
        [CaseCategory.InvoiceHeld] = [Remedy.DISPUTE],
    };

    // Who is asked outside is waited for: the clock stands still until somebody starts the case again.
    private static readonly Dictionary<(Remedy, Status), Status> Steps = new()
    {
        [(Remedy.RESOURCE, Status.TRIAGED)] = Status.IN_PROGRESS,
        [(Remedy.RESOURCE, Status.ASSIGNED)] = Status.IN_PROGRESS,
        [(Remedy.RESOURCE, Status.IN_PROGRESS)] = Status.IN_PROGRESS,
        [(Remedy.RESOURCE, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.RESOURCE, Status.REOPENED)] = Status.IN_PROGRESS,

        [(Remedy.CANCEL_ORDER, Status.TRIAGED)] = Status.IN_PROGRESS,
        [(Remedy.CANCEL_ORDER, Status.ASSIGNED)] = Status.IN_PROGRESS,
        [(Remedy.CANCEL_ORDER, Status.IN_PROGRESS)] = Status.IN_PROGRESS,
        [(Remedy.CANCEL_ORDER, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.CANCEL_ORDER, Status.REOPENED)] = Status.IN_PROGRESS,

        [(Remedy.CANCEL_LINE, Status.TRIAGED)] = Status.IN_PROGRESS,
        [(Remedy.CANCEL_LINE, Status.ASSIGNED)] = Status.IN_PROGRESS,
        [(Remedy.CANCEL_LINE, Status.IN_PROGRESS)] = Status.IN_PROGRESS,
        [(Remedy.CANCEL_LINE, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.CANCEL_LINE, Status.REOPENED)] = Status.IN_PROGRESS,

        [(Remedy.RELEASE_HOLD, Status.TRIAGED)] = Status.IN_PROGRESS,
        [(Remedy.RELEASE_HOLD, Status.ASSIGNED)] = Status.IN_PROGRESS,
        [(Remedy.RELEASE_HOLD, Status.IN_PROGRESS)] = Status.IN_PROGRESS,
        [(Remedy.RELEASE_HOLD, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.RELEASE_HOLD, Status.REOPENED)] = Status.IN_PROGRESS,

        [(Remedy.RECOUNT, Status.TRIAGED)] = Status.IN_PROGRESS,
        [(Remedy.RECOUNT, Status.ASSIGNED)] = Status.IN_PROGRESS,
        [(Remedy.RECOUNT, Status.IN_PROGRESS)] = Status.IN_PROGRESS,
        [(Remedy.RECOUNT, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.RECOUNT, Status.REOPENED)] = Status.IN_PROGRESS,

        [(Remedy.TRANSFER, Status.TRIAGED)] = Status.IN_PROGRESS,
        [(Remedy.TRANSFER, Status.ASSIGNED)] = Status.IN_PROGRESS,
        [(Remedy.TRANSFER, Status.IN_PROGRESS)] = Status.IN_PROGRESS,
        [(Remedy.TRANSFER, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.TRANSFER, Status.REOPENED)] = Status.IN_PROGRESS,

        [(Remedy.EXPEDITE, Status.TRIAGED)] = Status.WAITING_EXTERNAL,
        [(Remedy.EXPEDITE, Status.ASSIGNED)] = Status.WAITING_EXTERNAL,
        [(Remedy.EXPEDITE, Status.IN_PROGRESS)] = Status.WAITING_EXTERNAL,
        [(Remedy.EXPEDITE, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.EXPEDITE, Status.REOPENED)] = Status.WAITING_EXTERNAL,

        [(Remedy.DISPUTE, Status.TRIAGED)] = Status.WAITING_EXTERNAL,
        [(Remedy.DISPUTE, Status.ASSIGNED)] = Status.WAITING_EXTERNAL,
        [(Remedy.DISPUTE, Status.IN_PROGRESS)] = Status.WAITING_EXTERNAL,
        [(Remedy.DISPUTE, Status.WAITING_EXTERNAL)] = Status.WAITING_EXTERNAL,
        [(Remedy.DISPUTE, Status.REOPENED)] = Status.WAITING_EXTERNAL,
    };

    /// <summary>What helps a category, what is done most often first; of one that is not known, nothing.</summary>
    public static IReadOnlyList<Remedy> Of(string category) => Helps.GetValueOrDefault(category, []);

    /// <summary>How a case stands after it; null where it may not be done.</summary>
    public static Status? After(Remedy remedy, Status status) => Steps.TryGetValue((remedy, status), out var after) ? after : null;

    /// <param name="word">As <c>release_hold</c>.</param>
    public static Remedy Parse(string word) => Enum.Parse<Remedy>(word, ignoreCase: true);

    public static string Word(Remedy remedy) => remedy.ToString().ToLowerInvariant();

    /// <summary>Why a remedy may not be used for a case; null where it may.</summary>
    public static string? Refusal(string caseId, string category, Status status, Remedy remedy) =>
        !Of(category).Contains(remedy)
            ? Of(category) is { Count: > 0 } helps
                ? $"{Word(remedy)} does not help a case of {category}; what does is {string.Join(", ", helps.Select(Word))}"
                : $"{Word(remedy)} does not help a case of {category}: nothing is done about it here"
        : After(remedy, status) is not null ? null
        : status == Status.DETECTED ? $"case {caseId} is {status}: acknowledge or assign it before something is done about it"
        : $"case {caseId} is {status}: reopen it before something is done about it";
}
