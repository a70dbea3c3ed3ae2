using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>How it is decided when a sku is bought for a location, and how much of it. As the policy writes it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplenishmentMethod>))]
internal enum ReplenishmentMethod
{
    /// <summary>Up to what is expected to be sold until the order after the next one arrives, once there is no more than until the next one would.</summary>
    [JsonStringEnumMemberName("forecast")] FORECAST,

    /// <summary>A fixed quantity, once there is no more than the reorder point.</summary>
    [JsonStringEnumMemberName("reorder_point")] REORDER_POINT,

    /// <summary>Up to the maximum, once there is no more than the minimum.</summary>
    [JsonStringEnumMemberName("min_max")] MIN_MAX,

    /// <summary>What customers wait for.</summary>
    [JsonStringEnumMemberName("make_to_order")] MAKE_TO_ORDER,

    [JsonStringEnumMemberName("none")] NONE,
}

/// <summary>What holds for a sku, a category, a location, or where it names none of them, for all: what it leaves out is the policy's.</summary>
/// <param name="ReorderPoint">Units; of <c>reorder_point</c>. Left out: computed.</param>
/// <param name="OrderQuantity">Units; of <c>reorder_point</c>. Left out: up to what <c>forecast</c> would have.</param>
/// <param name="Minimum">Units; of <c>min_max</c>. Left out: computed, as <paramref name="Maximum"/>.</param>
internal sealed record ReplenishmentRule(
    string? Sku = null, string? Category = null, string? Location = null, ReplenishmentMethod? Method = null, decimal? ServiceLevel = null,
    int? ReviewDays = null, long? ReorderPoint = null, long? OrderQuantity = null, long? Minimum = null, long? Maximum = null)
{
    public string? Invalid() =>
        Sku is not null && Category is not null ? "a rule names a sku or a category, not both"
        : ServiceLevel is { } level && ReplenishmentPolicy.Level(level) is { } wrong ? wrong
        : ReviewDays is < 0 or > 365 ? "reviewDays must be 0 to 365"
        : ReorderPoint is < 0 or > Check.MaxQuantity || Minimum is < 0 or > Check.MaxQuantity || Maximum is < 0 or > Check.MaxQuantity
            ? $"reorderPoint, minimum and maximum must be 0 to {Check.MaxQuantity}"
        : OrderQuantity is < 1 or > Check.MaxQuantity ? $"orderQuantity must be 1 to {Check.MaxQuantity}"
        : Maximum < Minimum ? "maximum must not be below minimum" : null;

    /// <summary>The more it names, the more it counts: the sku most, then the category, then the location.</summary>
    public int Specificity => (Sku is null ? 0 : 4) + (Category is null ? 0 : 2) + (Location is null ? 0 : 1);
}

/// <summary>When and how stock is replenished.</summary>
internal sealed record ReplenishmentPolicy
{
    private const int MaxRules = 10_000;

    public static readonly PolicyKind<ReplenishmentPolicy> Kind = new("replenishment", ReplenishmentPolicyJson.Default.ReplenishmentPolicy, static policy =>
        policy.RunAt < TimeSpan.Zero || policy.RunAt >= TimeSpan.FromDays(1) ? "runAt must be 00:00:00 to 23:59:59"
        : policy.WindowDays is < 7 or > 365 ? "windowDays must be 7 to 365"
        : policy.MinimumDays < 1 || policy.MinimumDays > policy.WindowDays ? "minimumDays must be 1 to windowDays"
        : Level(policy.ServiceLevel) is { } wrong ? wrong
        : policy.ReviewDays is < 0 or > 365 ? "reviewDays must be 0 to 365"
        : policy.LeadTimeDeviation is < 0 or > 2 ? "leadTimeDeviation must be 0 to 2"
        : policy.LeadTimesKnown is < 2 or > 1000 ? "leadTimesKnown must be 2 to 1000"
        : policy.Accept is not (ByRule or ByPerson) ? "accept must be by_rule or by_person"
        : policy.BelowMinimum is not (Raise or Hold) ? "belowMinimum must be raise or hold"
        : policy.MaxCoverDays is < 1 or > 3650 ? "maxCoverDays must be 1 to 3650"
        : policy.PalletWithin is < 0 or > 1 ? "palletWithin must be 0 to 1"
        : policy.TransferShare is < 0 or > 1 ? "transferShare must be 0 to 1"
        : policy.TransferFor < TimeSpan.FromHours(1) || policy.TransferFor > TimeSpan.FromDays(90) ? "transferFor must be 01:00:00 to 90.00:00:00"
        : policy.DismissedFor < TimeSpan.Zero || policy.DismissedFor > TimeSpan.FromDays(365) ? "dismissedFor must be 00:00:00 to 365.00:00:00"
        : policy.ForecastFor < TimeSpan.FromDays(1) || policy.ForecastFor > TimeSpan.FromDays(365) ? "forecastFor must be 1.00:00:00 to 365.00:00:00"
        : policy.OtifFloor is < 0 or > 1 ? "otifFloor must be 0 to 1"
        : policy.OtifLines is < 1 or > 100_000 ? "otifLines must be 1 to 100000"
        : policy.WaitsAt.Length > 0 && !Identifier.IsValid(policy.WaitsAt) ? "waitsAt must be a location"
        : policy.Rules is null ? "rules must be a list"
        : policy.Rules.Count > MaxRules ? $"rules must be at most {MaxRules}"
        : policy.Rules.Select(rule => rule is null ? "a rule is missing" : rule.Invalid()).FirstOrDefault(invalid => invalid is not null));

