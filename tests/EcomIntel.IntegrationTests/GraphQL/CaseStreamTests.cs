using System.Text.Json;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema;
using EcomIntel.GraphQL.Schema.Live;
using EcomIntel.IntegrationTests.Processing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Prometheus;

namespace EcomIntel.IntegrationTests.GraphQL;

/// <summary>Followers of cases at two copies of the API, one of them restricted to a channel, which stands with the orders and not in the decision.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class CaseStreamTests(PostgresFixture postgres)
{
    private const string Follow =
        "subscription ($after: String) { exceptionCaseChanges(after: $after) { cursor caseId version moneyAtRisk { amount currency } } }";

    private static readonly DateTimeOffset Day = new(2025, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_decision_that_commits_late_is_told_in_its_place_and_one_who_comes_back_elsewhere_misses_none()
    {
        Dapper.DefaultTypeMap.MatchNamesWithUnderscores = true; // as the API sets it
        await using var database = await postgres.CreateAsync();
        await database.ExecuteAsync("""
            INSERT INTO orders (order_id, version, status, channel, currency, tier, ship_complete, placed_at, promised_at) VALUES
                ('o-web', 1, 'CAPTURED', 'web', 'EUR', 5, false, '2025-01-01Z', '2025-01-09Z'),
                ('o-store', 1, 'CAPTURED', 'store', 'GBP', 5, false, '2025-01-01Z', '2025-01-09Z');
            INSERT INTO exception_cases (case_id, category, subject, detail, status, detected_at) VALUES
                ('web', 'payment.charged_back', 'o-web', 'charged back', 'DETECTED', '2025-01-05Z'),
                ('store', 'payment.charged_back', 'o-store', 'charged back', 'DETECTED', '2025-01-05Z'),
                ('stock', 'inventory.variance', 'o-web', 'of a SKU that is written as an order', 'DETECTED', '2025-01-05Z')
            """);
        await using (var connection = await database.Source.OpenConnectionAsync())
            foreach (var (sequence, name) in new[] { (1, "web"), (2, "store"), (3, "stock"), (4, "web") })
                await DecideAsync(connection, sequence, name);
        await using var one = new Copy(database.Source);
        await using var other = new Copy(database.Source);
        await using var first = one.Subscribe(0, ["web"]);
        await using var all = other.Subscribe(3, null);
        Assert.Equal("web 1 1 EUR", await NextAsync(first));
        Assert.Equal("web 4 4 EUR", await NextAsync(first));
        Assert.Equal("web 4 4 EUR", await NextAsync(all));

        await using (var late = await database.Source.OpenConnectionAsync())
        await using (var transaction = await late.BeginTransactionAsync())
        {
            await DecideAsync(late, 5, "web");
            var waiting = (NextAsync(first), NextAsync(all));
            await Task.WhenAny(waiting.Item1, waiting.Item2, Task.Delay(600));
            Assert.False(waiting.Item1.IsCompleted || waiting.Item2.IsCompleted, "it was told of what may not have happened");
            await transaction.CommitAsync();
            Assert.Equal(("web 5 5 EUR", "web 5 5 EUR"), (await waiting.Item1, await waiting.Item2));
            await DecideAsync(late, 6, "store");
            await DecideAsync(late, 7, "web");
        }
        Assert.Equal("store 6 6 GBP", await NextAsync(all));
        Assert.Equal("web 7 7 EUR", await NextAsync(all));
        await using var again = other.Subscribe(5, ["web"]);
        Assert.Equal("web 7 7 EUR", await NextAsync(again));
        await using var nobody = other.Subscribe(0, ["nowhere"]);
        var nothing = nobody.MoveNextAsync().AsTask();
        Assert.NotSame(nothing, await Task.WhenAny(nothing, Task.Delay(500)));
        await other.StopAsync();
        Assert.False(await nothing);
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<ExecutionResult> changes)
    {
        Assert.True(await changes.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        using var json = JsonDocument.Parse(changes.Current.Json);
        var told = json.RootElement.GetProperty("data").GetProperty("exceptionCaseChanges");
        var (money, version) = (told.GetProperty("moneyAtRisk"), told.GetProperty("version").GetInt64());
        Assert.Equal(ChangeStream.CursorOf(version), told.GetProperty("cursor").GetString());
        return $"{told.GetProperty("caseId")} {version} {money.GetProperty("amount")} {money.GetProperty("currency")}";
    }

    /// <summary>Version and money at risk are the decision's number.</summary>
    private static async Task DecideAsync(NpgsqlConnection connection, long sequence, string name)
    {
        var outbox = new Outbox();
        var (category, subject) = name == "stock" ? ("inventory.variance", "o-web") : ("payment.charged_back", $"o-{name}");
        outbox.Add(
            Day, ExceptionChanged.Repeated, name, new ExceptionChanged(name, category, subject, null, sequence, "charged back", sequence, DetectedAt: Day),
            OperationJson.Default.ExceptionChanged);
        var row = outbox.Seal(sequence - 1)[0];
        await using var insert = new NpgsqlCommand("INSERT INTO outbox VALUES ($1, $2, $3, $4, $5)", connection)
        {
            Parameters =
            {
                new() { Value = row.Sequence }, new() { Value = row.Time.UtcDateTime }, new() { Value = row.Type }, new() { Value = row.Subject },
                new() { Value = row.Payload },
            },
        };
        await insert.ExecuteNonQueryAsync();
        await using var notify = new NpgsqlCommand("NOTIFY outbox", connection);
        await notify.ExecuteNonQueryAsync();
    }

    /// <summary>What one copy of the API has for its subscribers.</summary>
    private sealed class Copy : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly OperationsFeed _feed = new();
        private readonly ServiceProvider _services;
        private readonly NpgsqlDataSource _postgres;
        private readonly Task _reading;

        public Copy(NpgsqlDataSource postgres)
        {
            _postgres = postgres;
            _services = new ServiceCollection().AddSingleton(_feed).AddSingleton(postgres)
                .AddSingleton(new ReadDatabase(postgres, Instruments(), NullLogger<ReadDatabase>.Instance)).BuildServiceProvider();
            _reading = Task.Run(ReadAsync);
        }

        public IAsyncEnumerator<ExecutionResult> Subscribe(long after, string[]? channels)
        {
            var schema = ApiSchema.Build(new(), new TypeAccess(), Instruments(), NullLoggerFactory.Instance);
            var request = new GraphQLRequest(Follow, JsonSerializer.SerializeToElement(new { after = ChangeStream.CursorOf(after) }))
            {
                State = new Caller("key:test", "test", new HashSet<string> { "ADMIN" }, channels, null, null),
            };
            return schema.Subscribe(schema.Prepare(request), _services, _stop.Token).Events!.GetAsyncEnumerator(CancellationToken.None);
        }

        private static ApiInstruments Instruments() => new(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()));

        private async Task ReadAsync()
        {
            try
            {
                await _feed.HasSubscribers.WaitAsync(_stop.Token);
                await using var connection = await _postgres.OpenConnectionAsync(_stop.Token);
                var next = await OutboxReader.HeadAsync(connection, _stop.Token) + 1;
                _feed.StartAt(next);
                await foreach (var batch in new OperationsReader(_postgres).ReadAsync(next, _stop.Token))
                    _feed.Publish(batch);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The copy ends.
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _reading;
        }

        // Its services are the test's own.
        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }
    }
}
