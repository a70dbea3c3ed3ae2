using EcomIntel.Core.Governance;

namespace EcomIntel.GraphQL.Auth;

/// <summary>Who asks: a key or a token that was found valid. Resolvers and guards find it in the request's state.</summary>
/// <param name="Id">As audit rows name it: <c>key:ID</c> or <c>user:SUBJECT</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Roles">Names as in the SDL's <c>Role</c>.</param>
/// <param name="Channels">What the caller is restricted to; null is every channel.</param>
/// <param name="Locations">What the caller is restricted to; null is every location.</param>
/// <param name="ExpiresAt">When the key or token stops being valid; null for never.</param>
/// <param name="SignedBy">The key that signed the token; null for whoever came with an API key.</param>
internal sealed record Caller(
    string Id, string Name, IReadOnlySet<string> Roles, IReadOnlyList<string>? Channels, IReadOnlyList<string>? Locations, DateTimeOffset? ExpiresAt, SignerName? SignedBy = null)
{
    public const string KeyPrefix = "key:", UserPrefix = "user:";

    // Not to be set by itself: the bits below are made of it.
    public IReadOnlySet<string> Roles { get; } = Roles;

    /// <summary>The roles as <see cref="BitsOf"/>: a guard is asked for every field of every object.</summary>
    internal uint RoleBits { get; } = BitsOf(Roles);

    /// <summary>One bit a role, of those there are.</summary>
    internal static uint BitsOf(IEnumerable<string> roles)
    {
        var bits = 0u;
        foreach (var role in roles)
            for (var number = 0; number < RoleNames.All.Count; number++)
                if (RoleNames.All[number] == role)
                    bits |= 1u << number;
        return bits;
    }
}
