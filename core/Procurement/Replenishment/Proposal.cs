using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>Frozen: stored by name.</summary>
internal enum ProposalStatus
{
    /// <summary>It waits for a person; a run brings its numbers up to date while it does.</summary>
    OPEN,
    ACCEPTED,

    /// <summary>Accepted with another quantity.</summary>
    EDITED,
    DISMISSED,

    /// <summary>Not wanted any more.</summary>
    EXPIRED,
}

/// <summary>What replenishment proposes for a sku at a location, with every number that went into it.</summary>
internal sealed class Proposal : Row
{
    public const string Purchase = "purchase";
    public const string Transfer = "transfer";
    public const string Rule = "rule:replenishment";

    public static readonly Table<Proposal> Table = new Table<Proposal>("replenishment_proposals")
        .Key(proposal => proposal.Id, "proposal_id")
        .Column(proposal => proposal.Version).Column(proposal => proposal.Kind).Column(proposal => proposal.Status).Column(proposal => proposal.Sku)
        .Column(proposal => proposal.Location).Column(proposal => proposal.SupplierId).Column(proposal => proposal.FromLocation)
        .Column(proposal => proposal.Quantity).Column(proposal => proposal.AcceptedQuantity).Column(proposal => proposal.Price)
        .Column(proposal => proposal.Currency).Column(proposal => proposal.DueAt).Column(proposal => proposal.Why).Column(proposal => proposal.Held)
        .Column(proposal => proposal.MadeAt).Column(proposal => proposal.UpdatedAt).Column(proposal => proposal.PolicyVersion)
        .Column(proposal => proposal.Method).Column(proposal => proposal.Wanted).Column(proposal => proposal.Available)
        .Column(proposal => proposal.Inspection).Column(proposal => proposal.OnOrder).Column(proposal => proposal.ToBeSent)
        .Column(proposal => proposal.InTransit).Column(proposal => proposal.TransfersIn).Column(proposal => proposal.TransfersOut)
        .Column(proposal => proposal.Waiting).Column(proposal => proposal.Position).Column(proposal => proposal.DemandUnits)
        .Column(proposal => proposal.DemandDays).Column(proposal => proposal.DailyDemand).Column(proposal => proposal.DemandDeviation)
        .Column(proposal => proposal.LeadDays).Column(proposal => proposal.LeadDeviation).Column(proposal => proposal.LeadTimesKnown)
        .Column(proposal => proposal.ServiceLevel).Column(proposal => proposal.SafetyFactor).Column(proposal => proposal.SafetyStock)
        .Column(proposal => proposal.ReviewDays).Column(proposal => proposal.ReorderPoint).Column(proposal => proposal.OrderUpTo)
        .Column(proposal => proposal.CoverDays).Column(proposal => proposal.MinimumQuantity).Column(proposal => proposal.PackMultiple)
        .Column(proposal => proposal.PalletQuantity).Column(proposal => proposal.DecidedAt).Column(proposal => proposal.DecidedBy)
        .Column(proposal => proposal.Note).Column(proposal => proposal.PurchaseOrderId).Column(proposal => proposal.NotAgainUntil)
        .Column(proposal => proposal.SettledAt).Column(proposal => proposal.SupplierLinesDue).Column(proposal => proposal.SupplierLinesMet)
        .Column(proposal => proposal.DemandBasis).Column(proposal => proposal.ForecastAsOf).Column(proposal => proposal.ForecastModel)
        .Column(proposal => proposal.ForecastModelVersion).Column(proposal => proposal.LeadDemand).Column(proposal => proposal.CycleDemand)
        .Column(proposal => proposal.LeadDemandQuantile).Column(proposal => proposal.LeadForecastAsOf)
        .Column(proposal => proposal.LeadDaysP50, "lead_days_p50").Column(proposal => proposal.LeadDaysP90, "lead_days_p90");

    public required string Id { get; init; }

