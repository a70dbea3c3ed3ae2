namespace EcomIntel.GraphQL.Auth;

/// <summary>Who asks: a key or a token that was found valid. Resolvers and guards find it in the request's state.</summary>
/// <param name="Id">As audit rows name it: <c>key:ID</c> or <c>user:SUBJECT</c>.</param>
/// <param name="Name">For people.</param>
/// <param name="Roles">Names as in the SDL's <c>Role</c>.</param>
/// <param name="Channels">What the caller is restricted to; null is every channel.</param>
/// <param name="Locations">What the caller is restricted to; null is every location.</param>
/// <param name="ExpiresAt">When the key or token stops being valid; null for never.</param>
internal sealed record Caller(
    string Id, string Name, IReadOnlySet<string> Roles, IReadOnlyList<string>? Channels, IReadOnlyList<string>? Locations, DateTimeOffset? ExpiresAt);
