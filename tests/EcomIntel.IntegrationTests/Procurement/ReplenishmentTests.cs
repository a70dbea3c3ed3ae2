using EcomIntel.Core.Events;
using EcomIntel.IntegrationTests.Processing;

namespace EcomIntel.IntegrationTests.Procurement;

/// <summary>Replenishment on a real PostgreSQL: what a run looks at is the same however events are cut into batches.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class ReplenishmentTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task How_the_stream_is_cut_into_batches_does_not_show(int seed)
    {
        var events = ReplenishmentHistory.Events(seed);
        var reference = await AppliedAsync(events, 100_000);
        Assert.Superset(
            new HashSet<string>(["purchase ACCEPTED", "purchase DISMISSED", "purchase EXPIRED", "purchase OPEN"]),
            reference.Where(line => line.StartsWith("replenishment_proposals:", StringComparison.Ordinal))
                .Select(line => line.Split(',') is [_, _, var kind, var status, ..] ? $"{kind} {status}" : line).ToHashSet());
        Assert.All((string[])[",forecast,", ",no forecast,", ",forecast is stale,"], basis => Assert.Contains(reference, line =>
            line.StartsWith("replenishment_proposals:", StringComparison.Ordinal)
            && line.Replace("\"", "", StringComparison.Ordinal).Contains(basis, StringComparison.Ordinal)));
        Assert.Equal(6, reference.Count(line => line.StartsWith("demand_forecasts:", StringComparison.Ordinal)));
        foreach (var size in (int[])[1, 7, 300])
            BatchProcessorTests.AssertSame(reference, await AppliedAsync(events, size), $"batches of {size}");
    }

    private async Task<List<string>> AppliedAsync(List<CloudEvent> events, int batchSize)
    {
        await using var database = await postgres.CreateAsync();
        await new ReplayedStream(events).ApplyAsync(database, batchSize);
        await database.AssertSoundAsync();
        return await database.SnapshotAsync();
    }
}
