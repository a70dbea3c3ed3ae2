using EcomIntel.Cli.Replay;

namespace EcomIntel.Tests.Cli.Replay;

public sealed class RejectedLinesTests : IDisposable
{
    private static readonly DateTimeOffset Began = new(2026, 5, 1, 12, 30, 5, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Each_run_has_a_file_of_its_own()
    {
        var folder = Path.Combine(_folder.Path, "rejected-lines");
        string? none;
        using (var run = new RejectedLines(folder, Began))
            none = run.Path;
        Assert.Null(none);
        Assert.False(Directory.Exists(folder));
        foreach (var detail in (string[])["first", "same\tsecond\u001b[2J"])
            using (var run = new RejectedLines(folder, Began))
                run.Add(new("a.csv", 7, "bad_price", detail));
        using (var run = new RejectedLines(folder, Began.AddDays(1)))
        {
            run.Add(new("a.csv", 8, "bad_price", "third"));
            Assert.Equal(Path.Combine(folder, "2026-05-02T123005Z.tsv"), run.Path);
        }
        Assert.Equal(["2026-05-01T123005Z-2.tsv", "2026-05-01T123005Z.tsv", "2026-05-02T123005Z.tsv"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("origin\tline\treason\tdetail\na.csv\t7\tbad_price\tfirst\n", File.ReadAllText(Path.Combine(folder, "2026-05-01T123005Z.tsv")));
        Assert.Equal("origin\tline\treason\tdetail\na.csv\t7\tbad_price\tsame\\u0009second\\u001B[2J\n",
            File.ReadAllText(Path.Combine(folder, "2026-05-01T123005Z-2.tsv")));
    }

    public void Dispose() => _folder.Dispose();
}
