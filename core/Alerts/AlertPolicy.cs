using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Alerts;

/// <summary>What a finding's score is.</summary>
internal enum ScoreKind
{
    /// <summary>How likely it would be by chance: the lower, the surer.</summary>
    [JsonStringEnumMemberName("p_value")] PValue,

    /// <summary>How likely it comes true: the higher, the surer.</summary>
    [JsonStringEnumMemberName("probability")] Probability,
}

/// <summary>From when on findings of a kind, of a model, become alerts.</summary>
/// <param name="LeastMoney">At risk, in the base currency; what cannot be told is not held back for it.</param>
/// <param name="LeastCertainty">0 to 1: a probability, or what is missing of a p-value to 1.</param>
/// <param name="Kind">Null: whatever it is.</param>
/// <param name="Model">Null: whichever it is.</param>
/// <param name="StandFor">It must stand so long, uncleared.</param>
internal sealed record AlertRule(
    decimal LeastMoney, decimal LeastCertainty, string? Kind = null, string? Model = null, ScoreKind ScoreIs = ScoreKind.PValue, TimeSpan StandFor = default)
{
    public string? Invalid() =>
        Check.Money(nameof(LeastMoney), LeastMoney) is { } wrong ? $"a rule's {wrong}"
        : LeastCertainty is < 0 or > 1 || decimal.Round(LeastCertainty, 10) != LeastCertainty
            ? "a rule's leastCertainty must be 0 to 1, with at most 10 decimals"
        : Kind is not null && !Identifier.IsValid(Kind) ? "a rule's kind must be a kind of findings"
        : Model is not null && !Identifier.IsValid(Model) ? "a rule's model must be a model"
        : StandFor < TimeSpan.Zero || StandFor > TimeSpan.FromDays(30) ? "a rule's standFor must be 00:00:00 to 30.00:00:00"
        : null;

    public bool Holds(Finding finding) => (Kind is null || Kind == finding.Kind) && (Model is null || Model == finding.Model);

    public int Specificity => (Kind is null ? 0 : 1) + (Model is null ? 0 : 2);

    public decimal CertaintyOf(Finding finding) => ScoreIs == ScoreKind.Probability ? finding.Score : 1 - finding.Score;
}

/// <summary>Which findings become alerts, how many, and when an alert is over by itself. Owners, clocks and escalations are the policy <c>cases</c>'.</summary>
internal sealed record AlertPolicy
{
    private const int MaxRules = 1_000;

    public static readonly PolicyKind<AlertPolicy> Kind = new("alerts", AlertPolicyJson.Default.AlertPolicy, static policy =>
        policy.Gather < TimeSpan.FromMinutes(1) || policy.Gather > TimeSpan.FromDays(1) || TimeSpan.TicksPerDay % policy.Gather.Ticks != 0
            ? "gather must be 00:01:00 to 1.00:00:00, and a day a multiple of it"
        : policy.MostPerDay is < 1 or > 1_000 ? "mostPerDay must be 1 to 1000"
        : policy.ReconsiderFor < TimeSpan.Zero || policy.ReconsiderFor > TimeSpan.FromDays(30) ? "reconsiderFor must be 00:00:00 to 30.00:00:00"
        : policy.ClearFor < TimeSpan.Zero || policy.ClearFor > TimeSpan.FromDays(30) ? "clearFor must be 00:00:00 to 30.00:00:00"
        : policy.CloseAfter < TimeSpan.FromHours(1) || policy.CloseAfter > TimeSpan.FromDays(366) ? "closeAfter must be 01:00:00 to 366.00:00:00"
        : policy.LearnFor < TimeSpan.Zero || policy.LearnFor > TimeSpan.FromDays(366) ? "learnFor must be 00:00:00 to 366.00:00:00"
        : policy.LearnFrom is < 1 or > MaxVerdicts || policy.LearnMost is < 1 or > MaxVerdicts || policy.LearnFrom > policy.LearnMost
            ? $"learnFrom and learnMost must be 1 to {MaxVerdicts}, the first not above the second"
        : policy.TargetPrecision is <= 0 or > 1 || decimal.Round(policy.TargetPrecision, 4) != policy.TargetPrecision
            ? "targetPrecision must be above 0, up to 1, with at most 4 decimals"
        : policy.Strictest is <= 0 or > 1 || decimal.Round(policy.Strictest, 4) != policy.Strictest
            ? "strictest must be above 0, up to 1, with at most 4 decimals"
        : policy.MostMoney is < 1 or > 1_000 || decimal.Round(policy.MostMoney, 4) != policy.MostMoney
            ? "mostMoney must be 1 to 1000, with at most 4 decimals"
        : policy.Rules.Count is 0 or > MaxRules || policy.Rules.Any(rule => rule is null) ? $"rules must be 1 to {MaxRules}"
        : policy.Rules.Select(rule => rule.Invalid()).FirstOrDefault(wrong => wrong is not null) is { } rule ? rule
        : !policy.Rules.Any(rule => rule.Specificity == 0) ? "one rule must name neither kind nor model" : null);

