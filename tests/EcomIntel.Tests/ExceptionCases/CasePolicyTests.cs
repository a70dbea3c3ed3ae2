using System.Text.Json;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Tests.ExceptionCases;

/// <summary>What no clock could go by, or nobody could own, is refused when the policy is told, not when a case is opened.</summary>
public sealed class CasePolicyTests
{
    private const string Team = """{"name":"one","timeZone":"UTC","days":["monday"],"opensAt":"09:00","closesAt":"10:00"}""";

    [Theory]
    [InlineData("", null)]
    [InlineData(""" "escalateAt": [] """, null)]
    [InlineData(""" "escalateAt": [1, 1] """, "escalateAt")]
    [InlineData(""" "routes": [{"team":"finance","hours":1,"category":"invoice"}] """, "neither category nor location")]
    [InlineData(""" "routes": [{"team":"nobody","hours":1}] """, "nobody")]
    [InlineData(""" "routes": [{"team":"finance","hours":1,"category":"weather"}] """, "weather")]
    [InlineData(""" "routes": [{"team":"finance","hours":0}] """, "hours")]
    [InlineData(""" "rootCauses": [] """, "rootCauses")]
    // An hour a week: 1000 weeks are 1000 hours, once all of them are over and, by default, twice.
    [InlineData($$""" "teams": [{{Team}}], "routes": [{"team":"one","hours":500}] """, null)]
    [InlineData($$""" "teams": [{{Team}}], "routes": [{"team":"one","hours":500.5}] """, "works too little: 1001 hours")]
    [InlineData($$""" "teams": [{{Team}}], "routes": [{"team":"one","hours":1000}], "escalateAt": [0.5] """, null)]
    [InlineData($$""" "teams": [{{Team}}], "routes": [{"team":"one","hours":11}], "escalateAt": [1, 100] """, "works too little: 1100 hours")]
    public void Is_told_what_is_wrong(string members, string? says)
    {
        var wrong = CasePolicy.Kind.Invalid(JsonElement.Parse($"{{{members}}}"));
        if (says is null)
            Assert.Null(wrong);
        else
            Assert.Contains(says, wrong, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_category_is_about_is_known_of_each()
    {
        string[] others =
            ["inventory", "item", "transfer", "location", "purchase_order", "receipt", "invoice", "charge"];
        Assert.Equal(
            CaseCategory.AboutOrders.Concat(others).Order(StringComparer.Ordinal),
            CaseCategory.All.Select(category => category.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));
    }
}
