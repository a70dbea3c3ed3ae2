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
    [InlineData("keys create --role planner --role SERVICE --channel web --channel store --location DC-1 --name app --expires-in 12h --json")]
    [InlineData("keys create --role PLANNER SERVICE --expires-in never")]
    [InlineData("keys list --json")]
    [InlineData("keys rotate 0123456789ab --overlap 0h")]
    [InlineData("keys revoke 0123456789ab --postgres Host=db")]
    [InlineData("rebuild --from postgres --partial --json")]
    [InlineData("bench ingest --only live --waiting 1000 --turns 3 --seconds 20 --seed 4 --json")]
    [InlineData("bench ingest --only stream freshness --orders 500 --rate 50")]
    public void A_right_line_is_understood(string line) => Assert.Empty(CommandTree.Create().Parse(line).Errors);

    [Theory]
    [InlineData("up --partitions 0", "from 1 to 64")]
    [InlineData("up --partitions many", "many")]
    [InlineData("up --clock lunar", "lunar")]
    [InlineData("up --engines kafka", "--engines-only")]
    [InlineData("up --engines-only --engines oracle", "oracle")]
    [InlineData("dwon", "dwon")]
    [InlineData("rebuild --from kafka", "kafka")]
    [InlineData("bench ingest --only speed", "speed")]
    [InlineData("bench ingest --waiting 1", "100 to 1000000")]
    [InlineData("bench ingest --turns 0", "1 to 100")]
    [InlineData("keys create", "--role")]
    [InlineData("keys create --role BOSS", "there is no role BOSS; there are EXECUTIVE")]
    [InlineData("keys create --role ADMIN --expires-in 90", "a time as 90d")]
    [InlineData("keys create --role ADMIN --expires-in 0d", "a time as 90d")]
    [InlineData("keys create --role ADMIN --expires-in 9999999d", "a time as 90d")]
    [InlineData("keys create --role ADMIN --expires-in -1d", "a time as 90d")]
    [InlineData("keys rotate 0123456789ab --overlap 31d", "up to 30d")]
    [InlineData("keys rotate 0123456789ab --overlap soon", "up to 30d")]
    [InlineData("keys rotate", "'rotate'")]
    public void A_wrong_line_is_told_by_what_is_wrong(string line, string what) =>
        Assert.Contains(CommandTree.Create().Parse(line).Errors, error => error.Message.Contains(what, StringComparison.Ordinal));
}
