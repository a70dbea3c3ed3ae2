using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>What was foretold of a purchase order line: latest, and first, by which the model is judged.</summary>
internal sealed class LineRisk : Row
{
    public static readonly Table<LineRisk> Table = new Table<LineRisk>("delay_risks")
        .Key(risk => risk.PurchaseOrderId).Key(risk => risk.Number, "line")
        .Column(risk => risk.Model).Column(risk => risk.ModelVersion).Column(risk => risk.Moment).Column(risk => risk.Against)
        .Column(risk => risk.Probability).Column(risk => risk.DaysLate, cast: "jsonb").Column(risk => risk.Drivers, cast: "jsonb")
        .Column(risk => risk.AssessedAt).Column(risk => risk.AssessedBy).Column(risk => risk.FirstMoment).Column(risk => risk.FirstAgainst)
        .Column(risk => risk.FirstProbability).Column(risk => risk.FirstAt).Column(risk => risk.FirstBy);

    public required PurchaseOrderId PurchaseOrderId { get; init; }
    public required int Number { get; init; }
    public string Model { get; private set; } = "";
    public string ModelVersion { get; private set; } = "";
    public string Moment { get; private set; } = "";

    /// <summary>The promise, or the date as ordered, by whose day (UTC) it is judged.</summary>
    public DateTimeOffset Against { get; private set; }
    public decimal Probability { get; private set => field = PlainAmount.Of(value); }

    /// <summary>As in the event, in JSON.</summary>
    public string DaysLate { get; private set; } = "[]";
    public string Drivers { get; private set; } = "[]";
    public DateTimeOffset AssessedAt { get; private set; }
    public Guid AssessedBy { get; private set; }
    public string FirstMoment { get; private set; } = "";
    public DateTimeOffset FirstAgainst { get; private set; }
    public decimal FirstProbability { get; private set => field = PlainAmount.Of(value); }
    public DateTimeOffset FirstAt { get; private set; }
    public Guid FirstBy { get; private set; }

    /// <summary>The same in whatever order they are heard.</summary>
    public void Tell(CloudEvent e, DelayRiskAssessed data, DelayRiskAssessed.AssessedLine line)
    {
        if (FirstBy == Guid.Empty || (e.Time, e.Identity).CompareTo((FirstAt, FirstBy)) < 0)
            (FirstMoment, FirstAgainst, FirstProbability, FirstAt, FirstBy) = (line.Moment, line.Against, line.Probability, e.Time, e.Identity);
        if (AssessedBy != Guid.Empty && !e.Overrides(AssessedAt, AssessedBy))
            return;
        (Model, ModelVersion, Moment, Against) = (data.Model, data.ModelVersion, line.Moment, line.Against);
        (Probability, AssessedAt, AssessedBy) = (line.Probability, e.Time, e.Identity);
        DaysLate = JsonSerializer.Serialize(Rising(line.DaysLate), EventJson.Default.IReadOnlyListDelayQuantile);
        Drivers = JsonSerializer.Serialize(line.Drivers ?? [], EventJson.Default.IReadOnlyListFindingFeature);
    }

    /// <summary>A higher level has no fewer days, whatever was told.</summary>
    private static List<DelayQuantile> Rising(IReadOnlyList<DelayQuantile> told)
    {
        var days = 0m;
        return [.. told.OrderBy(each => each.Level).Select(each => each with { Days = days = Math.Max(days, each.Days) })];
    }
}
