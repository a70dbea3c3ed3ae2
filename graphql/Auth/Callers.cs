using System.Security.Cryptography;
using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Engine.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Who asks, from <c>Authorization: Bearer</c> (a key or a signed token), <c>X-Api-Key</c>, or on a socket the same two names in the payload of <c>connection_init</c>. Whoever is not let in
/// is told one thing, whatever the cause; the cause is logged, without what was sent.
/// </summary>
internal sealed partial class Callers(KeyCache keys, BearerTokens? tokens, TimeProvider time, ILogger<Callers> log)
{
    public const string ApiKeyHeader = "X-Api-Key";

    private const string Scheme = "Bearer ";

    private static readonly Admission Refused = Admission.Refused("An API key or a signed token that is valid is needed: Authorization: Bearer ...", "UNAUTHENTICATED");

    private static readonly Admission Unavailable = Admission.Refused("It cannot be told now who you are: try again.", "UNAVAILABLE", StatusCodes.Status503ServiceUnavailable);

    /// <summary>A request over HTTP.</summary>
    public ValueTask<Admission> AdmitAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        return AdmitAsync(OfHeaders(http.Request.Headers), http.RequestAborted);
    }

    /// <summary>A socket that says hello: its payload, or where that names nobody the headers it was opened with.</summary>
    public ValueTask<Admission> ConnectAsync(HttpContext http, JsonElement payload)
    {
        ArgumentNullException.ThrowIfNull(http);
        var told = OfPayload(payload);
        return AdmitAsync(told.IsGiven ? told : OfHeaders(http.Request.Headers), http.RequestAborted);
    }

    /// <summary>Whether who was let in would be let in now; the endpoint asks before each operation on a socket and each event of a subscription. Where that cannot be found out, no.</summary>
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
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            LogUnavailable(log, away.Message.ReplaceLineEndings(" "));
            return false;
        }
    }

    private async ValueTask<Admission> AdmitAsync(Credentials given, CancellationToken cancellationToken)
    {
        try
        {
            var (caller, cause) = given.Wrong is not null ? (null, given.Wrong)
                : given.Text is not { } text ? (null, "nothing was sent")
                : text.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal) ? await OfKeyAsync(text, cancellationToken)
                : given.IsKey ? (null, "what was sent as a key is none")
                : tokens is null ? (null, "no key, and tokens are not switched on")
                : await tokens.ReadAsync(text);
            if (caller is not null)
                return Admission.Of(caller, caller.Id);
            LogRefused(log, cause!);
            return Refused;
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            LogUnavailable(log, away.Message.ReplaceLineEndings(" "));
            return Unavailable;
        }
    }

    private async ValueTask<(Caller?, string?)> OfKeyAsync(string text, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.TryParse(text, out var key))
            return (null, "what was sent has not the form of a key");
        if (await keys.FindAsync(key.Id, cancellationToken) is not { } known)
            return (null, $"there is no key {key.Id}");
        if (!CryptographicOperations.FixedTimeEquals(known.Hash, key.Hash()))
            return (null, $"the secret is not that of key {key.Id}");
        return known.Key.IsLive(time.GetUtcNow()) ? (known.Caller, null) : (null, $"key {key.Id} {(known.Key.RevokedAt is null ? "has expired" : "is revoked")}");
    }

    private static Credentials OfHeaders(IHeaderDictionary headers)
    {
        var (bearer, key) = (headers.Authorization, headers[ApiKeyHeader]);
        return bearer.Count > 1 || key.Count > 1 ? new(null, false, "a header came more than once") : Of(bearer is [{ } one] ? one : null, key is [{ } other] ? other : null);
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
                return new(null, false, "the payload names who asks twice, or not by a text");
            if (isKey)
                key = property.Value.GetString();
            else
                bearer = property.Value.GetString();
        }
        return Of(bearer, key);
    }

    private static Credentials Of(string? bearer, string? key) =>
        bearer is not null && key is not null ? new(null, false, "a bearer and a key were sent together")
        : key is not null ? new(key, true, null)
        : bearer is null ? default
        : bearer.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? new(bearer[Scheme.Length..].Trim(' '), false, null)
        : new(null, false, "the scheme is not Bearer");

    /// <param name="IsKey">It came where only keys do.</param>
    /// <param name="Wrong">Why nothing can be made of what was sent.</param>
    private readonly record struct Credentials(string? Text, bool IsKey, string? Wrong)
    {
        public bool IsGiven => Text is not null || Wrong is not null;
    }

    [LoggerMessage(EventId = 5100, Level = LogLevel.Information, Message = "Not let in: {Cause}")]
    private static partial void LogRefused(ILogger logger, string cause);

    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "Somebody cannot be let in: keys cannot be looked up: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
