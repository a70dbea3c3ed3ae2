using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Inventory;

/// <summary>Frozen: stored by name.</summary>
internal enum ClaimKind
{
    /// <summary>More units left, or changed their state, than the book had.</summary>
    TAKEN,

    /// <summary>So many units were counted.</summary>
    COUNTED,

    /// <summary>So many units a partner holds, what is promised from it included.</summary>
    REPORTED,
}

/// <summary>
/// What somebody said of the stock of a sku at a location, and the book was held against. What it does to the book depends on all that happened before it, so
/// it is kept, and weighed anew when something earlier becomes known.
/// </summary>
internal sealed class StockClaim : Row
{
    public static readonly Table<StockClaim> Table = new Table<StockClaim>("stock_claims")
        .Key(claim => claim.Identity)
        .Column(claim => claim.Sku).Column(claim => claim.Location).Column(claim => claim.At).Column(claim => claim.Cause).Column(claim => claim.Kind)
        .Column(claim => claim.Lot).Column(claim => claim.StateWord, "state", cast: "stock_state")
        .Column(claim => claim.ToStateWord, "to_state", cast: "stock_state")
        .Column(claim => claim.Quantity).Column(claim => claim.Reason).Column(claim => claim.Told);

    /// <summary>Of the event that said it.</summary>
    public required Guid Identity { get; init; }
    public required Sku Sku { get; init; }
    public required LocationId Location { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>Id of the event, as its ledger entries have it.</summary>
    public required string Cause { get; init; }
    public required ClaimKind Kind { get; init; }

    /// <summary>Null: of all lots.</summary>
    public string? Lot { get; init; }

    /// <summary>Counted: null for every state on hand that is no order's, return's or receipt's. Taken: the state the units left. Reported: not used.</summary>
    public StockState? State { get => StateOf(StateWord); init => StateWord = value?.Word(); }

    /// <summary>Taken: the state the units went to; null for out of the house.</summary>
    public StockState? ToState { get => StateOf(ToStateWord); init => ToStateWord = value?.Word(); }
    public string? StateWord { get; init; }
    public string? ToStateWord { get; init; }
    public required long Quantity { get; init; }
    public required string Reason { get; init; }

    /// <summary>A case was opened for it.</summary>
    public bool Told { get; set; }

    /// <summary>Of one instant movements come first, then what is taken, then what is counted: a count is of the end of its instant.</summary>
    public StepOrder Order => new(At, Kind == ClaimKind.TAKEN ? 1 : 2, Cause);

    private static StockState? StateOf(string? word) => word is null ? null : StockStates.Parse(word);
}

/// <summary>Where a fact stands among those of a sku at a location; no two arrivals of the same facts make another order.</summary>
internal readonly record struct StepOrder(DateTimeOffset At, int Rank, string Cause) : IComparable<StepOrder>
{
    public int CompareTo(StepOrder other) =>
        At != other.At ? At.CompareTo(other.At) : Rank != other.Rank ? Rank.CompareTo(other.Rank) : string.CompareOrdinal(Cause, other.Cause);
}
