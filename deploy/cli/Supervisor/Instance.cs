using System.Diagnostics;

namespace EcomIntel.Cli.Supervisor;

/// <summary>
/// An instance of the hub on this machine: engines and roles as processes of their own, and all they keep in one folder.
/// Commands, the demo and the tests bring it up and down through this.
/// </summary>
internal sealed class Instance
{
    /// <summary>The name of the one that is meant where none is named.</summary>
    public const string Default = "default";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan DownWithin = TimeSpan.FromMinutes(3);
    private readonly Home _home;
    private readonly TimeProvider _time;

    private Instance(Home home, string folder, TimeProvider time)
    {
        (_home, _time) = (home, time);
        Paths = new(Path.GetFullPath(folder));
    }

    public InstancePaths Paths { get; }

    /// <summary>The instance in that folder, whether or not it exists yet.</summary>
    public static Instance Open(string folder) => new(Home.Find(), folder, TimeProvider.System);

    /// <summary>The instance of that name in this checkout.</summary>
    /// <exception cref="InstanceException">The name is not one.</exception>
    public static Instance Named(string name)
    {
        if (!IsName(name))
            throw new InstanceException($"an instance's name is up to 40 letters, digits, - and _, and \"{name}\" is not");
        var home = Home.Find();
        return new(home, Path.Combine(home.InstancesFolder, name), TimeProvider.System);
    }

    /// <summary>It was up at some time, and its folder was not removed since.</summary>
    public bool Exists => Directory.Exists(Paths.Folder);

    /// <summary>The beginning of a sentence about one that is not up: as it was named, whether there is one, and which others may have been meant.</summary>
    public string NotUp => Exists ? $"the instance in {Paths.Folder} is not up" : $"there is no instance {Called}";

    private bool IsNamed => Path.GetDirectoryName(Paths.Folder) == _home.InstancesFolder;

    private string Called => IsNamed ? Path.GetFileName(Paths.Folder) : $"in {Paths.Folder}";

    /// <summary>How to reach its engines.</summary>
    /// <exception cref="InstanceException">It is not up.</exception>
    public Addresses Addresses => ReadStatus()?.Addresses ?? throw new InstanceException($"{NotUp}; run: ./ecomintel up{Meant}{Others()}");

    /// <summary>Those of this checkout that have a name, up or not, by their names.</summary>
    public static IReadOnlyList<Instance> All()
    {
        var home = Home.Find();
        return !Directory.Exists(home.InstancesFolder) ? []
            : [.. Directory.GetDirectories(home.InstancesFolder).Where(folder => IsName(Path.GetFileName(folder))).Order(StringComparer.Ordinal)
                .Select(folder => new Instance(home, folder, TimeProvider.System))];
    }

    /// <summary>What to write after a command to mean this instance; empty for the one that is meant without.</summary>
    public string Meant => IsNamed && Path.GetFileName(Paths.Folder) == Default ? "" : $" {Option}";

    /// <exception cref="InstanceException">It is not up, or runs no such role.</exception>
    public void EnsureRuns(string role)
    {
        _ = Addresses;
        if (ReadStatus()?.Roles.Any(each => each.Name == role) == false)
            throw new InstanceException(
                $"the instance in {Paths.Folder} runs no role {role}, only its engines; run: ./ecomintel down{Meant}, then ./ecomintel up{Meant}");
    }

    /// <summary>What names it on a command line, whatever is meant without.</summary>
    private string Option => IsNamed ? $"--instance {Called}" : $"--state {Paths.Folder}";

    /// <summary>
    /// Which others are up and how to mean them, as the end of a line: whoever means another than they say would not find it by the folder alone. Empty where
    /// none is.
    /// </summary>
    public string Others()
    {
        if (!IsNamed) return "";
        var up = All().Where(other => other.Paths.Folder != Paths.Folder && other.IsUp).ToList();
        return up.Count == 0 ? ""
            : $"; up {(up.Count == 1 ? "is" : "are")} {Words.And(up.Select(other => other.Called))}: say {Words.Or(up.Select(other => other.Option))}";
    }

