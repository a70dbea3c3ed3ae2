using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Replay;

/// <summary>The same roles on Apache Kafka end in the same rows as on the embedded broker.</summary>
[Collection(nameof(ReplayCollection))]
public sealed class RealKafkaTests(UndisturbedReplay undisturbed)
{
    [KafkaFact]
    public async Task One_node_gives_the_same_rows()
    {
        await using var kafka = await KafkaCluster.StartAsync(1);
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Kafka = kafka.BootstrapServers });
        await hub.ReplayAsync();
        BatchProcessorTests.AssertSame(undisturbed.Rows, await hub.SnapshotAsync(), "on Apache Kafka");
    }

    [KafkaFact]
    public async Task Of_three_nodes_one_may_die()
    {
        await using var kafka = await KafkaCluster.StartAsync(3);
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Kafka = kafka.BootstrapServers });
        var replaying = hub.ReplayAsync(options: new(Speed: Hub.Retailer.Days * 86_400 / 12.0));
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.False(replaying.IsCompleted);
        await kafka.KillAsync(2);
        Assert.False(replaying.IsCompleted);
        await replaying;
        BatchProcessorTests.AssertSame(undisturbed.Rows, await hub.SnapshotAsync(), "with one of three nodes killed");
    }
}
