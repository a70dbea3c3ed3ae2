namespace EcomIntel.Core.Events;

/// <summary>
/// exception.acted: somebody does something about what an exception case tells, as its remedies allow. What says nothing of a remedy is ignored.
/// </summary>
/// <param name="CaseId">As the hub's operation <c>exception.opened</c> told it.</param>
/// <param name="Remedy">One of <see cref="Remedies"/>.</param>
/// <param name="By">Who.</param>
/// <param name="Target">Id of what it is done to: an order, a sku, a proposal, a purchase order, an invoice; null: what the case is about.</param>
/// <param name="Line">Of <c>cancel_line</c> and <c>expedite</c>: which.</param>
/// <param name="Quantity">Units: to cancel (null: all that is left), counted (null: it is to be counted), to send (null: as proposed).</param>
/// <param name="Location">Of <c>resource</c>: not from there. Of <c>recount</c>: where; null: where the case is.</param>
/// <param name="Hold">Of <c>release_hold</c>: which kind.</param>
/// <param name="WantedAt">Of <c>expedite</c>: when it is wanted; null: as soon as it can be had.</param>
public sealed record CaseActed(
    string CaseId, string Remedy, string By, string? Target = null, int? Line = null, long? Quantity = null, LocationId? Location = null,
    string? Hold = null, DateTimeOffset? WantedAt = null, string? Note = null) : IEventData
{
    public const string Resource = "resource", CancelOrder = "cancel_order", CancelLine = "cancel_line", ReleaseHold = "release_hold",
        Recount = "recount", Transfer = "transfer", Expedite = "expedite", Dispute = "dispute";

    /// <summary>All there are. Frozen: stored by these words.</summary>
    public static IReadOnlyList<string> Remedies { get; } =
        [Resource, CancelOrder, CancelLine, ReleaseHold, Recount, Transfer, Expedite, Dispute];

    public string? Invalid() => CaseCheck.Case(nameof(CaseId), CaseId) ?? CaseCheck.By(By) ?? Check.Text(nameof(Note), Note)
        ?? (Remedies.Contains(Remedy) ? null : $"remedy must be {string.Join(", ", Remedies)}")
        ?? (Target is null ? null : Check.Code(nameof(Target), Target)) ?? (Line is { } line ? Check.Line(line) : null)
        ?? (Quantity is < 0 or > Check.MaxQuantity ? $"quantity must be 0 to {Check.MaxQuantity}" : null)
        ?? (Quantity == 0 && Remedy != Recount ? "quantity must be 1 or more" : null)
        ?? (Hold is null ? null : Check.Code(nameof(Hold), Hold)) ?? Check.Time(nameof(WantedAt), WantedAt) ?? Missing();

    private string? Missing() => Remedy switch
    {
        CancelLine or Expedite when Line is null => $"line must be given to {Remedy}",
        ReleaseHold when Hold is null => "hold must be given to release_hold",
        Transfer when Target is null => "target must be given to transfer: the proposal",
        _ => null,
    };
}