    public const string ByRule = "by_rule";
    public const string ByPerson = "by_person";
    public const string Raise = "raise";
    public const string Hold = "hold";

    /// <summary>Once a day at this time, UTC.</summary>
    public TimeSpan RunAt { get; init; } = TimeSpan.FromHours(5);

    /// <summary>Whole days of demand that are looked at: 7 to 365.</summary>
    public int WindowDays { get; init; } = 56;

    /// <summary>Where a sku was first asked for less long ago, the demand is taken to be of so many days at least.</summary>
    public int MinimumDays { get; init; } = 14;

    public ReplenishmentMethod Method { get; init; } = ReplenishmentMethod.FORECAST;

    /// <summary>Chance of not running out before an order arrives: 0.5 to 0.9999.</summary>
    public decimal ServiceLevel { get; init; } = 0.95m;

    /// <summary>A forecast is gone by for so long; then it is stale, and past demand counts as where there is none.</summary>
    public TimeSpan ForecastFor { get; init; } = TimeSpan.FromDays(35);

    /// <summary>How many days of demand one order is to last for beyond the lead time.</summary>
    public int ReviewDays { get; init; } = 7;

    /// <summary>Standard deviation of a lead time of which too few orders are known, as a share of what is quoted.</summary>
    public decimal LeadTimeDeviation { get; init; } = 0.25m;

    /// <summary>
    /// From how many received order lines on of a supplier's item its lead times count; of fewer, those of all that the supplier delivers, and of fewer again
    /// what is quoted.
    /// </summary>
    public int LeadTimesKnown { get; init; } = 20;

    /// <summary><see cref="ByPerson"/>: proposals wait for a person. <see cref="ByRule"/>: the run makes purchase orders of them.</summary>
    public string Accept { get; init; } = ByPerson;

    /// <summary>
    /// An order below the supplier's minimum value: <see cref="Raise"/>: the items with the least cover are raised until it is reached, up to
    /// <see cref="MaxCoverDays"/>. <see cref="Hold"/>: it waits until more is wanted, and is raised once something is about to run out.
    /// </summary>
    public string BelowMinimum { get; init; } = Raise;

    /// <summary>For how many days of demand items may be raised to reach a minimum order value, unless something is about to run out.</summary>
    public int MaxCoverDays { get; init; } = 90;

    /// <summary>A quantity is rounded up to whole pallets where at most this share of a pallet is missing.</summary>
    public decimal PalletWithin { get; init; } = 0.1m;

    /// <summary>Where units that customers wait for are expected to come from, and are bought for; empty: the first node by priority.</summary>
    public string WaitsAt { get; init; } = "";

    /// <summary>Whether a transfer is proposed before a purchase where another location has more than its own cover.</summary>
    public bool Transfers { get; init; } = true;

    /// <summary>Whether a proposed transfer is accepted by rule: the warehouse acts on the operation. Otherwise a person does.</summary>
    public bool AutoTransfer { get; init; }

    /// <summary>A transfer must bring at least this share of what is wanted.</summary>
    public decimal TransferShare { get; init; } = 0.5m;

    /// <summary>
    /// How long a transfer may wait for a person, or once accepted for its dispatch; then the sku is bought, and for as long no other is proposed.
    /// </summary>
    public TimeSpan TransferFor { get; init; } = TimeSpan.FromDays(3);

    /// <summary>For how long a dismissed proposal is not made again.</summary>
    public TimeSpan DismissedFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// A supplier whose newest scorecard has less than this share of its lines on time in full is passed over where another sells the item. 0: none is.
    /// </summary>
    public decimal OtifFloor { get; init; } = 0.5m;

    /// <summary>So many lines must have been due for a supplier to be judged by them.</summary>
    public int OtifLines { get; init; } = 10;

    /// <summary>The one that names most counts; of two that name as much, the later.</summary>
    public IReadOnlyList<ReplenishmentRule> Rules { get; init; } = [];

    public static string? Level(decimal level) => level is < 0.5m or > 0.9999m ? "serviceLevel must be 0.5 to 0.9999" : null;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ReplenishmentPolicy))]
internal sealed partial class ReplenishmentPolicyJson : JsonSerializerContext;
