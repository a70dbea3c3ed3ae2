using EcomIntel.Core.Governance;

namespace EcomIntel.GraphQL.Auth;

/// <summary>The authenticated caller: the owner of a valid key or token. Resolvers and guards find it in the request's state.</summary>
/// <param name="Id">As audit rows name it: <c>key:ID</c> or <c>user:SUBJECT</c>.</param>
/// <param name="Name">Display name.</param>
/// <param name="Roles">Names as in the SDL's <c>Role</c>.</param>
/// <param name="Channels">The channels the caller is restricted to; null for all.</param>
/// <param name="Locations">The locations the caller is restricted to; null for all.</param>
/// <param name="ExpiresAt">When the key or token expires; null for never.</param>
/// <param name="SignedBy">The key that signed the token; null for an API key.</param>
internal sealed record Caller(
    string Id,
    string Name,
    IReadOnlySet<string> Roles,
    IReadOnlyList<string>? Channels,
    IReadOnlyList<string>? Locations,
    DateTimeOffset? ExpiresAt,
    SignerName? SignedBy = null)
{
    public const string KeyPrefix = "key:", UserPrefix = "user:";

    // No init accessor: RoleBits is computed from it.
    public IReadOnlySet<string> Roles { get; } = Roles;

    /// <summary>The roles as <see cref="BitsOf"/>: guards check them for every field of every object.</summary>
    internal uint RoleBits { get; } = BitsOf(Roles);

    /// <summary>A bit for each known role; unknown ones have none.</summary>
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
