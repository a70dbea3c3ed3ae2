using System.Security.Cryptography;
using EcomIntel.Core.Governance;

namespace EcomIntel.Tests.Governance;

public sealed class ApiKeyTextTests
{
    private const string Known = "eik_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

    [Fact]
    public void A_key_is_read_back_as_it_was_told_and_no_two_are_alike()
    {
        var keys = Enumerable.Range(0, 200).Select(_ => ApiKeyText.Create()).ToList();
        foreach (var key in keys)
        {
            Assert.Equal(60, key.Reveal().Length);
            Assert.True(ApiKeyText.TryParse(key.Reveal(), out var read));
            Assert.Equal((key.Id, Convert.ToHexString(key.Hash())), (read.Id, Convert.ToHexString(read.Hash())));
        }
        Assert.Equal(200, keys.Select(key => key.Id).Distinct().Count());
        Assert.Equal(200, keys.Select(key => Convert.ToHexString(key.Hash())).Distinct().Count());
    }

    [Fact]
    public void Its_form_and_the_hash_that_is_kept_stay_as_they_are()
    {
        Assert.True(ApiKeyText.TryParse(Known, out var key));
        Assert.Equal("0123456789ab", key.Id);
        Assert.Equal(SHA256.HashData([.. Enumerable.Range(0, 32).Select(number => (byte)number)]), key.Hash());
        Assert.Equal(Known, key.Reveal());
    }

    [Fact]
    public void It_does_not_show_its_secret_unasked() =>
        Assert.DoesNotContain(Known[17..], ApiKeyText.TryParse(Known, out var key) ? $"{key}" : Known, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("eik_")]
    [InlineData("EIK_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("eik_0123456789aB_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("eik_0123456789al_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("eik_0123456789ab-AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("eik_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh")]
    [InlineData("eik_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")]
    [InlineData("eik_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9")]
    [InlineData("eik_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh+")]
    [InlineData("eik_0123456789ab_ AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")]
    [InlineData("eik_0123456789ab_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8 ")]
    public void Anything_else_is_no_key(string text) => Assert.False(ApiKeyText.TryParse(text, out _));

    [Theory]
    [InlineData("PLANNER", null, null)]
    [InlineData("PLANER", null, "there is no role PLANER; there are EXECUTIVE, PLANNER, BUYER, APPROVER, WAREHOUSE, FINANCE, ADMIN, SERVICE")]
    [InlineData("planner", null, "there is no role planner")]
    [InlineData("ADMIN", "", "a channel is 1 to 200 characters")]
    [InlineData("ADMIN", "a\nb", "a channel is 1 to 200 characters")]
    public void A_grant_that_cannot_be_is_told_by_what_is_wrong(string role, string? channel, string? wrong)
    {
        var told = new ApiKeyGrant("app", [role], channel is null ? null : [channel], null, TimeSpan.FromDays(90)).Invalid();
        Assert.True(wrong is null ? told is null : told?.StartsWith(wrong, StringComparison.Ordinal) == true, told);
    }

    [Fact]
    public void Nothing_is_granted_without_a_name_a_role_or_a_life_nor_by_an_empty_restriction()
    {
        var good = new ApiKeyGrant("app", ["ADMIN"], null, null, null);
        Assert.Null(good.Invalid());
        Assert.All(
            [good with { Name = "" }, good with { Name = "a\u001b[2J" }, good with { Name = "a\ud800" }, good with { Channels = ["web", "\udc00"] },
                good with { Locations = ["a\0"] }, good with { Roles = [] }, good with { Channels = [] }, good with { Locations = [] },
                good with { Lifetime = TimeSpan.Zero }, good with { Lifetime = TimeSpan.MaxValue }],
            grant => Assert.NotNull(grant.Invalid()));
    }
}
