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
        using var stop = new CancellationTokenSource();
        await using var changes = Subscribe(services, last, stop.Token);
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

    [Fact]
    public async Task However_far_behind_it_gets_each_decision_once_and_in_order_and_then_what_comes()
    {
        await using var database = await postgres.CreateAsync();
        var state = new OperationEvents.OrderState(
            new("o"), 1, "ALLOCATED", "web", null, "GBP", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, 1, 1, 0, 0, null, [], []);
        Operation Decision(long sequence) => Operation.Parse(Row(sequence, state with { Version = sequence }).Payload);
        var first = Row(1, state);
        var numbered = "regexp_replace(regexp_replace($1, '\"sequence\":1\\y', '\"sequence\":' || n), '\"version\":1\\y', '\"version\":' || n)";
        async Task DecideAsync(long from, long to)
        {
            await using var insert = database.Source.CreateCommand($"""
                INSERT INTO outbox
                SELECT n, '{first.Time:O}', '{first.Type}', '{first.Subject}', convert_to({numbered}, 'UTF8') FROM generate_series($2, $3) n
                """);
            insert.Parameters.Add(new() { Value = System.Text.Encoding.UTF8.GetString(first.Payload) });
            insert.Parameters.Add(new() { Value = from });
            insert.Parameters.Add(new() { Value = to });
            await insert.ExecuteNonQueryAsync();
        }
        const int missed = 31_000, meanwhile = 500;
        await DecideAsync(1, missed);
        var feed = new OperationsFeed();
        await using var services = new ServiceCollection().AddSingleton(feed).AddSingleton(database.Source).BuildServiceProvider();
        await using var changes = Subscribe(services, after: 0, CancellationToken.None);
        var next = changes.MoveNextAsync().AsTask();
        await feed.HasSubscribers.WaitAsync(TimeSpan.FromSeconds(10));
        feed.StartAt(missed + 1);
        for (var version = 1; version <= missed; version++)
        {
            Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(Told(version), changes.Current.ToString());
            changes.Current.Dispose();
            if (version == missed)
                await DecideAsync(missed + 1, missed + meanwhile);
            next = changes.MoveNextAsync().AsTask();
        }
        await feed.HasSubscribers.WaitAsync(TimeSpan.FromSeconds(10));
        feed.StartAt(missed + meanwhile + 1);
        feed.Publish([Decision(missed + meanwhile + 1)]);
        for (var version = missed + 1; version <= missed + meanwhile + 1; version++)
        {
            Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(30)));
            Assert.Equal(Told(version), changes.Current.ToString());
            next = version <= missed + meanwhile ? changes.MoveNextAsync().AsTask() : next;
        }
    }

    private static string Told(long version) => $$$$"""{"data":{"orderChanges":{"version":{{{{version}}}}}}}""";

    private static OutboxRow Row(long sequence, OperationEvents.OrderState state)
    {
        var outbox = new Outbox();
        outbox.Add(DateTimeOffset.UnixEpoch, OperationEvents.Allocated, "o", new OperationEvents.OrderAllocated(state, 0, [], []),
            OperationJson.Default.OrderAllocated);
        return outbox.Seal(sequence - 1)[0];
    }

    private static IAsyncEnumerator<ExecutionResult> Subscribe(IServiceProvider services, long after, CancellationToken stop)
    {
        var schema = ApiSchema.Build(new(), new TypeAccess(), new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry())), NullLoggerFactory.Instance);
        var cursor = Cursor.Of(ChangeStream.Sort, [after.ToString(CultureInfo.InvariantCulture)]);
        var anybody = new Caller("key:test", "test", new HashSet<string> { "ADMIN" }, null, null, null);
        var request = new GraphQLRequest(
            "subscription ($after: String) { orderChanges(after: $after) { version } }", JsonSerializer.SerializeToElement(new { after = cursor }))
        {
            State = anybody,
        };
        return schema.Subscribe(schema.Prepare(request), services, stop).Events!.GetAsyncEnumerator(CancellationToken.None);
    }
}
