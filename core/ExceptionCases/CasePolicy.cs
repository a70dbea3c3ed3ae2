using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>Frozen: stored by name.</summary>
internal enum CaseSeverity
{
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL,
}

/// <summary>A team that owns cases, and when it works.</summary>
/// <param name="TimeZone">IANA's name.</param>
/// <param name="Days">As <c>monday</c>: one at least.</param>
/// <param name="OpensAt">Local time, <c>HH:mm</c>.</param>
/// <param name="ClosesAt">Likewise, later; <c>24:00</c> is midnight.</param>
/// <param name="Holidays">Local days, <c>yyyy-MM-dd</c>, on which nobody works; null: none.</param>
internal sealed record CaseTeam(
    string Name, string TimeZone, IReadOnlyList<string> Days, string OpensAt, string ClosesAt, IReadOnlyList<string>? Holidays = null)
{
    /// <summary>Most holidays of a team: with them there are always days on which it works.</summary>
    private const int MaxHolidays = 400;

    public static IReadOnlyList<string> Week { get; } = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    public string? Invalid() =>
        !Identifier.IsValid(Name) ? $"a team's name must be 1 to {Identifier.MaxLength} printable characters"
        : !TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) || !zone.HasIanaId ? $"team {Name}: timeZone must be one of IANA's, as Europe/London"
        : Days.Count == 0 || Days.Except(Week).Any() || Days.Distinct().Count() < Days.Count ? $"team {Name}: days must be of {string.Join(", ", Week)}"
        : TimeOf(OpensAt) is not { } opens || TimeOf(ClosesAt) is not { } closes ? $"team {Name}: opensAt and closesAt must be times of a day, as 09:30"
        : opens >= closes ? $"team {Name}: closesAt must be later than opensAt"
        : Holidays?.Count > MaxHolidays ? $"team {Name}: holidays must be at most {MaxHolidays}"
        : Holidays?.Any(day => !DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) == true
            ? $"team {Name}: holidays must be days, as 2026-12-25"
        : null;

    /// <summary>On holidays less; of a team that is not <see cref="Invalid"/>.</summary>
    public decimal WeeklyHours => Days.Count * (decimal)(TimeOf(ClosesAt)!.Value - TimeOf(OpensAt)!.Value).TotalHours;

    /// <summary>Null where it is none.</summary>
    public static TimeSpan? TimeOf(string time) => time == "24:00" ? TimeSpan.FromDays(1)
        : TimeSpan.TryParseExact(time, @"hh\:mm", CultureInfo.InvariantCulture, out var parsed) ? parsed : null;
}

/// <summary>Whose cases of a kind are, how bad they are, and how soon they are to be resolved.</summary>
/// <param name="Hours">Of the team's work, from when it is opened until it is to be resolved.</param>
/// <param name="Category">
/// Of cases, as <c>inventory.variance</c>, or all that begin so, as <c>inventory</c>; of alerts <c>alert</c>, or with the kind, as <c>alert.shrinkage</c>;
/// null: whatever it is.
/// </param>
/// <param name="Location">Only those there; null: wherever it is, and of none.</param>
internal sealed record CaseRoute(
    string Team, decimal Hours, CaseSeverity Severity = CaseSeverity.MEDIUM, string? Category = null, string? Location = null)
{
    /// <summary>What the categories of alerts begin with; the finding's kind follows, whatever kinds there are.</summary>
    public const string OfAlerts = "alert";

    public string? Invalid(IReadOnlyList<CaseTeam> teams) =>
        !teams.Any(team => team.Name == Team) ? $"a route names a team that there is not: {Team}"
        : Category is not null && !CaseCategory.All.Any(known => known == Category || known.Split('.')[0] == Category)
            && Category != OfAlerts && !Category.StartsWith(OfAlerts + ".", StringComparison.Ordinal)
            ? $"a route names a category that there is not: {Category}"
        : Location is not null && !Identifier.IsValid(Location) ? "a route's location must be a location"
        : Hours is <= 0 or > 5_000 || decimal.Round(Hours, 4) != Hours ? "a route's hours must be above 0, up to 5000, with at most 4 decimals"
        : null;

    public bool Holds(string category, LocationId? location) =>
        (Category is null || Category == category || category.Split('.')[0] == Category) && (Location is null || Location == location?.Value);

    /// <summary>The more it names, the more it counts: the whole category most, then its beginning, then the location.</summary>
    public int Specificity => (Category is null ? 0 : Category.Contains('.', StringComparison.Ordinal) ? 4 : 2) + (Location is null ? 0 : 1);
}

/// <summary>Who owns exception cases, in which hours, and what happens to those that are not resolved in time.</summary>
internal sealed record CasePolicy
{
    private const int MaxTeams = 100, MaxRoutes = 1_000, MaxRootCauses = 100, MaxEscalations = 10;

    /// <summary>A case may be given to any team, and its clock must come to its last escalation, in any team's hours.</summary>
    private const int MaxWeeks = 1_000;

    private static readonly string[] Weekdays = [.. CaseTeam.Week.Take(5)];

