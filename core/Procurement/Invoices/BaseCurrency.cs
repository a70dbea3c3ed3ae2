using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>The currency that stock is valued in, and what money of others is told in where sums of several are wanted.</summary>
internal static class BaseCurrency
{
    /// <summary>As policy has it at an instant.</summary>
    public static string At(PolicyBook policies, DateTimeOffset at) => "GBP";

    public static Rejection NoRate(string currency, string into, DateTimeOffset at) => new(RejectionCodes.NoRate,
        string.Create(CultureInfo.InvariantCulture, $"no rate of {currency} into {into} is known at {at:O}")) { Awaits = $"rate/{currency}" };
}
