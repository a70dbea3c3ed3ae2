using EcomIntel.Cli.Commands;

namespace EcomIntel.Tests.Cli.Commands;

public sealed class CommandTreeTests
{
    [Theory]
    [InlineData("up")]
    [InlineData("up --engines-only --engines postgres kafka --json")]
    [InlineData("up --clock stream --partitions 16 --instance other")]
    [InlineData("--state /tmp/x status --json")]
    [InlineData("down --state /tmp/x")]
    public void A_right_line_is_understood(string line) => Assert.Empty(CommandTree.Create().Parse(line).Errors);

    [Theory]
    [InlineData("up --partitions 0", "from 1 to 64")]
    [InlineData("up --partitions many", "many")]
    [InlineData("up --clock lunar", "lunar")]
    [InlineData("up --engines kafka", "--engines-only")]
    [InlineData("up --engines-only --engines oracle", "oracle")]
    [InlineData("dwon", "dwon")]
    public void A_wrong_line_is_told_by_what_is_wrong(string line, string what) =>
        Assert.Contains(CommandTree.Create().Parse(line).Errors, error => error.Message.Contains(what, StringComparison.Ordinal));
}