    /// <summary>Its supervisor lives. One of another user's is none of ours.</summary>
    private bool IsUp
    {
        get
        {
            try
            {
                return InstanceLock.IsHeld(Paths);
            }
            catch (InstanceException)
            {
                return false;
            }
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 40 && char.IsAsciiLetterOrDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    /// <returns>null where it is not up.</returns>
    public InstanceStatus? ReadStatus() => InstanceLock.IsHeld(Paths) ? JsonFile.Read<InstanceStatus>(Paths.Status) : null;

    /// <summary>Starts it unless it is up, and returns when every process is ready.</summary>
    /// <param name="report">Called with each line of progress.</param>
    /// <exception cref="InstanceException">It cannot be started.</exception>
    public async Task<InstanceStatus> EnsureUpAsync(UpOptions options, Action<string>? report, CancellationToken cancellationToken)
    {
        Paths.Create();
        using (var free = InstanceLock.TryTake(Paths))
        {
            // Under the lock, so that what is read below was written by the supervisor that is running.
            if (free is not null) File.Delete(Paths.Status);
        }

        using var launched = InstanceLock.IsHeld(Paths) ? null : Launch(options);
        return await WaitUntilUpAsync(options, launched, report, cancellationToken);
    }

    /// <summary>Stops it and returns when no process of it runs.</summary>
    /// <returns>false where it was not up.</returns>
    /// <exception cref="InstanceException">It did not stop.</exception>
    public async Task<bool> DownAsync(CancellationToken cancellationToken)
    {
        if (!InstanceLock.IsHeld(Paths)) return false;
        var began = _time.GetTimestamp();
        var asked = 0;
        while (InstanceLock.IsHeld(Paths))
        {
            if (ReadStatus() is { } status && status.Supervisor != asked)
            {
                asked = status.Supervisor;
                Native.Signal(asked, Native.Terminate);
            }

            if (_time.GetElapsedTime(began) > DownWithin)
                throw new InstanceException($"supervisor {asked} did not end within {DownWithin.TotalMinutes:0} minutes; see {Paths.Logs}");
            await Task.Delay(PollInterval, _time, cancellationToken);
        }

        // The kernel frees its lock an instant before the process is gone.
        while (asked > 0 && Leftovers.StartOf(asked) != 0 && _time.GetElapsedTime(began) < DownWithin) await Task.Delay(PollInterval, _time, cancellationToken);
        return true;
    }

    private async Task<InstanceStatus> WaitUntilUpAsync(UpOptions options, Process? launched, Action<string>? report, CancellationToken cancellationToken)
    {
        var reported = 0;
        var began = _time.GetTimestamp();
        var timeout = options.ReadyWithin + TimeSpan.FromSeconds(90);
        while (_time.GetElapsedTime(began) < timeout)
        {
            if (JsonFile.Read<InstanceStatus>(Paths.Status) is { } status)
            {
                foreach (var line in status.Progress.Skip(reported)) report?.Invoke(line);
                reported = Math.Max(reported, status.Progress.Count);
                if (status.State == InstanceState.Up) return status;
                if (status.State == InstanceState.Failed && !InstanceLock.IsHeld(Paths))
                    throw new InstanceException(status.Failure ?? $"it failed; see {Paths.Logs}");
            }

            if (launched is { HasExited: true } && !InstanceLock.IsHeld(Paths))
                throw new InstanceException($"the supervisor ended with exit code {launched.ExitCode}; see {Paths.Log("supervisor-output")}");

            await Task.Delay(PollInterval, _time, cancellationToken);
        }

        throw new InstanceException($"the instance was not up within {timeout.TotalSeconds:0} s; see {Paths.Logs}");
    }

    // A session of its own: neither a closed terminal nor Ctrl-C there reaches it. The shell gives it the files that outlive us.
    private Process Launch(UpOptions options)
    {
        JsonFile.Write(Path.Combine(Paths.Folder, "options.json"), options);
        string[] words =
        [
            "-c", "exec setsid \"$@\" </dev/null >\"$ECOMINTEL_SUPERVISOR_OUT\" 2>&1", "sh",
            "dotnet", _home.Cli, "supervise", "--state", Paths.Folder,
        ];
        var start = new ProcessStartInfo("/bin/sh", words) { UseShellExecute = false, WorkingDirectory = _home.Root };
        start.Environment["ECOMINTEL_SUPERVISOR_OUT"] = Paths.Log("supervisor-output");
        return Process.Start(start)!;
    }
}
