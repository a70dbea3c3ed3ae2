using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>
/// What an amount is made of, to the last decimal: amount = expected + price variance + quantity variance + rounding + difference.
/// Price variance = invoiced units x (price - order's price); quantity variance = invoiced and not received units x the order's price.
/// </summary>
/// <param name="Difference">What nothing explains: quantity x price is another amount.</param>
internal readonly record struct Explanation(
    decimal Expected, decimal PriceVariance, decimal QuantityVariance, decimal Rounding, decimal Difference, bool IsPriceOff)
{
    /// <param name="orderPrice">Null where there is nothing to compare with: all of it is quantity variance, at the invoice's price.</param>
    /// <param name="matched">Units that were received.</param>
    /// <param name="tolerance">Part of the order's price that the price may differ by.</param>
    public static Explanation Of(string currency, long quantity, decimal price, decimal amount, decimal? orderPrice, long matched, decimal tolerance)
    {
        var agreed = orderPrice ?? price;
        // A price that is shown with fewer decimals than were agreed is that price.
        var places = Math.Max(price.Decimals(), Currencies.Decimals(currency));
        var isShown = price != agreed && price == decimal.Round(agreed, places, MidpointRounding.AwayFromZero);
        var unit = isShown ? agreed : price;
        // An amount is made of the price as shown, or as agreed; and a price of all 4 decimals may itself be rounded.
        var slack = HalfUnit(currency) + quantity * (isShown ? Math.Abs(price - agreed) : price.Decimals() == 4 ? 0.00005m : 0);
        var rest = amount - quantity * unit;
        var isRounding = Math.Abs(rest) <= slack;
        return new(
            matched * agreed, quantity * (unit - agreed), (quantity - matched) * agreed, isRounding ? rest : 0, isRounding ? 0 : rest,
            Math.Abs(unit - agreed) > tolerance * agreed);
    }

    /// <summary>What of a total the sum of its parts leaves: a rounding where the supplier has rounded the sum of the lines instead of each of them.</summary>
    /// <param name="exact">Sum of quantity x price of all lines, not rounded.</param>
    /// <returns>Total = amounts + extras + rounding + difference.</returns>
    public static (decimal Rounding, decimal Difference) OfTotal(string currency, decimal total, decimal amounts, decimal exact, decimal extras)
    {
        var rest = total - amounts - extras;
        var half = HalfUnit(currency);
        return Math.Abs(rest) <= half || Math.Abs(total - exact - extras) <= half ? (rest, 0) : (0, rest);
    }

    private static decimal HalfUnit(string currency)
    {
        var half = 0.5m;
        for (var places = Currencies.Decimals(currency); places > 0; places--)
            half /= 10;
        return half;
    }
}