    /// <summary>Most verdicts that are looked back on.</summary>
    public const int MaxVerdicts = 200;

    /// <summary>Findings are decided together at every multiple of it (from midnight, UTC): what is told meanwhile is ranked by its money.</summary>
    public TimeSpan Gather { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Most alerts that are raised for one team on one day, UTC; the other findings are held back.</summary>
    public int MostPerDay { get; init; } = 5;

    /// <summary>
    /// What found no place is looked at again, once at the end of each day, for so long; and what sits in a finding that is not known waits for it.
    /// </summary>
    public TimeSpan ReconsiderFor { get; init; } = TimeSpan.FromDays(3);

    /// <summary>An alert whose findings were all cleared is over when they stay so for so long.</summary>
    public TimeSpan ClearFor { get; init; } = TimeSpan.FromDays(1);

    /// <summary>One that was actioned or dismissed is closed so long after.</summary>
    public TimeSpan CloseAfter { get; init; } = TimeSpan.FromDays(14);

    /// <summary>What people said of a model's alerts of a kind counts for so long; zero: nothing is learned of it.</summary>
    public TimeSpan LearnFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>From so many verdicts on.</summary>
    public int LearnFrom { get; init; } = 5;

    /// <summary>The latest so many of them.</summary>
    public int LearnMost { get; init; } = 20;

    /// <summary>Share of the alerts of a model and kind that are to be real (not dismissed as false): below it, more certainty is asked for.</summary>
    public decimal TargetPrecision { get; init; } = 0.5m;

    /// <summary>What may be missing of certainty is made smaller to this share of the rule's at most.</summary>
    public decimal Strictest { get; init; } = 0.1m;

    /// <summary>The least money is made larger to so many times the rule's at most.</summary>
    public decimal MostMoney { get; init; } = 10;

    /// <summary>The one that names most counts, a model more than a kind; of two that name as much, the later. One names nothing.</summary>
    public IReadOnlyList<AlertRule> Rules { get; init; } =
    [
        new(50, 0.95m),
        new(50, 0.5m, "delay_risk", ScoreIs: ScoreKind.Probability),
    ];

    public AlertRule RuleOf(Finding finding)
    {
        AlertRule? best = null;
        foreach (var rule in Rules)
            if (rule.Holds(finding) && !(rule.Specificity < best?.Specificity))
                best = rule;
        return best!;
    }

    /// <summary>The first instant after another at which findings are decided.</summary>
    public DateTimeOffset RoundAfter(DateTimeOffset at) => new((at.UtcTicks / Gather.Ticks + 1) * Gather.Ticks, TimeSpan.Zero);

    /// <summary>The last of the day after an instant's.</summary>
    public DateTimeOffset EndOfNextDay(DateTimeOffset at) => new DateTimeOffset(at.UtcDateTime.Date, TimeSpan.Zero).AddDays(2) - Gather;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AlertPolicy))]
internal sealed partial class AlertPolicyJson : JsonSerializerContext;
