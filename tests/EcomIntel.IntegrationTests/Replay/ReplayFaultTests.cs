using System.Collections.Concurrent;
using EcomIntel.Cli.Replay;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Replay;

/// <summary>A replay ends in the same rows whatever dies on the way.</summary>
[Collection(nameof(ReplayCollection))]
public sealed class ReplayFaultTests(UndisturbedReplay undisturbed)
{
    /// <summary>How often something is killed, at least.</summary>
    private const int Kills = 20;

    /// <summary>How long the replay is made to last at least, so that there is time to kill.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(75);

    private static readonly string[] Often = ["ingest", "sink", "postgres", "clickhouse"];

    /// <summary>The embedded broker starts empty: all roles start anew with it, and what it held is sent again.</summary>
    private static readonly string[] Seldom = ["relay", "kafka"];

    [Fact]
    public async Task Kill_nine_of_anything_at_any_instant_changes_no_row()
    {
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Partitions = 3 });
        var killed = new ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        using var source = new HeldSource(Hub.Retailer, Kills + 1);
        var killing = Task.Run(() => KillAsync(hub, killed, source.Advance, done.Token));
        await Task.Run(() => hub.ReplayAsync(source, new(Speed: Hub.Retailer.Days * 86_400 / Lasting.TotalSeconds)));
        await done.CancelAsync();
        await killing;
        Assert.InRange(killed.Count, Kills, int.MaxValue);
        Assert.All(Often, victim => Assert.Contains(victim, killed));
        BatchProcessorTests.AssertSame(undisturbed.Rows, await hub.SnapshotAsync(), $"killed {string.Join(' ', killed)}");
    }

    [Fact]
    public async Task One_cut_off_goes_on_where_the_hub_stands()
    {
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Partitions = 1 });
        using var cut = new CancellationTokenSource(TimeSpan.FromSeconds(4));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => hub.ReplayAsync(options: new(Speed: Hub.Retailer.Days * 86_400 / 10.0), token: cut.Token));
        await hub.KillAllAsync();
        await hub.UpAsync(new() { Clock = "stream", Partitions = 1 });
        var end = await hub.ReplayAsync();
        Assert.InRange(end.Sent, 1, end.Events - 1);
        BatchProcessorTests.AssertSame(undisturbed.Rows, await hub.SnapshotAsync(), "cut off, and all of it killed");
        Assert.Equal(0, (await hub.ReplayAsync()).Sent);
        var other = await Assert.ThrowsAsync<ReplayException>(() => hub.ReplayAsync(retailer: Hub.Retailer with { Seed = 12 }));
        Assert.Contains("another history", other.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_recorded_ends_in_the_same_rows_with_nobody_answering()
    {
        await using var hub = await Hub.StartAsync();
        using var source = new RecordedSource([undisturbed.Recorded], new LineTally(), limit: null);
        await hub.ReplayAsync(source, options: null);
        BatchProcessorTests.AssertSame(undisturbed.Rows, await hub.SnapshotAsync(), "the recording");

        // The same file, grown by an event in an hour that has passed, is not the same history.
        var lines = await File.ReadAllLinesAsync(undisturbed.Recorded);
        var late = lines[lines.Length / 2].Replace("\"id\":\"", "\"id\":\"another-", StringComparison.Ordinal);
        var grown = undisturbed.Recorded + ".grown.jsonl";
        await File.WriteAllLinesAsync(grown, [.. lines[..(lines.Length / 2)], late, .. lines[(lines.Length / 2)..]]);
        using var other = new RecordedSource([grown], new LineTally(), limit: null);
        Assert.Contains("another history", (await Assert.ThrowsAsync<ReplayException>(() => hub.ReplayAsync(other, options: null))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_window_larger_than_the_embedded_broker_keeps_arrives_whole()
    {
        // One partition keeps 5 MiB; these are some 20 MiB of one hour, each an order for goods that nobody knows, so each is a dead letter.
        const int orders = 1_500;
        var noon = new DateTimeOffset(2025, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var lines = Enumerable.Range(1, 250).Select(number => new OrderPlaced.PlacedLine(number, new($"nobody-knows-{number}"), 1, 1m)).ToList();
        var path = undisturbed.Recorded + ".large.jsonl";
        await using (var file = File.Create(path))
            for (var number = 0; number < orders; number++)
            {
                file.Write(EventCodec.Encode(
                    new($"{number}", "large", EventCatalogue.OrderPlaced, $"order-{number}", noon.AddSeconds(number), new OrderPlaced("web", lines))));
                file.WriteByte((byte)'\n');
            }
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Partitions = 1 });
        using var source = new RecordedSource([path], new LineTally(), limit: null);
        await hub.ReplayAsync(source, options: null);
        await using var postgres = PostgresDataSource.Create(hub.Addresses.Postgres!, "test");
        Assert.Equal(orders, (await new DeadLetterStore(postgres).CountAsync(new(Reason: RejectionCodes.UnknownSku), CancellationToken.None))
            .Sum(count => count.Count));
    }

    /// <summary>One after the other, in a seeded order, each at a random instant of the replay.</summary>
    private static async Task KillAsync(Hub hub, ConcurrentQueue<string> killed, Action told, CancellationToken done)
    {
        var random = new Random(3);
        string[] victims = [.. Enumerable.Repeat(Often, 5).SelectMany(often => often), .. Seldom, .. Seldom];
        random.Shuffle(victims);
        foreach (var victim in victims)
        {
            await hub.UntilReadyAsync(TimeSpan.FromSeconds(30), api: false);
            await Task.Delay(random.Next(50, 500), CancellationToken.None);
            if (done.IsCancellationRequested)
                return;
            if (!hub.Kill(victim))
                continue;
            killed.Enqueue(victim);
            told();
        }
    }
}

[CollectionDefinition(nameof(ReplayCollection))]
public sealed class ReplayCollection : ICollectionFixture<UndisturbedReplay>;

/// <summary>What the same history makes when nothing happens to it.</summary>
public sealed class UndisturbedReplay : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ecomintel-recorded-");

    internal List<string> Rows { get; private set; } = [];

    internal string Recorded => Path.Combine(_folder.FullName, "stream.jsonl");

    public async Task InitializeAsync()
    {
        await using var hub = await Hub.StartAsync();
        using (var recording = new Recording(Recorded))
            await hub.ReplayAsync(options: new(Record: recording));
        Rows = await hub.SnapshotAsync();
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }
}
