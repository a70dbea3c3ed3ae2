using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EcomIntel.Core.Hosting.Configuration;

namespace EcomIntel.Ingest.Webhooks;

/// <summary>
/// What an endpoint's requests are signed with, as Standard Webhooks has it: HMAC-SHA256 over <c>id.timestamp.body</c>. While a secret is replaced there are
/// two, and a signature by each.
/// </summary>
internal sealed class WebhookSecrets
{
    public const string Prefix = "whsec_";

    /// <summary>Bytes of a secret.</summary>
    private const int Least = 24, Most = 64;

    private readonly IReadOnlyList<byte[]> _keys;

    private WebhookSecrets(IReadOnlyList<byte[]> keys) => _keys = keys;

    /// <summary>Where the endpoint's secrets stand in the environment.</summary>
    public static string Variable(string endpoint) => $"ECOMINTEL_WEBHOOK_SECRET_{endpoint.ToUpperInvariant()}";

    /// <summary>Of an endpoint: one secret, or two parted by a space.</summary>
    /// <exception cref="ConfigurationException">There is none, or one that cannot be used.</exception>
    public static WebhookSecrets Read(string endpoint, Func<string, string?> environment)
    {
        var variable = Variable(endpoint);
        return environment(variable) is { } given && !string.IsNullOrWhiteSpace(given)
            ? Parse(given) ?? throw new ConfigurationException(
                $"{variable}: must be one or two secrets, parted by a space, each {Prefix} and {Least} to {Most} bytes in base64")
            : throw new ConfigurationException($"{variable}: is not set: the endpoint {endpoint} has no secret to sign with");
    }

    /// <returns>Null where it cannot be used.</returns>
    public static WebhookSecrets? Parse(string given)
    {
        var keys = new List<byte[]>();
        foreach (var secret in given.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var bytes = new byte[Most + 3];
            if (!secret.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(secret[Prefix.Length..], bytes, out var length)
                || length is < Least or > Most)
                return null;
            keys.Add(bytes[..length]);
        }
        return keys.Count is 1 or 2 ? new(keys) : null;
    }

    /// <summary>Of one attempt, for <c>webhook-signature</c>: <c>v1,</c> and the signature in base64, by each secret.</summary>
    /// <param name="at">Of the attempt, as <c>webhook-timestamp</c> has it: seconds since 1970.</param>
    public string Sign(string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}."));
        var signed = new byte[head.Length + body.Length];
        head.CopyTo(signed, 0);
        body.CopyTo(signed.AsSpan(head.Length));
        return string.Join(' ', _keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}"));
    }
}
