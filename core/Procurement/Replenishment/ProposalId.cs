using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Procurement.Replenishment;

/// <summary>Ids that are made of others, and fit: what is too long ends in a hash of all of it.</summary>
internal static class ProposalId
{
    public static string Of(string kind, DateTimeOffset at, LocationId location, Sku sku) =>
        Fit(string.Create(CultureInfo.InvariantCulture, $"{(kind == Proposal.Transfer ? "TP" : "PP")}-{at:yyyyMMdd}-{location}-{sku}"));

    public static string Fit(string id) => id.Length <= Identifier.MaxLength ? id
        : string.Concat(id.AsSpan(0, Identifier.MaxLength - 17), "-", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(id)), 0, 8));
}
