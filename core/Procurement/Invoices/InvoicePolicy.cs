using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>What an invoice is matched with, and how long it waits for it.</summary>
internal sealed record InvoicePolicy
{
    public const string Received = "received";
    public const string Accepted = "accepted";

    public static readonly PolicyKind<InvoicePolicy> Kind = new("invoices", InvoicePolicyJson.Default.InvoicePolicy, static policy =>
        policy.WaitFor < TimeSpan.Zero || policy.WaitFor > TimeSpan.FromDays(366) ? "waitFor must be 00:00:00 to 366.00:00:00"
        : policy.Match is Received or Accepted ? null : "match must be received or accepted");

    /// <summary>How long an invoice waits for receipts, from its own time on, before a person looks at it.</summary>
    public TimeSpan WaitFor { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// <c>received</c>: units that came, whatever their condition (what is damaged is claimed, and credited apart); <c>accepted</c>: only those that were
    /// neither damaged nor rejected.
    /// </summary>
    public string Match { get; init; } = Received;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(InvoicePolicy))]
internal sealed partial class InvoicePolicyJson : JsonSerializerContext;
