using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using EcomIntel.Core.Hosting.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace EcomIntel.GraphQL.Auth;

/// <summary>A key that tokens may be signed with, and the one algorithm it is for.</summary>
internal sealed record SigningKey(string Algorithm, SecurityKey Key)
{
    /// <summary>To be asked for once it is named.</summary>
    public SignerName Name { get; private init; } = null!;

    public SigningKey Named(string kid)
    {
        Key.KeyId = kid;
        return this with { Name = SignerName.Of(Key) };
    }
}

/// <summary>Tells a key from any other, one that came under its <c>kid</c> later as well.</summary>
/// <param name="Thumbprint">Of RFC 7638, in base64url.</param>
internal sealed record SignerName(string Kid, string Thumbprint)
{
    public static SignerName Of(SecurityKey key) => new(key.KeyId, Base64Url.EncodeToString(key.ComputeJwkThumbprint()));
}

/// <summary>The issuer's keys by <c>kid</c>, from a file that is read again when it changes. A file that cannot be used any more leaves the keys as they were, and is logged.</summary>
internal sealed partial class KeySetFile
{
    private const long MostBytes = 1024 * 1024;

    /// <summary>How often it is looked whether the file is another one.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(2);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private byte[] _content;
    private IReadOnlyDictionary<string, SigningKey> _keys;
    private long _looked;

    /// <exception cref="ConfigurationException">The file cannot be read, or holds no key set.</exception>
    public KeySetFile(string path, TimeProvider time, ILogger log)
    {
        (_path, _time, _log) = (path, time, log);
        try
        {
            _content = Bytes();
            _keys = Parse(_content);
        }
        catch (Exception wrong) when (IsUnusable(wrong))
        {
            throw new ConfigurationException($"{AuthOptions.Section}:{nameof(AuthOptions.KeySet)}: {path}: {wrong.Message.ReplaceLineEndings(" ")}");
        }
        _looked = time.GetTimestamp();
    }

    public IReadOnlyDictionary<string, SigningKey> Keys
    {
        get
        {
            lock (_gate)
            {
                if (_time.GetElapsedTime(_looked) < Glance)
                    return _keys;
                _looked = _time.GetTimestamp();
                try
                {
                    // By its content: a mounted secret is changed by a link that leads elsewhere, and its own time stays.
                    var content = Bytes();
                    if (!content.AsSpan().SequenceEqual(_content))
                    {
                        _content = content;
                        _keys = Parse(content);
                        Changed(_log, _path, _keys.Count);
                    }
                }
                catch (Exception wrong) when (IsUnusable(wrong))
                {
                    Unusable(_log, _path, wrong.Message);
                }
                return _keys;
            }
        }
    }

    private static bool IsUnusable(Exception wrong) =>
        wrong is IOException or UnauthorizedAccessException or JsonException or FormatException or CryptographicException
            or InvalidOperationException; // half a character (a lone surrogate) in a string

    private byte[] Bytes()
    {
        using var file = File.OpenRead(_path);
        if (file.Length > MostBytes)
            throw new FormatException($"is larger than {MostBytes} bytes");
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return content;
    }

    /// <exception cref="FormatException">A key of a kind we use is not as it must be, or there is none. Keys of other kinds and uses are passed over.</exception>
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
                throw new FormatException($"key {key.Kid} is for {key.Alg}, and a key of type {key.Kty} is for {usable.Algorithm} here");
            if (!keys.TryAdd(key.Kid, usable.Named(key.Kid)))
                throw new FormatException($"two keys are called {key.Kid}");
        }
        return keys.Count > 0 ? keys : throw new FormatException("has no key for HS256, RS256 or ES256");
    }

    private static SigningKey? KeyOf(WebKey key)
    {
        switch (key.Kty)
        {
            case "oct":
                var secret = Bytes(key.K, key, "k");
                return secret.Length >= 32 ? new(SecurityAlgorithms.HmacSha256, new SymmetricSecurityKey(secret)) : throw new FormatException($"key {key.Kid} has {secret.Length * 8} bits; HS256 needs 256");
            case "RSA":
                return new(SecurityAlgorithms.RsaSha256, new RsaSecurityKey(RsaOf(key)));
            case "EC" when key.Crv == "P-256":
                var point = new ECPoint { X = Bytes(key.X, key, "x"), Y = Bytes(key.Y, key, "y") };
                return new(SecurityAlgorithms.EcdsaSha256, new ECDsaSecurityKey(ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point })));
            default:
                return null;
        }
    }

    private static RSAParameters RsaOf(WebKey key)
    {
        var (modulus, exponent) = (Bytes(key.N, key, "n"), Bytes(key.E, key, "e"));
        if (modulus.AsSpan().TrimStart((byte)0).Length < 256)
            throw new FormatException($"key {key.Kid} has {modulus.Length * 8} bits; RS256 needs 2048");
        // By the exponent 1 a signature is the message itself: anybody could write it. An even one belongs to no key.
        if (exponent.AsSpan().TrimStart((byte)0) is [] or [1] || exponent[^1] % 2 == 0 || modulus[^1] % 2 == 0)
            throw new FormatException($"key {key.Kid}: \"n\" and \"e\" are no RSA key's: both are odd, and \"e\" is 3 or more");
        var parameters = new RSAParameters { Modulus = modulus, Exponent = exponent };
        using var usable = RSA.Create(parameters); // what the platform cannot use shows now, not at the first token
        return parameters;
    }

    private static byte[] Bytes(string? text, WebKey key, string name)
    {
        try
        {
            return text is { Length: > 0 } ? Base64Url.DecodeFromChars(text) : throw new FormatException("is missing");
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"key {key.Kid}: \"{name}\": {wrong.Message}", wrong);
        }
    }

    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, AllowDuplicateProperties = false };

    private sealed record WebKeys(IReadOnlyList<WebKey?>? Keys);

    // Private parts (d, p, q ...) are not even read.
    private sealed record WebKey(string? Kty, string? Kid, string? Alg, string? Use, string? K, string? N, string? E, string? Crv, string? X, string? Y);

    [LoggerMessage(EventId = 5110, Level = LogLevel.Information, Message = "The key set {Path} has changed: {Count} keys")]
    private static partial void Changed(ILogger logger, string path, int count);

    [LoggerMessage(EventId = 5111, Level = LogLevel.Error, Message = "The key set {Path} cannot be used, the keys stay as they were: {Reason}")]
    private static partial void Unusable(ILogger logger, string path, string reason);
}
