using System.Globalization;

namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>The embedded ClickHouse: ClickHouse's HTTP protocol on loopback, its data in the instance's folder.</summary>
internal sealed class ClickHouseService(Home home, InstancePaths paths, InstanceSecrets secrets, InstancePorts ports, HttpClient http) : Service
{
    private const string User = "ecomintel";
    private int _port;

    public override string Name => "clickhouse";

    /// <summary>null until the server was given its port.</summary>
    public string? ConnectionString => _port == 0 ? null : string.Create(
        CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Protocol=http;Username={User};Password={secrets.ClickHouse};Database=ecomintel");

    public override Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(paths.ClickHouse, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _port = ports.Claim(Name);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");
        return Task.FromResult(ProcessSpec.Dotnet(
            home.Embedded,
            ["clickhouse", "--path", paths.ClickHouse, "--port", _port.ToString(CultureInfo.InvariantCulture), "--library",
            Home.Existing(home.ClickHouseLibrary)],
            new Dictionary<string, string> { ["ECOMINTEL_CLICKHOUSE_USER"] = User, ["ECOMINTEL_CLICKHOUSE_PASSWORD"] = secrets.ClickHouse },
            TimeSpan.FromSeconds(30)));
    }

    public override async Task BecomeReadyAsync(Child child, CancellationToken cancellationToken)
    {
        await child.Announcement.WaitAsync(cancellationToken);
        while (!await IsReadyAsync(cancellationToken)) await Task.Delay(100, cancellationToken);
    }

    public override Task<bool> IsReadyAsync(CancellationToken cancellationToken) => http.AnswersAsync(new Uri($"http://{Address}/ping"), cancellationToken);
}
