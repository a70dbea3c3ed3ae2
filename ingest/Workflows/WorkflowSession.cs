using System.Diagnostics;
using Confluent.Kafka;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.Core.Models;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.Ingest.Workflows;

/// <summary>What this session holds is stale. A transient error: another one is opened, and the partitions are read again from where they stand.</summary>
internal sealed class StaleSessionException(string why, Exception? cause = null) : IOException(why, cause);

/// <summary>
/// Kafka in, PostgreSQL out: reads, forms batches, applies them, one after the other; so a rebalance never meets a batch half-way. Only decoding is done
/// beside it.
/// </summary>
internal sealed partial class WorkflowSession : IWorkSession
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(200), PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Nothing was applied for so long: business time waits for something that a broker may have no room for.</summary>
    private static readonly TimeSpan StandsStill = TimeSpan.FromSeconds(1);

    /// <summary>Business time has waited for the models so long: told, and again after as long.</summary>
    private static readonly TimeSpan WaitsLong = TimeSpan.FromSeconds(30);

    private readonly Dictionary<(string Topic, int Partition), PartitionFeed> _feeds = [];
    private readonly WorkflowContext _context;
    private readonly IConsumer<string, byte[]> _consumer;
    private readonly string _clusterId;
    private readonly int _partitions;
    private LeaderLock? _leaderLock;
    private ClockMode? _mode;
    private DateTimeOffset? _clock;
    private readonly ClockWatch _clockWatch;
    private long? _dueChecked;
    private long _minute;
    private bool _moreDue;
    private TimeBounds? _bounds;
    private readonly HashSet<TopicPartition> _paused = [];
    private readonly DecodeAhead _decoding = new();
    private long _advanced = Stopwatch.GetTimestamp();
    private long _told;

    public WorkflowSession(WorkflowContext context, string clusterId, int partitions, ClockMode? mode, DateTimeOffset? clock, LeaderLock? leaderLock)
    {
        (_context, _clusterId, _partitions, _mode, _clock, _leaderLock) = (context, clusterId, partitions, mode, clock, leaderLock);
        _clockWatch = new(context.WallClock.MaxJump, context.Instruments, context.Logger);
        _consumer = context.Clients.Consumer(context.Options.Group, commits: true)
            .SetPartitionsAssignedHandler((_, assigned) => Assigned(assigned))
            .SetPartitionsRevokedHandler((_, revoked) => Revoked(revoked))
            .SetPartitionsLostHandler((_, lost) => Revoked(lost))
            .Build();
        _consumer.Subscribe(Topics.Incoming);
    }

    public async Task RunOnceAsync(CancellationToken stopping, CancellationToken abort)
    {
        _bounds ??= await BelievedTimes.ReadAsync(_context.Postgres, abort);
        await ReadAsync(stopping, abort);
        if (_mode is null && !await DecideModeAsync(abort))
            return;
        if (_mode == ClockMode.Wall)
            await ApplyLiveAsync(abort);
        else
            await ApplyReplayedAsync(abort);
        await DoDueWorkAsync(abort);
        StoreOffsets();
        KeepBounds();
    }

    /// <summary>In a replay the feeds get what was consumed before, and what is consumed now is decoded while that is applied. Live, nothing waits.</summary>
    private async Task ReadAsync(CancellationToken stopping, CancellationToken abort)
    {
        var consumed = Consume(stopping);
        Add(await _decoding.TakeAsync(abort));
        _decoding.Begin(consumed);
        if (_mode != ClockMode.Stream)
            Add(await _decoding.TakeAsync(abort));
    }

    /// <summary>Takes what is there, and waits only when there is nothing to do.</summary>
    private List<(PartitionFeed Feed, ConsumeResult<string, byte[]> Result)> Consume(CancellationToken stopping)
    {
        var (limit, limitBytes) = (_context.Options.BatchSize, _context.Options.BatchBytes);
        var wait = _decoding.HasLot ? TimeSpan.Zero : IdleWait;
        var began = Stopwatch.GetTimestamp();
        var bytes = 0L;
        var consumed = new List<(PartitionFeed, ConsumeResult<string, byte[]>)>();
        for (var count = 0; count < limit && bytes < limitBytes && !stopping.IsCancellationRequested;)
        {
            ConsumeResult<string, byte[]>? result;
            try
            {
                result = _consumer.Consume(wait);
            }
            catch (KafkaException failure) // from Consume itself, or from what a rebalance asks
            {
                throw KafkaUnavailableException.From(failure);
            }
            if (result is null)
                break;
            if (result.IsPartitionEOF)
            {
                // Something was read and all of it is here: apply it, unless more is still expected within the gathering time.
                if (count > 0 && Stopwatch.GetElapsedTime(began) >= _context.Options.Gather)
                    break;
                continue;
            }
            bytes += (result.Message.Value?.Length ?? 0) + (result.Message.Key?.Length ?? 0);
            if (_feeds.TryGetValue((result.Topic, result.Partition.Value), out var feed))
                consumed.Add((feed, result));
            count++;
            wait = Stopwatch.GetElapsedTime(began) < _context.Options.Gather && _mode != ClockMode.Stream ? _context.Options.Gather : TimeSpan.Zero;
        }
        return consumed;
    }

    private void Add(IReadOnlyList<DecodeAhead.Decoded> decoded)
    {
        foreach (var (feed, message) in decoded)
        {
            // One whose partition was revoked meanwhile is read again, by whoever has it now.
            if (!_feeds.TryGetValue((feed.Topic, feed.Partition), out var assigned) || assigned != feed)
                continue;
            // Not every gap is a loss: a transactional producer leaves some.
            if (message.Offset > feed.NextToRead)
                feed.Lose(Math.Min(FirstKept(new(feed.Topic, feed.Partition)), message.Offset));
            feed.Add(BatchForming.Believed(message, _mode == ClockMode.Wall, feed.Watermark, _bounds));
        }
    }

    /// <summary>The first message that the database ever sees decides, once and for all.</summary>
    /// <returns>Whether this session may go on.</returns>
    private async Task<bool> DecideModeAsync(CancellationToken abort)
    {
        if (_feeds.Values.SelectMany(feed => feed.All).FirstOrDefault() is not { } first)
            return false;
        var mode = await _context.Store.DecideModeAsync(first.Message.IsTick ? ClockMode.Stream : ClockMode.Wall, abort);
        ModeDecided(_context.Logger, mode);
        if (mode == ClockMode.Stream && !await TryBecomeLeaderAsync(abort))
            throw new StaleSessionException("another copy replays already: this one reopens, on standby");
        _mode = mode;
        return true;
    }

    /// <summary>
    /// The first copy to know of a replay goes on as its one copy. To close the consumer and open it anew would be the same, but for the seconds in which Kafka
    /// waits for the copy that left.
    /// </summary>
    /// <returns>False: another copy has the replay, or had it long enough for business time to pass.</returns>
    private async Task<bool> TryBecomeLeaderAsync(CancellationToken abort)
    {
        _leaderLock = await LeaderLock.TryAcquireAsync(_context.Postgres, WorkflowContext.Replaying, abort);
        return _leaderLock is not null && await _context.Store.ReadClockAsync(abort) is (_, Now: null);
    }

    private async Task ApplyLiveAsync(CancellationToken abort)
    {
        await ApplyAllAsync(BatchForming.Live(_feeds.Values), abort);
        if (_feeds.Values.Any(feed => feed.HasLost)) // and nothing behind it yet
            await ApplyAsync([], passesTime: false, abort);
    }

    /// <summary>Business time passes only when every partition of every topic has: a partition not yet assigned has not.</summary>
    private Task ApplyReplayedAsync(CancellationToken abort)
    {
        if (_feeds.Count < _partitions)
            return Task.CompletedTask;
        TellOfModels();
        return ApplyAllAsync(BatchForming.Replayed(_feeds.Values, _clock), abort);
    }

    /// <summary>Nobody would look for a role that is down behind a replay that stands.</summary>
    private void TellOfModels()
    {
        var waits = _clock is not null && Stopwatch.GetElapsedTime(_advanced) > StandsStill && _feeds.Values.Any(feed => feed.WaitsForModels);
        _context.Instruments.WaitsForModels(waits);
        if (!waits || Stopwatch.GetElapsedTime(_advanced) < WaitsLong || Stopwatch.GetElapsedTime(_told) < WaitsLong)
            return;
        WaitsForModels(_context.Logger, _clock!.Value, Stopwatch.GetElapsedTime(_advanced).TotalSeconds);
        _told = Stopwatch.GetTimestamp();
    }

    private async Task ApplyAllAsync(List<(Step Step, PartitionFeed? Feed, PartitionFeed.Entry? Entry)> steps, CancellationToken abort)
    {
        for (int from = 0, size; from < steps.Count; from += size)
        {
            size = BatchForming.Size(steps, from, _context.Options.BatchSize, _context.Options.BatchBytes);
            await ApplyAsync(steps.GetRange(from, size), passesTime: false, abort);
        }
    }

    /// <summary>
    /// What falls due by itself. Live, each full minute, and each second while something waits that is due soon; dead letters to be tried again at any time.
    /// </summary>
    private async Task DoDueWorkAsync(CancellationToken abort)
    {
        if (_mode is null || (!_moreDue && _dueChecked is { } at && _context.Clock.GetElapsedTime(at) < PollInterval))
            return;
        _dueChecked = _context.Clock.GetTimestamp();
        _bounds = await BelievedTimes.ReadAsync(_context.Postgres, abort);
        var waits = await _context.Store.WhatWaitsAsync(_context.Slices, abort);
        _context.Instruments.Waiting(waits.Waiting);
        var (live, minute) = (_mode == ClockMode.Wall, waits.Now.UtcTicks / TimeSpan.TicksPerMinute);
        if ((live && (minute != _minute || waits.Soon)) || _moreDue || waits.Retries)
            await ApplyAsync([], passesTime: live, abort);
        _minute = minute;
    }

    private async Task ApplyAsync(
        List<(Step Step, PartitionFeed? Feed, PartitionFeed.Entry? Entry)> items, bool passesTime, CancellationToken abort)
    {
        var clock = _clock;
        foreach (var (step, feed, entry) in items)
        {
            if (entry is not null)
                feed!.Take(entry);
            if (step.Tick > clock || (clock is null && step.Tick is not null))
                clock = step.Tick;
        }
        var positions = new List<PositionAdvance>();
        foreach (var feed in _feeds.Values)
            if (feed.Advance(clock) is { } advance)
                positions.Add(advance);
        if (items.Count == 0 && positions.Count == 0 && !passesTime && _mode == ClockMode.Wall)
            return;
        var steps = new Step[items.Count];
        for (var index = 0; index < steps.Length; index++)
            steps[index] = items[index].Step;

        var began = Stopwatch.GetTimestamp();
        var result = await ApplyAsync(new Batch(_clusterId, _mode!.Value, steps, positions, passesTime), abort);
        if (result.Overtaken)
            throw new StaleSessionException("another copy of ingest has applied part of this batch");
        _moreDue = result.MoreDue;
        if (_mode == ClockMode.Stream)
            _clock = result.Clock ?? _clock;
        if (result.Reading is { } reading)
            _clockWatch.See(reading, result.SetBack);
        _context.Instruments.Applied(result, Stopwatch.GetElapsedTime(began));
        if (positions.Count > 0)
            _advanced = Stopwatch.GetTimestamp();
        foreach (var position in positions)
            if (position.Lost?.Sum(offsets => offsets.Count) is { } lost)
            {
                MessagesLost(_context.Logger, position.Topic, position.Partition, lost);
                _context.Instruments.Lost(lost);
            }
    }

    /// <exception cref="StaleSessionException">PostgreSQL cannot take it now, by no fault of what is in it: it is read and tried again.</exception>
    private async Task<BatchResult> ApplyAsync(Batch batch, CancellationToken abort)
    {
        try
        {
            return await _context.Processor.ApplyAsync(batch, abort);
        }
        catch (Exception failure) when (failure is PostgresException or OutOfMemoryException && FailureCauses.Of(failure) != FailureCause.Content)
        {
            throw new StaleSessionException($"a batch cannot be applied now: {failure.Message}", failure);
        }
    }

    /// <summary>
    /// Commits to Kafka how far this hub is, for whoever watches the group's lag and for a broker that keeps only what is not read. What counts is PostgreSQL's
    /// positions. In a replay nothing of a window is applied before its last tick is here; a window larger than such a broker is let in once nothing moves,
    /// and its sender sees to it that all of it arrives.
    /// </summary>
    private void StoreOffsets()
    {
        var stands = _mode == ClockMode.Stream && Stopwatch.GetElapsedTime(_advanced) > StandsStill;
        foreach (var feed in _feeds.Values)
        {
            var done = stands ? feed.NextToRead : feed.Position;
            if (done <= feed.StoredOffset)
                continue;
            try
            {
                _consumer.StoreOffset(new TopicPartitionOffset(feed.Topic, feed.Partition, done));
            }
            catch (KafkaException failure)
            {
                throw KafkaUnavailableException.From(failure);
            }
            feed.StoredOffset = done;
        }
    }

    /// <summary>Live, all that was read is applied at once: there is nothing to bound.</summary>
    private void KeepBounds()
    {
        if (_mode != ClockMode.Stream)
            return;
        var waiting = ReadAhead.Waiting(_feeds.Values, _partitions, _context.Options, _paused.Count > 0);
        if (waiting.Count == 0 && _paused.Count == 0)
            return;
        var paused = waiting.Select(feed => new TopicPartition(feed.Topic, feed.Partition)).ToHashSet();
        _consumer.Resume(_paused.Except(paused));
        _consumer.Pause(paused.Except(_paused));
        _paused.Clear();
        _paused.UnionWith(paused);
    }

    private List<TopicPartitionOffset> Assigned(List<TopicPartition> assigned)
    {
        var kept = assigned.ConvertAll(partition => (partition.Topic, Partition: partition.Partition.Value, First: FirstKept(partition)));
        var places = kept.ConvertAll(partition => (partition.Topic, partition.Partition));
        var positions = _context.Store.Positions(_clusterId, places);
        if (positions.Count < kept.Count)
        {
            _context.Store.Begin(_clusterId, kept.FindAll(partition => !positions.ContainsKey((partition.Topic, partition.Partition))));
            positions = _context.Store.Positions(_clusterId, places);
        }
        var offsets = new List<TopicPartitionOffset>(assigned.Count);
        foreach (var (topic, partition, first) in kept)
        {
            var models = _context.Options.Models && topic == Topics.Findings ? ModelSource.Name : null;
            var feed = new PartitionFeed(topic, partition, positions[(topic, partition)], _mode == ClockMode.Stream ? _clock : null, models);
            feed.Lose(first);
            _feeds[(topic, partition)] = feed;
            offsets.Add(new(topic, partition, feed.NextToRead));
        }
        PartitionsAssigned(_context.Logger, assigned.Count, _feeds.Count);
        return offsets;
    }

    /// <summary>The lowest offset that Kafka still has.</summary>
    private long FirstKept(TopicPartition partition)
    {
        try
        {
            return _consumer.QueryWatermarkOffsets(partition, _context.Clients.Options.RequestTimeout).Low.Value;
        }
        catch (KafkaException failure)
        {
            throw KafkaUnavailableException.From(failure);
        }
    }

    private void Revoked(List<TopicPartitionOffset> revoked)
    {
        foreach (var partition in revoked)
        {
            _feeds.Remove((partition.Topic, partition.Partition.Value));
            _paused.Remove(partition.TopicPartition);
        }
        PartitionsRevoked(_context.Logger, revoked.Count, _feeds.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _consumer.Close();
        _consumer.Dispose();
        if (_leaderLock is not null)
            await _leaderLock.DisposeAsync();
    }

    [LoggerMessage(EventId = 4000, Level = LogLevel.Information, Message = "Business time follows the {Mode} clock, from the first message on")]
    private static partial void ModeDecided(ILogger logger, ClockMode mode);

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Assigned {Count} partitions, {Total} in all")]
    private static partial void PartitionsAssigned(ILogger logger, int count, int total);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Revoked {Count} partitions, {Total} left")]
    private static partial void PartitionsRevoked(ILogger logger, int count, int total);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error,
        Message = "Kafka no longer has {Count} messages of {Topic}/{Partition} that were not read yet: they are lost to the hub until they are sent again")]
    private static partial void MessagesLost(ILogger logger, string topic, int partition, long count);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Warning,
        Message = "Business time has stood at {Clock} for {Seconds:0} s: the role ml has not answered what is due there; is it up?")]
    private static partial void WaitsForModels(ILogger logger, DateTimeOffset clock, double seconds);
}
