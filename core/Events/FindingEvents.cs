namespace EcomIntel.Core.Events;

// Topic findings, key the finding's id: what models and outside monitors see. A finding's id is made from its model, its kind, what it is about and since when
// it is so: a run that is repeated tells nothing twice.

/// <summary>finding.raised and finding.updated: what is out of the ordinary, the whole of what is known of it. The latest replaces the others.</summary>
/// <param name="Kind">As <c>demand_anomaly</c>, <c>returns_anomaly</c>, <c>shrinkage</c>, <c>feed_anomaly</c>, <c>delay_risk</c>; others may follow.</param>
/// <param name="Model">What saw it: dismissals count against it.</param>
/// <param name="Pattern">As <c>spike</c>, <c>drop</c>, <c>shift</c>, <c>drift</c>, <c>vanished</c>, <c>late</c>.</param>
/// <param name="Detail">For a planner, in plain words, without amounts of money.</param>
/// <param name="Since">Since when it is so.</param>
/// <param name="Score">
/// 0 to 1: how likely it would be by chance (a p-value), or how likely it comes true (a probability); the policy <c>alerts</c> says which.
/// </param>
/// <param name="PartOf">Id of the finding it sits in, as that of a sku in which the one of a channel sits.</param>
public sealed record FindingRaised(
    string Kind, string Model, string ModelVersion, FindingAbout About, string Pattern, string Detail, DateTimeOffset Since, decimal Score,
    FindingMoney? MoneyAtRisk = null, FindingEvidence? Evidence = null, string? PartOf = null) : IEventData
{
    public string? Invalid() => Check.Code(nameof(Kind), Kind) ?? Check.Code(nameof(Model), Model) ?? Check.Code(nameof(ModelVersion), ModelVersion)
        ?? About.Invalid() ?? Check.Code(nameof(Pattern), Pattern) ?? Check.Text(nameof(Detail), Detail) ?? Check.Time(nameof(Since), Since)
        ?? (Score is < 0 or > 1 ? "score must be 0 to 1" : Check.Measure(nameof(Score), Score)) ?? MoneyAtRisk?.Invalid() ?? Evidence?.Invalid()
        ?? (PartOf is null ? null : Check.Code(nameof(PartOf), PartOf));
}

/// <summary>What a finding is about: those that apply, and none where it is the whole business.</summary>
/// <param name="PurchaseOrder">With <paramref name="Line"/> one line of it.</param>
/// <param name="Feed">What a partner sends.</param>
public sealed record FindingAbout(
    string? Sku = null, string? Channel = null, string? Category = null, string? Location = null, string? Supplier = null, string? PurchaseOrder = null,
    int? Line = null, string? Feed = null)
{
    public string? Invalid() => Code(nameof(Sku), Sku) ?? Code(nameof(Channel), Channel) ?? Check.Text(nameof(Category), Category)
        ?? Code(nameof(Location), Location) ?? Code(nameof(Supplier), Supplier) ?? Code(nameof(PurchaseOrder), PurchaseOrder)
        ?? (Line is { } line ? Check.Line(line) : null) ?? Code(nameof(Feed), Feed);

    private static string? Code(string name, string? value) => value is null ? null : Check.Code(name, value);
}

/// <param name="Amount">At most 4 decimals.</param>
public sealed record FindingMoney(decimal Amount, string Currency)
{
    public string? Invalid() => Check.Money(nameof(Amount), Amount) ?? Currencies.Invalid(nameof(Currency), Currency);
}

/// <summary>What a finding rests on.</summary>
/// <param name="Series">In the order of time.</param>
/// <param name="Features">What drove it.</param>
/// <param name="AlsoMoved">What else moved meanwhile, in plain words.</param>
public sealed record FindingEvidence(
    IReadOnlyList<FindingPoint>? Series = null, IReadOnlyList<FindingFeature>? Features = null, IReadOnlyList<string>? AlsoMoved = null)
{
    public const int MaxSeries = 200, MaxFeatures = 30, MaxAlsoMoved = 20;

    public string? Invalid() => Some("series", Series, MaxSeries, point => point.Invalid())
        ?? Some("features", Features, MaxFeatures, feature => feature.Invalid())
        ?? Some("alsoMoved", AlsoMoved, MaxAlsoMoved, text => Check.Text(nameof(AlsoMoved), text));

    private static string? Some<T>(string name, IReadOnlyList<T>? all, int most, Func<T, string?> invalid) where T : class =>
        all is null ? null : all.Count > most ? $"{name} has more than {most}"
        : all.Select(each => each is null ? $"one of {name} is null" : invalid(each)).FirstOrDefault(wrong => wrong is not null);
}

/// <summary>What was, beside what was to be expected.</summary>
/// <param name="Low">Of the expected range.</param>
public sealed record FindingPoint(DateTimeOffset At, decimal Actual, decimal? Expected = null, decimal? Low = null, decimal? High = null)
{
    public string? Invalid() => Check.Time(nameof(At), At) ?? Check.Measure(nameof(Actual), Actual) ?? Check.Measure(nameof(Expected), Expected)
        ?? Check.Measure(nameof(Low), Low) ?? Check.Measure(nameof(High), High);
}

/// <param name="Effect">How much it adds to the score, as the model has it; below zero: it speaks against it.</param>
public sealed record FindingFeature(string Name, decimal Value, decimal? Effect = null)
{
    public string? Invalid() => Check.Code(nameof(Name), Name) ?? Check.Measure(nameof(Value), Value) ?? Check.Measure(nameof(Effect), Effect);
}

/// <summary>What was found is so no more.</summary>
/// <param name="Reason">In plain words.</param>
public sealed record FindingCleared(string Reason) : IEventData
{
    public string? Invalid() => Check.Text(nameof(Reason), Reason);
}
