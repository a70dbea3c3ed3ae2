using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Section <c>Auth</c>. API keys need no setting; signed bearer tokens are accepted when <see cref="Issuer"/>, <see cref="Audience"/> and
/// <see cref="KeySet"/> are set.
/// </summary>
internal sealed class AuthOptions : ISectionOptions
{
    public static string Section => "Auth";

    /// <summary>The expected <c>iss</c> of a token; compared exactly.</summary>
    public string? Issuer { get; set; }

    /// <summary>The expected <c>aud</c> of a token, or one of them; compared exactly.</summary>
    public string? Audience { get; set; }

    /// <summary>
    /// Path of the issuer's JSON Web Key Set: RSA of 2048 bits or more, EC on P-256, oct of 256 bits or more, each with a <c>kid</c>. Reloaded when it changes.
    /// </summary>
    public string? KeySet { get; set; }

    /// <summary>Tolerated clock skew between issuer and hub, up to 5 minutes.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an API key is cached, 100 ms to 1 minute: a revoked key may still be accepted for that long.</summary>
    public TimeSpan KeyMemory { get; set; } = TimeSpan.FromSeconds(5);

    public bool HasTokens => Issuer is not null;

    public string? Invalid() =>
        new[] { Issuer, Audience, KeySet }.Count(string.IsNullOrWhiteSpace) is 1 or 2
            ? $"{nameof(Issuer)}: {nameof(Issuer)}, {nameof(Audience)} and {nameof(KeySet)} are set together, or none of them"
        : Issuer?.Trim().Length == 0 ? $"{nameof(Issuer)}: is empty"
        : ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(5) ? $"{nameof(ClockSkew)}: must be 00:00:00 to 00:05:00"
        : KeyMemory < TimeSpan.FromMilliseconds(100) || KeyMemory > TimeSpan.FromMinutes(1) ? $"{nameof(KeyMemory)}: must be 00:00:00.1 to 00:01:00"
        : null;
}
