using System.Text.Json.Serialization;
using EcomIntel.Core.Events;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>What may be bought without a person, and in what money purchasing is counted.</summary>
internal sealed record PurchasingPolicy
{
    public static readonly PolicyKind<PurchasingPolicy> Kind = new("purchasing", PurchasingPolicyJson.Default.PurchasingPolicy, static policy =>
        Currencies.Invalid(nameof(BaseCurrency), policy.BaseCurrency)
        ?? Check.Money(nameof(ApproveBelow), policy.ApproveBelow)
        ?? (policy.PriceOff is < 0 or > 10 ? "priceOff must be 0 to 10" : null)
        ?? (policy.ApproveOtifBelow is < 0 or > 1 ? "approveOtifBelow must be 0 to 1" : null)
        ?? (policy.OtifLines is < 1 or > 100_000 ? "otifLines must be 1 to 100000" : null)
        ?? (policy.PaymentDays is < 0 or > SupplierUpdated.MaxDays ? $"paymentDays must be 0 to {SupplierUpdated.MaxDays}" : null)
        ?? List("personCategories", policy.PersonCategories) ?? List("incoterms", policy.Incoterms)
        ?? (policy.AcknowledgeWithin < TimeSpan.FromHours(1) || policy.AcknowledgeWithin > TimeSpan.FromDays(365)
            ? "acknowledgeWithin must be an hour to 365 days" : null)
        ?? (policy.LateAfter < TimeSpan.Zero || policy.LateAfter > TimeSpan.FromDays(365) ? "lateAfter must be 0 to 365 days" : null));

    /// <summary>In which values are compared and summed. Rates say what others are worth in it.</summary>
    public string BaseCurrency { get; init; } = "GBP";

    /// <summary>A purchase order of at least this net value, in the base currency, is approved by a person.</summary>
    public decimal ApproveBelow { get; init; } = 5_000;

    /// <summary>A supplier of whom no order was received yet: a person approves.</summary>
    public bool ApproveNewSuppliersByPerson { get; init; } = true;

    /// <summary>
    /// A person approves what is ordered of a supplier whose newest scorecard has less than this share of its lines on time in full. 0: a rule may.
    /// </summary>
    public decimal ApproveOtifBelow { get; init; } = 0.5m;

    /// <summary>So many lines must have been due for a supplier to be judged by them.</summary>
    public int OtifLines { get; init; } = 10;

    /// <summary>Categories of items that a person approves, whatever they cost.</summary>
    public IReadOnlyList<string> PersonCategories { get; init; } = [];

    /// <summary>A price above the supplier's list by more than this part of it is approved by a person.</summary>
    public decimal PriceOff { get; init; } = 0.1m;

    /// <summary>Terms are off the norm where a supplier wants its money in fewer days.</summary>
    public int PaymentDays { get; init; }

    /// <summary>Terms are off the norm where a supplier delivers by none of these; empty: by any.</summary>
    public IReadOnlyList<string> Incoterms { get; init; } = [];

    /// <summary>What is approved by the rule goes to the supplier at once; otherwise a person sends it.</summary>
    public bool SendAtOnce { get; init; } = true;

    /// <summary>A case is opened where a supplier has not acknowledged an order so long after it was sent.</summary>
    public TimeSpan AcknowledgeWithin { get; init; } = TimeSpan.FromDays(3);

    /// <summary>A case is opened where units have not come so long after they were expected.</summary>
    public TimeSpan LateAfter { get; init; } = TimeSpan.FromDays(1);

    private static string? List(string name, IReadOnlyList<string>? words) =>
        words is null || words.Count > 1_000 || words.Any(word => string.IsNullOrEmpty(word) || word.Length > Identifier.MaxLength)
            ? $"{name} must be a list of at most 1000 words" : null;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PurchasingPolicy))]
internal sealed partial class PurchasingPolicyJson : JsonSerializerContext;
