using EcomIntel.Core.Alerts;
using EcomIntel.Core.Events;
using static EcomIntel.Tests.Alerts.AlertHouse;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Alerts;

/// <summary>An alert's owner, clock and life.</summary>
public sealed class AlertWorkTests
{
    private readonly AlertHouse _house = new();

    private Alert Alert => _house.Alerts.Find("F-1")!;

    [Fact]
    public void A_finding_becomes_an_alert_at_the_next_quarter_of_an_hour_with_an_owner_and_a_clock()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00");
        Assert.Null(_house.Alerts.Find("F-1"));
        _house.Pass("03-02T09:15");
        Assert.Equal((AlertStatus.RAISED, "plan", "HIGH", At("03-02T09:15")), (Alert.Status, Alert.Team, Alert.Severity.ToString(), Alert.RaisedAt));
        Assert.Equal((At("03-03T09:15"), At("03-02T13:15")), (Alert.DueAt, Alert.NextAt)); // 8 hours of 09:00 to 17:00, and 4
        Assert.Equal(("tea", 100m, "GBP", "F-1", 1, 1), (Alert.Sku, Alert.Worth, Alert.Currency, Alert.Lead, Alert.Findings, Alert.Standing));
        Assert.Equal((50m, 0.95m), (Alert.LeastMoney, Alert.LeastCertainty));
    }

    [Fact]
    public void Nobody_sees_it_and_it_rises_a_level_at_each_share_of_its_hours()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-06T14:50").Pass("03-10T00:00"); // Friday, 15:00: two hours of that day
        Assert.Equal(["raised 03-06T15:00 RAISED", "escalated 03-09T11:00 RAISED", "escalated 03-09T15:00 RAISED"], _house.History("F-1"));
        Assert.Equal((2, null), (Alert.Level, Alert.NextAt));
    }

    [Fact]
    public void Acknowledged_it_is_escalated_no_more()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T14:00").Acknowledge("F-1", "03-02T15:15").Pass("04-30T00:00");
        Assert.Equal(
            ["raised 03-02T09:15 RAISED", "escalated 03-02T13:15 RAISED", "acknowledged 03-02T15:15 ACKNOWLEDGED"], _house.History("F-1"));
        Assert.Equal(("ann", TimeSpan.FromHours(6), null, null, null), (Alert.Assignee, Alert.Spent, Alert.DueAt, Alert.NextAt, Alert.ActsAt));
    }

    [Fact]
    public void What_was_done_is_linked_and_the_alert_is_closed_by_a_person_or_by_itself_two_weeks_after()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Raise("F-2", Anomaly("mug"), "03-02T09:00").Pass("03-02T09:15");
        foreach (var id in new[] { "F-1", "F-2" })
            _house.Acknowledge(id, "03-02T10:00").Action(id, "03-02T11:00");
        Assert.Null(_house.Do(Types.AlertClosed, "F-2", "03-03T09:00"));
        _house.Pass("03-16T10:59");
        Assert.Equal((AlertStatus.ACTIONED, AlertDeed.PURCHASE_ORDER, "PO-7", At("03-02T11:00")), (Alert.Status, Alert.Action, Alert.Reference, Alert.EndedAt));
        _house.Pass("03-16T11:00");
        Assert.Equal((AlertStatus.CLOSED, ClosedAs.SETTLED, At("03-16T11:00")), (Alert.Status, Alert.ClosedAs, Alert.ClosedAt));
        Assert.Equal((ClosedAs.BY_PERSON, At("03-03T09:00")), (_house.Alerts.Find("F-2")!.ClosedAs, _house.Alerts.Find("F-2")!.ClosedAt));
    }

    [Theory]
    [InlineData("note", null, null, "the note must say what was done")]
    [InlineData("note", null, " ", "the note must say what was done")]
    [InlineData("transfer", null, "moved", "reference must name the transfer")]
    [InlineData("purchase_order", null, null, "reference must name the purchase order")]
    public void What_was_done_must_be_told(string action, string? reference, string? note, string says)
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15").Acknowledge("F-1", "03-02T10:00");
        var refused = _house.Do(Types.AlertActioned, "F-1", "03-02T11:00", new AlertActioned("ann", action, reference, note))!;
        Assert.Equal(RejectionCodes.Invalid, refused.Code);
        Assert.Contains(says, refused.Detail, StringComparison.Ordinal);
        Assert.Equal((AlertStatus.ACKNOWLEDGED, 2), (Alert.Status, Alert.Version));
    }

    [Fact]
    public void What_is_not_allowed_is_refused_by_name_and_changes_nothing()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15");
        var refused = _house.Do(Types.AlertDismissed, "F-1", "03-02T10:00", new AlertDismissed("ann", "known"))!;
        Assert.Equal(
            (RejectionCodes.WrongState, "alert F-1 is RAISED: it cannot be dismissed; what can be done is acknowledge"), (refused.Code, refused.Detail));
        Assert.Equal((AlertStatus.RAISED, 1), (Alert.Status, Alert.Version));
    }

    [Fact]
    public void What_is_done_with_an_alert_that_is_not_raised_yet_waits_for_it()
    {
        Assert.Equal(RejectionCodes.UnknownAlert, _house.Do(Types.AlertAcknowledged, "F-1", "03-02T08:00")!.Code);
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal((AlertStatus.ACKNOWLEDGED, At("03-02T09:15")), (Alert.Status, Alert.AcknowledgedAt));
    }

    [Fact]
    public void Cleared_for_a_day_it_is_closed_if_nobody_acknowledged_it()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Raise("F-2", Anomaly("mug"), "03-02T09:00").Pass("03-02T09:15").Acknowledge("F-2", "03-02T09:30");
        _house.Clear("F-1", "03-02T10:00").Clear("F-2", "03-02T10:00").Pass("03-03T10:14");
        Assert.Equal((AlertStatus.RAISED, 0, At("03-02T10:00")), (Alert.Status, Alert.Standing, Alert.ClearedAt));
        _house.Pass("03-03T10:15"); // the first instant after it at which what is told meanwhile has been heard of
        Assert.Equal((AlertStatus.CLOSED, ClosedAs.CLEARED, At("03-03T10:15")), (Alert.Status, Alert.ClosedAs, Alert.EndedAt));
        Assert.Equal("updated 03-02T10:15 ACKNOWLEDGED", _house.History("F-2").Last()); // a person is to say what it was
        _house.Pass("04-02T10:00").Dismiss("F-2", "04-02T11:00", "known").Pass("04-02T11:01");
        Assert.Equal((AlertStatus.CLOSED, ClosedAs.CLEARED), (_house.Alerts.Find("F-2")!.Status, _house.Alerts.Find("F-2")!.ClosedAs));
    }

    [Fact]
    public void Cleared_and_told_again_before_a_day_is_over_it_goes_on_as_if_it_had_not_been()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15").Clear("F-1", "03-02T10:00").Pass("03-03T09:00");
        _house.Update("F-1", Anomaly("tea"), "03-03T10:01").Pass("03-06T00:00");
        Assert.Equal((AlertStatus.RAISED, 1), (Alert.Status, Alert.Standing));
        Assert.Equal("RAISED F-1", _house.Outcome("F-1"));
    }

    [Fact]
    public void Each_operation_has_the_whole_alert_as_it_is_after_it()
    {
        _house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15").Acknowledge("F-1", "03-02T10:00").Dismiss("F-1", "03-02T11:00", "too_small");
        var told = _house.Told();
        Assert.Equal(["alert.raised", "alert.acknowledged", "alert.dismissed"], told.Select(each => each.Type));
        Assert.Equal([1, 2, 3], told.Select(each => each.Data.Version));
        Assert.Equal(("DISMISSED", "too_small", "ann", 100m, "tea", 8m), (told[2].Data.AlertStatus, told[2].Data.DismissedAs, told[2].Data.By,
            told[2].Data.MoneyAtRisk, told[2].Data.About.Sku, told[2].Data.Hours));
    }
}
