using EcomIntel.Cli.Supervisor;
using EcomIntel.Cli.Supervisor.Services;

namespace EcomIntel.Tests.Cli.Supervisor;

public sealed class SupervisedTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Spawner _spawner = new();

    public void Dispose()
    {
        _spawner.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task One_that_ends_well_at_once_is_told_as_failed()
    {
        using var process = Watch("exit 0");
        var failure = await Assert.ThrowsAsync<InstanceException>(() => process.StartAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("script ended with exit code 0 before it was ready", failure.Message);
        await process.StopAsync();
    }

    [Fact]
    public async Task One_that_fails_is_told_with_its_last_words()
    {
        using var process = Watch("echo 'error: no disk' >&2; exit 3");
        var failure = await Assert.ThrowsAsync<InstanceException>(() => process.StartAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("script ended with exit code 3 before it was ready; its last words: error: no disk", failure.Message);
        await process.StopAsync();
    }

    [Fact]
    public async Task One_whose_grandchild_holds_its_output_open_is_told_all_the_same()
    {
        using var process = Watch("sleep 30 & echo 'error: no disk' >&2; exit 3");
        var failure = await Assert.ThrowsAsync<InstanceException>(() => process.StartAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("script ended with exit code 3 before it was ready; its last words: error: no disk", failure.Message);
        await process.StopAsync();
    }

    [Fact]
    public async Task One_that_is_killed_comes_back_and_is_counted()
    {
        var changes = new SemaphoreSlim(0);
        using var process = Watch("echo '{}'; exec sleep 60", changes);
        await process.StartAsync().WaitAsync(TimeSpan.FromSeconds(20));
        var first = process.Pid;
        Native.Signal(first!.Value, Native.Kill);
        while (process is not { Restarts: 1, Ready: true }) Assert.True(await changes.WaitAsync(TimeSpan.FromSeconds(20)), "it did not come back");

        Assert.NotEqual(first, process.Pid);
        Assert.Contains("signal 9", process.Trouble, StringComparison.Ordinal);
        var last = process.Pid!.Value;
        Assert.True(await process.StopAsync());
        Assert.Equal(0, Leftovers.StartOf(last));
    }

    [Fact]
    public async Task One_that_does_not_heed_the_signal_is_killed_and_told()
    {
        using var process = Watch("trap '' TERM; echo '{}'; while true; do sleep 0.1; done");
        await process.StartAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(await process.StopAsync());
        Assert.Null(process.Pid);
    }

    [Fact]
    public void Pauses_grow_and_are_bounded()
    {
        var pauses = Enumerable.Range(1, 40).Select(Supervised.Pause).ToArray();
        Assert.Equal(TimeSpan.FromMilliseconds(250), pauses[0]);
        Assert.Equal(pauses.Order(), pauses);
        Assert.Equal(TimeSpan.FromSeconds(30), pauses[^1]);
    }

    private Supervised Watch(string script, SemaphoreSlim? changes = null) =>
        new(new Script(script), _spawner, Path.Combine(_folder.Path, "script.log"), TimeProvider.System, _ => changes?.Release());

    // Ready when it says so, as the engines are.
    private sealed class Script(string text) : Service
    {
        public override string Name => "script";

        public override Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new ProcessSpec("/bin/sh", ["-c", text], new Dictionary<string, string>(), Native.Terminate, TimeSpan.FromSeconds(1), []));

        public override Task BecomeReadyAsync(Child child, CancellationToken cancellationToken) => child.Announcement.WaitAsync(cancellationToken);
    }
}
