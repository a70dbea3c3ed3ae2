using EcomIntel.Core.Events;
using EcomIntel.Tests.Processing;
using static EcomIntel.Tests.Alerts.AlertHouse;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Alerts;

/// <summary>Which findings become alerts, which are folded into one, and which are held back, and why.</summary>
public sealed class FindingTests
{
    [Theory]
    [InlineData(49.99, 0.001, "HELD TOO_SMALL")]
    [InlineData(50, 0.001, "RAISED F-1")]
    [InlineData(100, 0.0501, "HELD UNCERTAIN")]
    [InlineData(100, 0.05, "RAISED F-1")]
    public void Too_small_or_too_uncertain_it_is_held_back(double money, double score, string outcome) =>
        Assert.Equal(outcome, new AlertHouse().Raise("F-1", Anomaly("tea", (decimal)money, (decimal)score), "03-02T09:00").Pass("03-02T09:15").Outcome("F-1"));

    [Theory]
    [InlineData(0.49, "HELD UNCERTAIN")]
    [InlineData(0.5, "RAISED F-1")]
    public void Of_a_probability_the_higher_is_the_surer(double score, string outcome)
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea", 100, (decimal)score, "delay_risk"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal(outcome, house.Outcome("F-1"));
    }

    [Fact]
    public void Held_back_it_becomes_an_alert_once_it_is_told_to_be_larger()
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea", 10), "03-02T09:00").Pass("03-02T12:00");
        Assert.Equal("HELD TOO_SMALL", house.Outcome("F-1"));
        Assert.Equal("RAISED F-1", house.Update("F-1", Anomaly("tea", 80), "03-02T12:00").Pass("03-02T12:15").Outcome("F-1"));
    }

    [Fact]
    public void Five_of_a_day_become_alerts_of_one_team_those_with_most_money_at_risk()
    {
        var house = new AlertHouse();
        for (var number = 1; number <= 8; number++)
            house.Raise($"F-{number}", Anomaly($"sku-{number}", 50 + number), "03-02T09:00");
        house.Raise("F-9", Anomaly("none", null), "03-02T09:00"); // nobody knows how much
        house.Raise("F-d", Anomaly("sku-1", 60, kind: "shrinkage"), "03-02T09:00").Pass("03-02T09:15"); // another team's
        Assert.Equal(["F-4", "F-5", "F-6", "F-7", "F-8", "F-d"], house.Alerts.All.Select(alert => alert.AlertId).Order(StringComparer.Ordinal));
        Assert.All(["F-1", "F-2", "F-3", "F-9"], id => Assert.Equal("HELD TOO_MANY", house.Outcome(id)));
        // There are five more places on the next day; new ones come first, at its end those that are left.
        house.Raise("F-x", Anomaly("new", 51), "03-03T09:00").Pass("03-03T23:44");
        Assert.Equal(("RAISED F-x", "HELD TOO_MANY"), (house.Outcome("F-x"), house.Outcome("F-3")));
        house.Pass("03-03T23:45");
        Assert.All(["F-1", "F-2", "F-3", "F-9"], id => Assert.Equal($"RAISED {id}", house.Outcome(id)));
    }

    [Fact]
    public void What_found_no_place_for_three_days_is_held_back_until_it_is_told_again()
    {
        var house = new AlertHouse("""{"mostPerDay": 1}""");
        house.Raise("F-1", Anomaly("tea", 60), "03-02T09:00");
        for (var day = 2; day <= 6; day++)
            house.Raise($"big-{day}", Anomaly($"sku-{day}", 900), $"03-0{day}T09:00");
        house.Pass("03-30T00:00");
        Assert.Equal("HELD TOO_MANY", house.Outcome("F-1"));
        Assert.Null(house.Findings.Find("F-1")!.DecideAt);
        Assert.Equal("RAISED F-1", house.Update("F-1", Anomaly("tea", 61), "03-30T09:00").Pass("03-30T09:15").Outcome("F-1"));
    }

    [Fact]
    public void Findings_about_one_thing_are_one_alert_that_says_what_was_told_last()
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea", 100, detail: "a spike"), "03-02T09:00").Pass("03-02T09:15");
        house.Raise("F-2", Anomaly("tea", 300, detail: "a shift"), "03-03T09:00").Pass("03-03T09:15");
        var alert = house.Alerts.Find("F-1")!;
        Assert.Equal(
            ("FOLDED F-1", 2, 2, "F-2", "a shift", 300m),
            (house.Outcome("F-2"), alert.Findings, alert.Standing, alert.Lead, alert.Detail, alert.Worth));
        Assert.Contains("updated 03-03T09:15 RAISED", house.History("F-1"));
    }

    [Fact]
    public void Of_a_sku_in_three_channels_one_alert_says_where_it_sits()
    {
        var house = new AlertHouse();
        foreach (var channel in new[] { "web", "market", "shop" })
            house.Raise($"F-tea-{channel}", Anomaly("tea", 500, partOf: "F-tea", channel: channel), "03-02T09:00");
        house.Raise("F-tea", Anomaly("tea", 1500), "03-02T09:00").Pass("03-02T09:15");
        var alert = Assert.Single(house.Alerts.All);
        Assert.Equal(("F-tea", 4, 4, "F-tea"), (alert.AlertId, alert.Findings, alert.Standing, alert.Lead));
        Assert.Equal("FOLDED F-tea", house.Outcome("F-tea-web"));
        house.Clear("F-tea-web", "03-02T10:00").Pass("03-02T10:15");
        Assert.Equal((4, 3), (alert.Findings, alert.Standing));
    }

    [Fact]
    public void What_sits_in_what_is_held_back_is_folded_and_follows_it()
    {
        var house = new AlertHouse().Raise("F-tea", Anomaly("tea", 10), "03-02T09:00")
            .Raise("F-web", Anomaly("tea", 500, partOf: "F-tea", channel: "web"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal(("HELD TOO_SMALL", "FOLDED"), (house.Outcome("F-tea"), house.Outcome("F-web")));
        house.Update("F-tea", Anomaly("tea", 600), "03-02T10:00").Pass("03-02T10:15");
        Assert.Equal(("RAISED F-tea", "FOLDED F-tea"), (house.Outcome("F-tea"), house.Outcome("F-web")));
    }

    [Fact]
    public void Where_the_whole_is_cleared_before_it_was_an_alert_its_part_counts_for_itself()
    {
        var house = new AlertHouse().Raise("F-tea", Anomaly("tea", 10), "03-02T09:00")
            .Raise("F-web", Anomaly("tea", 500, partOf: "F-tea", channel: "web"), "03-02T09:00").Pass("03-02T09:15");
        house.Clear("F-tea", "03-02T10:00").Pass("03-02T10:15");
        Assert.Equal(("HELD CLEARED", "RAISED F-web"), (house.Outcome("F-tea"), house.Outcome("F-web")));
    }

    [Fact]
    public void What_sits_in_what_is_not_known_waits_for_it_three_days_and_counts_for_itself_then()
    {
        var house = new AlertHouse().Raise("F-web", Anomaly("tea", 500, partOf: "F-tea", channel: "web"), "03-02T09:00")
            .Raise("F-x", Anomaly("mug", 500, partOf: "F-none"), "03-02T09:00").Pass("03-03T09:00");
        Assert.Equal("HELD PART_UNKNOWN", house.Outcome("F-web"));
        house.Raise("F-tea", Anomaly("tea", 900), "03-03T09:00").Pass("03-03T09:15");
        Assert.Equal(("RAISED F-tea", "FOLDED F-tea"), (house.Outcome("F-tea"), house.Outcome("F-web")));
        Assert.Equal("HELD PART_UNKNOWN", house.Pass("03-05T08:59").Outcome("F-x"));
        Assert.Equal("RAISED F-x", house.Pass("03-05T09:00").Outcome("F-x"));
    }

    [Fact]
    public void Findings_in_a_circle_count_for_themselves()
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea", partOf: "F-2"), "03-02T09:00").Raise("F-2", Anomaly("mug", partOf: "F-1"), "03-02T09:00")
            .Raise("F-3", Anomaly("cup", partOf: "F-3"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal(("RAISED F-1", "RAISED F-2", "RAISED F-3"), (house.Outcome("F-1"), house.Outcome("F-2"), house.Outcome("F-3")));
    }

    [Fact]
    public void It_must_stand_as_long_as_the_rule_says()
    {
        const string Rules = """{"rules": [{"leastMoney": 50, "leastCertainty": 0.95, "standFor": "2.00:00:00"}]}""";
        var house = new AlertHouse(Rules).Raise("F-1", Anomaly("tea"), "03-02T09:00").Raise("F-2", Anomaly("mug"), "03-02T09:00").Pass("03-03T00:00");
        Assert.Equal("HELD UNCONFIRMED", house.Outcome("F-1"));
        house.Clear("F-2", "03-03T10:00").Pass("03-03T10:15");
        Assert.Equal("HELD CLEARED", house.Outcome("F-2"));
        house.Update("F-2", Anomaly("mug"), "03-03T12:00").Update("F-1", Anomaly("tea"), "03-03T12:00").Pass("03-04T08:59");
        Assert.Equal("HELD UNCONFIRMED", house.Outcome("F-1"));
        house.Pass("03-04T09:00");
        Assert.Equal(("RAISED F-1", "HELD UNCONFIRMED"), (house.Outcome("F-1"), house.Outcome("F-2")));
        Assert.Equal("RAISED F-2", house.Pass("03-05T12:00").Outcome("F-2"));
    }

    [Fact]
    public void After_an_alert_was_closed_a_new_finding_is_a_new_alert_and_an_old_one_stays_in_it()
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15");
        house.Acknowledge("F-1", "03-02T10:00").Dismiss("F-1", "03-02T11:00");
        house.Raise("F-2", Anomaly("tea"), "03-02T12:00").Pass("03-02T12:15");
        Assert.Equal("FOLDED F-1", house.Outcome("F-2")); // dismissed, not closed: nobody is asked again
        Assert.Null(house.Do(Types.AlertClosed, "F-1", "03-02T13:00"));
        house.Update("F-1", Anomaly("tea", 900), "03-03T09:00").Raise("F-3", Anomaly("tea"), "03-03T09:00").Pass("03-03T09:15");
        Assert.Equal(("RAISED F-1", "FOLDED F-1", "RAISED F-3"), (house.Outcome("F-1"), house.Outcome("F-2"), house.Outcome("F-3")));
        Assert.Equal((100m, 2), (house.Alerts.Find("F-1")!.Worth, house.Alerts.Find("F-1")!.Findings));
    }

    [Fact]
    public void Money_in_another_currency_counts_by_its_rate_and_where_there_is_none_it_cannot_be_told()
    {
        var house = new AlertHouse();
        Assert.Null(house.House.Hear(Types.RateUpdated, "EUR", new RateUpdated(0.8m), At("03-01T00:00")));
        FindingRaised In(string currency, string sku) => Anomaly(sku) with { MoneyAtRisk = new(60, currency) };
        house.Raise("F-1", In("EUR", "tea"), "03-02T09:00").Raise("F-2", In("SEK", "mug"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal(("HELD TOO_SMALL", 48m), (house.Outcome("F-1"), house.Findings.Find("F-1")!.Worth));
        Assert.Equal(("RAISED F-2", null), (house.Outcome("F-2"), house.Findings.Find("F-2")!.Worth));
    }

    [Fact]
    public void A_finding_cleared_before_it_is_known_waits_for_it_and_one_that_is_told_late_changes_nothing()
    {
        var house = new AlertHouse();
        Assert.Equal(RejectionCodes.UnknownFinding, house.House.Hear(Types.FindingCleared, "F-1", new FindingCleared("gone"), At("03-02T08:00"))!.Code);
        house.Raise("F-1", Anomaly("tea"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal("RAISED F-1", house.Outcome("F-1")); // told at nine, after it was cleared at eight
        house.Update("F-1", Anomaly("tea", 700), "03-02T07:00").Pass("03-02T12:00");
        Assert.Equal(100, house.Alerts.Find("F-1")!.Worth);
    }

    [Fact]
    public void A_finding_is_about_one_thing()
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea"), "03-02T09:00");
        Assert.Equal(RejectionCodes.Invalid, house.House.Hear(Types.FindingUpdated, "F-1", Anomaly("mug"), At("03-02T10:00"))!.Code);
        Assert.Equal(RejectionCodes.Invalid, house.House.Hear(Types.FindingUpdated, "F-1", Anomaly("tea", model: "other"), At("03-02T10:00"))!.Code);
        Assert.Equal(RejectionCodes.Invalid, house.House.Hear(Types.FindingUpdated, "F-1", Anomaly("tea", kind: "other"), At("03-02T10:00"))!.Code);
    }

    [Fact]
    public void What_hides_in_its_words_is_shown()
    {
        var house = new AlertHouse().Raise("F-1", Anomaly("tea", detail: "sold\u202E42"), "03-02T09:00").Pass("03-02T09:15");
        Assert.Equal(@"sold\u202E42", house.Alerts.Find("F-1")!.Detail);
    }
}
