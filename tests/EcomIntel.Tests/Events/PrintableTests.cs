using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Tests.Events;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("Größe 12 – 日本 🎁", "Größe 12 – 日本 🎁")]
    [InlineData("a\u001b[2Jb", "a\\u001B[2Jb")]
    [InlineData("a\u009b2Jb", "a\\u009B2Jb")]
    [InlineData("SKU-1\u202e2-UKS", "SKU-1\\u202E2-UKS")]
    [InlineData("A\u200bB\ufeff", "A\\u200BB\\uFEFF")]
    [InlineData("one\r\ntwo\u2028three", "one\\u000D\\u000Atwo\\u2028three")]
    [InlineData("tag \U000E0041", "tag \\uDB40\\uDC41")]
    public void What_a_terminal_would_act_on_or_hide_is_seen(string text, string printed) => Assert.Equal(printed, Printable.Of(text));

    [Fact]
    public void What_the_hub_says_of_it_shows_it_too()
    {
        Assert.Equal("no item cup\\u200B", new Rejection(RejectionCodes.UnknownSku, "no item cup\u200b").Detail);
        var cases = new ExceptionBook(new Outbox(), new(), _ => { });
        cases.Open("cause", DateTimeOffset.UnixEpoch, CaseCategory.CarrierException, "box", null, "left at\u202e door\n");
        Assert.Equal("left at\\u202E door\\u000A", Assert.Single(cases.Opened).Detail);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_seen() =>
        Assert.Equal("a\\uD83Cb \\uDF81", Printable.Of(string.Concat("a", (char)0xd83c, "b ", (char)0xdf81)));

    [Fact]
    public void Text_with_lines_keeps_them() => Assert.Equal("{\n\t\"a\": 1\\u0007\n}", Printable.Lines("{\r\n\t\"a\": 1\u0007\n}"));

    [Fact]
    public void Json_says_the_same_without_them()
    {
        const string hidden = "SKU\u202e\u200d\u001b\U000E0041\"";
        var printed = Printable.Json(JsonSerializer.Serialize(new { hidden }, JsonFile.Format));
        Assert.DoesNotContain(printed, letter => char.IsControl(letter) && letter != '\n' && letter != '\r');
        Assert.DoesNotContain('\u202e', printed);
        using var read = JsonDocument.Parse(printed);
        Assert.Equal(hidden, read.RootElement.GetProperty("hidden").GetString());
    }
}
