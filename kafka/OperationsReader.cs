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
/// where Kafka has them no more, not yet, or is away. The number of partitions, a new cluster and repeated messages do not show.
/// </summary>
public sealed partial class OperationsReader(KafkaOptions options, NpgsqlDataSource postgres, ILoggerFactory loggers)
{
    /// <summary>The most operations in one batch.</summary>
    public const int BatchSize = 5_000;

    /// <summary>How long a later operation may be here before an earlier one is fetched from the outbox: partitions do not arrive in step.</summary>
    private static readonly TimeSpan GapGrace = TimeSpan.FromMilliseconds(300);

    /// <summary>How long Kafka may be silent before the outbox is asked whether there is something to be told.</summary>
    private static readonly TimeSpan SilenceGrace = TimeSpan.FromSeconds(1);

    /// <summary>The same while Kafka is known to lag behind the outbox: then this is the latency.</summary>
    private static readonly TimeSpan BehindGrace = TimeSpan.FromMilliseconds(100);

    /// <summary>Between attempts to open a topic that is not there, or on a Kafka that is away.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>How long Kafka may lag behind before the topic is opened anew: a new cluster, more partitions.</summary>
    private static readonly TimeSpan ReopenAfter = TimeSpan.FromSeconds(10);

    private static readonly Meter Meter = new("EcomIntel.Kafka");
    private static readonly Counter<long> Read = Meter.CreateCounter<long>("ecomintel.operations.read", "{operation}", "Decisions read, by where they were read from");

    private readonly NpgsqlDataSource _postgres = postgres;
    private readonly ILogger _logger = loggers.CreateLogger<OperationsReader>();
    private readonly KafkaClients _clients = new(options, loggers.CreateLogger<KafkaClients>());

    /// <summary>Never ends by itself. A batch is given as soon as there is one; nothing is read ahead of what is taken, save what the Kafka client buffers.</summary>
    /// <param name="fromSequence">The first one wanted, 1 or more.</param>
    /// <exception cref="InvalidDataException">The outbox lacks a decision that it must have: the history is broken.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is away and was needed.</exception>
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
        private bool _behind;

        public bool WantsOutbox =>
            _merge.GapIsFinal || Stopwatch.GetElapsedTime(_progress) > (_merge.HasGap ? GapGrace : _behind ? BehindGrace : SilenceGrace);

        public async Task<IReadOnlyList<Operation>> FromKafkaAsync(CancellationToken token)
        {
            // What is here already goes first: taking is in batches.
            if (Taken() is { Count: > 0 } ready)
                return ready;
            await OpenAsync(token);
            if (_source is null)
                return [];
            try
            {
                var highest = _merge.Highest;
                await _source.DrainAsync(_merge, _merge.GapIsFinal ? TimeSpan.Zero : BehindGrace, token);
                if (_merge.Highest > highest && !_merge.HasGap)
                    _progress = Stopwatch.GetTimestamp(); // it comes up to where the outbox left us
            }
            catch (KafkaUnavailableException failure)
            {
                Away(failure);
                return [];
            }
            _behind &= _merge.Highest < _merge.Next - 1;
            return Taken();
        }

        public async Task<IReadOnlyList<Operation>> FromOutboxAsync(CancellationToken token)
        {
            await using var connection = await reader._postgres.OpenConnectionAsync(token);
            var rows = await OutboxReader.ReadAsync(connection, _merge.Next, BatchSize, token);
            _progress = Stopwatch.GetTimestamp();
            if (rows.Count == 0)
                return [];
            for (var index = 0; index < rows.Count; index++)
                if (rows[index].Sequence != _merge.Next + index)
                    throw new InvalidDataException($"the outbox has no sequence {_merge.Next + index}, but {rows[index].Sequence}: decisions were deleted");
            if (!_behind && !_merge.HasGap)
                Lags(reader._logger, _merge.Next);
            _behind = !_merge.HasGap;
            var batch = rows.ConvertAll(row => Operation.Parse(row.Payload));
            _merge.AdvanceTo(batch[^1].Sequence + 1);
            Read.Add(batch.Count, new KeyValuePair<string, object?>("origin", "outbox"));
            return batch;
        }

        private List<Operation> Taken()
        {
            var batch = _merge.Take(BatchSize);
            if (batch.Count > 0)
            {
                _progress = Stopwatch.GetTimestamp();
                Read.Add(batch.Count, new KeyValuePair<string, object?>("origin", "kafka"));
            }
            return batch;
        }

        /// <summary>Opening goes on beside the reading: a Kafka that is away takes its time to say so.</summary>
        private async Task OpenAsync(CancellationToken token)
        {
            if (_opening is null && (_source is null || _behind) && Stopwatch.GetElapsedTime(_opened) > (_source is null ? RetryAfter : ReopenAfter))
                _opening = PartitionSource.OpenAsync(reader._clients, _merge.Next, reader._logger, token);
            if (_source is null)
                await Task.WhenAny(_opening ?? Task.Delay(BehindGrace, token), Task.Delay(BehindGrace, token));
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
                Away(failure);
            }
        }

        private void Away(KafkaUnavailableException failure)
        {
            _source?.Dispose();
            _source = null;
            _behind = true;
            KafkaAway(reader._logger, failure.Message, _merge.Next);
        }

        public void Dispose()
        {
            _source?.Dispose();
            _ = _opening?.ContinueWith(opening => opening.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        }
    }

    [LoggerMessage(EventId = 3020, Level = LogLevel.Information, Message = "Kafka does not show operation {Sequence}: read from the outbox")]
    private static partial void Lags(ILogger logger, long sequence);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Warning, Message = "{Reason}; operations from {Sequence} on are read from the outbox")]
    private static partial void KafkaAway(ILogger logger, string reason, long sequence);
}
