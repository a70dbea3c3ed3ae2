using EcomIntel.Core.Alerts;
using static EcomIntel.Tests.Alerts.AlertHouse;

namespace EcomIntel.Tests.Alerts;

/// <summary>What people say of a model's alerts moves from when on it has more, within bounds. The rule: 50, and 0.95 certain.</summary>
public sealed class AlertThresholdTests
{
    private static readonly DateTimeOffset Now = At("06-01T00:00");

    /// <param name="verdicts">A letter each, the latest first: actioned, false, known, small.</param>
    [Theory]
    [InlineData("", 0.95)]
    [InlineData("ffff", 0.95)] // fewer than five say nothing
    [InlineData("fffff", 0.995)] // none was real: a tenth of the doubt is left, and no less
    [InlineData("aafff", 0.96)] // 0.4 of 0.5
    [InlineData("aakff", 0.95)] // what was known was real
    [InlineData("aaaff", 0.95)] // 0.6: more than is asked for
    [InlineData("afffffff", 0.9875)] // 0.125 of 0.5: a quarter
    [InlineData("aaaaaaaaaafffffffffffffff", 0.95)] // the latest twenty: ten of them were real
    public void Where_too_few_were_real_more_certainty_is_asked_for(string verdicts, double certainty) =>
        Assert.Equal((decimal)certainty, Of(verdicts.Select((letter, index) => Said(letter, index)).ToList()).LeastCertainty);

    [Theory]
    [InlineData("s60,s70,a90,a200,k10", 70.0001)] // as much as was too small is not enough
    [InlineData("s60,s95,a90,a200,k10", 90)] // but what was acted on would not have been held back
    [InlineData("s900,k1,k1,k1,k1", 500)] // ten times the rule's at most
    [InlineData("s20,a20,a30,k1,k1", 50)] // never less than the rule's
    [InlineData("a90,a90,a90,a90,a90", 50)]
    [InlineData("s900,a90,a90,a90", 50)] // four say nothing
    public void What_was_too_small_to_people_is_held_back(string verdicts, double money) =>
        Assert.Equal((decimal)money, Of(verdicts.Split(',').Select((word, index) =>
            Said(word[0], index, decimal.Parse(word[1..], System.Globalization.CultureInfo.InvariantCulture))).ToList()).LeastMoney);

    [Fact]
    public void After_a_time_it_is_forgotten()
    {
        var verdicts = Enumerable.Range(0, 5).Select(index => Said('f', index)).ToList();
        Assert.Equal(0.995m, Of(verdicts, Now.AddDays(89)).LeastCertainty);
        Assert.Equal(0.95m, Of(verdicts, Now.AddDays(90)).LeastCertainty); // the oldest counts no more: four are left
        Assert.Equal(0.95m, Of(verdicts, Now.AddDays(-1)).LeastCertainty); // nobody had said it
    }

    [Fact]
    public void Dismissed_as_false_five_times_a_model_must_be_surer_and_others_need_not()
    {
        var house = new AlertHouse();
        for (var number = 1; number <= 5; number++)
            house.Raise($"F-{number}", Anomaly($"sku-{number}"), "03-02T09:00");
        house.Pass("03-02T09:15");
        for (var number = 1; number <= 5; number++)
            house.Acknowledge($"F-{number}", "03-02T10:00").Dismiss($"F-{number}", "03-02T11:00");
        house.Raise("F-6", Anomaly("tea", score: 0.006m), "03-03T09:00").Raise("F-7", Anomaly("tea", score: 0.006m, kind: "returns_anomaly"), "03-03T09:00")
            .Raise("F-8", Anomaly("mug", score: 0.006m, model: "other"), "03-03T09:00").Raise("F-9", Anomaly("cup", score: 0.004m), "03-03T09:00");
        house.Pass("03-03T09:15");
        Assert.Equal(("HELD UNCERTAIN", "RAISED F-7", "RAISED F-8", "RAISED F-9"),
            (house.Outcome("F-6"), house.Outcome("F-7"), house.Outcome("F-8"), house.Outcome("F-9")));
        Assert.Equal(0.995m, house.Alerts.Find("F-9")!.LeastCertainty);
    }

    private static AlertThreshold Of(IReadOnlyList<Verdict> verdicts, DateTimeOffset? at = null)
    {
        var policy = AlertPolicy.Kind.BuiltIn.Settings;
        return AlertThreshold.Of(policy, policy.Rules[0], verdicts, at ?? Now);
    }

    private static Verdict Said(char letter, int index, decimal worth = 100) => new($"A-{index}", Now.AddHours(-index), letter switch
    {
        'f' => DismissReason.FALSE,
        'k' => DismissReason.KNOWN,
        's' => DismissReason.TOO_SMALL,
        _ => null,
    }, worth);
}
