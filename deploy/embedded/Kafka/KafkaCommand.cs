using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// <c>EcomIntel.Embedded kafka</c>: a Kafka broker for one machine, in memory, as a process. Prints one line of JSON,
/// <c>{"bootstrapServers":"127.0.0.1:PORT","clusterId":"..."}</c>, when it answers; SIGTERM or SIGINT ends it with exit code 0.
/// </summary>
internal static class KafkaCommand
{
    public const string Usage = "kafka [--port PORT] [--partitions N] [--group NAME] [--acknowledged FOLDER] [--port-file FILE]";

    /// <summary>
    /// What ingest reads, and nothing else holds: kept until it is read. Topic operations is not among them: PostgreSQL has what is in it.
    /// </summary>
    private static readonly string[] Incoming = ["orders", "inventory", "suppliers", "carriers", "catalog", "findings"];

    /// <summary>The streams of the hub; made at start, because the mock makes a topic with four partitions on first sight.</summary>
    private static readonly string[] Topics = [.. Incoming, "operations"];

    public static async Task<int> RunAsync(string[] args)
    {
        if (Options.Parse(args, out var error) is not { } options)
        {
            await Console.Error.WriteLineAsync($"{error}; usage: EcomIntel.Embedded {Usage}");
            return 2;
        }

        var stopped = new TaskCompletionSource();
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopped.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);

        try
        {
            // The port is ours before the broker starts, so that a taken one is reported as such.
            using var listener = KafkaFront.Listen(options.Port);
            var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
            using var cluster = MockCluster.Start(options.Partitions, Topics, port);
            using var acknowledged = options.Acknowledged is { } folder
                ? new AcknowledgedOffsets(folder, cluster.ClusterId, Incoming, options.Partitions) : null;
            var room = new UnreadRoom(Incoming, options.Partitions, options.Group);
            await using var front = KafkaFront.Start(listener, cluster.Address, room, acknowledged);
            var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            var ready = JsonSerializer.Serialize(new { bootstrapServers = address, clusterId = cluster.ClusterId });
            if (options.PortFile is { } file)
            {
                await File.WriteAllTextAsync($"{file}.new", ready + "\n");
                File.Move($"{file}.new", file, overwrite: true);
            }

            await Console.Out.WriteLineAsync(ready);
            await Console.Out.FlushAsync();
            await stopped.Task;
            return 0;
        }
        catch (Exception failure) when (failure is InvalidOperationException or IOException or UnauthorizedAccessException or DllNotFoundException
            or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"embedded Kafka: {failure.Message}");
            return 2;
        }
    }

    /// <param name="Port">TCP port on 127.0.0.1; 0 lets the kernel choose.</param>
    /// <param name="Partitions">Partitions of each of the hub's topics, 1 to 64.</param>
    /// <param name="Group">The consumer group whose commits say what is read.</param>
    /// <param name="Acknowledged">Where it notes how far it has acknowledged; null for nowhere.</param>
    /// <param name="PortFile">Where the ready line is also written, whole or not at all.</param>
    internal sealed record Options(int Port, int Partitions, string Group, string? Acknowledged, string? PortFile)
    {
        public static Options? Parse(string[] args, out string error)
        {
            var options = new Options(0, 4, "ecomintel-ingest", null, null);
            error = "";
            for (var i = 0; i < args.Length; i += 2)
            {
                var value = i + 1 < args.Length ? args[i + 1] : null;
                if (value is null) error = $"{args[i]} needs a value";
                else if (args[i] == "--port-file") options = options with { PortFile = value };
                else if (args[i] == "--group") options = options with { Group = value };
                else if (args[i] == "--acknowledged") options = options with { Acknowledged = value };
                else if (args[i] == "--port" && Number(value, 0, 65535) is { } port) options = options with { Port = port };
                else if (args[i] == "--partitions" && Number(value, 1, 64) is { } partitions) options = options with { Partitions = partitions };
                else error = $"{args[i]} {value} is not understood (ports are 0-65535, partitions 1-64)";
                if (error.Length > 0) return null;
            }

            return options;
        }

        private static int? Number(string text, int min, int max) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : null;
    }
}
