using System.Security.Cryptography;
using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Engine.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Authenticates callers, from <c>Authorization: Bearer</c> (a key or a signed token), <c>X-Api-Key</c>, or on a socket the same two names in the payload
/// of <c>connection_init</c>. Every rejected client gets the same answer, whatever the cause; the cause is logged, without the credentials.
/// </summary>
internal sealed partial class CallerAuthenticator(KeyCache keys, BearerTokens? tokens, TimeProvider time, ILogger<CallerAuthenticator> log)
{
    public const string ApiKeyHeader = "X-Api-Key";

    private const string Scheme = "Bearer ";

    private static readonly Admission Rejected = Admission.Refused(
        "Authentication required: send a valid API key or signed token, as Authorization: Bearer ...", "UNAUTHENTICATED");

    private static readonly Admission Unavailable = Admission.Refused(
        "Credentials cannot be checked at the moment; try again.", "UNAVAILABLE", StatusCodes.Status503ServiceUnavailable);

    /// <summary>Authenticates an HTTP request.</summary>
    public ValueTask<Admission> AdmitAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return AdmitAsync(OfHeaders(http.Request.Headers), http.RequestAborted);
    }

    /// <summary>Authenticates a socket by the payload of <c>connection_init</c>, or by its HTTP headers where the payload has no credentials.</summary>
    public ValueTask<Admission> ConnectAsync(HttpContext http, JsonElement payload)
    {
        ArgumentNullException.ThrowIfNull(http);
        var fromPayload = OfPayload(payload);
        return AdmitAsync(fromPayload.IsGiven ? fromPayload : OfHeaders(http.Request.Headers), http.RequestAborted);
    }

    /// <summary>
    /// Whether the caller's key or token is still valid; the endpoint asks before each operation on a socket and each event of a subscription. False where it
    /// cannot be determined.
    /// </summary>
    public async ValueTask<bool> IsStillValidAsync(Caller caller, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.ExpiresAt <= time.GetUtcNow())
            return false;
        if (!caller.Id.StartsWith(Caller.KeyPrefix, StringComparison.Ordinal))
            return caller.SignedBy is { } signer && tokens?.Trusts(signer) == true;
        try
        {
            return (await keys.FindAsync(caller.Id[Caller.KeyPrefix.Length..], cancellationToken))?.Key.IsLive(time.GetUtcNow()) == true;
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException)
        {
            LogUnavailable(log, outage.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    private async ValueTask<Admission> AdmitAsync(Credentials given, CancellationToken cancellationToken)
    {
        try
        {
            var (caller, cause) = given.Malformed is not null ? (null, given.Malformed)
                : given.Text is not { } text ? (null, "no credentials")
                : text.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) ? await OfKeyAsync(text, cancellationToken)
                : given.IsKey ? (null, "the API key is malformed")
                : tokens is null ? (null, "not an API key, and bearer tokens are not configured")
                : await tokens.ReadAsync(text);
            if (caller is not null)
                return Admission.Of(caller, caller.Id);
            LogRejected(log, cause!);
            return Rejected;
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException)
        {
            LogUnavailable(log, outage.Message.ReplaceLineEndings(" "));
            return Unavailable;
        }
    }

    private async ValueTask<(Caller?, string?)> OfKeyAsync(string text, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.TryParse(text, out var key))
            return (null, "the API key is malformed");
        if (await keys.FindAsync(key.Id, cancellationToken) is not { } known)
            return (null, $"key {key.Id} does not exist");
        if (!CryptographicOperations.FixedTimeEquals(known.Hash, key.Hash()))
            return (null, $"wrong secret for key {key.Id}");
        return known.Key.IsLive(time.GetUtcNow())
            ? (known.Caller, null)
            : (null, $"key {key.Id} {(known.Key.RevokedAt is null ? "has expired" : "is revoked")}");
    }

    private static Credentials OfHeaders(IHeaderDictionary headers)
    {
        var (bearer, key) = (headers.Authorization, headers[ApiKeyHeader]);
        return bearer.Count > 1 || key.Count > 1
            ? new(null, false, "a credentials header was sent more than once")
            : Of(bearer is [{ } one] ? one : null, key is [{ } other] ? other : null);
    }

    private static Credentials OfPayload(JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object)
            return default;
        string? bearer = null, key = null;
        foreach (var property in payload.EnumerateObject())
        {
            var isKey = property.Name.Equals(ApiKeyHeader, StringComparison.OrdinalIgnoreCase);
            if (!isKey && !property.Name.Equals("authorization", StringComparison.OrdinalIgnoreCase))
                continue;
            if (property.Value.ValueKind != JsonValueKind.String || (isKey ? key : bearer) is not null)
                return new(null, false, "the payload has credentials twice, or not as a string");
            if (isKey)
                key = property.Value.GetString();
            else
                bearer = property.Value.GetString();
        }
        return Of(bearer, key);
    }

    private static Credentials Of(string? bearer, string? key) =>
        bearer is not null && key is not null ? new(null, false, "both a bearer token and an API key were sent")
        : key is not null ? new(key, true, null)
        : bearer is null ? default
        : bearer.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? new(bearer[Scheme.Length..].Trim(' '), false, null)
        : new(null, false, "the authorization scheme is not Bearer");

    /// <param name="IsKey">From a place where only API keys are accepted.</param>
    /// <param name="Malformed">Why the credentials cannot be read.</param>
    private readonly record struct Credentials(string? Text, bool IsKey, string? Malformed)
    {
        public bool IsGiven => Text is not null || Malformed is not null;
    }

    [LoggerMessage(EventId = 5100, Level = LogLevel.Information, Message = "Authentication failed: {Cause}")]
    private static partial void LogRejected(ILogger logger, string cause);

    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "Authentication unavailable, API keys cannot be read: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
