using System.Globalization;
using EcomIntel.Core.Alerts;
using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Alerts;

/// <summary>
/// A house that hears findings. 2026-03-02 is a Monday. Alerts are team "plan"'s: Monday to Friday, 09:00 to 17:00 UTC, to be acknowledged within 8 hours;
/// those of shrinkage team "dock"'s.
/// </summary>
internal sealed class AlertHouse
{
    private const string Teams = """
        {"teams": [
            {"name": "plan", "timeZone": "UTC", "days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "opensAt": "09:00", "closesAt": "17:00"},
            {"name": "dock", "timeZone": "UTC", "days": ["monday", "tuesday"], "opensAt": "09:00", "closesAt": "17:00"}],
         "routes": [{"team": "dock", "hours": 100}, {"team": "plan", "hours": 8, "severity": "HIGH", "category": "alert"},
            {"team": "dock", "hours": 4, "category": "alert.shrinkage"}],
         "escalateAt": [0.5, 1]}
        """;

    public AlertHouse(string rules = "{}")
    {
        Assert.Null(House.Policy("events", 1, SmallHouse.Opens, """{"maxAhead": "366.00:00:00"}"""));
        Assert.Null(House.Policy("cases", 1, SmallHouse.Opens, Teams));
        Assert.Null(House.Policy("alerts", 1, SmallHouse.Opens, rules));
        House.Pass(SmallHouse.Opens);
    }

    public SmallHouse House { get; } = new(["north"]);

    public AlertBook Alerts => House.House.Get<AlertBook>();

    public FindingBook Findings => House.House.Get<FindingBook>();

    public static DateTimeOffset At(string time) => DateTimeOffset.Parse($"2026-{time}Z", CultureInfo.InvariantCulture);

    public static FindingRaised Anomaly(string sku, decimal? money = 100, decimal score = 0.001m, string kind = "demand_anomaly", string? partOf = null,
        string? channel = null, string detail = "Sold more than was to be expected.", string model = "detector") =>
        new(kind, model, "1", new(Sku: sku, Channel: channel), "spike", detail, At("03-01T00:00"), score,
            money is { } amount ? new(amount, "GBP") : null, PartOf: partOf);

    public AlertHouse Raise(string id, FindingRaised finding, string at)
    {
        Assert.Null(House.Hear(Types.FindingRaised, id, finding, At(at)));
        return this;
    }

    public AlertHouse Update(string id, FindingRaised finding, string at)
    {
        Assert.Null(House.Hear(Types.FindingUpdated, id, finding, At(at)));
        return this;
    }

    public AlertHouse Clear(string id, string at)
    {
        Assert.Null(House.Hear(Types.FindingCleared, id, new FindingCleared("within its range"), At(at)));
        return this;
    }

    public AlertHouse Pass(string at)
    {
        House.Pass(At(at));
        return this;
    }

    public Rejection? Do(EventType type, string alert, string at, IEventData? data = null) =>
        House.Hear(type, alert, data ?? new AlertDecided("ann"), At(at));

    public AlertHouse Acknowledge(string alert, string at)
    {
        Assert.Null(Do(Types.AlertAcknowledged, alert, at));
        return this;
    }

    public AlertHouse Dismiss(string alert, string at, string reason = "false")
    {
        Assert.Null(Do(Types.AlertDismissed, alert, at, new AlertDismissed("ann", reason)));
        return this;
    }

    public AlertHouse Action(string alert, string at)
    {
        Assert.Null(Do(Types.AlertActioned, alert, at, new AlertActioned("ann", "purchase_order", "PO-7")));
        return this;
    }

    /// <summary>What became of a finding: as <c>RAISED F-1</c>, <c>FOLDED F-1</c>, <c>FOLDED</c>, <c>HELD TOO_SMALL</c>.</summary>
    public string Outcome(string id)
    {
        var finding = Findings.Find(id)!;
        return string.Join(' ', new[] { finding.Outcome?.ToString(), finding.HeldFor?.ToString(), finding.AlertId }.Where(word => word is not null));
    }

    /// <summary>What happened to an alert: as <c>raised 03-02T09:15 RAISED</c>.</summary>
    public IEnumerable<string> History(string alert) => Alerts.Entries.Where(entry => entry.AlertId == alert)
        .Select(entry => $"{entry.Kind} {entry.At:MM-ddTHH:mm} {entry.Status}");

    public List<(string Type, AlertChanged Data)> Told() => [.. House.House.Outbox.Seal(0)
        .Where(row => row.Type.StartsWith(AlertChanged.Prefix, StringComparison.Ordinal))
        .Select(row => (row.Type, Operation.Parse(row.Payload).Read(OperationJson.Default.AlertChanged)))];
}
