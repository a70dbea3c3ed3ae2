using System.Diagnostics;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.IntegrationTests.Replay;

/// <summary>Needs a real Kafka, which lies beside some checkouts.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KafkaFactAttribute : FactAttribute
{
    public KafkaFactAttribute()
    {
        if (!File.Exists(KafkaCluster.Command))
            Skip = "no Kafka: ../shared/kafka/kafka is not beside the checkout";
        else if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "java"))))
            Skip = "no Java on the PATH, which the Kafka broker needs";
    }
}

/// <summary>Apache Kafka itself, one node or more, in a folder of its own.</summary>
internal sealed class KafkaCluster : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ecomintel-kafka-").FullName;

    private KafkaCluster()
    {
    }

    public static string Command => Path.GetFullPath(Path.Combine(Home.Find().Root, "../shared/kafka/kafka"));

    public string BootstrapServers { get; private set; } = "";

    public static async Task<KafkaCluster> StartAsync(int nodes)
    {
        var cluster = new KafkaCluster();
        cluster.BootstrapServers = await cluster.RunAsync("start", nodes);
        return cluster;
    }

    /// <summary>SIGKILL to one node.</summary>
    public Task KillAsync(int node) => RunAsync("kill", node, node.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Starts the nodes that are down; what they hold and their ports are as they were.</summary>
    public Task StartAgainAsync() => RunAsync("start", 0);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("stop", 0);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> RunAsync(string verb, int nodes, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Command, [verb, Path.Combine(_folder, "cluster"), .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["KAFKA_HEAP"] = "384m";
        if (nodes > 0)
            start.Environment["KAFKA_NODES"] = nodes.ToString(System.Globalization.CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        // Not to its end: the broker it leaves behind holds the pipe open.
        var said = await process.StandardOutput.ReadLineAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said?.Trim() ?? "" : throw new InvalidOperationException($"kafka {verb} ended with {process.ExitCode}: {said}");
    }
}
