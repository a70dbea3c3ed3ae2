using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What outlives a session.</summary>
internal sealed record WorkflowContext(
    KafkaClients Clients, NpgsqlDataSource Postgres, WorkflowOptions Options, ProcessingStore Store, SliceSet Slices, BatchProcessor Processor,
    WallClock WallClock, WorkflowInstruments Instruments, TimeProvider Clock, ILogger<WorkflowContext> Logger)
{
    /// <summary>The name under which the one copy that replays is the only one: <see cref="Core.Database.LeaderLock"/>.</summary>
    public const string Replaying = "replay";
}
