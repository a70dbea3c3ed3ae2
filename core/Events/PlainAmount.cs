namespace EcomIntel.Core.Events;

/// <summary>
/// Amounts without trailing zeros, of which the database's columns keep more than events do: it must not show which of the two an amount came from.
/// </summary>
internal static class PlainAmount
{
    public static decimal Of(decimal amount) => amount / 1.0000000000000000000000000000m;

    public static decimal? Of(decimal? amount) => amount is { } known ? Of(known) : null;
}
