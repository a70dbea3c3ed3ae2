using System.Collections.Concurrent;
using System.Diagnostics;

namespace EcomIntel.Cli.Supervisor;

/// <summary>
/// Starts every child from one thread that lives as long as the process. The signal a child gets at its parent's death (PR_SET_PDEATHSIG)
/// follows the thread that forked it: from a pool thread it would come when the pool shrinks.
/// </summary>
internal sealed class Spawner : IDisposable
{
    private readonly BlockingCollection<Action> _orders = [];

    public Spawner()
    {
        var thread = new Thread(() =>
        {
            foreach (var order in _orders.GetConsumingEnumerable()) order();
        })
        { IsBackground = true, Name = "spawner" };
        thread.Start();
    }

    /// <exception cref="InstanceException">The program cannot be started.</exception>
    public Task StartAsync(Process process)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Add(() =>
        {
            try
            {
                process.Start();
                started.SetResult();
            }
            catch (System.ComponentModel.Win32Exception failure)
            {
                started.SetException(new InstanceException($"{process.StartInfo.FileName} cannot be started: {failure.Message}", failure));
            }
        });
        return started.Task;
    }

    public void Dispose() => _orders.CompleteAdding();
}
