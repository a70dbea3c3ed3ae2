using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Projection;

/// <summary>A sku that runs out at a location within the horizon, as the run of a day saw it: its numbers are of that run.</summary>
internal sealed class ProjectedOut : Row
{
    public static readonly Table<ProjectedOut> Table = new Table<ProjectedOut>("projected_outs")
        .Key(row => row.Sku).Key(row => row.Location)
        .Column(row => row.LookedOn).Column(row => row.RunsOutOn).Column(row => row.NextReceiptOn).Column(row => row.LeadDays)
        .Column(row => row.BeforeReceipt).Column(row => row.ShortOn).Column(row => row.UnitsShort).Column(row => row.Available)
        .Column(row => row.DailyDemand).Column(row => row.Orders).Column(row => row.Inbound).Column(row => row.CaseOpened);

    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }

    /// <summary>The first day of the projection.</summary>
    public DateOnly LookedOn { get; set; }

    /// <summary>Earlier than <see cref="LookedOn"/>: it ran out by then.</summary>
    public DateOnly RunsOutOn { get; set; }

    /// <summary>Null: nothing is expected within the horizon.</summary>
    public DateOnly? NextReceiptOn { get; set; }

    /// <summary>What is ordered on <see cref="LookedOn"/> comes so many days after it.</summary>
    public int LeadDays { get; set; }
    public bool BeforeReceipt { get; set; }

    /// <summary>As of <see cref="RunOut.ShortOn"/>.</summary>
    public DateOnly ShortOn { get; set; }
    public long UnitsShort { get; set; }
    public long Available { get; set; }
    public decimal DailyDemand { get; set => field = PlainAmount.Of(value); }

    /// <summary>Units of open customers' orders that are due by <see cref="ShortOn"/>.</summary>
    public long Orders { get; set; }

    /// <summary>Units that are expected by <see cref="ShortOn"/>.</summary>
    public long Inbound { get; set; }

    /// <summary>It runs out no more.</summary>
    public bool IsOver => UnitsShort == 0;

    /// <summary>A case has told of it since it began.</summary>
    public bool CaseOpened { get; set; }
}

/// <summary>By what rules the latest run projected. There is one row, once one has.</summary>
internal sealed class ProjectionState : Row
{
    public static readonly Table<ProjectionState> Table = new Table<ProjectionState>("projection_state")
        .Key(state => state.Id).Column(state => state.RanAt).Column(state => state.HorizonDays).Column(state => state.TransferDays)
        .Column(state => state.WaitsAt).Column(state => state.WindowDays).Column(state => state.MinimumDays);

    public int Id { get; init; } = 1;
    public DateTimeOffset RanAt { get; set; }
    public int HorizonDays { get; set; }
    public int TransferDays { get; set; }

    /// <summary>Where what customers wait for is expected to come from.</summary>
    public LocationId WaitsAt { get; set; }

    /// <summary>Demand is the mean of so many days; of what was first sold later of fewer, but at least of <see cref="MinimumDays"/>.</summary>
    public int WindowDays { get; set; }
    public int MinimumDays { get; set; }
}
