using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Alerts;

/// <summary>
/// What was told of findings is decided together, at instants of the policy's (<see cref="AlertPolicy.Gather"/>): so it does not matter in which order it came
/// until then, and of many the ones with most money at risk become alerts. Alerts are escalated and settled at their own instants.
/// </summary>
internal sealed class AlertRound(FindingBook findings, AlertBook alerts, PolicyBook policies) : IDueWork
{
    /// <summary>So deep a finding may sit in others; what sits deeper, or in a circle, counts for itself.</summary>
    private const int MaxDepth = 10;

    // By the indexes of what falls due; of one instant the findings first, in the order in which they are decided.
    private const string SelectDue = """
        (SELECT decide_at AS at, 0 AS rank, finding_id COLLATE "C" AS id, worth FROM findings WHERE decide_at <= $1
            ORDER BY decide_at, worth DESC NULLS LAST, finding_id COLLATE "C" LIMIT $2)
        UNION ALL
        (SELECT acts_at, 1, alert_id COLLATE "C", NULL FROM alerts WHERE acts_at <= $1 ORDER BY acts_at, alert_id COLLATE "C" LIMIT $2)
        ORDER BY at, rank, worth DESC NULLS LAST, id LIMIT $2
        """;

    public bool OnlyLatest => false;

    /// <summary>Names what may fall due while time passes.</summary>
    public void Name(Load load) => load.Due(this, SelectDue, row =>
        load.Keys.Add(row.GetInt32(1) == 0 ? AlertsSlice.Findings : AlertsSlice.Alerts, row.GetString(2)));

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        var (finding, alert) = (findings.Due.NextAfter(from), alerts.Due.NextAfter(from));
        return finding is null || alert < finding ? alert : finding;
    }

    public bool IsDueNow(DateTimeOffset now) => findings.Due.IsDue(now) || alerts.Due.IsDue(now);

    public void Run(DateTimeOffset at)
    {
        // First what was told before the instant: an alert that it goes on with is not settled.
        if (findings.Due.DueBy(at) is { Count: > 0 } due)
            Decide(due.ConvertAll(key => findings.Find(key.Id)!), at);
        foreach (var key in alerts.Due.DueBy(at))
            alerts.CatchUp(alerts.Find(key.Id)!, at);
    }

    /// <summary>
    /// One after the other, the costliest first, each with what it sits in and what sits in it: so it does not show how many were at hand at once.
    /// </summary>
    private void Decide(List<Finding> due, DateTimeOffset at)
    {
        var rules = policies.At(AlertPolicy.Kind, at);
        var open = due.ToHashSet();
        foreach (var finding in due.OrderByDescending(each => each.Worth ?? -1).ThenBy(each => each.FindingId, StringComparer.Ordinal))
            if (open.Contains(finding))
                open.ExceptWith(DecideWith(HeadOf(finding) is var head && open.Contains(head) ? head : finding, rules, at));
    }

    /// <returns>All that was decided.</returns>
    private List<Finding> DecideWith(Finding head, Policy<AlertPolicy> rules, DateTimeOffset at)
    {
        var depths = findings.WithParts([head]).ToDictionary(finding => finding, DepthOf);
        var all = depths.Keys.OrderBy(finding => depths[finding]).ThenBy(finding => finding.FindingId, StringComparer.Ordinal).ToList();
        var before = all.ConvertAll(finding => (finding.Outcome, finding.HeldFor, finding.AlertId));
        foreach (var finding in all)
        {
            if (finding.DecideAt <= at)
                finding.DecideAt = null;
            if (depths[finding] > 0)
                FoldInto(findings.Find(finding.PartOf!)!, finding);
            else
                Consider(finding, rules, at);
        }
        for (var index = 0; index < all.Count; index++)
        {
            var finding = all[index];
            findings.Due.Set(new(finding.FindingId), finding.DecideAt);
            if (before[index] != (finding.Outcome, finding.HeldFor, finding.AlertId))
                findings.Decided(finding, at);
        }
        alerts.TellFollowed(at);
        return all;
    }

    private void Consider(Finding finding, Policy<AlertPolicy> rules, DateTimeOffset at)
    {
        var policy = rules.Settings;
        var rule = policy.RuleOf(finding);
        if (finding.AlertId is { } id)
            alerts.Follow(alerts.Find(id)!, finding);
        else if (!finding.Stands)
            finding.Hold(HeldFor.CLEARED);
        else if (finding.PartOf is { } whole && findings.Find(whole) is null && at < finding.StandsSince + policy.ReconsiderFor)
        {
            finding.Hold(HeldFor.PART_UNKNOWN);
            finding.DecideAt = policy.RoundAfter((finding.StandsSince + policy.ReconsiderFor).AddTicks(-1));
        }
        else if (alerts.About(finding) is { } open)
            alerts.Join(open, finding);
        else if (at < finding.StandsSince + rule.StandFor)
        {
            finding.Hold(HeldFor.UNCONFIRMED);
            finding.DecideAt = policy.RoundAfter((finding.StandsSince + rule.StandFor).AddTicks(-1));
        }
        else
        {
            var threshold = AlertThreshold.Of(policy, rule, alerts.VerdictsOn(finding.Model, finding.Kind), at);
            if (finding.Worth < threshold.LeastMoney)
                finding.Hold(HeldFor.TOO_SMALL);
            else if (rule.CertaintyOf(finding) < threshold.LeastCertainty)
                finding.Hold(HeldFor.UNCERTAIN);
            else if (alerts.RaisedOn(AlertBook.RouteOf(alerts.RoutingAt(at), finding).Team, at) < policy.MostPerDay)
                alerts.Raise(finding, at, rules, threshold, findings.BaseCurrency(at));
            else
            {
                finding.Hold(HeldFor.TOO_MANY, finding.HeldSince ?? at);
                var again = policy.EndOfNextDay(at);
                finding.DecideAt = again <= finding.HeldSince + policy.ReconsiderFor ? again : null;
            }
        }
    }

    private void FoldInto(Finding whole, Finding part)
    {
        if (whole.AlertId is { } id)
            alerts.Join(alerts.Find(id)!, part);
        else
            part.Fold(null);
    }

    private Finding HeadOf(Finding finding)
    {
        var head = finding;
        for (var depth = DepthOf(finding); depth > 0; depth--)
            head = HolderOf(head)!;
        return head;
    }

    /// <summary>How deep it sits in a finding that counts for itself: 0 where it does itself.</summary>
    private int DepthOf(Finding finding)
    {
        var depth = 0;
        for (var at = finding; HolderOf(at) is { } holder; at = holder)
            if (++depth > MaxDepth)
                return 0;
        return depth;
    }

    /// <summary>The finding whose fate is its own; null where it counts for itself.</summary>
    private Finding? HolderOf(Finding finding) =>
        finding is { AlertId: null, PartOf: { } whole } && findings.Find(whole) is { } holder
        && (holder.AlertId is { } id ? !alerts.Find(id)!.IsClosed : holder.Stands) ? holder : null;
}
