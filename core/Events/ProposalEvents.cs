namespace EcomIntel.Core.Events;

// Topic suppliers, key proposal id.

/// <summary>A person accepts what replenishment proposes: of a purchase an order is made, of a transfer the warehouse is told.</summary>
/// <param name="Quantity">Units, where another quantity is wanted than the proposed one.</param>
/// <param name="With">Others of the same supplier and location, which go into the same order. Not of a transfer.</param>
public sealed record ProposalAccepted(
    string By, long? Quantity = null, string? Note = null, IReadOnlyList<ProposalAccepted.AcceptedProposal>? With = null) : IEventData
{
    public sealed record AcceptedProposal(string ProposalId, long? Quantity = null);

    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null)
        ?? (Quantity is { } units ? Check.Quantity(nameof(Quantity), units) : null) ?? Check.Text(nameof(Note), Note)
        ?? (With is null ? null : Check.Lines(With, static _ => 1, static other => Check.Code(nameof(other.ProposalId), other.ProposalId)
            ?? (other.Quantity is { } units ? Check.Quantity(nameof(other.Quantity), units) : null)))
        ?? (With is not null && With.DistinctBy(other => other.ProposalId).Count() < With.Count ? "a proposal stands twice" : null);
}

/// <summary>A person does not want it; for a time it is not proposed again.</summary>
/// <param name="Until">Until when; left out: as policy <c>replenishment</c> says.</param>
public sealed record ProposalDismissed(string By, string? Reason = null, DateTimeOffset? Until = null) : IEventData
{
    public string? Invalid() => Check.Text(nameof(By), By) ?? (By.Length == 0 ? "by is empty" : null) ?? Check.Text(nameof(Reason), Reason)
        ?? Check.Time(nameof(Until), Until);
}
