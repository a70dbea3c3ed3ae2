using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What outlives a session.</summary>
internal sealed record WorkflowContext(
    KafkaClients Clients, WorkflowOptions Options, ProcessingStore Store, BatchProcessor Processor, WorkflowInstruments Instruments, TimeProvider Clock, ILogger<WorkflowContext> Logger);
