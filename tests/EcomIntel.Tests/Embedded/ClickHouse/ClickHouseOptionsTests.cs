using EcomIntel.Embedded.ClickHouse;

namespace EcomIntel.Tests.Embedded.ClickHouse;

public sealed class ClickHouseOptionsTests
{
    [Fact]
    public void The_command_line_and_the_environment_are_read()
    {
        var environment = new Dictionary<string, string?> { [ClickHouseOptions.UserVariable] = "hub", [ClickHouseOptions.PasswordVariable] = "secret" };
        var options = ClickHouseOptions.Parse(
            ["--path", "/data", "--port", "8123", "--library", "/lib/libchdb.so", "--body-mib", "2", "--drain-seconds", "3"],
            environment.GetValueOrDefault, out var problem);
        Assert.Equal("", problem);
        Assert.Equal(
            new ClickHouseOptions
            {
                Path = "/data", Port = 8123, Library = "/lib/libchdb.so", User = "hub", Password = "secret",
                BodyLimit = 2 * 1024 * 1024, Drain = TimeSpan.FromSeconds(3),
            },
            options);
    }

    [Theory]
    [InlineData("--path /data --port 0", "--library is missing")]
    [InlineData("--path /data --port 70000 --library x", "--port 70000 is not a whole number from 0 to 65535")]
    [InlineData("--path /data --port -1 --library x", "--port -1 is not")]
    [InlineData("--path /data --port 0 --library x --memory-mib 1", "--memory-mib 1 is not")]
    [InlineData("--path /data --verbose yes", "unknown option --verbose")]
    [InlineData("--path", "--path needs a value")]
    public void What_is_wrong_is_named(string line, string expected)
    {
        Assert.Null(ClickHouseOptions.Parse(line.Split(' '), _ => null, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }
}
