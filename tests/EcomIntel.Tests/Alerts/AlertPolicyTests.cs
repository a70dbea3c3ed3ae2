using System.Text.Json;
using EcomIntel.Core.Alerts;
using static EcomIntel.Tests.Alerts.AlertHouse;

namespace EcomIntel.Tests.Alerts;

public sealed class AlertPolicyTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData(""" "gather": "00:07:00" """, "gather must be")]
    [InlineData(""" "gather": "1.00:00:00" """, null)]
    [InlineData(""" "mostPerDay": 0 """, "mostPerDay must be 1 to 1000")]
    [InlineData(""" "reconsiderFor": "31.00:00:00" """, "reconsiderFor must be")]
    [InlineData(""" "clearFor": "-00:01:00" """, "clearFor must be")]
    [InlineData(""" "closeAfter": "00:59:00" """, "closeAfter must be")]
    [InlineData(""" "learnFrom": 21 """, "learnFrom and learnMost must be")]
    [InlineData(""" "targetPrecision": 0 """, "targetPrecision must be")]
    [InlineData(""" "strictest": 1.1 """, "strictest must be")]
    [InlineData(""" "mostMoney": 0.5 """, "mostMoney must be")]
    [InlineData(""" "rules": [] """, "rules must be 1 to 1000")]
    [InlineData(""" "rules": [null] """, "rules must be 1 to 1000")]
    [InlineData(""" "rules": [{"leastMoney": 1, "leastCertainty": 0.5, "kind": "shrinkage"}] """, "one rule must name neither kind nor model")]
    [InlineData(""" "rules": [{"leastMoney": -1, "leastCertainty": 0.5}] """, "a rule's leastMoney must be 0 to")]
    [InlineData(""" "rules": [{"leastMoney": 1, "leastCertainty": 1.5}] """, "a rule's leastCertainty must be 0 to 1")]
    [InlineData(""" "rules": [{"leastMoney": 1, "leastCertainty": 0.5, "standFor": "31.00:00:00"}] """, "a rule's standFor must be")]
    [InlineData(""" "rules": [{"leastMoney": 1, "leastCertainty": 0.5, "scoreIs": "luck"}] """, "rules must be of another form")]
    public void Is_told_what_is_wrong(string members, string? says)
    {
        var wrong = AlertPolicy.Kind.Invalid(JsonElement.Parse($"{{{members}}}"));
        if (says is null)
            Assert.Null(wrong);
        else
            Assert.StartsWith(says, wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demand_anomaly", "detector", 1)]
    [InlineData("delay_risk", "detector", 2)]
    [InlineData("delay_risk", "forest", 3)]
    [InlineData("demand_anomaly", "forest", 3)]
    [InlineData("shrinkage", "forest", 4)]
    public void The_rule_that_names_most_counts(string kind, string model, int money)
    {
        var policy = AlertPolicy.Kind.Parse("""
            {"rules": [
                {"leastMoney": 4, "leastCertainty": 0.5, "kind": "shrinkage", "model": "forest"}, {"leastMoney": 3, "leastCertainty": 0.5, "model": "forest"},
                {"leastMoney": 1, "leastCertainty": 0.5}, {"leastMoney": 2, "leastCertainty": 0.5, "kind": "delay_risk", "scoreIs": "probability"}]}
            """);
        var finding = new Finding { FindingId = "F-1" };
        var told = Anomaly("tea", kind: kind, model: model);
        finding.Tell(new("1", "s", Core.Events.EventCatalogue.FindingRaised, "F-1", At("03-02T09:00"), told), told, null);
        Assert.Equal(money, policy.RuleOf(finding).LeastMoney);
    }

    [Theory]
    [InlineData("03-02T09:00", "03-02T09:15")]
    [InlineData("03-02T09:14:59.999999", "03-02T09:15")]
    [InlineData("03-02T23:59", "03-03T00:00")]
    public void Findings_are_decided_at_every_quarter_of_an_hour(string told, string decided) =>
        Assert.Equal(At(decided), new AlertPolicy().RoundAfter(At(told)));
}
