using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Alerts;

/// <summary>The alerts at hand in a batch: raised, followed, escalated, worked and closed; what happens to one is noted and told.</summary>
internal sealed class AlertBook(Outbox outbox, PolicyBook policies, ExceptionBook cases, Action<string> provide)
{
    private readonly Dictionary<string, Alert> _alerts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Alert> _unclosed = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Team, DateTime Day), int> _raised = [];
    private readonly Dictionary<(string Model, string Kind), List<Verdict>> _verdicts = [];
    private readonly SortedDictionary<string, (Alert Alert, object Before)> _followed = new(StringComparer.Ordinal);

    public List<AlertEntry> Entries { get; } = [];

    public IEnumerable<Alert> All => _alerts.Values;

    /// <summary>When something falls due of those at hand.</summary>
    public Agenda<AlertKey> Due { get; } = new();

    public void Add(Alert stored)
    {
        if (!_alerts.TryAdd(stored.AlertId, stored))
            return;
        if (!stored.IsClosed)
            _unclosed[stored.AboutKey] = stored;
        Due.Set(new(stored.AlertId), stored.ActsAt);
    }

    public void AddVerdict(string model, string kind, Verdict verdict)
    {
        if (!_verdicts.TryGetValue((model, kind), out var verdicts))
            _verdicts.Add((model, kind), verdicts = []);
        verdicts.Add(verdict);
    }

    /// <summary>One was raised for a team: it counts for that day.</summary>
    public void Count(string team, DateTimeOffset raisedAt)
    {
        var key = (team, raisedAt.UtcDateTime.Date);
        _raised[key] = _raised.GetValueOrDefault(key) + 1;
    }

    public int RaisedOn(string team, DateTimeOffset day) => _raised.GetValueOrDefault((team, day.UtcDateTime.Date));

    public Alert? Find(string alertId) => _alerts.GetValueOrDefault(alertId);

    /// <summary>The one about the same that is not closed, if there is one.</summary>
    public Alert? About(Finding finding) => _unclosed.GetValueOrDefault(finding.AboutKey);

    /// <summary>What people said of a model's alerts of a kind.</summary>
    public IEnumerable<Verdict> VerdictsOn(string model, string kind)
    {
        var atHand = _alerts.Values.Where(alert => alert.Model == model && alert.Kind == kind && alert.DecidedAt is not null)
            .Select(alert => new Verdict(alert.AlertId, alert.DecidedAt!.Value, alert.DismissedAs, alert.Worth));
        return atHand.Concat(_verdicts.GetValueOrDefault((model, kind), []).Where(verdict => !_alerts.ContainsKey(verdict.AlertId)));
    }

    public Policy<CasePolicy> RoutingAt(DateTimeOffset at) => policies.At(CasePolicy.Kind, at);

    public static CaseRoute RouteOf(Policy<CasePolicy> routing, Finding finding) =>
        routing.Settings.RouteOf($"{CaseRoute.OfAlerts}.{finding.Kind}", finding.Location is { } location ? new(location) : null);

    public void Raise(Finding finding, DateTimeOffset at, Policy<AlertPolicy> rules, AlertThreshold threshold, string currency)
    {
        var routing = RoutingAt(at);
        var route = RouteOf(routing, finding);
        var raised = new Alert
        {
            AlertId = finding.FindingId, Kind = finding.Kind, Model = finding.Model, AboutKey = finding.AboutKey, Sku = finding.Sku,
            Channel = finding.Channel, Category = finding.Category, Location = finding.Location, Supplier = finding.Supplier,
            PurchaseOrder = finding.PurchaseOrder, Line = finding.Line, Feed = finding.Feed, Currency = currency, Findings = 1, Standing = 1,
            RaisedAt = at, RulesVersion = rules.Version, LeastMoney = threshold.LeastMoney, LeastCertainty = threshold.LeastCertainty,
            Team = route.Team, Severity = route.Severity, PolicyVersion = routing.Version, ChangedAt = at,
            Allowed = new((long)(route.Hours * TimeSpan.TicksPerHour)),
        };
        raised.Follow(finding);
        raised.StartClock(at, cases.CalendarOf(raised), routing.Settings.EscalateAt);
        finding.Raised();
        finding.Counted = true;
        _alerts.Add(raised.AlertId, raised);
        _unclosed[raised.AboutKey] = raised;
        Count(route.Team, at);
        Tell(raised, at, AlertChanged.Raised, raised.Detail);
        provide($"alert/{raised.AlertId}");
    }

    /// <summary>A finding becomes part of an alert that is not closed.</summary>
    public void Join(Alert alert, Finding finding)
    {
        _followed.TryAdd(alert.AlertId, (alert, Known(alert)));
        alert.Findings++;
        finding.Fold(alert.AlertId);
        Follow(alert, finding);
    }

    /// <summary>A finding that is part of an alert was told again, or cleared. One that is closed stays as it was.</summary>
    public void Follow(Alert alert, Finding finding)
    {
        if (alert.IsClosed)
            return;
        _followed.TryAdd(alert.AlertId, (alert, Known(alert)));
        if (finding.Stands != finding.Counted)
            (alert.Standing, finding.Counted) = (alert.Standing + (finding.Stands ? 1 : -1), finding.Stands);
        if (finding.ClearedAt is { } cleared && !(alert.ClearedAt >= cleared))
            alert.ClearedAt = cleared;
        if (finding.AboutKey == alert.AboutKey && (finding.ToldAt > alert.ToldAt
            || (finding.ToldAt == alert.ToldAt && string.CompareOrdinal(finding.FindingId, alert.Lead) >= 0)))
            alert.Follow(finding);
    }

    /// <summary>Of the alerts whose findings were decided together, each that is not as it was is told once.</summary>
    public void TellFollowed(DateTimeOffset at)
    {
        foreach (var (alert, before) in _followed.Values)
            if (!before.Equals(Known(alert)))
                Tell(alert, at, AlertChanged.Updated, alert.Detail);
        _followed.Clear();
    }

    /// <summary>All that has fallen due of an alert by an instant.</summary>
    public void CatchUp(Alert alert, DateTimeOffset at)
    {
        while (alert.ActsAt is { } due && due <= at)
            if (alert.NextAt is { } next && !(alert.SettlesAt(RulesOf(alert)) < next))
                Escalate(alert, next);
            else
                Settle(alert);
    }

    /// <summary>It is escalated as often as it should have been by an instant.</summary>
    public void Escalate(Alert alert, DateTimeOffset until)
    {
        while (alert.NextAt is { } next && next <= until)
        {
            alert.Rise(cases.CalendarOf(alert), cases.PolicyOf(alert).EscalateAt);
            alert.ChangedAt = Instant.Later(alert.ChangedAt, next);
            Tell(alert, next, AlertChanged.Escalated);
        }
    }

    /// <summary>Something was done with an alert that has changed accordingly: it is told.</summary>
    /// <param name="by">A person or a program; null for the hub itself.</param>
    public void Change(Alert changed, DateTimeOffset at, string type, string? by, string? note)
    {
        if (changed.Status != AlertStatus.RAISED)
            changed.StopClock(at, cases.CalendarOf(changed));
        if (changed.IsClosed && _unclosed.GetValueOrDefault(changed.AboutKey) == changed)
            _unclosed.Remove(changed.AboutKey);
        changed.ChangedAt = at;
        Tell(changed, at, type, by: by, note: note);
    }

    private void Settle(Alert alert)
    {
        var rules = RulesOf(alert);
        var due = alert.SettlesAt(rules)!.Value;
        var at = Instant.Later(alert.ChangedAt, due);
        alert.ClosedAs = due == alert.DecidedAt + rules.CloseAfter ? ClosedAs.SETTLED : ClosedAs.CLEARED;
        (alert.Status, alert.ClosedAt, alert.EndedAt) = (AlertFlow.After(alert.Status, AlertAction.SETTLE)!.Value, at, alert.EndedAt ?? at);
        Change(alert, at, AlertChanged.Closed, null, null);
    }

    /// <summary>What findings make of it.</summary>
    private static object Known(Alert alert) => (alert.Findings, alert.Standing, alert.ClearedAt, alert.Lead, alert.ToldAt);

    private AlertPolicy RulesOf(Alert alert) => policies.Version(AlertPolicy.Kind, alert.RulesVersion).Settings;

    private void Tell(Alert told, DateTimeOffset at, string type, string? detail = null, string? by = null, string? note = null)
    {
        told.Version++;
        var settles = told.SettlesAt(RulesOf(told));
        told.ActsAt = told.NextAt is null || settles < told.NextAt ? settles : told.NextAt;
        Due.Set(new(told.AlertId), told.ActsAt);
        Entries.Add(new()
        {
            AlertId = told.AlertId, Version = told.Version, Kind = type[AlertChanged.Prefix.Length..], At = at, Status = told.Status, Level = told.Level,
            Findings = told.Findings, Standing = told.Standing, Detail = detail, Action = told.Action, Reference = told.Reference,
            DismissedAs = told.DismissedAs, ClosedAs = told.ClosedAs, By = by, Note = note,
        });
        outbox.Add(at, type, told.AlertId, State(told, by, note), OperationJson.Default.AlertChanged);
    }

    private static AlertChanged State(Alert told, string? by, string? note) => new(
        told.AlertId, told.Version, told.Status.ToString(), told.Kind, told.Model, told.About, told.Pattern, told.Detail, told.Since, told.Score, told.Worth,
        told.Currency, told.Findings, told.Standing, told.ClearedAt, told.RaisedAt, told.Team!, told.Severity.ToString(), told.Assignee,
        ExceptionBook.HoursOf(told.Allowed), told.DueAt, told.Level, told.AcknowledgedAt, told.DecidedAt, Word(told.Action), told.Reference,
        Word(told.DismissedAs), told.EndedAt, told.ClosedAt, Word(told.ClosedAs), by, note);

    private static string? Word<T>(T? value) where T : struct, Enum => value?.ToString().ToLowerInvariant();
}
