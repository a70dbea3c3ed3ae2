using System.Reflection;
using System.Text;
using Confluent.Kafka;
using EcomIntel.Kafka;

namespace EcomIntel.Tests.Kafka;

/// <summary>Where the reading of a partition begins: late enough to be quick, and never after the sequence that is wanted.</summary>
public sealed class StartingOffsetsTests
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(5);

    [Fact]
    public void The_first_sequence_is_at_the_beginning_and_nothing_is_sampled()
    {
        var log = Log.Of(low: 40, Enumerable.Range(1, 10_000).Select(number => (long?)number));
        Assert.Equal([40], Found(1, log));
        Assert.Equal(0, Consumer.Last!.Assigned);
    }

    [Fact]
    public void A_short_partition_is_read_from_its_beginning()
    {
        Assert.Equal([0], Found(1_900, Log.Of(low: 0, Enumerable.Range(1, 2_000).Select(number => (long?)number))));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(30_000)]
    [InlineData(99_999)]
    [InlineData(500_000)]
    public void A_long_one_is_begun_at_most_two_thousand_before_the_wanted_and_not_after_it(long wanted)
    {
        var log = Log.Of(low: 7, Enumerable.Range(1, 100_000).Select(number => (long?)number));
        var place = Math.Min(7 + wanted - 1, log.High); // where the wanted one is, or will be
        Assert.InRange(Found(wanted, log).Single(), Math.Max(7, place - 2_000), place);
        Assert.InRange(Consumer.Last!.Assigned, 1, 7); // 100,000 halved to 2,000 is six times, and one more for what is rounded
    }

    [Fact]
    public void Each_partition_has_its_own_place_by_the_numbers_it_has()
    {
        // The even numbers, the odd ones, and one that has nothing yet.
        var even = Log.Of(low: 0, Enumerable.Range(1, 20_000).Select(number => (long?)number * 2));
        var odd = Log.Of(low: 100, Enumerable.Range(0, 20_000).Select(number => ((long?)number * 2) + 1));
        var found = Found(20_001, even, odd, Log.Of(low: 5, []));
        Assert.InRange(found[0], 8_000, 10_000); // 20,000 is at offset 9,999 and 20,002 at 10,000
        Assert.InRange(found[1], 8_100, 10_100); // 20,001 is at offset 10,100
        Assert.Equal(5, found[2]);
    }

    [Fact]
    public void What_is_repeated_is_read_again_rather_than_skipped()
    {
        // A relay that starts again repeats: 1 to 5,000, then 2,001 on.
        var log = Log.Of(low: 0, Enumerable.Range(1, 5_000).Concat(Enumerable.Range(2_001, 8_000)).Select(number => (long?)number));
        for (var wanted = 2; wanted < 10_000; wanted += 487)
            Assert.Contains(wanted, log.From(Found(wanted, log).Single()));
    }

    [Fact]
    public void What_is_no_operation_is_passed_over()
    {
        var log = Log.Of(low: 0, Enumerable.Range(1, 20_000).Select(number => number % 3 == 0 ? (long?)number : null));
        var found = Found(12_000, log).Single();
        Assert.InRange(found, 9_990, 11_999); // 12,000 is at offset 11,999; a sample may be two offsets late
    }

    [Fact]
    public void A_partition_that_shows_nothing_in_time_is_read_from_its_beginning()
    {
        var silent = Log.Of(low: 3, Enumerable.Range(1, 10_000).Select(number => (long?)number)) with { IsSilent = true };
        Assert.Equal([3], Found(9_000, TimeSpan.FromMilliseconds(20), silent));
    }

    private static List<long> Found(long sequence, params Log[] logs) => Found(sequence, Wait, logs);

    private static List<long> Found(long sequence, TimeSpan timeout, params Log[] logs)
    {
        var partitions = logs.Select((_, number) => new TopicPartition("operations", number)).ToList();
        var found = StartingOffsets.Find(Consumer.Of(logs), partitions, sequence, timeout, CancellationToken.None);
        Assert.Equal(partitions, found.ConvertAll(each => each.TopicPartition));
        return found.ConvertAll(each => each.Offset.Value);
    }

    /// <summary>A partition: its first offset, and the sequence of each message from there on; null for what is no operation.</summary>
    internal sealed record Log(long Low, IReadOnlyList<long?> Sequences)
    {
        public bool IsSilent { get; init; }

        public long High => Low + Sequences.Count;

        public static Log Of(long low, IEnumerable<long?> sequences) => new(low, [.. sequences]);

        public IEnumerable<long> From(long offset) => Sequences.Skip((int)(offset - Low)).OfType<long>();
    }

    /// <summary>A consumer of partitions in memory; any other call is a fault of the test. The proxy derives from it, so it cannot be sealed.</summary>
    public class Consumer : DispatchProxy
    {
        private readonly Dictionary<int, long> _positions = [];
        private Log[] _logs = [];

        internal static Consumer? Last { get; private set; }

        /// <summary>How often partitions were assigned.</summary>
        public int Assigned { get; private set; }

        internal static IConsumer<string, byte[]> Of(Log[] logs)
        {
            var consumer = Create<IConsumer<string, byte[]>, Consumer>();
            Last = (Consumer)(object)consumer;
            Last._logs = logs;
            return consumer;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod!.Name, args) switch
        {
            (nameof(IConsumer<,>.QueryWatermarkOffsets), [TopicPartition partition, TimeSpan]) =>
                new WatermarkOffsets(_logs[partition.Partition].Low, _logs[partition.Partition].High),
            (nameof(IConsumer<,>.Assign), [IEnumerable<TopicPartitionOffset> places]) => Assign(places),
            (nameof(IConsumer<,>.Unassign), _) => Assign([]),
            (nameof(IConsumer<,>.Consume), [TimeSpan]) => Consume(),
            _ => throw new NotSupportedException(targetMethod.ToString()),
        };

        private object? Assign(IEnumerable<TopicPartitionOffset> places)
        {
            _positions.Clear();
            foreach (var place in places)
                _positions.Add(place.Partition, place.Offset);
            Assigned += _positions.Count > 0 ? 1 : 0;
            return null;
        }

        private ConsumeResult<string, byte[]>? Consume()
        {
            var readable = _positions.Where(each => !_logs[each.Key].IsSilent && each.Value <= _logs[each.Key].High).OrderBy(each => each.Value).ToList();
            if (readable.Count == 0)
                return null;
            var (log, offset) = (_logs[readable[0].Key], readable[0].Value);
            _positions[readable[0].Key]++;
            var place = new TopicPartitionOffset("operations", readable[0].Key, offset);
            if (offset == log.High)
                return new() { TopicPartitionOffset = place, IsPartitionEOF = true };
            var payload = log.Sequences[(int)(offset - log.Low)] is { } sequence
                ? $$$"""{"id":"1","type":"com.ecomintel.order.captured","subject":"o","time":"2026-01-05T10:00:00Z","sequence":{{{sequence}}},"data":{}}"""
                : "no operation";
            return new() { TopicPartitionOffset = place, Message = new() { Key = "o", Value = Encoding.UTF8.GetBytes(payload) } };
        }
    }
}