    public static readonly PolicyKind<CasePolicy> Kind = new("cases", CasePolicyJson.Default.CasePolicy, static policy =>
        policy.Teams.Count is 0 or > MaxTeams || policy.Teams.Any(team => team is null) ? $"teams must be 1 to {MaxTeams}"
        : policy.Teams.Select(team => team.Invalid()).FirstOrDefault(wrong => wrong is not null) is { } team ? team
        : policy.Teams.DistinctBy(team => team.Name).Count() < policy.Teams.Count ? "a team stands twice"
        : policy.Routes.Count is 0 or > MaxRoutes || policy.Routes.Any(route => route is null) ? $"routes must be 1 to {MaxRoutes}"
        : policy.Routes.Select(route => route.Invalid(policy.Teams)).FirstOrDefault(wrong => wrong is not null) is { } route ? route
        : !policy.Routes.Any(route => route.Specificity == 0) ? "one route must name neither category nor location"
        : policy.EscalateAt.Count > MaxEscalations || policy.EscalateAt.Any(share => share is < 0.01m or > 100 || decimal.Round(share, 4) != share)
            || policy.EscalateAt.Zip(policy.EscalateAt.Skip(1)).Any(pair => pair.First >= pair.Second)
            ? $"escalateAt must be at most {MaxEscalations} shares of a case's hours, 0.01 to 100 with at most 4 decimals, rising"
        : policy.Teams.FirstOrDefault(team => team.WeeklyHours * MaxWeeks < policy.LongestHours) is { } slow
            ? $"team {slow.Name} works too little: {policy.LongestHours:0.####} hours, the longest way to an escalation, would take it over {MaxWeeks} weeks"
        : policy.RootCauses.Count is 0 or > MaxRootCauses || policy.RootCauses.Any(cause => !Identifier.IsValid(cause))
            ? $"rootCauses must be 1 to {MaxRootCauses} words" : null);

    public IReadOnlyList<CaseTeam> Teams { get; init; } =
    [
        new("operations", "UTC", CaseTeam.Week, "00:00", "24:00"),
        new("warehouse", "UTC", [.. CaseTeam.Week.Take(6)], "06:00", "22:00"),
        new("transport", "UTC", Weekdays, "07:00", "19:00"),
        new("customer_care", "UTC", CaseTeam.Week, "08:00", "20:00"),
        new("purchasing", "UTC", Weekdays, "08:00", "18:00"),
        new("finance", "UTC", Weekdays, "09:00", "17:00"),
    ];

    /// <summary>The one that names most counts; of two that name as much, the later. One names nothing: for what no other is about.</summary>
    public IReadOnlyList<CaseRoute> Routes { get; init; } =
    [
        new("operations", 24),
        new("warehouse", 16, Category: "inventory"),
        new("warehouse", 4, CaseSeverity.HIGH, CaseCategory.PickShort),
        new("warehouse", 32, Category: "transfer"),
        new("operations", 8, CaseSeverity.HIGH, "location"),
        new("purchasing", 20, Category: "item"),
        new("customer_care", 12, CaseSeverity.HIGH, "order"),
        new("warehouse", 16, CaseSeverity.HIGH, CaseCategory.OrderStuck),
        new("finance", 8, CaseSeverity.HIGH, "payment"),
        new("transport", 24, Category: "carrier"),
        new("customer_care", 12, CaseSeverity.HIGH, CaseCategory.ParcelLost),
        new("warehouse", 32, CaseSeverity.LOW, "return"),
        new("finance", 8, CaseSeverity.HIGH, "refund"),
        new("purchasing", 20, Category: "purchase_order"),
        new("purchasing", 20, Category: "receipt"),
        new("warehouse", 8, CaseSeverity.HIGH, CaseCategory.ReceiptBlind),
        new("finance", 24, Category: "invoice"),
        new("finance", 40, CaseSeverity.LOW, "charge"),
        new("purchasing", 20, Category: CaseRoute.OfAlerts),
        new("customer_care", 24, Category: "alert.returns_anomaly"),
        new("warehouse", 16, Category: "alert.shrinkage"),
        new("operations", 8, CaseSeverity.HIGH, "alert.feed_anomaly"),
    ];

    /// <summary>
    /// A case rises a level when so much of its hours has been worked, as a share of them: 1 is when they are over, less is before. None: it never does.
    /// </summary>
    public IReadOnlyList<decimal> EscalateAt { get; init; } = [1, 2];

    /// <summary>Of which one is told when a case is resolved.</summary>
    public IReadOnlyList<string> RootCauses { get; init; } =
    [
        "supplier", "carrier", "warehouse", "stock_record", "customer", "payment", "demand", "data", "system", "process", "false_alarm", "other",
    ];

    /// <summary>Of work, from when a case is opened until its hours are over or its last escalation.</summary>
    private decimal LongestHours => Routes.Max(route => route.Hours) * Math.Max(1, EscalateAt.LastOrDefault(1));

    public CaseRoute RouteOf(string category, LocationId? location)
    {
        CaseRoute? best = null;
        foreach (var route in Routes)
            if (route.Holds(category, location) && !(route.Specificity < best?.Specificity))
                best = route;
        return best!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CasePolicy))]
internal sealed partial class CasePolicyJson : JsonSerializerContext;
