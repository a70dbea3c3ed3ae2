using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EcomIntel.Tests.GraphQL.Auth;

/// <summary>Whoever signs tokens, honestly or not; written beside the library that reads them.</summary>
public sealed class Issuer : IDisposable
{
    public const string Name = "https://id.example", Audience = "ecomintel";

    public static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly ECDsa _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _secret = [.. Enumerable.Range(1, 32).Select(number => (byte)number)];

    public string KeySet => new JsonObject { ["keys"] = new JsonArray(Oct("h1", _secret), Rsa("r1"), Ec("e1")) }.ToJsonString();

    /// <summary>As clients of the issuer see it: the public key in PEM.</summary>
    public byte[] PublicPem => Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());

    public byte[] PublicModulus => _rsa.ExportParameters(false).Modulus!;

    public static JsonObject Claims => new()
    {
        ["iss"] = Name,
        ["aud"] = Audience,
        ["sub"] = "ann",
        ["name"] = "Ann",
        ["roles"] = new JsonArray("PLANNER"),
        ["iat"] = Noon.ToUnixTimeSeconds(),
        ["exp"] = Noon.AddMinutes(10).ToUnixTimeSeconds(),
    };

    public static JsonObject Oct(string kid, byte[] secret) => new() { ["kty"] = "oct", ["kid"] = kid, ["k"] = Base64Url.EncodeToString(secret) };

    public JsonObject Rsa(string kid) => new()
    {
        ["kty"] = "RSA",
        ["kid"] = kid,
        ["use"] = "sig",
        ["alg"] = "RS256",
        ["n"] = Base64Url.EncodeToString(_rsa.ExportParameters(false).Modulus!),
        ["e"] = Base64Url.EncodeToString(_rsa.ExportParameters(false).Exponent!),
    };

    public JsonObject Ec(string kid) => new()
    {
        ["kty"] = "EC",
        ["kid"] = kid,
        ["crv"] = "P-256",
        ["x"] = Base64Url.EncodeToString(_ec.ExportParameters(false).Q.X!),
        ["y"] = Base64Url.EncodeToString(_ec.ExportParameters(false).Q.Y!),
    };

    public string Token(string alg, string? kid, JsonObject? claims = null, Func<byte[], byte[]>? sign = null, Action<JsonObject>? header = null)
    {
        var head = new JsonObject { ["alg"] = alg, ["typ"] = "JWT" };
        if (kid is not null)
            head["kid"] = kid;
        header?.Invoke(head);
        var text = $"{Part(head.ToJsonString())}.{Part((claims ?? Claims).ToJsonString())}";
        return $"{text}.{Base64Url.EncodeToString((sign ?? (bytes => Sign(alg, bytes)))(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>With claims as they are written, whatever they are.</summary>
    public string Signed(string claims)
    {
        var text = $"{Part("""{"alg":"HS256","kid":"h1"}""")}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(Sign("HS256", Encoding.ASCII.GetBytes(text)))}";
    }

    public byte[] Sign(string alg, byte[] bytes) => alg switch
    {
        "HS256" => HMACSHA256.HashData(_secret, bytes),
        "HS384" => HMACSHA384.HashData(_secret, bytes),
        "RS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "RS512" => _rsa.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "PS256" => _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "ES256" => _ec.SignData(bytes, HashAlgorithmName.SHA256),
        _ => [],
    };

    public static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    public void Dispose()
    {
        _rsa.Dispose();
        _ec.Dispose();
    }
}
