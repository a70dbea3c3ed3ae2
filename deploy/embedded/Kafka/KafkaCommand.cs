using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// <c>EcomIntel.Embedded kafka</c>: a Kafka broker for one machine, in memory, as a process. Prints one line of JSON,
/// <c>{"bootstrapServers":"127.0.0.1:PORT","clusterId":"..."}</c>, when it answers; SIGTERM or SIGINT ends it with exit code 0.
/// </summary>
internal static class KafkaCommand
{
    public const string Usage = "kafka [--port PORT] [--partitions N] [--port-file FILE]";

    /// <summary>The streams of the hub; made at start, because the mock makes a topic with four partitions on first sight.</summary>
    private static readonly string[] Topics = ["orders", "inventory", "suppliers", "carriers", "catalog", "operations"];

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
            using var cluster = MockCluster.Start(options.Port, options.Partitions, Topics);
            var ready = JsonSerializer.Serialize(new { bootstrapServers = cluster.BootstrapServers, clusterId = cluster.ClusterId });
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
        catch (Exception failure) when (failure is InvalidOperationException or IOException or DllNotFoundException or System.Net.Sockets.SocketException)
        {
            await Console.Error.WriteLineAsync($"embedded Kafka: {failure.Message}");
            return 2;
        }
    }

    /// <param name="Port">TCP port on 127.0.0.1; 0 lets the kernel choose.</param>
    /// <param name="Partitions">Partitions of each of the hub's topics, 1 to 64.</param>
    /// <param name="PortFile">Where the ready line is also written, whole or not at all.</param>
    internal sealed record Options(int Port, int Partitions, string? PortFile)
    {
        public static Options? Parse(string[] args, out string error)
        {
            var options = new Options(0, 4, null);
            error = "";
            for (var i = 0; i < args.Length; i += 2)
            {
                var value = i + 1 < args.Length ? args[i + 1] : null;
                if (value is null) error = $"{args[i]} needs a value";
                else if (args[i] == "--port-file") options = options with { PortFile = value };
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
