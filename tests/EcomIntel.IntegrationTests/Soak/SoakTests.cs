using System.Globalization;
using EcomIntel.IntegrationTests.GraphQL;
using EcomIntel.IntegrationTests.Replay;
using Xunit.Abstractions;

namespace EcomIntel.IntegrationTests.Soak;

/// <summary>
/// Minutes of a seller's life on a real Kafka of three nodes, with two copies of every role, while roles, engines and Kafka's nodes are killed at random. At
/// the end nothing is lost, nothing counts twice, and every figure agrees.
/// </summary>
[Trait("Category", "Soak")]
public sealed class SoakTests(ITestOutputHelper output)
{
    private readonly TimeProvider _time = TimeProvider.System;
    private readonly List<string> _kills = [];

    [SoakFact]
    public async Task Whatever_dies_every_event_counts_once_and_every_figure_agrees()
    {
        var (seed, length) = (SoakFactAttribute.Seed, SoakFactAttribute.Length);
        await using var kafka = await KafkaCluster.StartAsync(3);
        await using var hub = await Hub.StartAsync(new() { Clock = "wall", Kafka = kafka.BootstrapServers });
        await using var copies = new SecondCopies(hub);
        await copies.StartAsync();
        using var api = await ApiClient.CreateAsync(hub);
        using var follower = Follower.Start(hub.Api.Address!, api.Authorization, breakOffAfter: 0, length.TotalMinutes + 15);
        using var second = Follower.Start(copies.Api, api.Authorization, breakOffAfter: 997, length.TotalMinutes + 15);
        await Task.Delay(2_000); // a subscription follows at once upon its connection

        using var world = new SoakWorld(seed, kafka.BootstrapServers, hub.Addresses.PostgresReader!);
        world.Open();
        using var over = new CancellationTokenSource();
        var disturbing = Task.Run(() => DisturbAsync(new(seed), hub, copies, kafka, over.Token));
        await world.RunAsync(length);
        await over.CancelAsync();
        await disturbing;
        await kafka.StartAgainAsync();
        await hub.UntilReadyAsync(TimeSpan.FromMinutes(2));

        await using var database = new Processing.Database(hub.Addresses.PostgresOwner!);
        var said = await AssertEachCountsOnceAsync(database, world);
        await hub.AssertSoundAsync();
        var decided = await Follower.DecidedAsync(database);
        await follower.AssertWasToldAsync(decided, "the app at the hub's own copy");
        await second.AssertWasToldAsync(decided, "the app at the second copy");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {seed}, {length.TotalMinutes:0.#} minutes: {world.Orders} orders, {said}; {decided.Count} changes told to each of 2 apps; killed: ")
            + string.Join(", ", _kills.CountBy(kill => kill).OrderBy(kill => kill.Key, StringComparer.Ordinal).Select(kill => $"{kill.Key} {kill.Value}")));
    }

    /// <summary>Every ten seconds or so one of all that runs is killed; of Kafka one node at a time, which comes back seconds later.</summary>
    private async Task DisturbAsync(Random random, Hub hub, SecondCopies copies, KafkaCluster kafka, CancellationToken over)
    {
        string[] victims = ["ingest", "relay", "sink", "ml", "graphql", "postgres", "clickhouse"];
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(4 + (random.NextDouble() * 10)), CancellationToken.None);
            if (over.IsCancellationRequested)
                return;
            switch (random.Next(10))
            {
                case < 4:
                    var role = SecondCopies.Roles[random.Next(SecondCopies.Roles.Count)];
                    _kills.Add($"{role} (second copy)");
                    await copies.KillAndStartAsync(role);
                    break;
                case < 8:
                    var victim = victims[random.Next(victims.Length)];
                    if (hub.Kill(victim))
                        _kills.Add(victim);
                    break;
                default:
                    _kills.Add("Kafka node");
                    await kafka.KillAsync(random.Next(1, 4));
                    await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);
                    await kafka.StartAgainAsync();
                    // Its replicas catch up before another node may go.
                    await Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None);
                    break;
            }
        }
    }

    /// <summary>What Kafka acknowledged was applied or is a dead letter, and nothing else was.</summary>
    private async Task<string> AssertEachCountsOnceAsync(Processing.Database database, SoakWorld world)
    {
        var sent = world.Acknowledged.ToList();
        var began = _time.GetTimestamp();
        while (true)
        {
            var applied = (await database.QueryAsync("SELECT identity FROM applied_events")).ConvertAll(Guid.Parse);
            var dead = (await database.QueryAsync("SELECT fingerprint FROM dead_letters")).ConvertAll(Guid.Parse);
            var known = new HashSet<Guid>([.. applied, .. dead]);
            var missing = sent.Where(one => !known.Contains(one.Fingerprint) && !(one.Identity is { } identity && known.Contains(identity))).ToList();
            if (missing.Count > 0 && _time.GetElapsedTime(began) < TimeSpan.FromMinutes(3))
            {
                await Task.Delay(500);
                continue;
            }
            Assert.True(missing.Count == 0, $"{missing.Count} of {sent.Count} messages were neither applied nor refused");
            Assert.Equal(applied.Count, applied.Distinct().Count());
            var identities = sent.Where(one => one.Identity is not null).Select(one => one.Identity!.Value).ToHashSet();
            var fingerprints = sent.Select(one => one.Fingerprint).ToHashSet();
            Assert.All(applied, identity => Assert.Contains(identity, identities));
            Assert.All(dead, fingerprint => Assert.Contains(fingerprint, fingerprints));
            Assert.True(applied.Count > sent.Count / 2, $"only {applied.Count} of {sent.Count} were applied");
            return $"{sent.Count} messages: {applied.Count} events applied, {dead.Count} dead letters";
        }
    }
}
