using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Kafka;

/// <summary>
/// The decisions in order, each once, from any number on: from topic <c>operations</c>, all partitions merged, and from PostgreSQL's outbox
/// where Kafka no longer has them, does not have them yet, or is unavailable. The number of partitions, a new cluster and repeated messages do not show.
/// </summary>
public sealed partial class OperationsReader(KafkaOptions options, NpgsqlDataSource postgres, ILoggerFactory loggers)
{
    /// <summary>Maximum operations in one batch.</summary>
    public const int BatchSize = 5_000;

    /// <summary>How long a later operation may be here before an earlier one is fetched from the outbox: partitions do not arrive in step.</summary>
    private static readonly TimeSpan GapTimeout = TimeSpan.FromMilliseconds(300);

    /// <summary>How long Kafka may be silent before the outbox is polled for operations.</summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Poll interval while Kafka lags behind the outbox: it is the latency then.</summary>
    private static readonly TimeSpan LagPollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Between attempts to open a topic that is not there, or on a Kafka that is unavailable.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long Kafka may lag behind before the topic is opened anew: a new cluster, more partitions.</summary>
    private static readonly TimeSpan ReopenDelay = TimeSpan.FromSeconds(10);

    private static readonly Meter Meter = new("EcomIntel.Kafka");
    private static readonly Counter<long> Read =
        Meter.CreateCounter<long>("ecomintel.operations.read", "{operation}", "Decisions read, by where they were read from");

    private readonly NpgsqlDataSource _postgres = postgres;
    private readonly ILogger _logger = loggers.CreateLogger<OperationsReader>();
    private readonly KafkaClients _clients = new(options, loggers.CreateLogger<KafkaClients>());

    /// <summary>
    /// Never ends by itself. A batch is given as soon as there is one; nothing is read ahead of what is taken, except what the Kafka client buffers.
    /// </summary>
    /// <param name="fromSequence">The first one wanted, 1 or more.</param>
    /// <exception cref="OperationsPrunedException">Neither Kafka nor the outbox has them any more.</exception>
    /// <exception cref="InvalidDataException">The outbox lacks a decision that it must have: the history is broken.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is unavailable and was needed.</exception>
    public async IAsyncEnumerable<IReadOnlyList<Operation>> ReadAsync(long fromSequence, [EnumeratorCancellation] CancellationToken token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromSequence, 1);
        using var position = new Position(this, fromSequence);
        while (true)
        {
            token.ThrowIfCancellationRequested();
            var batch = await position.FromKafkaAsync(token) is { Count: > 0 } received ? received
                : position.WantsOutbox ? await position.FromOutboxAsync(token)
                : [];
            if (batch.Count > 0)
                yield return batch;
        }
    }

    /// <summary>Where one reading stands.</summary>
    private sealed class Position(OperationsReader reader, long fromSequence) : IDisposable
    {
        private PartitionSource? _source;
        private Task<PartitionSource?>? _opening;
        private SequenceMerge _merge = new(fromSequence, 0);
        private long _opened;
        private long _progress = Stopwatch.GetTimestamp();

        /// <summary>The outbox had something that Kafka has not shown yet.</summary>
        private bool _lagging;

        public bool WantsOutbox =>
            _merge.GapIsFinal || Stopwatch.GetElapsedTime(_progress) > (_merge.HasGap ? GapTimeout : _lagging ? LagPollInterval : IdleTimeout);

        public async Task<IReadOnlyList<Operation>> FromKafkaAsync(CancellationToken token)
        {
            // What is here already goes first: taking is in batches.
            if (TakeReady() is { Count: > 0 } ready)
                return ready;
            await OpenAsync(token);
            if (_source is null)
                return [];
            try
            {
                var highest = _merge.Highest;
                await _source.DrainAsync(_merge, _merge.GapIsFinal ? TimeSpan.Zero : LagPollInterval, token);
                if (_merge.Highest > highest && !_merge.HasGap)
                    _progress = Stopwatch.GetTimestamp(); // it catches up to where the outbox left off
            }
            catch (KafkaUnavailableException failure)
            {
                Unavailable(failure);
                return [];
            }
            _lagging &= _merge.Highest < _merge.Next - 1;
            return TakeReady();
        }

        public async Task<IReadOnlyList<Operation>> FromOutboxAsync(CancellationToken token)
        {
            await using var connection = await reader._postgres.OpenConnectionAsync(token);
            var rows = await OutboxReader.ReadAsync(connection, _merge.Next, BatchSize, token);
            _progress = Stopwatch.GetTimestamp();
            if (rows.Count == 0)
                return [];
            if (rows[0].Sequence > _merge.Next && (await OutboxReader.FirstAsync(connection, token)).Sequence is var first && first > _merge.Next)
                throw new OperationsPrunedException(_merge.Next, first);
            for (var index = 0; index < rows.Count; index++)
                if (rows[index].Sequence != _merge.Next + index)
                    throw new InvalidDataException($"the outbox has no sequence {_merge.Next + index}, but {rows[index].Sequence}: decisions were deleted");
            if (!_lagging && !_merge.HasGap)
                LogLag(reader._logger, _merge.Next);
            _lagging = !_merge.HasGap;
            var batch = rows.ConvertAll(row => Operation.Parse(row.Payload));
            _merge.AdvanceTo(batch[^1].Sequence + 1);
            Read.Add(batch.Count, new KeyValuePair<string, object?>("origin", "outbox"));
            return batch;
        }

        private List<Operation> TakeReady()
        {
            var batch = _merge.Take(BatchSize);
            if (batch.Count > 0)
            {
                _progress = Stopwatch.GetTimestamp();
                Read.Add(batch.Count, new KeyValuePair<string, object?>("origin", "kafka"));
            }
            return batch;
        }

        /// <summary>Opening goes on beside the reading: an unavailable Kafka takes its time to fail.</summary>
        private async Task OpenAsync(CancellationToken token)
        {
            if (_opening is null && (_source is null || _lagging) && Stopwatch.GetElapsedTime(_opened) > (_source is null ? RetryDelay : ReopenDelay))
                _opening = PartitionSource.OpenAsync(reader._clients, _merge.Next, reader._logger, token);
            if (_source is null)
                await Task.WhenAny(_opening ?? Task.Delay(LagPollInterval, token), Task.Delay(LagPollInterval, token));
            if (_opening is not { IsCompleted: true } opening)
                return;
            _opening = null;
            _opened = Stopwatch.GetTimestamp();
            try
            {
                var source = await opening;
                _source?.Dispose();
                _source = source;
                _merge = new SequenceMerge(_merge.Next, source?.Partitions ?? 0);
                _progress = source is null ? _progress : _opened;
            }
            catch (KafkaUnavailableException failure)
            {
                Unavailable(failure);
            }
        }

        private void Unavailable(KafkaUnavailableException failure)
        {
            _source?.Dispose();
            _source = null;
            _lagging = true;
            LogUnavailable(reader._logger, failure.Message, _merge.Next);
        }

        public void Dispose()
        {
            _source?.Dispose();
            _ = _opening?.ContinueWith(
                opening => opening.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    [LoggerMessage(EventId = 3020, Level = LogLevel.Information, Message = "Kafka lags behind the outbox at operation {Sequence}: reading from the outbox")]
    private static partial void LogLag(ILogger logger, long sequence);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Warning, Message = "{Reason}; operations from {Sequence} on are read from the outbox")]
    private static partial void LogUnavailable(ILogger logger, string reason, long sequence);
}
