using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>
/// Ids that replenishment makes of others: <c>PP-20260106-north-mug</c>. No two things share one. Where the dash between location and sku may be taken for one
/// of theirs, it says behind the day how many dashes the location has (<c>PP-20260106.0-north-mug-2</c>); what is too long is cut, and has a hash there.
/// </summary>
internal static class ProposalId
{
    /// <summary>Of prefix and day.</summary>
    private const int Head = 11;

    public static string Of(string kind, DateTimeOffset at, LocationId location, Sku sku) =>
        Join(kind == Proposal.Transfer ? "TP" : "PP", at, "", location.Value, sku.Value);

    /// <param name="part">From 0 on: what is bought of one supplier for one location may be more than one order has room for.</param>
    public static PurchaseOrderId OrderOf(DateTimeOffset at, LocationId location, SupplierId supplier, int part) =>
        new(Join("RP", at, part == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"+{part + 1}"), location.Value, supplier.Value));

    /// <summary>Of what a person makes of a proposal.</summary>
    public static PurchaseOrderId OrderOf(Proposal proposal) => new(Fit($"PO-{proposal.Id}", Head + 3));

    private static string Join(string prefix, DateTimeOffset at, string part, string location, string other)
    {
        // Read without a number, the dash in the middle is the one between them, of an even number the later.
        var (own, all) = (location.Count('-'), location.Count('-') + 1 + other.Count('-'));
        var dashes = own == all / 2 ? "" : string.Create(CultureInfo.InvariantCulture, $".{own}");
        return Fit(string.Create(CultureInfo.InvariantCulture, $"{prefix}-{at:yyyyMMdd}{dashes}{part}-{location}-{other}"), Head);
    }

    private static string Fit(string id, int head) => id.Length <= Identifier.MaxLength ? id
        : $"{id[..head]}#{Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)), 0, 8)}{id[head..]}"[..Identifier.MaxLength].TrimEnd();
}
