using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Core.Governance;

/// <summary>What a person or a program may be here to do; frozen, and the same as the API's <c>Role</c>.</summary>
public static class RoleNames
{
    public static readonly IReadOnlyList<string> All = ["EXECUTIVE", "PLANNER", "BUYER", "APPROVER", "WAREHOUSE", "FINANCE", "ADMIN", "SERVICE"];
}

/// <summary>A key as it is kept, without what proves its possession.</summary>
/// <param name="Roles">Of <see cref="RoleNames"/>.</param>
/// <param name="Channels">What it is restricted to; null is every channel.</param>
/// <param name="Locations">What it is restricted to; null is every location.</param>
/// <param name="ExpiresAt">Null for never.</param>
/// <param name="RotatedTo">The key that takes its place.</param>
public sealed record ApiKey(
    string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string>? Channels, IReadOnlyList<string>? Locations, DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt, string? RotatedTo)
{
    /// <summary>Whether it opens anything at an instant.</summary>
    public bool IsLive(DateTimeOffset at) => RevokedAt is null && !(ExpiresAt <= at);
}

/// <summary>What a new key shall be.</summary>
/// <param name="Name">For people, as <c>storefront</c>.</param>
/// <param name="Channels">Null for every channel.</param>
/// <param name="Locations">Null for every location.</param>
/// <param name="Lifetime">Null for one that does not expire.</param>
public sealed record ApiKeyGrant(
    string Name, IReadOnlyList<string> Roles, IReadOnlyList<string>? Channels, IReadOnlyList<string>? Locations, TimeSpan? Lifetime)
{
    public const int MaxNameLength = 100, MaxScopes = 1_000, MaxScopeLength = 200;

    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(3_650);

    /// <summary>What names of people, programs, channels and locations are, whoever vouches for them: letters on one line, and no half of one.</summary>
    public static bool IsName(string text, int longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Half a character is enumerated as the one that stands for what is none.
        return text.Length > 0 && text.Length <= longest && !text.Any(char.IsControl) && !text.EnumerateRunes().Contains(Rune.ReplacementChar);
    }

    /// <summary>What is wrong with it, in one line; null if nothing.</summary>
    public string? Invalid() =>
        !IsName(Name, MaxNameLength) ? $"a key's name is 1 to {MaxNameLength} characters"
        : Roles.Count == 0 ? "a key needs a role"
        : Roles.FirstOrDefault(role => !RoleNames.All.Contains(role)) is { } unknown
            ? $"there is no role {unknown}; there are {string.Join(", ", RoleNames.All)}"
        : Scope("channel", Channels) ?? Scope("location", Locations)
        ?? (Lifetime <= TimeSpan.Zero || Lifetime > LongestLifetime ? $"a key lives up to {LongestLifetime.Days} days, or for ever" : null);

    private static string? Scope(string what, IReadOnlyList<string>? names) =>
        names is null ? null
        : names.Count is 0 or > MaxScopes ? $"a key is restricted to 1 to {MaxScopes} {what}s, or to none in particular"
        : !names.All(name => IsName(name, MaxScopeLength)) ? $"a {what} is 1 to {MaxScopeLength} characters"
        : null;
}

/// <summary>A key as its holder sends it: <c>eik_ID_SECRET</c>. The id may be shown and logged; the secret is 256 random bits and is told once.</summary>
public readonly record struct ApiKeyText
{
    public const string Prefix = "eik_";

    private const int IdLength = 12;
    private const int SecretBytes = 32;
    private const int SecretLength = 43;

    /// <summary>No i, l, o, u: an id is read out and typed.</summary>
    private const string IdLetters = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> IdLetter = SearchValues.Create(IdLetters);

    private readonly byte[] _secret;

    private ApiKeyText(string id, byte[] secret) => (Id, _secret) = (id, secret);

    public string Id { get; }

    public static ApiKeyText Create() => new(RandomNumberGenerator.GetString(IdLetters, IdLength), RandomNumberGenerator.GetBytes(SecretBytes));

    public static bool IsId(ReadOnlySpan<char> id) => id.Length == IdLength && !id.ContainsAnyExcept(IdLetter);

    /// <summary>Only what <see cref="Reveal"/> writes, letter by letter, is a key.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out ApiKeyText key)
    {
        key = default;
        if (text.Length != Prefix.Length + IdLength + 1 + SecretLength || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;
        var id = text.Slice(Prefix.Length, IdLength);
        var secret = text[^SecretLength..];
        var bytes = new byte[SecretBytes];
        if (!IsId(id) || text[Prefix.Length + IdLength] != '_' || Base64Url.DecodeFromChars(secret, bytes, out _, out var written) != OperationStatus.Done
            || written != SecretBytes)
            return false;
        // The last letter has two bits to spare: one secret has one text.
        if (!secret.SequenceEqual(Base64Url.EncodeToString(bytes)))
            return false;
        key = new(id.ToString(), bytes);
        return true;
    }

    /// <summary>What is kept in the secret's place.</summary>
    public byte[] Hash() => SHA256.HashData(_secret);

    /// <summary>The whole key. It goes to its holder, once, and nowhere else.</summary>
    public string Reveal() => $"{Prefix}{Id}_{Base64Url.EncodeToString(_secret)}";

    public override string ToString() => $"{Prefix}{Id}_…";
}
