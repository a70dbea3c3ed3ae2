using EcomIntel.Cli.Supervisor;
using EcomIntel.Core;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Live, the time is PostgreSQL's: hosts whose clocks are wrong decide nothing, and a mistake of PostgreSQL's own leaves no trace.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class ClockTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Ten = Business.Start.AddHours(10);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private const string Clock = "SELECT mode, to_char(now AT TIME ZONE 'UTC', 'DD HH24:MI:SS') FROM business_clock";

    private const string Rounds =
        "SELECT order_id, to_char(at AT TIME ZONE 'UTC', 'DD HH24:MI:SS') FROM allocation_decisions ORDER BY at, order_id";

    [Fact]
    public async Task Two_copies_a_day_ahead_and_a_day_behind_run_each_round_once_and_at_its_time()
    {
        await using var database = await ShopAsync();
        var hosts = new[] { new HostClock(Ten) { Ahead = Day }, new HostClock(Ten) { Ahead = -Day } };
        var copies = hosts.Select(database.ProcessorOn).ToList();
        for (var minute = 0; minute <= 180; minute += 15)
        {
            foreach (var host in hosts)
            {
                host.Advance(TimeSpan.FromMinutes(minute == 0 ? 0 : 15));
                // From half of the time on, who was ahead is behind.
                host.Ahead = minute == 90 ? -host.Ahead : host.Ahead;
            }
            await database.MoveTimeAsync(Ten.AddMinutes(minute));
            if (minute % 60 == 30)
                await PlaceAsync(database, $"order-{minute}", Ten.AddMinutes(minute));
            foreach (var copy in minute % 2 == 0 ? copies : Enumerable.Reverse(copies))
            {
                var result = await LiveStream.PassTimeAsync(copy);
                Assert.Equal((Ten.AddMinutes(minute), TimeSpan.Zero), (result.Reading!.Value.Now, result.SetBack));
                Assert.Equal(Day, result.Reading.Value.HostAhead.Duration());
            }
        }
        Assert.Equal(["order-30|05 11:00:00", "order-90|05 12:00:00", "order-150|05 13:00:00"], await database.QueryAsync(Rounds));
        Assert.Equal(["wall|05 13:00:00"], await database.QueryAsync(Clock));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task What_is_kept_says_when_by_PostgreSQLs_clock()
    {
        await using var database = await ShopAsync();
        await database.MoveTimeAsync(Ten);
        var live = new LiveStream("live", 1);
        live.Send(EventCatalogue.StockReceived, "mug", Ten.AddHours(-1), new StockReceived(new("nowhere"), 1));
        live.Send(EventCatalogue.OrderPlaced, "order-1", Ten.AddHours(-1), new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.ProcessorOn(new HostClock(Ten) { Ahead = Day }), 10);
        Assert.Equal(["t"], await database.QueryAsync($"SELECT (received_at = '{Ten:O}')::text::char FROM dead_letters"));
        Assert.Equal(["t"], await database.QueryAsync($"SELECT (at = '{Ten:O}')::text::char FROM topic_freshness WHERE topic = 'orders'"));

        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var cancelled = await new DirectEvents(Domain.Slices, new HostClock(Ten) { Ahead = Day }).ApplyAsync(
            connection, "cancel", [new(EventCatalogue.OrderCancelled, "order-1", new OrderCancelled())], new Core.Orders.DirectOrder(new("order-1"), null),
            CancellationToken.None);
        Assert.Null(cancelled.Refusal);
        await transaction.CommitAsync();
        Assert.Equal(["t"], await database.QueryAsync($"SELECT (cancelled_at = '{Ten:O}')::text::char FROM orders"));
    }

    /// <summary>A copy of an older version, on a host a day ahead, has moved business time into tomorrow.</summary>
    [Fact]
    public async Task Business_time_that_a_wrong_clock_moved_ahead_is_set_back_and_rounds_go_on()
    {
        await using var database = await ShopAsync();
        await database.ExecuteAsync($"UPDATE business_clock SET mode = 'wall', now = '{Ten + Day:O}'");
        await PlaceAsync(database, "order-1", Ten);
        await database.MoveTimeAsync(Ten.AddMinutes(59));
        var result = await LiveStream.PassTimeAsync(database.Processor);
        Assert.Equal((Ten.AddMinutes(59), Day - TimeSpan.FromMinutes(59)), (result.Reading!.Value.Now, result.SetBack));
        Assert.Equal(["wall|05 10:59:00"], await database.QueryAsync(Clock));
        await LiveStream.PassTimeAsync(database, Ten.AddHours(1));
        Assert.Equal(["order-1|05 11:00:00"], await database.QueryAsync(Rounds));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task PostgreSQLs_clock_a_day_off_for_75_seconds_moves_nothing(int days)
    {
        await using var database = await ShopAsync();
        var host = new HostClock(Ten.AddMinutes(59));
        var copy = database.ProcessorOn(host);
        await database.MoveTimeAsync(Ten.AddMinutes(59));
        await LiveStream.PassTimeAsync(copy);
        await PlaceAsync(database, "order-1", Ten.AddMinutes(59));
        for (var second = 15; second <= 75; second += 15)
        {
            host.Advance(TimeSpan.FromSeconds(15));
            await database.MoveTimeAsync(host.GetUtcNow().AddDays(days));
            var result = await LiveStream.PassTimeAsync(copy);
            Assert.Equal((host.GetUtcNow(), TimeSpan.FromDays(days)), (result.Reading!.Value.Now, result.Reading.Value.Jump));
        }
        // The round of the full hour ran at its time, by the time that had passed.
        Assert.Equal(["order-1|05 11:00:00"], await database.QueryAsync(Rounds));
        host.Advance(TimeSpan.FromSeconds(15));
        await database.MoveTimeAsync(host.GetUtcNow());
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero), await LiveStream.PassTimeAsync(copy) is var after ? (after.Reading!.Value.Jump, after.SetBack) : default);
        Assert.Equal(["wall|05 11:00:30"], await database.QueryAsync(Clock));
    }

    /// <summary>A little ahead, as after a small correction: time stands still until the clock is there again, and is not set back.</summary>
    [Fact]
    public async Task Business_time_never_goes_back_by_less_than_a_jump()
    {
        await using var database = await ShopAsync();
        await database.MoveTimeAsync(Ten.AddSeconds(30));
        await LiveStream.PassTimeAsync(database.Processor);
        await database.MoveTimeAsync(Ten);
        Assert.Equal(TimeSpan.Zero, (await LiveStream.PassTimeAsync(database.Processor)).SetBack);
        Assert.Equal(["wall|05 10:00:30"], await database.QueryAsync(Clock));
    }

    /// <summary>As it is shipped: the tests' own clock is not there.</summary>
    [Fact]
    public async Task The_clock_is_PostgreSQLs_own_and_no_role_can_replace_it()
    {
        await PostgresMigrations.ApplyAsync(postgres.Addresses.PostgresOwner!, PostgresRoles.App, PostgresRoles.Reader, default);
        foreach (var role in (string[])[postgres.Addresses.Postgres!, postgres.Addresses.PostgresReader!])
        {
            await using var database = new Database(role);
            Assert.Equal(["True"], await database.QueryAsync("SELECT business_now() = statement_timestamp()"));
            var refused = await Assert.ThrowsAsync<PostgresException>(() => database.ExecuteAsync(
                "CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT now()'"));
            Assert.Contains(refused.SqlState, (string[])["42501", "25006"]); // not allowed; read-only
        }
    }

    private async Task<Database> ShopAsync()
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Business.Start);
        var live = new LiveStream("shop", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        live.Send(EventCatalogue.ItemUpdated, "mug", Business.Start, new ItemUpdated("Mug"));
        live.Send(EventCatalogue.StockReceived, "mug", Business.Start, new StockReceived(new("north"), 10));
        await live.ApplyAllAsync(database.Processor, 10);
        return database;
    }

    private static async Task PlaceAsync(Database database, string id, DateTimeOffset at)
    {
        var live = new LiveStream(id, 1);
        live.Send(EventCatalogue.OrderPlaced, id, at, new OrderPlaced("web", [new(1, new("mug"), 1, 9m)]));
        await live.ApplyAllAsync(database.Processor, 10);
    }
}
