using System.Buffers.Text;
using System.Text.Json;
using EcomIntel.Core.Governance;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Signed bearer tokens (JWT): HS256, RS256 or ES256. The algorithm is that of the key named by <c>kid</c>, never the token's choice. <c>iss</c>, <c>aud</c>,
/// <c>exp</c>, <c>sub</c> and at least one known role are required; unknown roles are ignored. <c>channels</c> and <c>locations</c> restrict the caller when
/// present. Names follow the rules of API keys (<see cref="ApiKeyGrant"/>); anything else is rejected.
/// </summary>
internal sealed class BearerTokens
{
    private const int MaxBytes = 16 * 1024, MaxSubjectLength = 200, MaxNameLength = 200;

    private static readonly string[] RestrictingClaims = ["channels", "locations"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxBytes, MapInboundClaims = false };
    private readonly TokenValidationParameters _rules;
    private readonly KeySetFile _keys;
    private readonly TimeProvider _time;
    private readonly TimeSpan _skew;

    public BearerTokens(AuthOptions options, KeySetFile keys, TimeProvider time)
    {
        (_keys, _time, _skew) = (keys, time, options.ClockSkew);
        _rules = new TokenValidationParameters
        {
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            ValidAlgorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256],
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            TryAllIssuerSigningKeys = false,
            LifetimeValidator = (from, until, _, _) => IsWithinLifetime(from, until),
            IssuerSigningKeyResolver = (_, token, kid, _) =>
                token is JsonWebToken signed && kid is not null && keys.Keys.TryGetValue(kid, out var key) && key.Algorithm == signed.Alg ? [key.Key] : [],
        };
    }

    /// <returns>The caller; or null and the cause, which goes to the log and never to the client.</returns>
    public async ValueTask<(Caller? Caller, string? Cause)> ReadAsync(string text)
    {
        var result = await _handler.ValidateTokenAsync(text, _rules);
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
            return (null, $"the token is invalid: {result.Exception?.GetType().Name ?? "no reason given"}"); // the exception's message may quote the token
        if (token.TryGetHeaderValue<object>("crit", out _))
            return (null, "the token has a \"crit\" header that is not supported");
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.EncodedPayload), Strict);
            var (caller, cause) = Read(claims.RootElement, new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)) + _skew);
            return (caller is null ? null : caller with { SignedBy = SignerName.Of(token.SigningKey) }, cause);
        }
        catch (Exception invalid) when (invalid is JsonException or FormatException or InvalidOperationException) // the last: a lone surrogate in a string
        {
            return (null, "the token's claims are not valid JSON");
        }
    }

    /// <summary>Whether the signing key is still in the key set.</summary>
    public bool Trusts(SignerName signer) => _keys.Keys.TryGetValue(signer.Kid, out var key) && key.Name == signer;

    private bool IsWithinLifetime(DateTime? from, DateTime? until)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + _skew && !(from > now + _skew);
    }

    private static (Caller?, string?) Read(JsonElement claims, DateTimeOffset expires)
    {
        if (Text(claims, "sub", MaxSubjectLength) is not { } subject)
            return (null, "the token has no valid sub");
        // In another case it would be another claim, and restrict nobody.
        if (claims.EnumerateObject().Any(claim => RestrictingClaims.Any(name => IsOtherCaseOf(name, claim.Name))))
            return (null, "the token's channels or locations claim is spelled in another case");
        if (!Names(claims, "roles", out var roles) || roles is null)
            return (null, "the token has no roles, or they are not valid names");
        var known = roles.Select(role => role.ToUpperInvariant()).Where(RoleNames.All.Contains).ToHashSet(StringComparer.Ordinal);
        if (known.Count == 0)
            return (null, "the token has no known role");
        if (!Names(claims, "channels", out var channels) || !Names(claims, "locations", out var locations))
            return (null, "the token's channels or locations are not valid names");
        if (!claims.TryGetProperty("name", out _))
            return Caller(subject);
        return Text(claims, "name", MaxNameLength) is { } given ? Caller(given) : (null, "the token's name is not a valid name");

        (Caller?, string?) Caller(string name) => (new Caller(Auth.Caller.UserPrefix + subject, name, known, channels, locations, expires), null);
    }

    private static bool IsOtherCaseOf(string name, string claim) => claim != name && claim.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static string? Text(JsonElement claims, string claim, int maxLength) =>
        claims.TryGetProperty(claim, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && ApiKeyGrant.IsName(text, maxLength)
            ? text
            : null;

    /// <summary>
    /// A missing claim is null. One that is present and neither a name nor a list of names is false: treated as missing it would restrict nobody.
    /// </summary>
    private static bool Names(JsonElement claims, string claim, out IReadOnlyList<string>? names)
    {
        names = null;
        if (!claims.TryGetProperty(claim, out var value))
            return true;
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                names = [value.GetString()!];
                break;
            case JsonValueKind.Array when value.GetArrayLength() is > 0 and <= ApiKeyGrant.MaxScopes && value.EnumerateArray().All(IsString):
                names = [.. value.EnumerateArray().Select(name => name.GetString()!)];
                break;
            default:
                return false;
        }
        return names.All(name => ApiKeyGrant.IsName(name, ApiKeyGrant.MaxScopeLength));

        static bool IsString(JsonElement name) => name.ValueKind == JsonValueKind.String;
    }
}
