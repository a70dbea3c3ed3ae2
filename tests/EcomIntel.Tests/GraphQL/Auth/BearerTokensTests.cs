using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.GraphQL.Auth;
using EcomIntel.Tests.Cli;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EcomIntel.Tests.GraphQL.Auth;

public sealed class BearerTokensTests(Issuer issuer) : IClassFixture<Issuer>, IDisposable
{
    private static readonly Issuer Stranger = new();

    private readonly Issuer _issuer = issuer;
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Issuer.Noon);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("HS256", "h1")]
    [InlineData("RS256", "r1")]
    [InlineData("ES256", "e1")]
    public async Task A_token_signed_by_the_issuer_is_taken(string alg, string kid)
    {
        var claims = Issuer.Claims;
        claims["roles"] = new JsonArray("planner", "other-app:owner", "SERVICE");
        claims["channels"] = new JsonArray("web");
        var (caller, cause) = await Tokens().ReadAsync(_issuer.Token(alg, kid, claims));
        Assert.Null(cause);
        Assert.Equal(("user:ann", "Ann", Issuer.Noon.AddMinutes(10.5), null), (caller!.Id, caller.Name, caller.ExpiresAt, caller.Locations));
        Assert.Equal(["PLANNER", "SERVICE"], caller.Roles.Order(StringComparer.Ordinal));
        Assert.Equal(["web"], caller.Channels!);
    }

    private const string Secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    public static TheoryData<string> Attacks => [.. All.Keys];

    private static readonly Dictionary<string, Func<Issuer, string>> All = new()
    {
        ["no algorithm"] = issuer => issuer.Token("none", null, sign: _ => []),
        ["no algorithm, with a key's name"] = issuer => issuer.Token("none", "h1", sign: _ => []),
        ["no algorithm, in other letters"] = issuer => issuer.Token("nOnE", "r1", sign: _ => []),
        ["no signature"] = issuer => issuer.Token("RS256", "r1", sign: _ => []),
        ["HS256 by the RSA key's public PEM"] = issuer => issuer.Token("HS256", "r1", sign: bytes => HMACSHA256.HashData(issuer.PublicPem, bytes)),
        ["HS256 by the RSA key's modulus"] = issuer => issuer.Token("HS256", "r1", sign: bytes => HMACSHA256.HashData(issuer.PublicModulus, bytes)),
        ["HS256 by an empty secret"] = issuer => issuer.Token("HS256", "h1", sign: bytes => HMACSHA256.HashData(Array.Empty<byte>(), bytes)),
        ["RS256 under the secret's name"] = issuer => issuer.Token("RS256", "h1"),
        ["ES256 under the RSA key's name"] = issuer => issuer.Token("ES256", "r1"),
        ["another algorithm of the same key, HS384"] = issuer => issuer.Token("HS384", "h1"),
        ["another algorithm of the same key, RS512"] = issuer => issuer.Token("RS512", "r1"),
        ["another algorithm of the same key, PS256"] = issuer => issuer.Token("PS256", "r1"),
        ["no kid"] = issuer => issuer.Token("HS256", null),
        ["unknown kid"] = issuer => issuer.Token("HS256", "h2"),
        ["a key of its own in the header"] = _ => Stranger.Token("RS256", "own", header: header => header["jwk"] = Stranger.Rsa("own")),
        ["a stranger's, under the name of the issuer's"] = _ => Stranger.Token("RS256", "r1"),
        ["another issuer"] = issuer => With(issuer, "iss", "https://id.example/"),
        ["no issuer"] = issuer => Without(issuer, "iss"),
        ["another audience"] = issuer => With(issuer, "aud", "other"),
        ["other audiences"] = issuer => With(issuer, "aud", new JsonArray("other", "ecomintel2")),
        ["no audience"] = issuer => Without(issuer, "aud"),
        ["expired"] = issuer => With(issuer, "exp", Issuer.Noon.AddSeconds(-31).ToUnixTimeSeconds()),
        ["no expiry"] = issuer => Without(issuer, "exp"),
        ["an expiry that is no number"] = issuer => With(issuer, "exp", "never"),
        ["an expiry beyond all time"] = issuer => With(issuer, "exp", -1),
        ["not valid yet"] = issuer => With(issuer, "nbf", Issuer.Noon.AddSeconds(31).ToUnixTimeSeconds()),
        ["no subject"] = issuer => Without(issuer, "sub"),
        ["an empty subject"] = issuer => With(issuer, "sub", ""),
        ["a subject that is no text"] = issuer => With(issuer, "sub", 7),
        ["a subject of several lines"] = issuer => With(issuer, "sub", "ann\nkey:admin"),
        ["no roles"] = issuer => Without(issuer, "roles"),
        ["roles of others only"] = issuer => With(issuer, "roles", new JsonArray("owner")),
        ["roles that are no names"] = issuer => With(issuer, "roles", new JsonArray("ADMIN", 1)),
        ["channels that are no names"] = issuer => With(issuer, "channels", new JsonArray("web", JsonNode.Parse("null"))),
        ["channels that are null"] = issuer => With(issuer, "channels", null),
        ["channels that are a number"] = issuer => With(issuer, "channels", 1),
        ["no channel at all"] = issuer => With(issuer, "channels", new JsonArray()),
        ["a channel without a name"] = issuer => With(issuer, "channels", new JsonArray("web", "")),
        ["a channel with an end in it"] = issuer => With(issuer, "channels", new JsonArray("a\u0000")),
        ["a channel of half a character"] = issuer => issuer.Signed(And("\"channels\":[\"\\ud800\"]")),
        ["a channel of half a character, not in a list"] = issuer => issuer.Signed(And("\"channels\":\"\\ud800\"")),
        ["a channel too long"] = issuer => With(issuer, "channels", new string('a', 201)),
        ["a location on two lines"] = issuer => With(issuer, "locations", "DC\n1"),
        ["a location of half a character"] = issuer => issuer.Signed(And("\"locations\":[\"DC-1\",\"a\\udc00\"]")),
        ["a role of half a character"] = issuer => issuer.Signed(Replaced("\"PLANNER\"", "\"PLANNER\",\"\\ud800\"")),
        ["a role with an end in it"] = issuer => With(issuer, "roles", new JsonArray("ADMIN", "ADMIN\u0000")),
        ["a subject of half a character"] = issuer => issuer.Signed(Replaced("\"ann\"", "\"\\ud800\"")),
        ["a name of half a character"] = issuer => issuer.Signed(Replaced("\"Ann\"", "\"\\ud800\"")),
        ["a name that is no text"] = issuer => With(issuer, "name", 7),
        ["a name on two lines"] = issuer => With(issuer, "name", "Ann\nkey:admin"),
        ["a claim whose name is half a character"] = issuer => issuer.Signed(And("\"\\ud800\":1")),
        ["an audience of half a character"] = issuer => issuer.Signed(Replaced("\"ecomintel\"", "[\"ecomintel\",\"\\ud800\"]")),
        ["channels in other letters"] = issuer => With(issuer, "Channels", new JsonArray("web")),
        ["locations in other letters"] = issuer => With(issuer, "LOCATIONS", new JsonArray("DC-1")),
        ["channels in other letters beside channels"] = issuer => issuer.Signed(And("\"channels\":[\"web\"],\"cHannels\":[\"export\"]")),
        ["locations that are an object"] = issuer => With(issuer, "locations", new JsonObject()),
        ["a claim twice"] = issuer => issuer.Signed(And("\"roles\":[\"ADMIN\"]")),
        ["claims that are no JSON"] = issuer => issuer.Signed("{"),
        ["claims that are no object"] = issuer => issuer.Signed("[]"),
        ["something to be understood"] = issuer =>
            issuer.Token("HS256", "h1", header: header => (header["crit"], header["b64"]) = (new JsonArray("b64"), false)),
        ["a kid of half a character"] = issuer => Headed(issuer, """{"alg":"HS256","kid":"\ud800"}"""),
        ["an algorithm of half a character"] = issuer => Headed(issuer, """{"alg":"\ud800","kid":"h1"}"""),
        ["a header whose name is half a character"] = issuer => Headed(issuer, """{"alg":"HS256","kid":"h1","\ud800":1,"crit":[]}"""),
        ["a header that is no object"] = issuer => Headed(issuer, "[]"),
        ["nothing"] = _ => "",
        ["dots"] = _ => "..",
        ["five parts"] = issuer => issuer.Token("HS256", "h1") + ".a.b",
        ["rubbish"] = _ => "a.b.c",
        ["too large"] = issuer => With(issuer, "name", new string('a', 20_000)),
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public async Task No_other_token_is_taken(string attack)
    {
        var (caller, cause) = await Tokens().ReadAsync(All[attack](_issuer));
        Assert.Null(caller);
        Assert.NotNull(cause);
    }

    [Fact]
    public async Task A_token_with_any_letter_changed_is_not_taken()
    {
        var tokens = Tokens();
        foreach (var alg in (string[])["HS256/h1", "RS256/r1", "ES256/e1"])
        {
            var token = _issuer.Token(alg[..5], alg[6..]);
            Assert.NotNull((await tokens.ReadAsync(token)).Caller);
            var random = new Random(alg.Length);
            for (var tries = 0; tries < 60; tries++)
            {
                // Not the last letter of a part, which may have bits to spare.
                var at = random.Next(token.Length - 1);
                if (token[at] == '.' || token[at + 1] == '.')
                    continue;
                var changed = token[..at] + (token[at] == 'A' ? 'B' : 'A') + token[(at + 1)..];
                Assert.True((await tokens.ReadAsync(changed)).Caller is null, $"{alg} {at}");
            }
        }
    }

    [Fact]
    public async Task It_is_good_to_its_expiry_and_half_a_minute_more()
    {
        var (tokens, token) = (Tokens(), _issuer.Token("ES256", "e1"));
        foreach (var (seconds, good) in ((int, bool)[])[(0, true), (629, true), (630, false), (3600, false)])
        {
            _time.SetUtcNow(Issuer.Noon.AddSeconds(seconds));
            Assert.Equal(good, (await tokens.ReadAsync(token)).Caller is not null);
        }
    }

    [Fact]
    public async Task Keys_are_read_again_when_the_file_changes_and_stay_when_it_cannot_be_used()
    {
        var tokens = Tokens();
        var (old, fresh) = (_issuer.Token("RS256", "r1"), Stranger.Token("RS256", "r1"));
        async Task<string> WhoAsync()
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            return $"{(await tokens.ReadAsync(old)).Caller?.Name ?? "-"} {(await tokens.ReadAsync(fresh)).Caller?.Name ?? "-"}";
        }
        Assert.Equal("Ann -", await WhoAsync());
        await File.WriteAllTextAsync(Path_, Stranger.KeySet);
        Assert.Equal("- Ann", await WhoAsync());
        await File.WriteAllTextAsync(Path_, "{");
        Assert.Equal("- Ann", await WhoAsync());
        File.Delete(Path_);
        Assert.Equal("- Ann", await WhoAsync());
        await File.WriteAllTextAsync(Path_, _issuer.KeySet);
        Assert.Equal("Ann -", await WhoAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_key_that_is_too_small_is_told_with_its_own_size_whatever_zeros_stand_before_it(int zeros)
    {
        byte[] modulus = [.. new byte[zeros], 1, .. Enumerable.Repeat((byte)0xAB, 255)];
        var json = $$"""{"keys":[{"kty":"RSA","kid":"r","n":"{{Base64Url.EncodeToString(modulus)}}","e":"AQAB"}]}""";
        var wrong = Assert.Throws<FormatException>(() => KeySetFile.Parse(Encoding.UTF8.GetBytes(json)));
        Assert.Equal("key r has 2041 bits; RS256 needs 2048", wrong.Message);
    }

    [Theory]
    [InlineData("{", "")]
    [InlineData("{}", "has no \"keys\"")]
    [InlineData("""{"keys":[]}""", "has no key for HS256, RS256 or ES256")]
    [InlineData("""{"keys":[{"kty":"OKP","kid":"o"}]}""", "has no key for HS256, RS256 or ES256")]
    [InlineData("""{"keys":[{"kty":"oct","kid":"h","k":"c2hvcnQ"}]}""", "key h has 40 bits; HS256 needs 256")]
    [InlineData($$"""{"keys":[{"kty":"oct","k":"{{Secret}}"}]}""", "a key of type oct has no \"kid\"")]
    [InlineData($$"""{"keys":[{"kty":"oct","kid":"h","k":"{{Secret}}"},{"kty":"oct","kid":"h","k":"{{Secret}}"}]}""", "two keys have the kid h")]
    [InlineData(
        $$"""{"keys":[{"kty":"oct","kid":"h","alg":"HS512","k":"{{Secret}}"}]}""", "key h is for HS512, but a key of type oct must be for HS256")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"r","n":"AQAB","e":"AQAB"}]}""", "key r has 17 bits; RS256 needs 2048")]
    [InlineData("""{"keys":[null]}""", "a key is null")]
    [InlineData("""{"keys":[{"kty":"\ud800"}]}""", "")]
    [InlineData("null", "has no \"keys\"")]
    [InlineData("""{"keys":[{"kty":"RSA","kid":"r","e":"AQAB"}]}""", "key r: \"n\": is missing")]
    [InlineData("""{"keys":[{"kty":"EC","kid":"e","crv":"P-256","x":"AQAB","y":"AQAB"}]}""", "")]
    public void A_key_set_that_cannot_be_used_keeps_the_API_from_starting(string json, string told)
    {
        File.WriteAllText(Path_, json);
        var wrong = Assert.Throws<ConfigurationException>(() => new KeySetFile(Path_, _time, NullLogger.Instance));
        Assert.StartsWith($"Auth:KeySet: {Path_}: {told}", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', wrong.Message);
    }

    [Theory]
    [InlineData("AA", "are not an RSA key")]
    [InlineData("AQ", "are not an RSA key")]
    [InlineData("AAAB", "are not an RSA key")]
    [InlineData("Ag", "are not an RSA key")]
    [InlineData("AQAA", "are not an RSA key")]
    [InlineData("", "\"e\": is missing")]
    [InlineData("Aw", null)]
    [InlineData("AAEAAQ", null)]
    public void An_RSA_key_whose_exponent_proves_nothing_is_refused(string exponent, string? told)
    {
        var key = _issuer.Rsa("r1");
        key["e"] = exponent;
        File.WriteAllText(Path_, new JsonObject { ["keys"] = new JsonArray(key) }.ToJsonString());
        var wrong = Record.Exception(() => new KeySetFile(Path_, _time, NullLogger.Instance));
        if (told is null)
            Assert.Null(wrong);
        else
            Assert.Contains(told, Assert.IsType<ConfigurationException>(wrong).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"keys":[null]}""")]
    [InlineData("""{"keys":[{"kty":"\ud800"}]}""")]
    [InlineData("{}")]
    public async Task A_key_set_that_becomes_unusable_shuts_nobody_out(string json)
    {
        var (tokens, token) = (Tokens(), _issuer.Token("RS256", "r1"));
        var caller = (await tokens.ReadAsync(token)).Caller!;
        await File.WriteAllTextAsync(Path_, json);
        for (var looks = 0; looks < 3; looks++)
        {
            _time.Advance(TimeSpan.FromSeconds(3));
            Assert.NotNull((await tokens.ReadAsync(token)).Caller);
            Assert.True(tokens.Trusts(caller.SignedBy!));
        }
    }

    [Theory]
    [InlineData("HS256", "h1")]
    [InlineData("RS256", "r1")]
    [InlineData("ES256", "e1")]
    public async Task Who_signed_is_trusted_for_as_long_as_that_key_is_in_the_set(string alg, string kid)
    {
        var tokens = Tokens();
        var signer = (await tokens.ReadAsync(_issuer.Token(alg, kid))).Caller!.SignedBy!;
        async Task<bool> TrustsAsync(params JsonNode[] keys)
        {
            await File.WriteAllTextAsync(Path_, new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString());
            _time.Advance(TimeSpan.FromSeconds(3));
            return tokens.Trusts(signer);
        }
        JsonNode Own() => JsonNode.Parse(_issuer.KeySet)!["keys"]!.AsArray().Single(key => (string?)key!["kid"] == kid)!.DeepClone();
        Assert.True(await TrustsAsync(Own(), Issuer.Oct("new", new byte[32])));
        Assert.False(await TrustsAsync(Issuer.Oct("new", new byte[32])));
        Assert.True(await TrustsAsync(Own()));
        Assert.False(await TrustsAsync(Issuer.Oct(kid, new byte[32]))); // another one of the same name
        Assert.False(await TrustsAsync(Stranger.Rsa(kid)));
    }

    [Theory]
    [InlineData("https://id.example", "hub", "keys.json", null)]
    [InlineData(null, null, null, null)]
    [InlineData("https://id.example", null, "keys.json", "Issuer: Issuer, Audience and KeySet are set together, or none of them")]
    [InlineData(null, "hub", null, "Issuer: Issuer, Audience and KeySet are set together, or none of them")]
    [InlineData(" ", "hub", "keys.json", "Issuer: Issuer, Audience and KeySet are set together, or none of them")]
    [InlineData(" ", " ", " ", "Issuer: is empty")]
    public void Tokens_are_switched_on_whole_or_not_at_all(string? issuer, string? audience, string? keySet, string? wrong) =>
        Assert.Equal(wrong, new AuthOptions { Issuer = issuer, Audience = audience, KeySet = keySet }.Invalid());

    private string Path_ => Path.Combine(_folder.Path, "keys.json");

    private BearerTokens Tokens()
    {
        File.WriteAllText(Path_, _issuer.KeySet);
        var options = new AuthOptions { Issuer = Issuer.Name, Audience = Issuer.Audience, KeySet = Path_ };
        return new(options, new KeySetFile(Path_, _time, NullLogger.Instance), _time);
    }

    private static string Headed(Issuer issuer, string header)
    {
        var text = $"{Issuer.Part(header)}.{Issuer.Part(Issuer.Claims.ToJsonString())}";
        return $"{text}.{Base64Url.EncodeToString(issuer.Sign("HS256", Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Replaced(string text, string by) => Issuer.Claims.ToJsonString().Replace(text, by, StringComparison.Ordinal);

    private static string And(string claim) => Issuer.Claims.ToJsonString()[..^1] + $",{claim}}}";

    private static string With(Issuer issuer, string claim, JsonNode? value)
    {
        var claims = Issuer.Claims;
        claims[claim] = value;
        return issuer.Token("HS256", "h1", claims);
    }

    private static string Without(Issuer issuer, string claim)
    {
        var claims = Issuer.Claims;
        claims.Remove(claim);
        return issuer.Token("HS256", "h1", claims);
    }
}
