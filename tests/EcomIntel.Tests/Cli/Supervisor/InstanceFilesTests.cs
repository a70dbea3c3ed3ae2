using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.Cli.Supervisor;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class InstanceFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private InstancePaths Paths => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Secrets_are_made_once_and_only_their_owner_may_read_them()
    {
        var made = InstanceSecrets.LoadOrCreate(Paths);
        Assert.Equal(made, InstanceSecrets.LoadOrCreate(Paths));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Paths.Secrets));
        Assert.Equal(5, new[] { made.PostgresAdmin, made.PostgresOwner, made.PostgresApp, made.PostgresReader, made.ClickHouse }.Distinct().Count());
    }

    [Fact]
    public void A_broken_file_is_named()
    {
        File.WriteAllText(Paths.Secrets, "{ half");
        var failure = Assert.Throws<InstanceException>(() => InstanceSecrets.LoadOrCreate(Paths));
        Assert.Contains(Paths.Secrets, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_is_held_by_one_and_free_when_that_one_is_gone()
    {
        Assert.False(InstanceLock.IsHeld(Paths));
        using (var held = InstanceLock.TryTake(Paths))
        {
            Assert.NotNull(held);
            Assert.Null(InstanceLock.TryTake(Paths));
            Assert.True(InstanceLock.IsHeld(Paths));
        }

        Assert.False(InstanceLock.IsHeld(Paths));
    }

    [Fact]
    public void A_log_is_bounded_and_keeps_the_file_before()
    {
        var path = Paths.Log("x");
        Directory.CreateDirectory(Paths.Logs);
        using (var log = new BoundedLog(path, maxBytes: 1000))
        {
            for (var i = 0; i < 500; i++) log.WriteLine($"line {i}");
        }

        Assert.InRange(new FileInfo(path).Length, 1, 1100);
        Assert.InRange(new FileInfo(path + ".1").Length, 1000, 1100);
        Assert.Equal("line 499", File.ReadLines(path).Last());
    }

    [Fact]
    public void The_last_words_are_the_error_not_the_hint_after_it()
    {
        Directory.CreateDirectory(Paths.Logs);
        using var log = new BoundedLog(Paths.Log("x"));
        log.WriteLine("FATAL: no such setting");
        log.WriteLine("HINT: try another");
        Assert.Equal("FATAL: no such setting", log.LastWords);
        log.Begin();
        log.WriteLine("listening");
        Assert.Equal("listening", log.LastWords);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("-x")]
    [InlineData("a b")]
    public void A_name_that_is_no_name_is_refused(string name) => Assert.Throws<InstanceException>(() => Instance.Named(name));

    [Fact]
    public async Task A_process_id_that_was_given_to_another_process_is_left_alone()
    {
        // This very process, as if a supervisor had recorded the id for one that started at another moment.
        JsonFile.Write(Paths.Processes, new[] { new Leftovers.Known(Environment.ProcessId, Leftovers.StartOf(Environment.ProcessId) - 1) });
        var told = new List<string>();
        await Leftovers.EndAsync(Paths, TimeProvider.System, told.Add);
        Assert.Empty(told);
    }
}
