using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Live;
using EcomIntel.IntegrationTests.Processing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Cursor = EcomIntel.GraphQL.Schema.Paging.Cursor;

namespace EcomIntel.IntegrationTests.Retention;

/// <summary>A subscriber who comes back to an outbox that no longer begins with the first decision.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class MissedChangesTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData(30, "TOO_FAR_BEHIND")] // the next, 31, is not there any more
    [InlineData(39, "TOO_FAR_BEHIND")]
    [InlineData(40, "")]
    public async Task Gets_all_it_missed_or_is_told_that_it_cannot(long last, string code)
    {
        await using var database = await postgres.CreateAsync();
        var outbox = new Outbox();
        for (var row = 0; row < 20; row++)
            outbox.Add(DateTimeOffset.UnixEpoch, OperationEvents.ClockTickedType, "clock", new ClockTicked(), OperationJson.Default.ClockTicked);
        foreach (var row in outbox.Seal(40))
            await database.ExecuteAsync(
                $"INSERT INTO outbox VALUES ({row.Sequence}, '{row.Time:O}', '{row.Type}', '{row.Subject}', '\\x{Convert.ToHexString(row.Payload)}')");
        await database.ExecuteAsync("UPDATE pruned SET sequence = 40 WHERE kind = 'operations'");
        var feed = new OperationsFeed();
        await using var services = new ServiceCollection().AddSingleton(feed).AddSingleton(database.Source).BuildServiceProvider();
        var schema = ApiSchema.Build(new(), new TypeAccess(), new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())), NullLoggerFactory.Instance);
        var after = Cursor.Of(OrderChanges.Sort, [last.ToString(CultureInfo.InvariantCulture)]);
        using var stop = new CancellationTokenSource();
        var anybody = new Caller("key:test", "test", new HashSet<string> { "ADMIN" }, null, null, null);
        var request = new GraphQLRequest(
            "subscription ($after: String) { orderChanges(after: $after) { version } }", JsonSerializer.SerializeToElement(new { after }))
        {
            State = anybody,
        };
        var subscription = schema.Subscribe(schema.Prepare(request), services, stop.Token);
        await using var changes = subscription.Events!.GetAsyncEnumerator();
        var first = changes.MoveNextAsync().AsTask();
        await feed.HasSubscribers.WaitAsync(TimeSpan.FromSeconds(10));
        feed.StartAt(61);
        if (code == "")
        {
            // All that it missed was read, none of it about an order: it waits for what comes.
            Assert.NotSame(first, await Task.WhenAny(first, Task.Delay(500)));
            await stop.CancelAsync();
            Assert.False(await first);
            return;
        }
        Assert.True(await first);
        Assert.Equal(code, JsonDocument.Parse(changes.Current.Json).RootElement.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code")
            .GetString());
    }
}
