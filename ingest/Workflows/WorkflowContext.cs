using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What outlives a session: clients, stores, and what was learned about messages that PostgreSQL refuses.</summary>
internal sealed partial class WorkflowContext(
    KafkaClients clients, WorkflowOptions options, ProcessingStore store, BatchProcessor processor, WorkflowInstruments instruments, TimeProvider clock, ILogger<WorkflowContext> logger)
{
    public KafkaClients Clients => clients;
    public WorkflowOptions Options => options;
    public ProcessingStore Store => store;
    public WorkflowInstruments Instruments => instruments;
    public TimeProvider Clock => clock;
    public ILogger Logger => logger;

    /// <summary>Fingerprints of messages whose effects PostgreSQL refuses as data: they become dead letters.</summary>
    public HashSet<Guid> Suspects { get; } = [];

    private readonly HashSet<Guid> _refusedAlone = [];

    /// <summary>Halved while a refused message is looked for, whole again once it is found.</summary>
    public int BatchSize { get; private set; } = options.BatchSize;

    /// <summary>
    /// Applies a batch. When PostgreSQL refuses its data (SQLSTATE classes 22 and 23), which no check foresaw, the culprit is looked for by halving the batches,
    /// and refused alone: one bad event stops nobody.
    /// </summary>
    public async Task<BatchResult> ApplyAsync(Batch batch, CancellationToken abort)
    {
        try
        {
            var result = await processor.ApplyAsync(batch, abort);
            if (BatchSize < options.BatchSize && batch.Steps.Count > 0)
                BatchSize = Math.Min(options.BatchSize, BatchSize * 2);
            return result;
        }
        catch (PostgresException refused) when (BatchProcessor.IsDataRefused(refused))
        {
            var messages = batch.Steps.Where(step => step.Message is not null).Select(step => step.Message!).ToList();
            if (messages.Count == 0)
                throw;
            // Alone and refused twice: the first time it may have been another copy that wrote the same at the same moment.
            if (messages.Count == 1)
            {
                if (!_refusedAlone.Add(messages[0].Fingerprint))
                    Suspects.Add(messages[0].Fingerprint);
            }
            else
                BatchSize = Math.Max(1, Math.Min(BatchSize, batch.Steps.Count) / 2);
            DataRefused(logger, refused.SqlState, refused.MessageText, messages.Count);
            throw new OvertakenException();
        }
    }

    [LoggerMessage(EventId = 4010, Level = LogLevel.Error, Message = "PostgreSQL refuses a batch's data ({SqlState}: {Reason}); looking for the culprit among {Count} messages")]
    private static partial void DataRefused(ILogger logger, string sqlState, string reason, int count);
}
