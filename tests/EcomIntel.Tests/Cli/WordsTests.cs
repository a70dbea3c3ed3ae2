using EcomIntel.Cli;

namespace EcomIntel.Tests.Cli;

public sealed class WordsTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("a", "a", "a")]
    [InlineData("a b", "a and b", "a or b")]
    [InlineData("a b c", "a, b and c", "a, b or c")]
    public void Lists_read_as_sentences_do(string words, string and, string or)
    {
        var list = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((and, or), (Words.And(list), Words.Or(list)));
    }

    [Theory]
    [InlineData("dwon", "down")]
    [InlineData("STATUS", "status")]
    [InlineData("stat", "status")]
    [InlineData("--jsn", "--json")]
    [InlineData("--sed", "--seed")]
    [InlineData("--sped", "--seed --speed")]
    [InlineData("up!", "up")]
    [InlineData("nothing", "")]
    [InlineData("--", "")]
    [InlineData("", "")]
    public void A_slip_of_the_hand_and_a_beginning_are_understood_and_nothing_else(string given, string meant) => Assert.Equal(
        meant.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Words.Near(given, ["down", "demo", "status", "up", "--json", "--seed", "--speed"]).Order(StringComparer.Ordinal));
}
