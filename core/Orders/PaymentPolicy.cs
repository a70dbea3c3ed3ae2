using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.Core.Policies;

namespace EcomIntel.Core.Orders;

/// <summary>When an order counts as paid, and how long stock is kept for one that is not.</summary>
internal sealed record PaymentPolicy
{
    public static readonly PolicyKind<PaymentPolicy> Kind = new("payment", PaymentPolicyJson.Default.PaymentPolicy, static policy =>
        policy.Tolerance is < 0 or > 1_000_000 ? "tolerance must be 0 to 1000000"
        : policy.ReservationFor < TimeSpan.FromMinutes(1) || policy.ReservationFor > TimeSpan.FromDays(3650)
            ? "reservationFor must be 00:01:00 to 3650.00:00:00" : null);

    /// <summary>What may be missing of an order's total, in its currency.</summary>
    public decimal Tolerance { get; set; }

    /// <summary>From the opening of the hold awaiting_payment on: then what is promised and not released goes to others.</summary>
    public TimeSpan ReservationFor { get; init; } = TimeSpan.FromDays(3);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PaymentPolicy))]
internal sealed partial class PaymentPolicyJson : JsonSerializerContext;
