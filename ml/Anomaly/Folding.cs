namespace EcomIntel.Ml.Anomaly;

/// <summary>Where in the business a series lies, from the whole down to a sku in a channel.</summary>
internal enum Scope
{
    Whole,
    Category,
    Sku,
    SkuChannel,
}

/// <summary>Between what the units of a step were expected, with a chance of nine in ten.</summary>
internal readonly record struct ExpectedRange(double Low, double High);

/// <summary>What a detector found in one series.</summary>
/// <param name="Key">The series.</param>
/// <param name="Parent">The series it adds up into; null for the whole.</param>
/// <param name="Expected">Units that were expected over the finding's window.</param>
/// <param name="Sold">Units that were sold over it.</param>
/// <param name="Price">Money a unit brings.</param>
/// <param name="P">How likely it is by chance.</param>
/// <param name="Range">Of the last step.</param>
internal sealed record Finding(
    Scope Scope, string Key, string? Parent, AnomalyKind Kind, double Expected, double Sold, double Price, double P, ExpectedRange Range)
{
    /// <summary>The first step of the finding's window.</summary>
    public DateTime From { get; init; }

    /// <summary>Its last step: the one that was judged.</summary>
    public DateTime Until { get; init; }

    /// <summary>Of a usual step, before the finding's window: the mean, and between what nine in ten are.</summary>
    public (double Mean, double Low, double High) Usual { get; init; }

    public double Deviation => Sold - Expected;

    /// <summary>What the units too many or too few are worth: stock that runs out, or sales that do not come.</summary>
    public double MoneyAtRisk => Math.Abs(Deviation) * Price;
}

/// <summary>One thing that happened, and the other findings that are the same thing seen from elsewhere.</summary>
internal sealed record FoldedFinding(Finding Sits, IReadOnlyList<Finding> Folded);

/// <summary>
/// Findings of one run about one thing become one, which says where it sits. A parent whose deviation one child makes up nearly alone is that child's; children
/// that share in it are the parent's. Siblings that moved the same way, with no finding of their parent, are told as the one that weighs most.
/// </summary>
internal static class Folding
{
    /// <summary>The share of its parent's deviation from which a child is the cause.</summary>
    public const double Cause = 0.7;

    /// <summary>Siblings from which on a common movement is told once.</summary>
    private const int Siblings = 2;

    /// <param name="findings">Of one run, at most one a series.</param>
    /// <returns>Every finding once, as what is told or folded into it; the most money first.</returns>
    public static IReadOnlyList<FoldedFinding> Fold(IEnumerable<Finding> findings)
    {
        var told = findings.ToDictionary(finding => finding.Key, finding => (Finding: finding, Folded: new List<Finding>()));
        foreach (var scope in (Scope[])[Scope.SkuChannel, Scope.Sku, Scope.Category])
        {
            var families = told.Values.Where(each => each.Finding.Scope == scope && each.Finding.Parent is not null)
                .GroupBy(each => (Parent: each.Finding.Parent!, Up: each.Finding.Deviation > 0)).ToList();
            foreach (var family in families)
            {
                var children = family.OrderByDescending(child => child.Finding.MoneyAtRisk).ThenBy(child => child.Finding.Key, StringComparer.Ordinal).ToList();
                if (told.TryGetValue(family.Key.Parent, out var parent) && parent.Finding.Deviation > 0 == family.Key.Up)
                {
                    if (Math.Abs(children[0].Finding.Deviation) >= Cause * Math.Abs(parent.Finding.Deviation))
                        Into(children[0], [parent]);
                    else
                        Into(parent, children);
                }
                else if (scope == Scope.SkuChannel && children.Count >= Siblings)
                {
                    Into(children[0], children.Skip(1));
                }
            }
        }
        return [.. told.Values.Select(each => new FoldedFinding(each.Finding, each.Folded)).OrderByDescending(each => each.Sits.MoneyAtRisk)
            .ThenBy(each => each.Sits.Key, StringComparer.Ordinal)];

        void Into((Finding Finding, List<Finding> Folded) sits, IEnumerable<(Finding Finding, List<Finding> Folded)> others)
        {
            foreach (var (finding, folded) in others)
            {
                sits.Folded.Add(finding);
                sits.Folded.AddRange(folded);
                told.Remove(finding.Key);
            }
        }
    }

    /// <summary>The ones a planner should look at first.</summary>
    public static IReadOnlyList<FoldedFinding> Worst(IReadOnlyList<FoldedFinding> folded, int count = 5) => [.. folded.Take(count)];
}
