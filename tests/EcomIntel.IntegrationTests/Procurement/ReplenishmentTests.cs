using EcomIntel.Core;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.IntegrationTests.Processing;
using EcomIntel.Tests.Processing;

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
        foreach (var (status, kind) in (ReadOnlySpan<(string, string)>)[
            ("ACCEPTED", "purchase"), ("DISMISSED", "purchase"), ("EXPIRED", "purchase"), ("OPEN", "purchase"), ("ACCEPTED", "transfer")])
            Assert.Contains(reference, line =>
                line.StartsWith("replenishment_proposals:", StringComparison.Ordinal) && line.Contains($",{kind},{status},", StringComparison.Ordinal));
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
