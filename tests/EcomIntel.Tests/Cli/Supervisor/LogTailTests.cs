using EcomIntel.Cli.Commands;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Cli.Supervisor;

public sealed class LogTailTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Log => Path.Combine(_folder.Path, "ingest.log");

    [Fact]
    public void The_last_lines_reach_into_the_older_file()
    {
        File.WriteAllText(Log + ".1", "1\n2\n3\n");
        File.WriteAllText(Log, "4\n5\n");
        using var tail = new LogTail(Log);
        Assert.Equal(["3", "4", "5"], tail.Last(3));
        File.AppendAllText(Log, "6\nha");
        Assert.Equal(["6"], tail.Added());
        File.AppendAllText(Log, "lf\n");
        Assert.Equal(["half"], tail.Added());
        Assert.Empty(tail.Added());
    }

    [Fact]
    public void A_log_is_followed_into_its_next_file_and_from_its_first()
    {
        using var tail = new LogTail(Log);
        Assert.Empty(tail.Last(10));
        using var log = new BoundedLog(Log, maxBytes: 40);
        var seen = new List<string>();
        for (var line = 0; line < 50; line++)
        {
            log.WriteLine($"line {line} größer");
            seen.AddRange(tail.Added());
        }
        Assert.Equal(Enumerable.Range(0, 50).Select(line => $"line {line} größer"), seen);
    }

    [Fact]
    public void Lines_without_a_time_stay_with_the_line_before()
    {
        var written = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);
        string[] lines =
        [
            "{\"port\":24792}",
            "2026-05-01 10:00:00.250 UTC [9267] LOG:  starting",
            "\tand so on",
            """{"Timestamp":"2026-05-01T10:00:01.500Z","LogLevel":"Warning","Message":"ingest backs off","Exception":"X: no\n at Y"}""",
            "2026-05-01T10:00:02.000Z up",
        ];
        Assert.Equal(
            ["10:00:00.250  {\"port\":24792}", "10:00:00.250  [9267] LOG:  starting", "10:00:00.250  \tand so on",
                "10:00:01.500 Warning ingest backs off: no", "10:00:02.000  up"],
            LogsCommand.Dated("x", lines, written).Select(entry => $"{entry.At:HH:mm:ss.fff} {entry.Line.Level} {entry.Line.Text}"));
        Assert.Equal(written, LogsCommand.Dated("x", lines[..1], written).Single().At);
    }

    public void Dispose() => _folder.Dispose();
}
