using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Ml.Registry;

namespace EcomIntel.IntegrationTests.Models;

/// <summary>The registry on a real PostgreSQL: who scores when, and by what.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class ModelRegistryTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Monday = new(2024, 7, 22, 5, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_version_that_beats_its_baselines_replaces_the_champion_once_it_was_better_on_later_days()
    {
        await using var database = await postgres.CreateAsync();
        var registry = new ModelRegistry(database.Source);
        var first = await registry.RegisterAsync(Trained(), Monday, default);
        Assert.Equal((ModelStatus.CHAMPION, "beats every baseline on later data"), (first.Status, first.Reason));
        var refused = await registry.RegisterAsync(Trained("error 0.5, mean has 0.4"), Monday.AddDays(7), default);
        Assert.Equal((ModelStatus.REFUSED, "error 0.5, mean has 0.4"), (refused.Status, refused.Reason));
        var second = await registry.RegisterAsync(Trained(), Monday.AddDays(14), default);
        Assert.Equal((ModelStatus.CHALLENGER, $"beats every baseline on later data; to be held against {first.Version}"), (second.Status, second.Reason));
        var third = await registry.RegisterAsync(Trained(), Monday.AddDays(21), default);

        // Not the one of this very instant: nothing is known after it yet.
        Assert.Equal([second.Version], (await registry.ChallengersAsync("forecast", Monday.AddDays(21), default)).Select(each => each.Version));
        Assert.Equal([second.Version, third.Version], (await registry.ChallengersAsync("forecast", Monday.AddDays(28), default)).Select(each => each.Version));
        Assert.Equal(first.Version, (await registry.ChampionAsync("forecast", Monday.AddDays(28), default))!.Version);

        var lost = await registry.HeldAsync("forecast", second.Version, first.Version, Held(0.5), Monday.AddDays(42), default);
        Assert.Equal(ModelStatus.REFUSED, lost!.Status);
        Assert.StartsWith($"no better than {first.Version} from", lost.Reason, StringComparison.Ordinal);
        var won = await registry.HeldAsync("forecast", third.Version, first.Version, Held(0.3), Monday.AddDays(49), default);
        Assert.Equal(ModelStatus.CHAMPION, won!.Status);

        // Of a day before, the one that scored then.
        Assert.Equal(first.Version, (await registry.ChampionAsync("forecast", Monday.AddDays(48), default))!.Version);
        Assert.Equal(third.Version, (await registry.ChampionAsync("forecast", Monday.AddDays(49), default))!.Version);
        var all = (await registry.ListAsync("forecast", 10, default)).ToDictionary(each => each.Version);
        Assert.Equal((ModelStatus.RETIRED, $"replaced by {third.Version}"), (all[first.Version].Status, all[first.Version].Reason));
        Assert.Equal((0.3, 0.4, first.Version), (all[third.Version].Held!.Metrics["error"], all[third.Version].Held!.AgainstMetrics["error"],
            all[third.Version].Held!.Against));
        Assert.Equal(0.5, all[second.Version].Held!.Metrics["error"]);
        Assert.Null(all[first.Version].Held);

        // A run that is made again: as it stands.
        Assert.Null(await registry.HeldAsync("forecast", third.Version, first.Version, Held(0.3), Monday.AddDays(49), default));
        Assert.Null(await registry.HeldAsync("forecast", second.Version, third.Version, Held(0.1), Monday.AddDays(56), default));
        Assert.Equal(won, await registry.RegisterAsync(Trained(), Monday.AddDays(21), default));
        Assert.Empty(await registry.ChallengersAsync("forecast", Monday.AddDays(99), default));
    }

    [Fact]
    public async Task A_person_has_any_version_score_and_what_waits_is_held_against_that_one()
    {
        await using var database = await postgres.CreateAsync();
        var registry = new ModelRegistry(database.Source);
        var first = await registry.RegisterAsync(Trained(), Monday, default);
        var refused = await registry.RegisterAsync(Trained("error 0.5, mean has 0.4"), Monday.AddDays(7), default);
        var waits = await registry.RegisterAsync(Trained(), Monday.AddDays(14), default);
        Assert.False(await registry.PromoteAsync("forecast", first.Version, "cli:ann", "again", Monday.AddDays(15), default));
        Assert.False(await registry.PromoteAsync("forecast", "none", "cli:ann", "what", Monday.AddDays(15), default));
        Assert.Equal(first.Version, (await registry.ChampionAsync("forecast", Monday.AddDays(15), default))!.Version);

        Assert.True(await registry.PromoteAsync("forecast", refused.Version, "cli:ann", "we know why", Monday.AddDays(15), default));
        Assert.Equal(refused.Version, (await registry.ChampionAsync("forecast", Monday.AddDays(15), default))!.Version);
        // The one it would have been held against does not score any more.
        Assert.Null(await registry.HeldAsync("forecast", waits.Version, first.Version, Held(0.3), Monday.AddDays(42), default));
        Assert.Equal(ModelStatus.CHAMPION,
            (await registry.HeldAsync("forecast", waits.Version, refused.Version, Held(0.3), Monday.AddDays(42), default))!.Status);
        Assert.True(await registry.PromoteAsync("forecast", first.Version, "cli:ann", "back", Monday.AddDays(43), default));
        var all = await registry.ListAsync("forecast", 10, default);
        Assert.Equal([ModelStatus.RETIRED, ModelStatus.RETIRED, ModelStatus.CHAMPION], all.Select(each => each.Status));
        Assert.Equal("cli:ann", all[^1].DecidedBy);
    }

    [Fact]
    public async Task Looks_at_its_error_are_kept_in_order_and_once_each()
    {
        await using var database = await postgres.CreateAsync();
        var registry = new ModelRegistry(database.Source);
        await registry.RegisterAsync(Trained(), Monday, default);
        foreach (var (day, ratio) in ((int, double)[])[(28, 1.1), (35, 1.4), (35, 1.5), (42, 1.7)])
        {
            await using var connection = await database.Source.OpenConnectionAsync();
            var champion = (await registry.ChampionAsync("forecast", Monday.AddDays(day), default))!;
            await ModelRegistry.Drift(champion, new(Monday.AddDays(day), ratio, 0.02, ratio / 5, 0.2))(connection, default);
        }
        var scores = Assert.Single(await registry.ChampionsAsync(Monday.AddDays(42), default));
        Assert.Equal([(28, 1.1), (35, 1.5), (42, 1.7)], scores.Drifts.Select(look => ((look.At - Monday).Days, look.Ratio)));
        Assert.Equal(1.7, scores.Drift);
        Assert.Equal(Monday.AddDays(-1), (await registry.ChampionAsync("forecast", Monday, default))!.To);
    }

    private static TrainedModel Trained(string? refusal = null) => new(
        "forecast", new byte[] { 1, 2, 3 }, Monday.AddDays(-200), Monday.AddDays(-1), 100, new Dictionary<string, string> { ["seed"] = "1" },
        new Dictionary<string, double> { ["error"] = 0.3 },
        new Dictionary<string, IReadOnlyDictionary<string, double>> { ["mean"] = new Dictionary<string, double> { ["error"] = 0.4 } }, refusal);

    private static Contest Held(double error) => new(
        Monday.AddDays(21), Monday.AddDays(49), new Dictionary<string, double> { ["error"] = error }, new Dictionary<string, double> { ["error"] = 0.4 },
        [new("error")]);
}
