using System.Buffers.Text;
using System.Text.Json;
using EcomIntel.Core.Governance;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Signed bearer tokens: HS256, RS256 or ES256, whichever the key named by <c>kid</c> is for, never what the token would like. <c>iss</c>, <c>aud</c>, <c>exp</c>, <c>sub</c> and a role are
/// required. <c>roles</c> that are none of ours are passed over; <c>channels</c> and <c>locations</c> restrict when they are there. Names are held to what a key's are
/// (<see cref="ApiKeyGrant"/>), and anything else is refused.
/// </summary>
internal sealed class BearerTokens
{
    private const int MostBytes = 16 * 1024, LongestSubject = 200, LongestName = 200;

    private static readonly string[] Restricting = ["channels", "locations"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MostBytes, MapInboundClaims = false };
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
            var (caller, cause) = Read(claims.RootElement, new DateTimeOffset(DateTime.SpecifyKind(token.ValidTo, DateTimeKind.Utc)) + _skew);
            return (caller is null ? null : caller with { SignedBy = SignerName.Of(token.SigningKey) }, cause);
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException) // the last: half a character (a lone surrogate) in a string
        {
            return (null, "the token's claims are not readable");
        }
    }

    /// <summary>Whether a token of this signer's would be taken still.</summary>
    public bool Trusts(SignerName signer) => _keys.Keys.TryGetValue(signer.Kid, out var key) && key.Name == signer;

    private bool IsNow(DateTime? from, DateTime? until)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return until is { } end && now < end + _skew && !(from > now + _skew);
    }

    private static (Caller?, string?) Read(JsonElement claims, DateTimeOffset expires)
    {
        if (Text(claims, "sub", LongestSubject) is not { } subject)
            return (null, "the token has no usable sub");
        // Read as another claim it would restrict nobody.
        if (claims.EnumerateObject().Any(claim => Restricting.Any(name => claim.Name != name && claim.Name.Equals(name, StringComparison.OrdinalIgnoreCase))))
            return (null, "the token's channels or locations are in other letters");
        if (!Names(claims, "roles", out var roles) || roles is null)
            return (null, "the token has no roles, or they are no names");
        var ours = roles.Select(role => role.ToUpperInvariant()).Where(RoleNames.All.Contains).ToHashSet(StringComparer.Ordinal);
        if (ours.Count == 0)
            return (null, "the token has no role of ours");
        if (!Names(claims, "channels", out var channels) || !Names(claims, "locations", out var locations))
            return (null, "the token's channels or locations are no names");
        if (!claims.TryGetProperty("name", out _))
            return Caller(subject);
        return Text(claims, "name", LongestName) is { } told ? Caller(told) : (null, "the token's name is no name");

        (Caller?, string?) Caller(string name) => (new Caller(Auth.Caller.UserPrefix + subject, name, ours, channels, locations, expires), null);
    }

    private static string? Text(JsonElement claims, string claim, int longest) =>
        claims.TryGetProperty(claim, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text && ApiKeyGrant.IsName(text, longest) ? text : null;

    /// <summary>A claim that is not there is null; one that is there and not a name or a list of names is false: read as none it would restrict nobody.</summary>
    private static bool Names(JsonElement claims, string claim, out IReadOnlyList<string>? names)
    {
        names = null;
        if (!claims.TryGetProperty(claim, out var value))
            return true;
        if (value.ValueKind is not (JsonValueKind.String or JsonValueKind.Array))
            return false;
        if (value.ValueKind == JsonValueKind.Array && (value.GetArrayLength() is 0 or > ApiKeyGrant.MostScopes || value.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String)))
            return false;
        names = value.ValueKind == JsonValueKind.String ? [value.GetString()!] : [.. value.EnumerateArray().Select(name => name.GetString()!)];
        return names.All(name => ApiKeyGrant.IsName(name, ApiKeyGrant.LongestScope));
    }
}
