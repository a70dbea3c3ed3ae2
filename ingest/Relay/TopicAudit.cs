using System.Security.Cryptography;
using System.Text.Json;
using Confluent.Kafka;
using EcomIntel.Core.Events;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Relay;

/// <summary>
/// Tells when topic <c>operations</c> is not what the relay sent. The hub's own readers do not read it, partners do. It costs nothing while nobody else writes:
/// the offsets show it. What others wrote is read and held against the outbox, within bounds; whatever it is, the relay goes on.
/// </summary>
internal sealed partial class TopicAudit(
    KafkaClients kafka, NpgsqlConnection postgres, OwnOffsets offsets, int partitions, RelayInstruments instruments, TimeProvider clock, ILogger logger)
    : IDisposable
{
    /// <summary>Of one reading.</summary>
    private const int MaxRead = 10_000, MaxBytes = 64 << 20;

    /// <summary>Pause to time taken: while others flood the topic, the relay spends at most a tenth of its time on them.</summary>
    private const int PauseFactor = 10;

    /// <summary>Partitions asked for their end at a time; the others have their turn after them.</summary>
    private const int MaxAsked = 50;

    private const string Hashes = "SELECT sequence, sha256(payload) FROM outbox WHERE sequence = ANY($1)";

    private static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(5), LogInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(2), ReadTimeout = TimeSpan.FromSeconds(5);

    // An open transaction of others hides what follows it, the relay's own too.
    private readonly IConsumer<string, byte[]> _consumer = kafka.Consumer("ecomintel-operations", isolation: IsolationLevel.ReadUncommitted).Build();
    private long? _asked, _judged, _logged;
    private TimeSpan _pause;
    private int _turn;
    private TopicAnomalies _unlogged;
    private OffsetRange? _first;

    /// <summary>Looks at what the offsets have shown, and from time to time at the partitions' ends. Nothing of the relay may be on its way.</summary>
    /// <returns>Whether offsets have to be noted: something was found, or it is the first time, when they may not have been known.</returns>
    public async Task<bool> RunAsync(CancellationToken token)
    {
        var isFirst = _asked is null;
        if (IsOver(_asked, AskInterval))
        {
            await Task.Run(AskEnds, token);
            _asked = clock.GetTimestamp();
        }
        var found = IsOver(_judged, _pause) ? await JudgeAsync(token) : default;
        instruments.Found(found);
        _unlogged += found;
        if (!_unlogged.None && IsOver(_logged, LogInterval))
        {
            LogAnomalies(logger, _unlogged.OnlyRepeated ? LogLevel.Information : LogLevel.Error, _unlogged, _first?.Partition, _first?.From);
            (_unlogged, _first, _logged) = (default, null, clock.GetTimestamp());
        }
        return isFirst || !found.None;
    }

    private bool IsOver(long? since, TimeSpan interval) => since is not { } began || clock.GetElapsedTime(began) >= interval;

    private void AskEnds()
    {
        try
        {
            for (var count = 0; count < Math.Min(partitions, MaxAsked); count++)
            {
                offsets.EndsAt(_turn, _consumer.QueryWatermarkOffsets(new(Topics.Operations, _turn), AskTimeout).High);
                _turn = (_turn + 1) % partitions;
            }
        }
        catch (KafkaException)
        {
            // It is asked again.
        }
    }

    private async Task<TopicAnomalies> JudgeAsync(CancellationToken token)
    {
        var began = clock.GetTimestamp();
        var (others, more, lost) = offsets.Take();
        var found = new TopicAnomalies(Unread: more, Lost: lost);
        if (others.Count > 0)
        {
            _first ??= others[0];
            var payloads = await Task.Run(() => Read(others), token);
            found += new TopicAnomalies(Unread: others.Sum(range => range.To - range.From) - payloads.Count) + await CompareAsync(payloads, token);
            (_judged, _pause) = (clock.GetTimestamp(), PauseFactor * clock.GetElapsedTime(began));
        }
        return found;
    }

    /// <summary>What lies in the ranges, as far as it can be had.</summary>
    private List<byte[]?> Read(IReadOnlyList<OffsetRange> others)
    {
        var open = others.GroupBy(range => range.Partition).ToDictionary(ranges => ranges.Key, ranges => new Queue<OffsetRange>(ranges));
        var payloads = new List<byte[]?>();
        var bytes = 0L;
        var began = clock.GetTimestamp();
        try
        {
            _consumer.Assign(open.Select(ranges => new TopicPartitionOffset(Topics.Operations, ranges.Key, ranges.Value.Peek().From)));
            while (open.Count > 0 && payloads.Count < MaxRead && bytes < MaxBytes && clock.GetElapsedTime(began) < ReadTimeout)
            {
                if (_consumer.Consume(TimeSpan.FromMilliseconds(100)) is not { } result || !open.TryGetValue(result.Partition, out var ranges))
                    continue;
                while (ranges.TryPeek(out var passed) && passed.To <= result.Offset)
                    ranges.Dequeue();
                if (!result.IsPartitionEOF && ranges.TryPeek(out var range) && range.From <= result.Offset)
                {
                    payloads.Add(result.Message.Value);
                    bytes += result.Message.Value?.Length ?? 0;
                    if (range.To == result.Offset + 1)
                        ranges.Dequeue();
                }
                if (result.IsPartitionEOF || ranges.Count == 0)
                    open.Remove(result.Partition);
            }
            _consumer.Unassign();
        }
        catch (KafkaException)
        {
            // What was not read counts as unread.
        }
        return payloads;
    }

    private async Task<TopicAnomalies> CompareAsync(List<byte[]?> payloads, CancellationToken token)
    {
        var operations = new List<(long Sequence, byte[] Hash)>(payloads.Count);
        foreach (var payload in payloads)
            if (payload is not null && SequenceOf(payload) is { } sequence)
                operations.Add((sequence, SHA256.HashData(payload)));
        var own = await HashesAsync([.. operations.Select(operation => operation.Sequence).Distinct()], token);
        var found = new TopicAnomalies(Malformed: payloads.Count - operations.Count);
        foreach (var (sequence, hash) in operations)
            found += !own.TryGetValue(sequence, out var expected) ? new(Unknown: 1)
                : expected.AsSpan().SequenceEqual(hash) ? new(Repeated: 1)
                : new TopicAnomalies(Differs: 1);
        return found;
    }

    private async Task<Dictionary<long, byte[]>> HashesAsync(long[] sequences, CancellationToken token)
    {
        var hashes = new Dictionary<long, byte[]>(sequences.Length);
        if (sequences.Length == 0)
            return hashes;
        await using var command = new NpgsqlCommand(Hashes, postgres) { Parameters = { new() { Value = sequences } } };
        await using var reader = await command.ExecuteReaderAsync(token);
        while (await reader.ReadAsync(token))
            hashes.Add(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
        return hashes;
    }

    private static long? SequenceOf(byte[] payload)
    {
        try
        {
            return Operation.Parse(payload).Sequence;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    [LoggerMessage(EventId = 3101, Message = "Topic operations is not what the relay sent: {Found}; first at partition {Partition} offset {Offset}")]
    private static partial void LogAnomalies(ILogger logger, LogLevel level, TopicAnomalies found, int? partition, long? offset);
}
