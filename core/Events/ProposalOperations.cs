namespace EcomIntel.Core.Events;

/// <summary>The operations about what replenishment proposes, each with the proposal after it; the type says what was done.</summary>
/// <param name="By">A person, or <c>rule:replenishment</c>.</param>
public sealed record ProposalChanged(ProposalState Proposal, string By, string? Note = null)
{
    /// <summary>A purchase is proposed, or its numbers are others now.</summary>
    public const string PurchaseProposed = "po.proposed";

    /// <summary>A transfer is proposed, or its numbers are others now. Where it is ACCEPTED, the warehouse is to send it under the proposal's id.</summary>
    public const string TransferProposed = "transfer.proposed";

    /// <summary>It is over: accepted (as it was or edited), dismissed, or not wanted any more.</summary>
    public const string Decided = "proposal.decided";
}

/// <summary>A proposal with every number that went into it: readers keep the highest version.</summary>
/// <param name="Kind"><c>purchase</c> or <c>transfer</c>.</param>
/// <param name="Quantity">Units proposed; <paramref name="AcceptedQuantity"/>: those that were accepted.</param>
/// <param name="Held">Why it is not to be ordered yet; null where nothing holds it.</param>
/// <param name="Price">Net, per unit, in <paramref name="Currency"/>; null of a transfer.</param>
/// <param name="DueAt">When it would arrive.</param>
public sealed record ProposalState(
    string ProposalId, long Version, string Kind, string Status, Sku Sku, LocationId Location, SupplierId? SupplierId, LocationId? FromLocation, long Quantity,
    long? AcceptedQuantity, decimal? Price, string? Currency, DateTimeOffset DueAt, string Why, string? Held, DateTimeOffset MadeAt, int PolicyVersion,
    string? DecidedBy, PurchaseOrderId? PurchaseOrderId, ProposalState.Basis Numbers)
{
    /// <summary>Units, but where it says otherwise.</summary>
    /// <param name="Wanted">Before it was rounded.</param>
    /// <param name="Position">Available + inspection + on order + to be sent + in transit + transfers in - transfers out - waiting.</param>
    /// <param name="DemandUnits">Asked for in <paramref name="DemandDays"/> days.</param>
    /// <param name="DailyDemand">Mean a day.</param>
    /// <param name="LeadDays">Days; <paramref name="LeadTimesKnown"/>: of how many received order lines, 0 where it is what the supplier quotes.</param>
    /// <param name="SafetyFactor">z of the service level.</param>
    /// <param name="SupplierLinesDue">Lines, of the supplier's newest scorecard, <paramref name="SupplierLinesMet"/> of them in full and on time.</param>
    /// <param name="CoverDays">Days until the position is sold; null where nothing is sold.</param>
    /// <param name="DemandBasis"><c>forecast</c>, or why past demand was gone by: <c>no forecast</c>, <c>forecast is stale</c>; null of other methods.</param>
    /// <param name="LeadDemand">Expected within the lead time; <paramref name="CycleDemand"/>: and the review period.</param>
    /// <param name="LeadDemandQuantile">Not exceeded within a lead time, at the service level.</param>
    /// <param name="LeadForecastAsOf">Of the lead time's forecast; null where it is what was received or is quoted.</param>
    public sealed record Basis(
        string Method, long Wanted, long Available, long Inspection, long OnOrder, long ToBeSent, long InTransit, long TransfersIn, long TransfersOut,
        long Waiting, long Position, long DemandUnits, int DemandDays, double DailyDemand, double DemandDeviation, double LeadDays, double LeadDeviation,
        int LeadTimesKnown, double ServiceLevel, double SafetyFactor, long SafetyStock, int ReviewDays, long ReorderPoint, long OrderUpTo, double? CoverDays,
        long MinimumQuantity, long PackMultiple, long? PalletQuantity, long? SupplierLinesDue = null, long? SupplierLinesMet = null,
        string? DemandBasis = null, DateTimeOffset? ForecastAsOf = null, string? ForecastModel = null, string? ForecastModelVersion = null,
        double? LeadDemand = null, double? CycleDemand = null, double? LeadDemandQuantile = null, DateTimeOffset? LeadForecastAsOf = null,
        double? LeadDaysP50 = null, double? LeadDaysP90 = null);
}
