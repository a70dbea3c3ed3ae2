using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Events;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("EUR", null)]
    [InlineData("GBP", null)]
    [InlineData("JPY", null)]
    [InlineData("XCG", null)]
    [InlineData("BGN", null)] // until the end of 2025
    [InlineData("eur", "currency must be a currency of ISO 4217 in capitals, as EUR; it is 'eur'")]
    [InlineData("Euro", "currency must be a currency of ISO 4217 in capitals, as EUR; it is 'Euro'")]
    [InlineData("EURO", "currency must be a currency of ISO 4217 in capitals, as EUR; it is 'EURO'")]
    [InlineData("DEM", "currency must be a currency of ISO 4217 in capitals, as EUR; it is 'DEM'")]
    [InlineData("XXX", "currency must be a currency of ISO 4217 in capitals, as EUR; it is 'XXX'")]
    [InlineData("XAU", "currency must be a currency of ISO 4217 in capitals, as EUR; it is 'XAU'")]
    [InlineData("€", "currency must be a currency of ISO 4217 in capitals, as EUR")]
    [InlineData("", "currency must be a currency of ISO 4217 in capitals, as EUR")]
    [InlineData("EUR\u200B", "currency must be a currency of ISO 4217 in capitals, as EUR")]
    public void An_order_is_in_a_currency_of_ISO_4217(string currency, string? wrong) =>
        Assert.Equal(wrong, new OrderPlaced("web", [new(1, new("mug"), 1, 5m)], currency).Invalid());

    [Fact]
    public void Codes_are_three_capitals_each_and_the_schema_lists_them()
    {
        Assert.All(Currencies.Codes, code => Assert.Matches("^[A-Z]{3}$", code));
        var listed = EventRules.Documented.Schemas["order.placed"].Json.GetProperty("properties").GetProperty("currency").GetProperty("enum");
        Assert.Equal(Currencies.Codes.Order(StringComparer.Ordinal), listed.EnumerateArray().Select(code => code.GetString()!));
    }
}
