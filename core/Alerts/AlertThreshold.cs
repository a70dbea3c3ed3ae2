namespace EcomIntel.Core.Alerts;

/// <summary>What a person said of an alert.</summary>
/// <param name="DismissedAs">Null: something was done about it.</param>
/// <param name="Worth">As of <see cref="Alert.Worth"/>.</param>
internal sealed record Verdict(string AlertId, DateTimeOffset At, DismissReason? DismissedAs, decimal? Worth);

/// <summary>From when on a finding of a model and kind becomes an alert: the rule's, and what people said of its alerts, within the policy's bounds.</summary>
internal readonly record struct AlertThreshold(decimal LeastMoney, decimal LeastCertainty)
{
    /// <param name="verdicts">On the alerts of the finding's model and kind, all that may count.</param>
    public static AlertThreshold Of(AlertPolicy policy, AlertRule rule, IEnumerable<Verdict> verdicts, DateTimeOffset at)
    {
        var counted = verdicts.Where(verdict => verdict.At <= at && verdict.At > at - policy.LearnFor)
            .OrderByDescending(verdict => verdict.At).ThenBy(verdict => verdict.AlertId, StringComparer.Ordinal).Take(policy.LearnMost).ToList();
        return counted.Count < policy.LearnFrom ? new(rule.LeastMoney, rule.LeastCertainty)
            : new(MoneyOf(policy, rule, counted), CertaintyOf(policy, rule, counted));
    }

    /// <summary>Where too few were real, what may be missing of certainty shrinks as precision falls short of its target.</summary>
    private static decimal CertaintyOf(AlertPolicy policy, AlertRule rule, List<Verdict> verdicts)
    {
        var wrong = verdicts.Count(verdict => verdict.DismissedAs == DismissReason.FALSE);
        var precision = 1 - ((decimal)wrong / verdicts.Count);
        var share = Math.Max(policy.Strictest, Math.Min(1, precision / policy.TargetPrecision));
        return decimal.Round(1 - ((1 - rule.LeastCertainty) * share), 10);
    }

    /// <summary>More than the most that was too small to people, but never so much that something they acted on would have been held back.</summary>
    private static decimal MoneyOf(AlertPolicy policy, AlertRule rule, List<Verdict> verdicts)
    {
        var small = verdicts.Where(verdict => verdict.DismissedAs == DismissReason.TOO_SMALL).Select(verdict => verdict.Worth ?? 0).DefaultIfEmpty(0).Max();
        var acted = verdicts.Where(verdict => verdict.DismissedAs is null && verdict.Worth is not null).Select(verdict => verdict.Worth!.Value)
            .DefaultIfEmpty(decimal.MaxValue).Min();
        var wanted = small == 0 ? 0 : small + 0.0001m;
        return Math.Max(rule.LeastMoney, Math.Min(Math.Min(wanted, acted), decimal.Round(rule.LeastMoney * policy.MostMoney, 4)));
    }
}
