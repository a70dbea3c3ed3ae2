namespace EcomIntel.Core.Events;

/// <summary>Somebody wants an order sourced again: what is promised and not released is given back and looked for anew.</summary>
/// <param name="Without">A node that it is not to come from; absent, any may serve it, also one that was named before.</param>
public sealed record OrderResourceRequested(LocationId? Without = null, string? Reason = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason);
}
