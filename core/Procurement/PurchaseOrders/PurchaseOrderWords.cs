using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>Who does something with a purchase order, where no person does; and which orders are made by nobody else.</summary>
internal static class PurchaseOrderWords
{
    public const string Supplier = "supplier";
    public const string ApprovalRule = "rule:approval";
    private const string Rule = "rule:";
    private const int Shown = 5;

    public static bool IsPerson(string by) => !by.StartsWith(Rule, StringComparison.Ordinal) && by != Supplier;

    /// <summary>What only a person may do. Rules are the hub's own and do not come as events.</summary>
    public static Rejection? NoPerson(string by) => IsPerson(by) ? null : new(RejectionCodes.Invalid, $"by must name a person; it is '{by}'");

    /// <summary>Orders that replenishment raises, by rule or from an accepted proposal: nobody else may make one of such an id before it does.</summary>
    public static bool IsOwn(PurchaseOrderId id) =>
        id.Value.StartsWith("RP-", StringComparison.Ordinal) || id.Value.StartsWith("PO-PP-", StringComparison.Ordinal);

    public static string Join(IReadOnlyList<string> sayings) =>
        string.Join("; ", sayings.Take(Shown)) + (sayings.Count > Shown ? $"; and {sayings.Count - Shown} more" : "");
}
