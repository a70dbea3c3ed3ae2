using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>Amounts that are shared out, so that the parts add up.</summary>
internal static class Spread
{
    /// <summary>
    /// Shares by weight, in whole steps: each its share rounded down, and what is left goes, a step each, to those that lost most by it (largest remainder;
    /// of equal ones the first). No two parts of equal weight differ by more than a step.
    /// </summary>
    /// <param name="weights">Not negative. Where all are 0, all weigh the same.</param>
    /// <param name="decimals">Of a step. An amount with more is shared in its own decimals.</param>
    public static decimal[] Over(decimal amount, IReadOnlyList<decimal> weights, int decimals)
    {
        var step = 1m;
        for (var places = Math.Max(decimals, amount.Decimals()); places > 0; places--)
            step /= 10;
        var steps = Math.Abs(amount) / step;
        var total = weights.Sum();
        var shares = weights.Select(weight => total > 0 ? steps * (weight / total) : steps / weights.Count).ToArray();
        var parts = shares.Select(Math.Floor).ToArray();
        var left = steps - parts.Sum();
        // Shares are rounded at the 28th digit: they may come to a step more, or less, than there is.
        foreach (var index in Enumerable.Range(0, parts.Length).OrderByDescending(index => (weights[index] > 0 || total == 0, shares[index] - parts[index]))
            .ThenBy(index => index))
        {
            if (left <= 0)
                break;
            parts[index]++;
            left--;
        }
        for (var index = 0; left != 0 && index < parts.Length; index++)
            if (parts[index] + left >= 0)
                (parts[index], left) = (parts[index] + left, 0);
        var sign = Math.Sign(amount);
        return [.. parts.Select(part => part * step * sign)];
    }

    /// <summary>How many decimals a value has, without trailing zeros.</summary>
    public static int Decimals(this decimal value) => PlainAmount.Of(value).Scale;

    /// <summary>Rounded as amounts in a currency are: half a unit away from zero.</summary>
    public static decimal Rounded(this decimal value, string currency) =>
        decimal.Round(value, Currencies.Decimals(currency), MidpointRounding.AwayFromZero);
}
