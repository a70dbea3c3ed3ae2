using System.Buffers.Text;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using EcomIntel.Core.Hosting.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace EcomIntel.GraphQL.Auth;

/// <summary>A key that tokens may be signed with, and its one algorithm.</summary>
internal sealed record SigningKey(string Algorithm, SecurityKey Key)
{
    /// <summary>Set by <see cref="Named"/>.</summary>
    public SignerName Name { get; private init; } = null!;

    public SigningKey Named(string kid)
    {
        Key.KeyId = kid;
        return this with { Name = SignerName.Of(Key) };
    }
}

/// <summary>Identifies a key, also against a later one under the same <c>kid</c>.</summary>
/// <param name="Thumbprint">By RFC 7638, in base64url.</param>
internal sealed record SignerName(string Kid, string Thumbprint)
{
    public static SignerName Of(SecurityKey key) => new(key.KeyId, Base64Url.EncodeToString(key.ComputeJwkThumbprint()));
}

/// <summary>
/// The issuer's keys by <c>kid</c>, from a file that is reloaded when it changes. If the changed file is invalid, the previous keys stay in use and an error
/// is logged.
/// </summary>
internal sealed partial class KeySetFile
{
    private const long MaxBytes = 1024 * 1024;

    /// <summary>How often the file is checked for changes.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private byte[] _content;
    private IReadOnlyDictionary<string, SigningKey> _keys;
    private long _checkedAt;

    /// <exception cref="ConfigurationException">The file cannot be read, or is not a valid key set.</exception>
    public KeySetFile(string path, TimeProvider time, ILogger log)
    {
        (_path, _time, _log) = (path, time, log);
        try
        {
            _content = ReadFile();
            _keys = Parse(_content);
        }
        catch (Exception failure) when (IsUnusable(failure))
        {
            var reason = failure.Message.ReplaceLineEndings(" ");
            throw new ConfigurationException($"{AuthOptions.Section}:{nameof(AuthOptions.KeySet)}: {path}: {reason}");
        }
        _checkedAt = time.GetTimestamp();
    }

    public IReadOnlyDictionary<string, SigningKey> Keys
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_checkedAt) < CheckInterval)
                    return _keys;
                _checkedAt = _time.GetTimestamp();
                try
                {
                    // Compared by content: a mounted secret changes by a symlink, and the file's own time stays.
                    var content = ReadFile();
                    if (!content.AsSpan().SequenceEqual(_content))
                    {
                        _content = content;
                        _keys = Parse(content);
                        LogReloaded(_log, _path, _keys.Count);
                    }
                }
                catch (Exception failure) when (IsUnusable(failure))
                {
                    LogUnusable(_log, _path, failure.Message);
                }
                return _keys;
            }
        }
    }

    private static bool IsUnusable(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or JsonException or FormatException or CryptographicException
            or InvalidOperationException; // a lone surrogate in a string

    private byte[] ReadFile()
    {
        using var file = File.OpenRead(_path);
        if (file.Length > MaxBytes)
            throw new FormatException($"is larger than {MaxBytes} bytes");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    /// <exception cref="FormatException">A key of a supported type is invalid, or there is none. Keys of other types and uses are ignored.</exception>
    internal static IReadOnlyDictionary<string, SigningKey> Parse(ReadOnlySpan<byte> json)
    {
        var set = JsonSerializer.Deserialize<WebKeys>(json, Format)?.Keys ?? throw new FormatException("has no \"keys\"");
        var keys = new Dictionary<string, SigningKey>(StringComparer.Ordinal);
        foreach (var entry in set)
        {
            var key = entry ?? throw new FormatException("a key is null");
            if (key.Use is not (null or "sig") || KeyOf(key) is not { } usable)
                continue;
            if (string.IsNullOrEmpty(key.Kid))
                throw new FormatException($"a key of type {key.Kty} has no \"kid\"");
            if (key.Alg is not null && key.Alg != usable.Algorithm)
                throw new FormatException($"key {key.Kid} is for {key.Alg}, but a key of type {key.Kty} must be for {usable.Algorithm}");
            if (!keys.TryAdd(key.Kid, usable.Named(key.Kid)))
                throw new FormatException($"two keys have the kid {key.Kid}");
        }
        return keys.Count > 0 ? keys : throw new FormatException("has no key for HS256, RS256 or ES256");
    }

    private static SigningKey? KeyOf(WebKey key)
    {
        switch (key.Kty)
        {
            case "oct":
                var secret = Bytes(key.K, key, "k");
                return secret.Length >= 32
                    ? new(SecurityAlgorithms.HmacSha256, new SymmetricSecurityKey(secret))
                    : throw new FormatException($"key {key.Kid} has {secret.Length * 8} bits; HS256 needs 256");
            case "RSA":
                return new(SecurityAlgorithms.RsaSha256, new RsaSecurityKey(RsaOf(key)));
            case "EC" when key.Crv == "P-256":
                var point = new ECPoint { X = Bytes(key.X, key, "x"), Y = Bytes(key.Y, key, "y") };
                var ec = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
                return new(SecurityAlgorithms.EcdsaSha256, new ECDsaSecurityKey(ec));
            default:
                return null;
        }
    }

    private static RSAParameters RsaOf(WebKey key)
    {
        var (modulus, exponent) = (Bytes(key.N, key, "n"), Bytes(key.E, key, "e"));
        if (BitsOf(modulus) is < 2_048 and var bits)
            throw new FormatException($"key {key.Kid} has {bits} bits; RS256 needs 2048");
        // With exponent 1 a signature is the message itself, so anybody could forge one. An even exponent belongs to no key.
        if (exponent.AsSpan().TrimStart((byte)0) is [] or [1] || exponent[^1] % 2 == 0 || modulus[^1] % 2 == 0)
            throw new FormatException($"key {key.Kid}: \"n\" and \"e\" are not an RSA key: both must be odd, and \"e\" 3 or more");
        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        using var usable = RSA.Create(parameters); // a key the platform rejects shows now, not at the first token
        return parameters;
    }

    /// <summary>The length of a number, without leading zeros.</summary>
    private static int BitsOf(ReadOnlySpan<byte> number)
    {
        var trimmed = number.TrimStart((byte)0);
        return trimmed.IsEmpty ? 0 : (trimmed.Length * 8) - BitOperations.LeadingZeroCount((uint)trimmed[0]) + 24;
    }

    private static byte[] Bytes(string? text, WebKey key, string name)
    {
        try
        {
            return text is { Length: > 0 } ? Base64Url.DecodeFromChars(text) : throw new FormatException("is missing");
        }
        catch (FormatException failure)
        {
            throw new FormatException($"key {key.Kid}: \"{name}\": {failure.Message}", failure);
        }
    }

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, AllowDuplicateProperties = false };

    private sealed record WebKeys(IReadOnlyList<WebKey?>? Keys);

    // Private parts (d, p, q ...) are not read at all.
    private sealed record WebKey(string? Kty, string? Kid, string? Alg, string? Use, string? K, string? N, string? E, string? Crv, string? X, string? Y);

    [LoggerMessage(EventId = 5110, Level = LogLevel.Information, Message = "Reloaded the key set {Path}: {Count} keys")]
    private static partial void LogReloaded(ILogger logger, string path, int count);

    [LoggerMessage(EventId = 5111, Level = LogLevel.Error, Message = "The key set {Path} is invalid, the previous keys stay in use: {Reason}")]
    private static partial void LogUnusable(ILogger logger, string path, string reason);
}
