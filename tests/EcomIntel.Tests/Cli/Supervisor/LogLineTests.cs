using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Cli.Supervisor;

public sealed class LogLineTests
{
    [Theory]
    [InlineData("FATAL:  could not map anonymous shared memory", "FATAL:  could not map anonymous shared memory")]
    [InlineData("""{"LogLevel":"Information","Message":"relay waits 0.25 s"}""", "relay waits 0.25 s")]
    [InlineData(
        """{"LogLevel":"Critical","Message":"ingest failed","Exception":"System.InvalidOperationException: """
            + """Clock:Mode is wall: it cannot change\n   at Somewhere()"}""",
        "ingest failed: Clock:Mode is wall: it cannot change")]
    [InlineData("""{"LogLevel":"Critical","Message":"cut""", """{"LogLevel":"Critical","Message":"cut""")]
    [InlineData("""{"no":"message"}""", """{"no":"message"}""")]
    public void A_role_s_line_is_told_without_its_form_and_its_stack(string line, string told) => Assert.Equal(told, LogLine.Readable(line));
}
