using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.IntegrationTests.Conformance;
using EcomIntel.IntegrationTests.Replay;

namespace EcomIntel.IntegrationTests.GraphQL;

public sealed class FollowTests
{
    private static readonly (string Victim, int Signal)[] Disturbances =
        [("relay", Native.Kill), ("graphql", Native.Kill), ("kafka", Native.Kill), ("postgres", Native.Kill), ("graphql", Native.Terminate)];

    private static readonly RetailerOptions Retailer = new(Seed: 41, Orders: 240, Skus: 120, Days: 24);

    [ConformanceFact]
    public async Task Every_decision_about_an_order_is_told_once_and_in_order_whatever_dies_and_by_every_copy()
    {
        await using var hub = await Hub.StartAsync(new() { Clock = "stream", Partitions = 3 });
        using var api = await ApiClient.CreateAsync(hub);
        // Nobody supervises the second copy: it is not told when Kafka comes back elsewhere, and need not be.
        await using var copy = await hub.AnotherAsync("graphql");
        using var follower = Follower.Start(hub.Api.Address!, api.Authorization, breakOffAfter: 0);
        using var second = Follower.Start(copy.Api, api.Authorization, breakOffAfter: 17);
        using var ofCases = Follower.Start(copy.Api, api.Authorization, breakOffAfter: 7, cases: true);
        foreach (var one in (Follower[])[follower, second, ofCases])
            await one.UntilAsync(app => app.Other.Any(line => line.Contains("connected", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
        await Task.Delay(1_000); // a subscription follows at once upon its connection

        using var source = new HeldSource(Retailer, Disturbances.Length);
        var replaying = Task.Run(() => hub.ReplayAsync(source, new(Speed: Retailer.Days * 86_400 / 14.0)));
        var disturbing = Task.Run(async () =>
        {
            var random = new Random(5);
            foreach (var (victim, signal) in Disturbances)
            {
                await hub.UntilReadyAsync(TimeSpan.FromSeconds(60));
                var before = follower.Last;
                await follower.UntilAsync(app => app.Last > before, TimeSpan.FromSeconds(20)); // it is being told
                await Task.Delay(random.Next(20, 300));
                Assert.True(hub.Kill(victim, signal), $"{victim} was not there to be ended");
                source.Advance();
            }
        });
        await replaying;
        await disturbing;
        await hub.UntilReadyAsync(TimeSpan.FromSeconds(60));

        await using var tables = new Processing.Database(hub.Addresses.PostgresOwner!);
        var decided = await Follower.DecidedAsync(tables);
        await follower.AssertWasToldAsync(decided, "the one that was cut off");
        await second.AssertWasToldAsync(decided, "the one at the other copy");
        await ofCases.AssertWasToldAsync(await Follower.DecidedAsync(tables, cases: true), "the one that follows cases", least: 20);
        Assert.True(ofCases.Other.Count(line => line.Contains("\"connected\"", StringComparison.Ordinal)) > 2, string.Join(' ', ofCases.Other));
        // They were cut off indeed: one by a death and by a stop that was told, the other time and again by itself.
        Assert.InRange(follower.Other.Count(line => line.Contains("\"connected\"", StringComparison.Ordinal)), 3, 20);
        Assert.Contains(follower.Other, line => line == """{"closed":1001}""");
        Assert.Contains(follower.Other, line => line == """{"closed":1006}""");
        Assert.True(second.Other.Count(line => line.Contains("\"connected\"", StringComparison.Ordinal)) > 20, string.Join(' ', second.Other));
        await hub.AssertSoundAsync();
    }
}
