using System.Globalization;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>A sku at a location as a run looks at it.</summary>
internal sealed record PlaceLook(
    Sku Sku, LocationId Location, ReplenishmentTerms Terms, Demand Demand, InventoryPosition Position, LeadTime Lead, Need Need, Outlook? Outlook = null)
{
    /// <summary>Units a day that it is replenished for: those expected within the lead time and the review period, or those of the past.</summary>
    public double Daily => Outlook?.Demand is { } expected && expected.LeadDays + Terms.ReviewDays is > 0 and var days ? expected.Cycle / days : Demand.Mean;

    /// <summary>Days until the position is sold; null where nothing is sold.</summary>
    public double? CoverDays => Daily > 0 ? Math.Max(0, Position.Units / Daily) : null;

    /// <summary>It runs out before what is ordered now would come.</summary>
    public bool IsRunningOut => Position.Units < (Outlook?.Demand?.Mean ?? Demand.Mean * Lead.Mean) || Position.Units < 0;
}

/// <summary>What a run comes to for one sku at one location: a purchase of a supplier, or a transfer from another location.</summary>
internal sealed class Candidate
{
    public required PlaceLook Look { get; init; }
    public required long Wanted { get; init; }
    public required long Quantity { get; set; }
    public required Offer Offer { get; init; }

    /// <summary>Why that supplier; null of a transfer.</summary>
    public Choice? Choice { get; init; }

    /// <summary>Set: a transfer from there.</summary>
    public LocationId? From { get; init; }

    /// <summary>Units that a transfer brings, where this buys the rest.</summary>
    public long Transferred { get; init; }
    public string? Held { get; set; }

    /// <summary>Days of cover to which it was raised to reach the supplier's minimum order value; null where it was not.</summary>
    public int? RaisedTo { get; set; }
    public bool WasRaised { get; set; }

    public string Kind => From is null ? Proposal.Purchase : Proposal.Transfer;

    /// <summary>An open proposal says the same already.</summary>
    public bool IsAsIn(Proposal proposal) => proposal.Quantity == Quantity && proposal.FromLocation == From && proposal.Held == Held
        && (From is not null || (proposal.SupplierId == Offer.Supplier.Id && proposal.Price == Offer.Price && proposal.Currency == Offer.Supplier.Currency));

    public void Fill(Proposal proposal, DateTimeOffset at, int policyVersion)
    {
        var ((_, _, terms, demand, position, _, need, outlook), lead, packing) = (Look, Offer.Lead, Offer.Packing);
        var buys = From is null;
        (proposal.SupplierId, proposal.FromLocation, proposal.Quantity) = (buys ? Offer.Supplier.Id : null, From, Quantity);
        (proposal.Price, proposal.Currency) = (buys ? Offer.Price : null, buys ? Offer.Supplier.Currency : null);
        (proposal.DueAt, proposal.Why, proposal.Held) = (buys ? at + TimeSpan.FromDays(Math.Ceiling(lead.Mean)) : at, Why(), Held);
        (proposal.UpdatedAt, proposal.PolicyVersion) = (at, policyVersion);
        (proposal.Method, proposal.Wanted) = (terms.Method.ToString(), Wanted);
        (proposal.Available, proposal.Inspection, proposal.OnOrder) = (position.Available, position.Inspection, position.OnOrder);
        (proposal.ToBeSent, proposal.InTransit, proposal.Waiting) = (position.ToBeSent, position.InTransit, position.Waiting);
        (proposal.TransfersIn, proposal.TransfersOut, proposal.Position) = (position.TransfersIn, position.TransfersOut, position.Units);
        (proposal.DemandUnits, proposal.DemandDays) = (demand.Units, demand.Days);
        (proposal.DailyDemand, proposal.DemandDeviation) = (Short(demand.Mean), Short(Math.Sqrt(demand.Variance)));
        (proposal.LeadDays, proposal.LeadDeviation, proposal.LeadTimesKnown) = (Short(lead.Mean), Short(lead.Deviation), lead.Known);
        (proposal.ServiceLevel, proposal.SafetyFactor) = (terms.ServiceLevel, Short(SafetyStock.Factor(terms.ServiceLevel)));
        (proposal.SafetyStock, proposal.ReviewDays) = (need.SafetyStock, terms.ReviewDays);
        (proposal.ReorderPoint, proposal.OrderUpTo) = (need.ReorderPoint, need.OrderUpTo);
        (proposal.SupplierLinesDue, proposal.SupplierLinesMet) = buys ? (Offer.Score?.LinesDue, Offer.Score?.LinesMet) : (null, null);
        proposal.CoverDays = Look.CoverDays is { } cover ? Short(cover) : null;
        (proposal.MinimumQuantity, proposal.PackMultiple, proposal.PalletQuantity) = (packing.Minimum, packing.Pack, packing.Pallet);
        Fill(proposal, outlook);
    }

