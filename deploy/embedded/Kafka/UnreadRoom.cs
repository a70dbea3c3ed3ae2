namespace EcomIntel.Embedded.Kafka;

/// <summary>
/// How many bytes of each partition are not read yet, and so whether the broker has room for more: librdkafka's broker drops a partition's oldest batches once
/// all of them are larger than <see cref="Capacity"/>, read or not. Only what the group says it has done with may be dropped. Safe for any thread.
/// </summary>
/// <param name="topics">Those that the group reads; others have no such room, and all of theirs is passed on.</param>
/// <param name="partitions">Of each topic.</param>
internal sealed class UnreadRoom(IEnumerable<string> topics, int partitions, string group)
{
    /// <summary>What librdkafka's broker keeps of a partition (rdkafka_mock.c, rd_kafka_mock_partition_init); it lets nobody change it.</summary>
    public const int Capacity = 5 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string, int), Partition> _partitions = topics
        .SelectMany(topic => Enumerable.Range(0, partitions).Select(number => (topic, number))).ToDictionary(partition => partition, _ => new Partition());
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Takes the room that a request needs, in all partitions or in none. Waits for it, in vain if it takes too long.</summary>
    /// <returns>Whether it was taken.</returns>
    public async ValueTask<bool> TakeAsync(IReadOnlyList<ProducedBatch> batches, TimeSpan patience, CancellationToken token)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (batches.All(batch => Of(batch.Topic, batch.Partition)?.Fits(batch.Bytes) != false))
                {
                    foreach (var batch in batches)
                        Of(batch.Topic, batch.Partition)?.Take(batch.Bytes);
                    return true;
                }
                changed = _changed.Task;
            }
            var left = patience - TimeProvider.System.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return false;
            await Task.WhenAny(changed, Task.Delay(left, token));
            token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>A batch stands in the log, or nothing of it does: then its room is given back.</summary>
    /// <param name="baseOffset">Of its first record; negative where it was not appended.</param>
    public void Appended(ProducedBatch batch, long baseOffset)
    {
        lock (_lock)
            if (Of(batch.Topic, batch.Partition) is { } partition && partition.Appended(batch, baseOffset))
                Changed();
    }

    /// <summary>What a group has done with needs no room, if it is the group that counts.</summary>
    public void Committed(string by, IReadOnlyList<CommittedOffset> offsets)
    {
        if (by != group)
            return;
        lock (_lock)
        {
            var freed = false;
            foreach (var offset in offsets)
                freed |= Of(offset.Topic, offset.Partition)?.Read(offset.Next) == true;
            if (freed)
                Changed();
        }
    }

    private void Changed()
    {
        _changed.SetResult();
        _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private Partition? Of(string topic, int number) => _partitions.GetValueOrDefault((topic, number));

    private sealed class Partition
    {
        /// <summary>Batches not read to their end, by last offset: answers to several producers may come in another order than the batches stand in.</summary>
        private readonly PriorityQueue<int, long> _unread = new();
        private long _bytes, _read;

        /// <summary>The newest batch is kept however large it is, where there is nothing else to keep.</summary>
        public bool Fits(int bytes) => _bytes == 0 || _bytes + bytes <= Capacity;

        public void Take(int bytes) => _bytes += bytes;

        /// <returns>Whether there is more room than before.</returns>
        public bool Appended(ProducedBatch batch, long baseOffset)
        {
            if (baseOffset >= 0)
                _unread.Enqueue(batch.Bytes, baseOffset + batch.Records - 1);
            else
                _bytes -= batch.Bytes;
            return Release() || baseOffset < 0;
        }

        /// <returns>Whether there is more room than before.</returns>
        public bool Read(long next)
        {
            _read = Math.Max(_read, next);
            return Release();
        }

        private bool Release()
        {
            var before = _bytes;
            while (_unread.TryPeek(out var bytes, out var last) && last < _read)
            {
                _bytes -= bytes;
                _unread.Dequeue();
            }
            return _bytes < before;
        }
    }
}
