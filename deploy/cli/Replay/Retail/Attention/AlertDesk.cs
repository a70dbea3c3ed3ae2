using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail.Attention;

/// <summary>
/// The planners who look at alerts: they say what they did about one that is true, and dismiss one that is not, by what truly happened in the world. An alert
/// of which nothing stands any more the hub closes a day later at the earliest: they leave it to the hub, so nothing that they do is ever refused.
/// </summary>
/// <param name="isLate">Of a purchase order and its line: whether its supplier will be late, or was.</param>
internal sealed class AlertDesk(Stage stage, WorldRecord world, Func<string, int?, bool> isLate)
{
    /// <summary>The hub closes what was decided after two weeks; people do so long before, or not at all.</summary>
    private static readonly TimeSpan ClosesWithin = TimeSpan.FromDays(5);

    private readonly Dictionary<string, AlertTrack> _alerts = new(StringComparer.Ordinal);

    /// <summary>The hub tells of an alert; of one that was closed nothing more is to be done.</summary>
    public void Told(string type, DateTimeOffset time, Decisions.Alert told)
    {
        if (type == AlertChanged.Closed)
            _alerts.Remove(told.AlertId);
        else if (_alerts.TryGetValue(told.AlertId, out var known))
            known.Standing = told.Standing;
        else if (type == AlertChanged.Raised)
        {
            var track = new AlertTrack(told, Dice.For(stage.Seed, "alert", told.AlertId)) { Standing = told.Standing };
            _alerts.Add(track.AlertId, track);
            if (track.Dice.Chance(0.92))
                At(track, time, 0.05, track.Dice.Chance(0.85) ? 0.6 : 1.6, now => Acknowledge(track, now));
        }
    }

    private void Acknowledge(AlertTrack track, DateTimeOffset now)
    {
        if (track.Standing == 0 || !_alerts.ContainsKey(track.AlertId))
            return; // it is over: the hub closes it
        Emit(track, EventCatalogue.AlertAcknowledged, now, new AlertDecided(People.Planner));
        if (track.Dice.Chance(0.9))
            At(track, now, 0.1, 1.5, later => Decide(track, later));
    }

    private void Decide(AlertTrack track, DateTimeOffset now)
    {
        if (IsTrue(track, now))
        {
            // Small ones are known, or not worth the while.
            var share = track.Dice.Fraction();
            if (share < 0.1)
                Dismiss(track, "known", "was expected", now);
            else if (share < 0.16)
                Dismiss(track, "too_small", "not worth the while", now);
            else
                Emit(track, EventCatalogue.AlertActioned, now, Action(track));
        }
        else
            Dismiss(track, "false", "nothing of it is true", now);
        if (track.Dice.Chance(0.5))
            stage.At(TeamHours.Add(track.Team, now.AddDays(1), track.Dice.Between(TimeSpan.Zero, TimeSpan.FromHours(10))), later => Close(track, now, later));
    }

    /// <summary>What is left of it would be closed by the hub: whoever is sure that it is not yet may.</summary>
    private void Close(AlertTrack track, DateTimeOffset decided, DateTimeOffset now)
    {
        if (track.Standing > 0 && now < decided + ClosesWithin && _alerts.Remove(track.AlertId))
            Emit(track, EventCatalogue.AlertClosed, now, new AlertDecided(People.Planner));
    }

    private void Dismiss(AlertTrack track, string reason, string note, DateTimeOffset now) =>
        Emit(track, EventCatalogue.AlertDismissed, now, new AlertDismissed(People.Planner, reason, note));

    private static AlertActioned Action(AlertTrack track) => track.About.PurchaseOrder is { } order
        ? new(People.Planner, "purchase_order", order, "asked the supplier, and ordered elsewhere what cannot wait")
        : track.Kind == "demand_anomaly" ? new(People.Planner, "policy", "replenishment", "looked at what is to be bought by it")
        : new(People.Planner, "note", null, track.Kind == "shrinkage" ? "had it counted" : "told who is in charge of it");

    /// <summary>By what truly happened. Of what the world keeps no record nothing is true.</summary>
    private bool IsTrue(AlertTrack track, DateTimeOffset now) => track.Kind switch
    {
        "delay_risk" => track.About.PurchaseOrder is { } order && isLate(order, track.About.Line),
        "demand_anomaly" => world.HasMoved(WorldRecord.Ordered, track.Of, track.Since, now),
        "returns_anomaly" => world.HasMoved(WorldRecord.GivenBack, track.Of, track.Since, now),
        "shrinkage" => world.Any(WorldRecord.WrittenOff, track.Of, track.Since, now),
        _ => false,
    };

    private void Emit(AlertTrack track, EventType type, DateTimeOffset now, IEventData data) =>
        stage.Emit(type, $"{type.Name}:{track.Mark}", track.AlertId, now, data);

    private void At(AlertTrack track, DateTimeOffset from, double least, double most, Action<DateTimeOffset> happens) =>
        stage.At(TeamHours.Add(track.Team, from, TimeSpan.FromMinutes(Math.Max(1, (int)(track.Hours * 60 * track.Dice.Between(least, most))))), happens);

    /// <summary>An alert as its planner knows it.</summary>
    private sealed class AlertTrack(Decisions.Alert raised, Dice dice)
    {
        public readonly string AlertId = raised.AlertId;
        public readonly string Mark = Marks.Of(raised.AlertId);
        public readonly string Kind = raised.Kind;
        public readonly Decisions.AlertAbout About = raised.About;
        public readonly DateTimeOffset Since = raised.Since;
        public readonly string Team = raised.Team;
        public readonly double Hours = (double)raised.Hours;
        public Dice Dice = dice;

        /// <summary>Findings of it that were not cleared, as last told.</summary>
        public int Standing;

        /// <summary>What the world keeps its record by.</summary>
        public string Of => About.Sku ?? About.Channel ?? "";
    }
}