    private static void Fill(Proposal proposal, Outlook? outlook)
    {
        var (expected, forecast, told) = (outlook?.Demand, outlook?.Forecast, outlook?.Lead);
        (proposal.DemandBasis, proposal.ForecastAsOf) = (outlook?.Basis, forecast?.AsOf);
        (proposal.ForecastModel, proposal.ForecastModelVersion) = (forecast?.Model, forecast?.ModelVersion);
        (proposal.LeadDemand, proposal.CycleDemand, proposal.LeadDemandQuantile) =
            (Short(expected?.Mean), Short(expected?.Cycle), Short(expected?.Quantile));
        proposal.LeadForecastAsOf = told?.AsOf;
        (proposal.LeadDaysP50, proposal.LeadDaysP90) = (Short(told?.At(0.5)), Short(told?.At(0.9)));
    }

    /// <summary>In words, without money: not everybody who may read it may read prices.</summary>
    private string Why()
    {
        var (terms, demand, position, need) = (Look.Terms, Look.Demand, Look.Position, Look.Need);
        var words = new List<string> { terms.Method switch
        {
            ReplenishmentMethod.MAKE_TO_ORDER => $"Customers wait for {-position.Units} units more than there are or come.",
            ReplenishmentMethod.MIN_MAX =>
                $"The position of {position.Units} is at or below the minimum of {need.ReorderPoint}; the maximum is {need.OrderUpTo}.",
            _ when Look.Outlook is { Demand: { } expected } =>
                $"The position of {position.Units} is at or below the reorder point of {need.ReorderPoint}: {In(expected.Mean)} are expected within "
                + $"{In(expected.LeadDays)} days and the safety stock is {need.SafetyStock}; it is raised to {need.OrderUpTo}.",
            _ => $"The position of {position.Units} is at or below the reorder point of {need.ReorderPoint}: {In(demand.Mean)} a day for "
                + $"{In(Offer.Lead.Mean)} days and a safety stock of {need.SafetyStock}; it is raised to {need.OrderUpTo}.",
        } };
        if (Look.Outlook is { Forecast: { } forecast } outlook)
            words.Add($"The forecast of {forecast.AsOf.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}, by {forecast.Model}, "
                + (outlook.Demand is { } by ? $"sees at most {In(by.Quantile)} in {In(100 * terms.ServiceLevel)} of 100 lead times."
                    : "is stale: demand is that of the past."));
        if (From is { } from)
            words.Add($"{from} has more than its own cover: {Quantity} of the {Wanted} units wanted come from there.");
        else
            words.Add($"{Wanted} units are wanted{(Transferred > 0 ? $" beside {Transferred} by transfer" : "")}; {Quantity} are ordered"
                + (Quantity == Wanted ? "." : WasRaised ? $", for the supplier's minimum order value{(RaisedTo is { } days ? $": {days} days of cover" : "")}."
                    : $", as it is sold (at least {Offer.Packing.Minimum}, in packs of {Offer.Packing.Pack})."));
        if (Choice?.TooSlow is { } slow)
            words.Add($"{slow.Supplier.Id} ranks before {Offer.Supplier.Id}, but needs {In(slow.Lead.Mean)} days: "
                + $"the stock lasts {In(Look.CoverDays ?? 0)}.");
        if (Choice?.Unreliable is { } unreliable)
            words.Add($"{unreliable.Supplier.Id} is passed over for {Offer.Supplier.Id}: it {unreliable.Score!.Says()}.");
        if (Choice?.Beaten is { } beaten)
            words.Add($"{Offer.Supplier.Id} ranks as {beaten.Supplier.Id} does, and has the better record: it {Record(Offer)}, "
                + $"{beaten.Supplier.Id} {Record(beaten)}.");
        if (From is null && Offer.Lead.Known > 0)
            words.Add($"The lead time is that of {Offer.Lead.Known} received order lines"
                + $"{(Offer.Lead.OfAllItems ? " of all that the supplier delivers" : "")}.");
        return string.Join(' ', words);
    }

    private static string Record(Offer offer) => offer.Score is { LinesDue: > 0 } score ? score.Says() : "has no line that was due";

    private static string In(double number) => Math.Round(number, 1).ToString("0.#", CultureInfo.InvariantCulture);

    private static double Short(double number) => Math.Round(number, 4);

    private static double? Short(double? number) => number is { } known ? Short(known) : null;
}
