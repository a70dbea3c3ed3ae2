using System.Diagnostics;
using System.Globalization;
using EcomIntel.Core.Processing;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Ingest.Workflows;

/// <summary>
/// A broker that keeps all in memory notes in a file how far it has acknowledged (<see cref="WorkflowOptions.Acknowledged"/>). When another one has taken its
/// place, what it had acknowledged and PostgreSQL has no effect of is lost, and told.
/// </summary>
internal static partial class FormerBrokers
{
    /// <summary>Tells what died with every cluster but the present one. Before that one is read: by then nobody applies what the others held.</summary>
    public static async Task ReportLossesAsync(WorkflowContext context, string clusterId, CancellationToken token)
    {
        if (context.Options.Acknowledged is not { } folder || !Directory.Exists(folder))
            return;
        using var self = Process.GetCurrentProcess();
        var started = self.StartTime.ToUniversalTime();
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var cluster = Path.GetFileName(file);
            // Written since this process began: of a broker that took over meanwhile. The role is about to be started anew, with that cluster's id.
            if (cluster == clusterId || File.GetLastWriteTimeUtc(file) > started)
                continue;
            var acknowledged = Parse(await File.ReadAllLinesAsync(file, token));
            var lost = await context.Store.LoseAsync(cluster, acknowledged, context.Clock.GetUtcNow(), token);
            if (lost > 0)
            {
                LostWithBroker(context.Logger, lost, cluster);
                context.Instruments.Lost(lost);
            }
            File.Delete(file);
        }
    }

    /// <param name="lines">What is not whole, because its writer died, says nothing.</param>
    internal static IReadOnlyList<(string Topic, int Partition, long Next)> Parse(IEnumerable<string> lines)
    {
        var acknowledged = new List<(string, int, long)>();
        foreach (var line in lines)
            if (line.Split(' ') is [{ Length: > 0 } topic, var partition, var next]
                && int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && long.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) && offset > 0)
                acknowledged.Add((topic, number, offset));
        return acknowledged;
    }

    [LoggerMessage(EventId = 4004, Level = LogLevel.Error,
        Message = "{Count} messages that Kafka cluster {Cluster} had acknowledged died with it, unread: they are lost to the hub until they are sent again")]
    private static partial void LostWithBroker(ILogger logger, long count, string cluster);
}
