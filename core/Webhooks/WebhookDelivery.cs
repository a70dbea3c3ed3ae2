namespace EcomIntel.Core.Webhooks;

/// <summary>Where a delivery stands, as it is stored.</summary>
public static class WebhookStatus
{
    public const string Pending = "pending", Delivered = "delivered";

    /// <summary>Given up: a dead letter, until somebody has it tried again.</summary>
    public const string Dead = "dead";

    public static IReadOnlyList<string> All { get; } = [Pending, Delivered, Dead];
}

/// <summary>A decision that an endpoint wants.</summary>
/// <param name="Id">The webhook-id.</param>
/// <param name="Body">As it is sent and signed.</param>
/// <param name="Error">Why it is dead from the beginning; null where it is to be sent.</param>
public sealed record NewDelivery(string Id, string Endpoint, long Sequence, string Type, string Subject, byte[] Body, string? Error = null);

/// <summary>What is to be sent now.</summary>
/// <param name="Attempts">Those before.</param>
public sealed record DueDelivery(string Id, long Sequence, string Type, string Subject, byte[] Body, int Attempts);

/// <summary>What came of an attempt.</summary>
/// <param name="Wait">Until the next one, where it is <see cref="WebhookStatus.Pending"/> still.</param>
/// <param name="Error">In one line; null where it was delivered.</param>
public sealed record Attempted(string Id, string Status, TimeSpan Wait, string? Error);

/// <summary>What a round of attempts tells of the endpoint itself.</summary>
/// <param name="Answers">It is there; what failed before is forgotten.</param>
/// <param name="Took">It took something.</param>
/// <param name="Pause">Nothing is sent to it meanwhile; null for none.</param>
/// <param name="Gone">It is not to be asked again.</param>
public sealed record EndpointHeard(bool Answers, bool Took, TimeSpan? Pause, bool Gone);

/// <summary>An endpoint with something to send now.</summary>
/// <param name="Failures">Attempts in a row to which it did not answer as it should.</param>
public sealed record DueEndpoint(string Endpoint, int Failures);

/// <summary>A delivery as an operator sees it.</summary>
/// <param name="NextAt">When it is tried next; null where it has ended.</param>
/// <param name="LastError">Of the last attempt; null where that was a success, or there was none.</param>
public sealed record WebhookDelivery(
    string Id, string Endpoint, long Sequence, string Type, string Subject, string Status, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset? NextAt,
    DateTimeOffset? EndedAt, string? LastError);

/// <summary>An endpoint as an operator sees it.</summary>
/// <param name="Behind">Decisions that were not looked at for it yet.</param>
/// <param name="Failures">Attempts in a row to which it did not answer as it should.</param>
/// <param name="PausedUntil">Nothing is sent to it before; null where it may be.</param>
/// <param name="DisabledAt">When it answered that it is gone; null where it did not.</param>
/// <param name="DeliveredAt">The latest success.</param>
public sealed record WebhookEndpoint(
    string Endpoint, long Behind, int Failures, DateTimeOffset? PausedUntil, DateTimeOffset? DisabledAt, DateTimeOffset? DeliveredAt, long Pending, long Dead);
