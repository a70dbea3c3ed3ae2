using System.Globalization;
using System.Net;
using Confluent.Kafka;
using EcomIntel.Embedded.Kafka;
using EcomIntel.Kafka;
using Microsoft.Extensions.Logging.Abstractions;

namespace EcomIntel.IntegrationTests.Embedded;

/// <summary>The embedded broker acknowledges nothing for which it would have to drop what is not read yet.</summary>
public sealed class KafkaRoomTests : IAsyncLifetime
{
    private const string Group = "ecomintel-ingest", Topic = "orders";

    private readonly MockCluster _broker;
    private readonly KafkaFront _front;
    private readonly string _address;

    public KafkaRoomTests()
    {
        var listener = KafkaFront.Listen(0);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        _broker = MockCluster.Start(2, [Topic, "operations"], port);
        _front = KafkaFront.Start(listener, _broker.Address, new([Topic], 2, Group));
        _address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _front.DisposeAsync();
        _broker.Dispose();
    }

    [Theory]
    [InlineData("none")]
    [InlineData("lz4")]
    public async Task What_is_acknowledged_is_there_until_it_is_read(string compression)
    {
        var clients = Clients(("compression.type", compression));
        var acknowledged = new HashSet<int>();
        using (var producer = clients.Producer(TimeSpan.FromSeconds(6)))
        {
            // Half of each is noise, which no compression makes smaller: 24 MiB of it would not fit either way.
            for (var number = 0; number < 24_000; number++)
                Send(producer, 0, number, 2_048, delivered => acknowledged.Add(delivered));
            await Task.Run(() => producer.Flush(TimeSpan.FromSeconds(30)));
        }
        Assert.InRange(acknowledged.Count, 2_000, 12_000);
        Assert.Equal(acknowledged.Order(), Read(clients, 0, acknowledged.Count).Order());
        using var asking = clients.Consumer("asking").Build();
        Assert.Equal(0, asking.QueryWatermarkOffsets(new(Topic, 0), TimeSpan.FromSeconds(5)).Low.Value);
    }

    [Fact]
    public async Task A_producer_waits_for_room_and_keeps_its_order()
    {
        const int messages = 20_000;
        // The broker has two seconds for a request, so that a producer is refused after one.
        var clients = Clients(("request.timeout.ms", "2000"));
        using var producer = clients.Producer(TimeSpan.Zero);
        var acknowledged = 0;
        for (var number = 0; number < messages; number++)
            Send(producer, 0, number, 1_024, _ => Interlocked.Increment(ref acknowledged));
        await Task.Delay(TimeSpan.FromSeconds(4));
        var full = Volatile.Read(ref acknowledged);
        Assert.InRange(full, 1_000, 5 * 1_024);
        await Task.Delay(TimeSpan.FromSeconds(2));
        Assert.Equal(full, Volatile.Read(ref acknowledged));

        Assert.Equal(Enumerable.Range(0, messages), Read(clients, 0, messages, commits: true));
        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(10)));
        Assert.Equal(messages, acknowledged);
    }

    [Fact]
    public async Task Only_the_group_that_reads_for_the_hub_makes_room()
    {
        var clients = Clients(("request.timeout.ms", "2000"));
        using var producer = clients.Producer(TimeSpan.FromSeconds(8));
        var acknowledged = 0;
        for (var number = 0; number < 10_000; number++)
            Send(producer, 0, number, 1_024, _ => Interlocked.Increment(ref acknowledged));
        await Task.Delay(TimeSpan.FromSeconds(3));
        var full = Volatile.Read(ref acknowledged);
        Read(clients, 0, full, commits: true, group: "somebody");
        await Task.Run(() => producer.Flush(TimeSpan.FromSeconds(20)));
        Assert.Equal(full, acknowledged);
    }

    [Fact]
    public async Task A_full_partition_holds_up_no_other_producer_and_topic_operations_takes_all()
    {
        var clients = Clients();
        using var full = clients.Producer(TimeSpan.FromSeconds(5));
        for (var number = 0; number < 10_000; number++)
            Send(full, 0, number, 1_024, _ => { });
        await Task.Delay(TimeSpan.FromSeconds(1));
        using var other = clients.Producer();
        var delivered = await other.ProduceAsync(new TopicPartition(Topic, 1), new() { Key = "key", Value = [1] }).WaitAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(0, delivered.Offset.Value);
        for (var number = 0; number < 10_000; number++)
            other.Produce(new TopicPartition("operations", 0), new() { Key = "key", Value = new byte[1_024] });
        Assert.Equal(0, other.Flush(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A_message_larger_than_a_partition_keeps_is_taken_where_nothing_waits()
    {
        var clients = Clients(("request.timeout.ms", "2000"));
        using var producer = clients.Producer(TimeSpan.FromSeconds(4));
        var large = new Message<string, byte[]> { Key = "key", Value = new byte[UnreadRoom.Capacity + 1_000_000] };
        Assert.Equal(0, (await producer.ProduceAsync(new TopicPartition(Topic, 0), large)).Offset.Value);
        await Assert.ThrowsAsync<ProduceException<string, byte[]>>(() => producer.ProduceAsync(new TopicPartition(Topic, 0), large));
    }

    private KafkaClients Clients(params (string Key, string Value)[] properties) => new(
        new() { BootstrapServers = _address, Properties = properties.ToDictionary(each => each.Key, each => each.Value) }, NullLogger<KafkaClients>.Instance);

    private static void Send(IProducer<string, byte[]> producer, int partition, int number, int bytes, Action<int> delivered)
    {
        var value = new byte[bytes];
        new Random(number).NextBytes(value.AsSpan(bytes / 2));
        BitConverter.TryWriteBytes(value, number);
        producer.Produce(new TopicPartition(Topic, partition), new() { Key = "key", Value = value }, report =>
        {
            if (!report.Error.IsError)
                delivered(number);
        });
    }

    /// <summary>Reads from the beginning on, in order.</summary>
    private static List<int> Read(KafkaClients clients, int partition, int count, bool commits = false, string group = Group)
    {
        using var consumer = clients.Consumer(group, commits).Build();
        consumer.Assign(new TopicPartitionOffset(Topic, partition, 0));
        var read = new List<int>(count);
        var began = TimeProvider.System.GetTimestamp();
        while (read.Count < count && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
            if (consumer.Consume(TimeSpan.FromSeconds(1)) is { IsPartitionEOF: false } result)
            {
                read.Add(BitConverter.ToInt32(result.Message.Value));
                if (commits)
                    consumer.StoreOffset(result);
            }
        consumer.Close();
        return read;
    }
}
