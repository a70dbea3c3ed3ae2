using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>The currency that stock is valued in, and in which sums of several currencies are told.</summary>
internal static class BaseCurrency
{
    /// <summary>As policy has it at an instant.</summary>
    public static string At(PolicyBook policies, DateTimeOffset at) => "GBP";
}
