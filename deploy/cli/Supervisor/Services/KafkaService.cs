using System.Globalization;
using System.Text.Json;

namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>The embedded Kafka broker. In memory: each start is a new, empty cluster with an id of its own.</summary>
internal sealed class KafkaService(Home home, InstancePaths paths, InstancePorts ports, UpOptions options) : Service
{
    public override string Name => "kafka";

    public string? ClusterId { get; private set; }

    public override Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken)
    {
        var port = ports.Claim(Name);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        return Task.FromResult(ProcessSpec.Dotnet(
            home.Embedded,
            ["kafka", "--port", port.ToString(CultureInfo.InvariantCulture), "--partitions", options.Partitions.ToString(CultureInfo.InvariantCulture),
                "--acknowledged", paths.Acknowledged, .. Group()],
            new Dictionary<string, string>(),
            TimeSpan.FromSeconds(10)));
    }

    /// <summary>As the role ingest, which inherits the same environment, calls its own.</summary>
    private static string[] Group() => Environment.GetEnvironmentVariable("ECOMINTEL__Ingest__Group") is { Length: > 0 } group ? ["--group", group] : [];

    public override async Task BecomeReadyAsync(Child child, CancellationToken cancellationToken)
    {
        using var ready = JsonDocument.Parse(await child.Announcement.WaitAsync(cancellationToken));
        Address = ready.RootElement.GetProperty("bootstrapServers").GetString();
        ClusterId = ready.RootElement.GetProperty("clusterId").GetString();
    }
}
