using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>The one user there is. libchdb has no users and no grants: who is authenticated here may do everything.</summary>
internal sealed class Authentication(string user, string password)
{
    private readonly byte[] _user = Hash(user);
    private readonly byte[] _password = Hash(password);

    /// <summary>Null: authenticated.</summary>
    public ClickHouseError? Check(string name, string? key)
    {
        // Both are compared, as hashes of one length: the time it takes reveals nothing.
        var known = CryptographicOperations.FixedTimeEquals(Hash(name), _user);
        var right = CryptographicOperations.FixedTimeEquals(Hash(key ?? ""), _password);
        return known && right ? null
            : key is null && known ? ClickHouseError.Of(ClickHouseError.Required, $"{name}: Authentication failed: password is required.")
            : ClickHouseError.Of(ClickHouseError.AuthenticationFailed,
                $"{name}: Authentication failed: password is incorrect, or there is no user with such name.");
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
