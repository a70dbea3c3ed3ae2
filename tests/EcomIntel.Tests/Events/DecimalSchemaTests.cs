using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Events;

/// <summary>
/// Common validators compute with binary fractions: to them 0.15 is no multiple of 0.0001. So no schema says decimals by <c>multipleOf</c>, and what they
/// compute is here what .NET's <c>double</c> does.
/// </summary>
public sealed class DecimalSchemaTests
{
    [Fact]
    public void Every_price_of_two_decimals_is_taken_by_the_schema_and_by_the_hub()
    {
        var price = EventRules.Documented.Schemas["order.placed"].Json.GetProperty("properties").GetProperty("lines").GetProperty("items")
            .GetProperty("properties").GetProperty("price");
        for (var cents = 0; cents < 100_000; cents++)
        {
            var written = (cents / 100m).ToString("0.00", CultureInfo.InvariantCulture);
            Assert.True(Allows(price, double.Parse(written, CultureInfo.InvariantCulture)), written);
            Assert.Null(Check.Money("price", decimal.Parse(written, CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public void No_schema_wants_a_fraction_of_which_a_number_is_a_multiple()
    {
        Assert.False(Allows(JsonElement.Parse("""{"multipleOf": 0.0001}"""), 0.15));
        foreach (var (name, schema) in EventRules.Documented.Schemas)
            Assert.True(!schema.Json.GetRawText().Contains("multipleOf", StringComparison.Ordinal), name);
    }

    /// <summary>The keywords for numbers, as validators in JavaScript and Python evaluate them.</summary>
    private static bool Allows(JsonElement schema, double value) =>
        schema.EnumerateObject().All(keyword => keyword.Name switch
        {
            "minimum" => value >= keyword.Value.GetDouble(),
            "maximum" => value <= keyword.Value.GetDouble(),
            "multipleOf" => value / keyword.Value.GetDouble() % 1 == 0,
            _ => true,
        });
}