    /// <summary>1 when made, one more with each change.</summary>
    public long Version { get; set; }
    public required string Kind { get; init; }
    public ProposalStatus Status { get; set; }
    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }

    /// <summary>Null of a transfer.</summary>
    public SupplierId? SupplierId { get; set; }

    /// <summary>Null of a purchase.</summary>
    public LocationId? FromLocation { get; set; }

    /// <summary>Units.</summary>
    public long Quantity { get; set; }
    public long? AcceptedQuantity { get; set; }

    /// <summary>Net, per unit, in <see cref="Currency"/>, the supplier's.</summary>
    public decimal? Price { get; set => field = PlainAmount.Of(value); }
    public string? Currency { get; set; }
    public DateTimeOffset DueAt { get; set; }
    public string Why { get; set; } = "";

    /// <summary>Why it is not to be ordered yet; null where nothing holds it.</summary>
    public string? Held { get; set; }
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>When its numbers were as they are.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
    public int PolicyVersion { get; set; }

    public string Method { get; set; } = "";
    public long Wanted { get; set; }
    public long Available { get; set; }
    public long Inspection { get; set; }
    public long OnOrder { get; set; }
    public long ToBeSent { get; set; }
    public long InTransit { get; set; }
    public long TransfersIn { get; set; }
    public long TransfersOut { get; set; }
    public long Waiting { get; set; }
    public long Position { get; set; }
    public long DemandUnits { get; set; }
    public int DemandDays { get; set; }
    public double DailyDemand { get; set; }
    public double DemandDeviation { get; set; }
    public double LeadDays { get; set; }
    public double LeadDeviation { get; set; }
    public int LeadTimesKnown { get; set; }
    public double ServiceLevel { get; set; }
    public double SafetyFactor { get; set; }
    public long SafetyStock { get; set; }
    public int ReviewDays { get; set; }
    public long ReorderPoint { get; set; }
    public long OrderUpTo { get; set; }
    public double? CoverDays { get; set; }
    public long MinimumQuantity { get; set; }
    public long PackMultiple { get; set; }
    public long? PalletQuantity { get; set; }

    /// <summary>Of the supplier's newest scorecard then; null where it had none.</summary>
    public long? SupplierLinesDue { get; set; }
    public long? SupplierLinesMet { get; set; }

    /// <summary>As of <see cref="Outlook.Basis"/>; null of another method than <c>forecast</c>.</summary>
    public string? DemandBasis { get; set; }
    public DateTimeOffset? ForecastAsOf { get; set; }
    public string? ForecastModel { get; set; }
    public string? ForecastModelVersion { get; set; }

    /// <summary>Units that the forecast expects within the lead time; <see cref="CycleDemand"/>: and the review period.</summary>
    public double? LeadDemand { get; set; }
    public double? CycleDemand { get; set; }

    /// <summary>Units that are not exceeded within a lead time, at the service level.</summary>
    public double? LeadDemandQuantile { get; set; }

    /// <summary>Null where lead days and their deviation are what went in.</summary>
    public DateTimeOffset? LeadForecastAsOf { get; set; }
    public double? LeadDaysP50 { get; set; }
    public double? LeadDaysP90 { get; set; }

    public DateTimeOffset? DecidedAt { get; set; }
    public string? DecidedBy { get; set; }
    public string? Note { get; set; }
    public PurchaseOrderId? PurchaseOrderId { get; set; }

    /// <summary>Until when no other of its kind is proposed for the sku at the location: it was dismissed, or a transfer was not made in time.</summary>
    public DateTimeOffset? NotAgainUntil { get; set; }

    /// <summary>Of an accepted transfer: when it counts no more as one that is to be dispatched, because it was, or was not in time.</summary>
    public DateTimeOffset? SettledAt { get; set; }

    public bool IsAccepted => Status is ProposalStatus.ACCEPTED or ProposalStatus.EDITED;

    /// <summary>Takes it one version on and emits it.</summary>
    public void Emit(Outbox outbox, DateTimeOffset at, string type, string by, string? note = null)
    {
        Version++;
        outbox.Add(at, type, Id, new ProposalChanged(State(), by, note), OperationJson.Default.ProposalChanged);
    }

    private ProposalState State() => new(
        Id, Version, Kind, Status.ToString(), Sku, Location, SupplierId, FromLocation, Quantity, AcceptedQuantity, Price, Currency, DueAt, Why, Held, MadeAt,
        PolicyVersion, DecidedBy, PurchaseOrderId, new(
            Method, Wanted, Available, Inspection, OnOrder, ToBeSent, InTransit, TransfersIn, TransfersOut, Waiting, Position, DemandUnits, DemandDays,
            DailyDemand, DemandDeviation, LeadDays, LeadDeviation, LeadTimesKnown, ServiceLevel, SafetyFactor, SafetyStock, ReviewDays, ReorderPoint,
            OrderUpTo, CoverDays, MinimumQuantity, PackMultiple, PalletQuantity, SupplierLinesDue, SupplierLinesMet,
            DemandBasis, ForecastAsOf, ForecastModel, ForecastModelVersion, LeadDemand, CycleDemand, LeadDemandQuantile, LeadForecastAsOf, LeadDaysP50,
            LeadDaysP90));
}
