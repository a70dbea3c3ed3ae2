using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.GraphQL.Auth;

/// <summary>Section <c>Auth</c>. API keys need no setting; signed bearer tokens are taken when <see cref="Issuer"/>, <see cref="Audience"/> and <see cref="KeySet"/> are set.</summary>
internal sealed class AuthOptions : ISectionOptions
{
    public static string Section => "Auth";

    /// <summary>Who signs the tokens: their <c>iss</c>, letter by letter.</summary>
    public string? Issuer { get; set; }

    /// <summary>Whom the tokens are for: one of their <c>aud</c>, letter by letter.</summary>
    public string? Audience { get; set; }

    /// <summary>A file with the issuer's keys, a JSON Web Key Set: RSA of 2048 bits or more, EC on P-256, oct of 256 bits or more, each with a <c>kid</c>. Read again when it changes.</summary>
    public string? KeySet { get; set; }

    /// <summary>How far the issuer's clock may be off, up to 5 minutes.</summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long what was read of an API key is good, 100 ms to a minute: a key that is revoked opens nothing after that.</summary>
    public TimeSpan KeyMemory { get; set; } = TimeSpan.FromSeconds(5);

    public bool HasTokens => Issuer is not null;

    public string? Invalid() =>
        new[] { Issuer, Audience, KeySet }.Count(string.IsNullOrWhiteSpace) is 1 or 2 ? $"{nameof(Issuer)}: {nameof(Issuer)}, {nameof(Audience)} and {nameof(KeySet)} are set together, or none of them"
        : Issuer?.Trim().Length == 0 ? $"{nameof(Issuer)}: is empty"
        : ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromMinutes(5) ? $"{nameof(ClockSkew)}: must be 00:00:00 to 00:05:00"
        : KeyMemory < TimeSpan.FromMilliseconds(100) || KeyMemory > TimeSpan.FromMinutes(1) ? $"{nameof(KeyMemory)}: must be 00:00:00.1 to 00:01:00"
        : null;
}
