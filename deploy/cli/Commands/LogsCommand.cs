using System.CommandLine;
using System.Globalization;
using System.Text;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Cli.Supervisor.Services;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel logs</c>: what the processes of an instance wrote, up or not, in order of time.</summary>
internal static class LogsCommand
{
    private const int StandardOutput = 1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly Argument<string[]> Processes = new("PROCESS")
    {
        Description = "Only these, roles, engines or supervisor; all if none is named", Arity = ArgumentArity.ZeroOrMore, HelpName = "PROCESS",
    };

    private static readonly Option<int> Lines = new("--lines", "-n")
    {
        Description = "At most so many, the last ones, up to 100000", DefaultValueFactory = _ => 100, HelpName = "N",
    };

    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on with what is written, until Ctrl-C" };

    static LogsCommand()
    {
        Lines.MustBe(lines => lines is >= 1 and <= 100_000, "1 to 100000", "500");
        Processes.CompletionSources.Add(_ => Known().Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        Processes.Validators.Add(result =>
        {
            foreach (var name in result.Tokens.Select(token => token.Value).Where(name => !Known().Contains(name)))
                result.AddError($"there is no process {name}{Words.DidYouMean(name, Known(), $"; there are {Words.And(Known())}")}");
        });
    }

    public static Command Create()
    {
        var command = new Command("logs", "Show what the hub's processes wrote, whether it is up or not") { Processes, Lines, Follow };
        command.Runs(RunAsync);
        return command;
    }

    private static IReadOnlyList<string> Known() => ["supervisor", .. UpOptions.AllEngines, .. Role.All.Select(role => role.Name)];

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var instance = parsed.Instance();
        if (!instance.Exists)
            throw new InstanceException($"{instance.NotUp}{instance.Others()}; ./ecomintel instances lists them");
        var named = parsed.GetValue(Processes) is { Length: > 0 } some ? some : null;
        var logs = (named ?? Known()).Distinct().Select(name => (Name: name, Tail: new LogTail(instance.Paths.Log(name)))).ToList();
        try
        {
            var last = logs.SelectMany(log => Dated(log.Name, log.Tail.Last(parsed.GetValue(Lines)), log.Tail.WrittenAt)).OrderBy(entry => entry.At).ToList();
            if (last.Count == 0)
                await Console.Error.WriteLineAsync($"ecomintel: nothing was written yet in {instance.Paths.Logs}");
            Write(last.TakeLast(parsed.GetValue(Lines)));
            while (parsed.GetValue(Follow) && !Native.IsAbandoned(StandardOutput))
            {
                await Task.Delay(Pause, cancellationToken);
                Write(logs.SelectMany(log => Dated(log.Name, [.. log.Tail.Added()], log.Tail.WrittenAt)).OrderBy(entry => entry.At));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && parsed.GetValue(Follow))
        {
            // The way to end it.
        }
        finally
        {
            foreach (var (_, tail) in logs)
                tail.Dispose();
        }
        return 0;
    }

    /// <summary>A line that does not say when it was written belongs to the one before; the first ones to the first that does.</summary>
    /// <param name="otherwise">Where none does.</param>
    internal static IEnumerable<(DateTimeOffset At, string Name, LogLine Line)> Dated(string name, IReadOnlyList<string> lines, DateTimeOffset otherwise)
    {
        var read = lines.Select(LogLine.Read).ToList();
        var at = read.Find(line => line.At is not null)?.At ?? otherwise;
        foreach (var line in read)
        {
            at = line.At ?? at;
            yield return (at, name, line);
        }
    }

    private static void Write(IEnumerable<(DateTimeOffset At, string Name, LogLine Line)> entries)
    {
        var text = new StringBuilder();
        foreach (var (at, name, line) in entries)
        {
            var time = at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            var level = line.Level is null or "Information" ? "" : $"{line.Level}: ";
            text.Append(CultureInfo.InvariantCulture, $"{time} {name,-10} {level}{Printable.Of(line.Text)}\n");
        }
        Console.Out.Write(text);
    }
}
