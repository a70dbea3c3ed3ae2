namespace EcomIntel.Core.Events;

// Topic catalog, key the alert's id: what people do with alerts.

/// <summary>alert.acknowledged, alert.closed.</summary>
/// <param name="By">Who.</param>
public sealed record AlertDecided(string By, string? Note = null) : IEventData
{
    public string? Invalid() => CaseCheck.By(By) ?? Check.Text(nameof(Note), Note);
}

/// <summary>Something was done about what an alert tells.</summary>
/// <param name="Action"><c>purchase_order</c>, <c>transfer</c> or <c>policy</c>, with its id or kind in <paramref name="Reference"/>; or <c>note</c>.</param>
/// <param name="Note">Of the action <c>note</c>: what was done.</param>
public sealed record AlertActioned(string By, string Action, string? Reference = null, string? Note = null) : IEventData
{
    public static IReadOnlyList<string> Actions { get; } = ["purchase_order", "transfer", "policy", "note"];

    public string? Invalid() => CaseCheck.By(By) ?? Check.Text(nameof(Note), Note)
        ?? (Actions.Contains(Action) ? null : $"action must be {string.Join(", ", Actions)}")
        ?? (Reference is null ? null : Check.Code(nameof(Reference), Reference));
}

/// <summary>Nothing is to be done about what an alert tells.</summary>
/// <param name="Reason"><c>false</c>: it is not so; <c>known</c>: it was known or wanted; <c>too_small</c>.</param>
public sealed record AlertDismissed(string By, string Reason, string? Note = null) : IEventData
{
    public static IReadOnlyList<string> Reasons { get; } = ["false", "known", "too_small"];

    public string? Invalid() => CaseCheck.By(By) ?? Check.Text(nameof(Note), Note)
        ?? (Reasons.Contains(Reason) ? null : $"reason must be {string.Join(", ", Reasons)}");
}
