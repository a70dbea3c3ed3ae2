using EcomIntel.Cli.Supervisor.Services;

namespace EcomIntel.Cli.Supervisor;

/// <summary>Keeps one service running: starts it, sees it ready, starts it again with growing pauses when it ends, stops it on request.</summary>
internal sealed class Supervised : IDisposable
{
    // Three attempts distinguish a program that cannot start from a transient error (a port, a slow dependency).
    private const int FirstTries = 3;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    private readonly Service _service;
    private readonly Spawner _spawner;
    private readonly BoundedLog _log;
    private readonly TimeProvider _time;
    private readonly Action<Supervised> _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _firstReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private Child? _child;
    private bool _restartWanted;

    public Supervised(Service service, Spawner spawner, string logFile, TimeProvider time, Action<Supervised> changed)
    {
        _service = service;
        _spawner = spawner;
        _log = new(logFile);
        _time = time;
        _changed = changed;
    }

    public string Name => _service.Name;

    public bool Ready { get; private set; }

    public int Restarts { get; private set; }

    public string? Trouble { get; private set; }

    public int? Pid => _child is { Exited.IsCompleted: false } running ? running.Pid : null;

    public ProcessStatus Status => new(Name, Pid, Ready, _service.Address, _service.Metrics?.ToString(), Restarts, Trouble);

    /// <summary>Completes when the service is ready for the first time; fails with one line when it cannot be started.</summary>
    public Task StartAsync()
    {
        _loop = Task.Run(LoopAsync);
        return _firstReady.Task;
    }

    /// <summary>Ends the process and starts it anew, without waiting: what it depends on has moved.</summary>
    public void Restart()
    {
        _restartWanted = true;
        if (Pid is { } pid) Native.Signal(pid, Native.Terminate);
    }

    /// <returns>false where the process had to be killed.</returns>
    public async Task<bool> StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        var well = _child is null || await _child.StopAsync();
        Ready = false;
        _changed(this);
        return well;
    }

    public void Dispose()
    {
        _child?.Dispose();
        _log.Dispose();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        var failures = 0;
        try
        {
            while (true)
            {
                var began = _time.GetTimestamp();
                var trouble = await RunOnceAsync();
                Ready = false;
                if (_restartWanted)
                {
                    (_restartWanted, failures) = (false, 0);
                    trouble = "restarted: what it depends on has moved";
                }
                else
                {
                    failures = _time.GetElapsedTime(began) > SteadyAfter ? 1 : failures + 1;
                }

                Trouble = trouble;
                _log.WriteLine($"-- supervisor: {trouble}");
                if (!_firstReady.Task.IsCompleted && failures >= FirstTries) throw new InstanceException($"{Name} {trouble}");
                _changed(this);
                if (failures > 0) await Task.Delay(Pause(failures), _time, _stop.Token);
                Restarts++;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            _firstReady.TrySetCanceled(_stop.Token);
        }
        catch (Exception failure)
        {
            // The loop's only way out besides being stopped: reported to whoever waits for the start, and in the status.
            Trouble ??= failure.Message;
            _log.WriteLine($"-- supervisor gives up: {failure}");
            _firstReady.TrySetException(failure is InstanceException ? failure : new InstanceException($"{Name}: {failure.Message}", failure));
        }
    }

    internal static TimeSpan Pause(int failures) =>
        TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, ShortestPause.Ticks << Math.Min(failures - 1, 16)));

    /// <returns>How it ended.</returns>
    private async Task<string> RunOnceAsync()
    {
        var spec = await _service.PrepareAsync(_stop.Token);
        _child?.Dispose();
        _log.Begin();
        _child = await Child.StartAsync(_spawner, spec, _log);
        _changed(this);
        if (await ReadyOrGoneAsync(_child) is { } trouble) return trouble;

        Ready = true;
        _changed(this);
        _firstReady.TrySetResult();
        while (!_child.Exited.IsCompleted)
        {
            await Task.WhenAny(_child.Exited, Task.Delay(Heartbeat, _time, _stop.Token));
            _stop.Token.ThrowIfCancellationRequested();
            if (_child.Exited.IsCompleted) break;
            var ready = await _service.IsReadyAsync(_stop.Token);
            if (ready == Ready) continue;
            Ready = ready;
            _changed(this);
        }

        return $"ended with {Code(await _child.SaidAllAsync())}{LastWords()}";
    }

    private async Task<string?> ReadyOrGoneAsync(Child child)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var ready = _service.BecomeReadyAsync(child, waiting.Token);
        await Task.WhenAny(ready, child.Exited, Task.Delay(ReadyWithin, _time, waiting.Token));
        if (ready.IsCompletedSuccessfully) return null;
        if (ready.IsFaulted) await ready;
        await waiting.CancelAsync();
        await Task.WhenAny(ready);
        _stop.Token.ThrowIfCancellationRequested();
        if (child.Exited.IsCompleted) return $"ended with {Code(await child.SaidAllAsync())} before it was ready{LastWords()}";
        await child.StopAsync();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"was not ready within {ReadyWithin.TotalSeconds:0} s{LastWords()}");
    }

    private string LastWords() => _log.LastWords is { } line ? $"; its last words: {LogLine.Readable(line)}" : "";

    private static string Code(int code) => code > 128 ? $"signal {code - 128}" : $"exit code {code}";
}
