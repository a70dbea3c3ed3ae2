using System.Diagnostics;

namespace EcomIntel.Cli.Supervisor;

/// <summary>How to start a process and how to end it.</summary>
/// <param name="Environment">Added to the supervisor's own.</param>
/// <param name="StopSignal">Asks it to end well; sent also by the kernel when the supervisor dies.</param>
/// <param name="StopWithin">How long ending well may take before it is killed.</param>
/// <param name="RunAs">Words before the program that change its user; empty to keep the supervisor's.</param>
internal sealed record ProcessSpec(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    int StopSignal,
    TimeSpan StopWithin,
    IReadOnlyList<string> RunAs)
{
    public static ProcessSpec Dotnet(string assembly, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, TimeSpan stopWithin) =>
        new(System.Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet",
            [assembly, .. arguments], environment, Native.Terminate, stopWithin, []);
}

/// <summary>A running process whose output goes to its log.</summary>
internal sealed class Child : IDisposable
{
    // Once it has ended, its output is read to the end in an instant, unless a grandchild holds it open.
    private static readonly TimeSpan DrainWithin = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly ProcessSpec _spec;
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _announcement = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _errorEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Child(Process process, ProcessSpec spec)
    {
        _process = process;
        _spec = spec;
    }

    public int Pid { get; private set; }

    /// <summary>Its exit code, when it ends.</summary>
    public Task<int> Exited => _exited.Task;

    /// <summary>The first line of its output that begins with a brace.</summary>
    public Task<string> Announcement => _announcement.Task;

    public static async Task<Child> StartAsync(Spawner spawner, ProcessSpec spec, BoundedLog log)
    {
        var signal = spec.StopSignal == Native.Interrupt ? "INT" : "TERM";
        // setpriv sets the death signal last, after any change of user, which would clear it.
        string[] command = [.. spec.RunAs, "setpriv", "--pdeathsig", signal, "--", spec.Program, .. spec.Arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in spec.Environment) start.Environment[name] = value;

        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var child = new Child(process, spec);
        // The event, not WaitForExit: that waits for the end of the output too, which grandchildren may hold open.
        process.Exited += (_, _) => child._exited.TrySetResult(process.ExitCode);
        process.OutputDataReceived += (_, line) => child.Heard(line.Data, log);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text) log.WriteLine(text);
            else child._errorEnded.TrySetResult();
        };
        await spawner.StartAsync(process);
        child.Pid = process.Id;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Its exit code, when it has ended and its last output is in the log.</summary>
    /// <remarks>The kernel reports the end of a process and the end of its pipes separately, in either order.</remarks>
    public async Task<int> SaidAllAsync()
    {
        var code = await Exited;
        await Task.WhenAny(Task.WhenAll(_outputEnded.Task, _errorEnded.Task), Task.Delay(DrainWithin));
        return code;
    }

    /// <summary>Asks it to end; kills it when it does not in time.</summary>
    /// <returns>false where it had to be killed.</returns>
    public async Task<bool> StopAsync()
    {
        if (Exited.IsCompleted) return true;
        Native.Signal(Pid, _spec.StopSignal);
        try
        {
            await Exited.WaitAsync(_spec.StopWithin);
            return true;
        }
        catch (TimeoutException)
        {
            Native.Signal(Pid, Native.Kill);
            await Exited;
            return false;
        }
    }

    public void Dispose() => _process.Dispose();

    private void Heard(string? line, BoundedLog log)
    {
        if (line is null)
        {
            _outputEnded.TrySetResult();
            return;
        }

        log.WriteLine(line);
        if (line.StartsWith('{')) _announcement.TrySetResult(line);
    }
}
