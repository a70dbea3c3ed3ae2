using System.Globalization;
using System.Net;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>What an endpoint answered.</summary>
internal enum Answer
{
    /// <summary>2xx.</summary>
    Took,

    /// <summary>It refuses this message: another may pass.</summary>
    Refused,

    /// <summary>It is away, broken or busy: whatever is sent.</summary>
    Away,

    /// <summary>410: it wants to hear nothing any more.</summary>
    Gone,
}

/// <summary>When what failed is tried again.</summary>
internal static class WebhookRetry
{
    /// <summary>The longest that an endpoint may put us off.</summary>
    public static readonly TimeSpan MostPutOff = TimeSpan.FromDays(1);

    /// <summary>
    /// What a status tells. A redirect is no success, and is not followed: where it leads to was not configured. Which refusals may pass by waiting: HTTP
    /// semantics (RFC 9110) for 408 and 5xx, RFC 6585 for 429.
    /// </summary>
    public static Answer Of(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => Answer.Took,
        410 => Answer.Gone,
        408 or 425 or 429 or >= 500 => Answer.Away,
        _ => Answer.Refused,
    };

    /// <param name="failures">In a row, 1 or more.</param>
    /// <param name="chance">0 to 1: copies, endpoints and deliveries do not retry in step.</param>
    public static TimeSpan Pause(int failures, double chance, WebhookOptions options)
    {
        var doubled = options.FirstDelay.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 30));
        return TimeSpan.FromSeconds(Math.Min(doubled, options.MaxDelay.TotalSeconds) * (0.75 + (chance / 2)));
    }

    /// <summary>What Retry-After says, seconds or a date; null where it says nothing that can be used.</summary>
    public static TimeSpan? PutOff(string? retryAfter, DateTimeOffset now)
    {
        var wait = long.TryParse(retryAfter, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, (long)MostPutOff.TotalSeconds))
            : DateTimeOffset.TryParseExact(retryAfter, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at - now
            : (TimeSpan?)null;
        return wait is { } told ? told < TimeSpan.Zero ? TimeSpan.Zero : told > MostPutOff ? MostPutOff : told : null;
    }
}
