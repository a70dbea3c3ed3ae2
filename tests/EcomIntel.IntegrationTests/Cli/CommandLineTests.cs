using System.Diagnostics;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.IntegrationTests.Cli;

/// <summary>The program as a stranger types it, in a checkout whose instances are only folders and locks: no engine runs.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("ecomintel-home-").FullName;
    private readonly List<FileStream> _locks = [];

    public CommandLineTests() => File.WriteAllText(Path.Combine(_home, "EcomIntel.sln"), "");

    [Fact]
    public async Task Without_a_command_they_are_listed_where_failures_go()
    {
        var (code, output, error) = await RunAsync();
        Assert.Equal((2, ""), (code, output));
        foreach (var command in (string[])["demo", "up", "down", "logs", "instances", "completion", "test"])
            Assert.Contains($"\n  {command} ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Required", error, StringComparison.Ordinal);
        var (groupCode, _, group) = await RunAsync("dlq");
        Assert.Equal(2, groupCode);
        Assert.Contains("\n  retry ", group, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_line_is_two_lines_on_standard_error()
    {
        Assert.Equal((2, "", "ecomintel: there is no command dwon; did you mean down?\necomintel: ./ecomintel --help lists what there is\n"),
            await RunAsync("dwon"));
        Assert.Equal(
            (2, "", "ecomintel: --limit must be a number of lines, 1 or more, as --limit 1000; abc is not\n"
                + "ecomintel: ./ecomintel demo --help lists what there is\n"),
            await RunAsync("demo", "--limit", "abc"));
    }

    [Fact]
    public async Task An_instance_that_there_is_not_is_not_taken_down()
    {
        Assert.Equal((2, "", "ecomintel: there is no instance other; ./ecomintel instances lists them\n"), await RunAsync("down", "--instance", "other"));
        Assert.Equal((2, "", $"ecomintel: there is no instance in {_home}/x; ./ecomintel instances lists them\n"),
            await RunAsync("down", "--state", Path.Combine(_home, "x")));
        var known = Make("known", null);
        Assert.Equal((0, "", $"not up ({known})\n"), await RunAsync("down", "--instance", "known"));
    }

    [Fact]
    public async Task Others_that_are_up_are_named_as_a_sentence_names_them()
    {
        Make("default", InstanceState.Up);
        const string none = "ecomintel: there is no instance x; ./ecomintel up --instance x starts it";
        Assert.Equal((1, "", $"{none}; up is default: say --instance default\n"), await RunAsync("status", "--instance", "x"));
        Make("a", InstanceState.Up);
        Assert.Equal((1, "", $"{none}; up are a and default: say --instance a or --instance default\n"), await RunAsync("status", "--instance", "x"));
        Make("b", InstanceState.Up);
        Assert.Equal((2, "", "ecomintel: there is no instance x; run: ./ecomintel up --instance x; up are a, b and default: "
            + "say --instance a, --instance b or --instance default\n"), await RunAsync("check", "--instance", "x"));
    }

    [Fact]
    public async Task Instances_are_listed_with_how_they_are()
    {
        Assert.Equal((0, "no instances; ./ecomintel up makes one, ./ecomintel demo another\n", ""), await RunAsync("instances"));
        Make("demo", InstanceState.Up);
        Make("old", null);
        File.WriteAllText(Path.Combine(_home, ".ecomintel", "instances", "demo.demo-lock"), "");
        var (code, output, _) = await RunAsync("instances", "--json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(["demo up 1 of 2 http://127.0.0.1:9/graphql", "old down 0 of 0 "], json.RootElement.GetProperty("instances").EnumerateArray().Select(one =>
            $"{one.GetProperty("name").GetString()} {one.GetProperty("state").GetString()} {one.GetProperty("ready").GetInt32()} of "
            + $"{one.GetProperty("processes").GetInt32()} {one.GetProperty("graphql").GetString()}"));
        var (_, table, _) = await RunAsync("instances");
        Assert.Matches("demo +│ up +│ 1 of 2 ", table);
        Assert.Matches("old +│ down +│ - ", table);
    }

    [Fact]
    public async Task Status_has_a_reader_and_what_Grafana_wants()
    {
        Make("demo", InstanceState.Up);
        var (code, output, _) = await RunAsync("status", "--instance", "demo", "--json");
        Assert.Equal(1, code); // one process is not ready
        using var json = JsonDocument.Parse(output);
        Assert.Equal("Host=127.0.0.1;Username=reader;Password=secret", json.RootElement.GetProperty("postgresReader").GetString());
        Assert.Equal(
            ["ECOMINTEL_CLICKHOUSE_HOST=127.0.0.1", "ECOMINTEL_CLICKHOUSE_PORT=8124", "ECOMINTEL_CLICKHOUSE_DATABASE=ecomintel",
                "ECOMINTEL_CLICKHOUSE_USER=ecomintel", "ECOMINTEL_CLICKHOUSE_PASSWORD=a;b"],
            json.RootElement.GetProperty("grafana").EnumerateObject().Select(variable => $"{variable.Name}={variable.Value.GetString()}"));
        var (_, down, error) = await RunAsync("status", "--json");
        using var none = JsonDocument.Parse(down);
        Assert.All((string[])["postgresReader", "grafana", "postgres", "clickhouse"],
            name => Assert.Equal(JsonValueKind.Null, none.RootElement.GetProperty(name).ValueKind));
        Assert.StartsWith("ecomintel: there is no instance default", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_are_shown_in_order_of_time_and_by_process()
    {
        var logs = Path.Combine(Make("demo", null), "logs");
        File.WriteAllText(Path.Combine(logs, "supervisor.log"), "2026-05-01T10:00:00.000Z starting\n2026-05-01T10:00:03.000Z up\n");
        File.WriteAllText(Path.Combine(logs, "ingest.log"),
            """{"Timestamp":"2026-05-01T10:00:02.500Z","LogLevel":"Warning","Message":"order \u001b[2J\u202e is late"}""" + "\n");
        Assert.Equal(
            (0, "2026-05-01T10:00:00.000Z supervisor starting\n2026-05-01T10:00:02.500Z ingest     Warning: order \\u001B[2J\\u202E is late\n"
                + "2026-05-01T10:00:03.000Z supervisor up\n", ""),
            await RunAsync("logs", "--instance", "demo"));
        Assert.Equal((0, "2026-05-01T10:00:03.000Z supervisor up\n", ""), await RunAsync("logs", "supervisor", "-n", "1", "--instance", "demo"));
        Assert.Equal((0, "", $"ecomintel: nothing was written yet in {logs}\n"), await RunAsync("logs", "sink", "--instance", "demo"));
        Assert.Equal((2, "", "ecomintel: there is no instance default; ./ecomintel instances lists them\n"), await RunAsync("logs"));
    }

    /// <summary>A terminal takes writes otherwise than a pipe.</summary>
    [Fact]
    public async Task Long_logs_stay_in_order_on_a_terminal()
    {
        var lines = Enumerable.Range(0, 2_000).Select(line => $"2026-05-01T10:00:00.000Z line {line} {new string('x', 60)}").ToList();
        File.WriteAllLines(Path.Combine(Make("demo", null), "logs", "supervisor.log"), lines);
        var start = new ProcessStartInfo("script", ["-qec", $"dotnet '{Home.Find().Cli}' logs -n 2000 --instance demo", "/dev/null"])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
        };
        start.Environment["ECOMINTEL_HOME"] = _home;
        start.Environment["TERM"] = "dumb";
        using var terminal = Process.Start(start)!;
        var shown = (await terminal.StandardOutput.ReadToEndAsync()).Split('\n').Where(line => line.Contains("supervisor line ", StringComparison.Ordinal));
        await terminal.WaitForExitAsync();
        Assert.Equal(lines.Select(line => line.Replace("Z line", "Z supervisor line", StringComparison.Ordinal)), shown.Select(line => line.Trim()));
    }

    [Fact]
    public async Task Logs_are_followed_until_nobody_reads_them()
    {
        var log = Path.Combine(Make("demo", null), "logs", "relay.log");
        File.WriteAllText(log, "one\n");
        using var process = Process.Start(Start("logs", "--follow", "--instance", "demo"))!;
        Assert.EndsWith(" one", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        File.AppendAllText(log, "two\n");
        Assert.EndsWith(" two", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        process.StandardOutput.Close();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        for (var line = 0; !process.HasExited; line++)
        {
            File.AppendAllText(log, $"more {line}\n");
            await Task.Delay(50, patience.Token);
        }
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose()
    {
        foreach (var held in _locks)
            held.Dispose();
        Directory.Delete(_home, recursive: true);
    }

    /// <summary>As its supervisor would leave it.</summary>
    /// <param name="state">null for one that is down.</param>
    private string Make(string name, InstanceState? state)
    {
        var paths = new InstancePaths(Path.Combine(_home, ".ecomintel", "instances", name));
        paths.Create();
        if (state is not { } now)
            return paths.Folder;
        _locks.Add(InstanceLock.TryTake(paths)!);
        var addresses = new Addresses("127.0.0.1:1", "c", "Host=127.0.0.1;Username=app;Password=p", "Host=127.0.0.1",
            "Host=127.0.0.1;Username=reader;Password=secret", "Host=127.0.0.1;Username=ml;Password=secret",
            "Host=127.0.0.1;Port=8124;Protocol=http;Username=ecomintel;Password=\"a;b\";Database=ecomintel");
        JsonFile.Write(paths.Status, new InstanceStatus(Environment.ProcessId, now, new(), null, addresses,
            [new("postgres", 1, true, "127.0.0.1:1", null, 0, null)], [new("graphql", null, false, "127.0.0.1:9", null, 2, "ended\u001b[2J")], []));
        return paths.Folder;
    }

    private ProcessStartInfo Start(params string[] line) => TypedLine.Start(new Dictionary<string, string> { ["ECOMINTEL_HOME"] = _home }, line);

    private Task<(int Code, string Out, string Error)> RunAsync(params string[] line) =>
        TypedLine.RunAsync(new Dictionary<string, string> { ["ECOMINTEL_HOME"] = _home }, line);
}
