using System.Buffers.Text;
using System.Text.Json;
using EcomIntel.Core.Governance;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Signed bearer tokens: HS256, RS256 or ES256, whichever the key named by <c>kid</c> is for, never what the token would like. <c>iss</c>, <c>aud</c>, <c>exp</c>, <c>sub</c> and a role are
/// required. <c>roles</c> that are none of ours are passed over; <c>channels</c> and <c>locations</c> restrict when they are there, and anything but names in them is refused.
/// </summary>
internal sealed class BearerTokens
{
    private const int MostBytes = 16 * 1024, LongestSubject = 200, LongestName = 200;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MostBytes, MapInboundClaims = false };
    private readonly TokenValidationParameters _rules;
    private readonly TimeProvider _time;
    private readonly TimeSpan _skew;

    public BearerTokens(AuthOptions options, KeySetFile keys, TimeProvider time)
    {
        (_time, _skew) = (time, options.ClockSkew);
        _rules = new TokenValidationParameters
        {
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = (from, until, _, _) => IsNow(from, until),
            IssuerSigningKeyResolver = (_, token, kid, _) =>
                token is JsonWebToken signed && kid is not null && keys.Keys.TryGetValue(kid, out var key) && key.Algorithm == signed.Alg ? [key.Key] : [],
        };
    }

    /// <returns>Who asks; or, for the log and nobody else, why not.</returns>
    public async ValueTask<(Caller? Caller, string? Cause)> ReadAsync(string text)
    {
        var result = await _handler.ValidateTokenAsync(text, _rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
            return (null, $"the token is not valid: {result.Exception?.GetType().Name ?? "no reason given"}"); // its message may quote the token
        if (token.TryGetHeaderValue<object>("crit", out _))
            return (null, "the token wants something understood that is not");
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), Strict);
            return Read(claims.RootElement, new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)) + _skew);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException)
        {
            return (null, "the token's claims are not readable");
        }
    }

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + _skew && !(from > now + _skew);
    }

    private static (Caller?, string?) Read(JsonElement claims, DateTimeOffset expires)
    {
        if (!claims.TryGetProperty("sub", out var sub) || sub.ValueKind != JsonValueKind.String || sub.GetString() is not { Length: > 0 and <= LongestSubject } subject || subject.Any(char.IsControl))
            return (null, "the token has no usable sub");
        if (!Names(claims, "roles", out var roles) || roles is null)
            return (null, "the token has no roles, or they are no names");
        var ours = roles.Select(role => role.ToUpperInvariant()).Where(RoleNames.All.Contains).ToHashSet(StringComparer.Ordinal);
        if (ours.Count == 0)
            return (null, "the token has no role of ours");
        if (!Names(claims, "channels", out var channels) || !Names(claims, "locations", out var locations))
            return (null, "the token's channels or locations are no names");
        var name = claims.TryGetProperty("name", out var told) && told.ValueKind == JsonValueKind.String && told.GetString() is { Length: > 0 and <= LongestName } given && !given.Any(char.IsControl) ? given : subject;
        return (new Caller(Caller.UserPrefix + subject, name, ours, channels, locations, expires), null);
    }

    /// <summary>A claim that is not there is null; one that is there and not a name or a list of names is false: read as none it would restrict nobody.</summary>
    private static bool Names(JsonElement claims, string claim, out IReadOnlyList<string>? names)
    {
        names = null;
        if (!claims.TryGetProperty(claim, out var value))
            return true;
        if (value.ValueKind == JsonValueKind.String)
        {
            names = [value.GetString()!];
            return true;
        }
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > ApiKeyGrant.MostScopes || value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
            return false;
        names = [.. value.EnumerateArray().Select(name => name.GetString()!)];
        return true;
    }
}
