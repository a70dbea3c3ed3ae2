using System.Globalization;
using EcomIntel.Core;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>
/// Whatever a batch fails by: what an event is to blame for costs that event, what is too much at once is done in parts, and an outage is waited for. The
/// failures are made by triggers on what a stock event writes, and by a slice that throws.
/// </summary>
[Collection(nameof(PostgresCollection))]
public sealed class NarrowedBatchesTests(PostgresFixture postgres)
{
    private const int Items = 60;

    [Theory]
    [InlineData("XX000", 33)]
    [InlineData("XX000", 1)]
    [InlineData("XX000", 60)]
    [InlineData("54000", 33)]
    [InlineData("54001", 33)]
    [InlineData("P0001", 33)]
    [InlineData("22003", 33)]
    [InlineData("23514", 33)]
    [InlineData("38000", 33)]
    [InlineData("U0001", 33)]
    public async Task A_culprit_is_found_whatever_PostgreSQL_calls_it(string sqlState, int culprit)
    {
        await using var database = await NewAsync();
        await RaiseAsync(database, sqlState, $"'sku-{culprit}'");
        Assert.Equal((Items - 1, 1), await Received(Items).ApplyAllAsync(database.Processor, 1_000));
        Assert.Equal([$"sku-{culprit}|internal_error|PostgreSQL refuses what this event makes ({sqlState}): raised"],
            await database.QueryAsync("SELECT key, reason, detail FROM dead_letters"));
        Assert.Equal(Items - 1, await database.CountAsync("SELECT sum(quantity) FROM stock_balances"));
        await database.AssertSoundAsync();

        // And where there is no other.
        var alone = new LiveStream("alone", 1);
        alone.Send(EventCatalogue.StockReceived, $"sku-{culprit}", Business.Start, new StockReceived(new("north"), 1));
        Assert.Equal((0, 1), await alone.ApplyAllAsync(database.Processor, 1_000));

        await database.ExecuteAsync("DROP TRIGGER fail ON stock_ledger; UPDATE dead_letters SET status = 'retry'");
        Assert.Equal(2, (await database.Processor.ApplyAsync(new("live", ClockMode.Wall, [], []), CancellationToken.None)).Applied);
        await database.AssertSoundAsync();
    }

    [Theory]
    [InlineData("53100")] // disk full
    [InlineData("53300")] // too many connections
    [InlineData("40001")] // serialization failure
    [InlineData("40P01")] // deadlock
    [InlineData("08006")] // connection failure
    [InlineData("57P01")] // admin shutdown
    [InlineData("55P03")] // lock not available
    [InlineData("58030")] // I/O error
    [InlineData("25006")] // read-only
    [InlineData("42501")] // a right is missing
    [InlineData("42703")] // a column is missing
    [InlineData("XX001")] // a table is damaged
    [InlineData("XX002")] // an index is damaged
    [InlineData("53200")] // out of memory, for one event alone
    [InlineData("57014")] // statement timeout, for one event alone
    public async Task An_outage_makes_no_dead_letter_and_is_over_when_it_is_over(string sqlState)
    {
        await using var database = await NewAsync();
        await RaiseAsync(database, sqlState, "'sku-33'");
        var thrown = await Assert.ThrowsAsync<PostgresException>(() => Received(Items).ApplyAllAsync(database.Processor, 1_000));
        Assert.Equal(sqlState, thrown.SqlState);
        await database.ExecuteAsync("DROP TRIGGER fail ON stock_ledger");
        await Received(Items).ApplyAllAsync(database.Processor, 1_000);
        Assert.Equal(["60|0"], await database.QueryAsync("SELECT (SELECT sum(quantity) FROM stock_balances), (SELECT count(*) FROM dead_letters)"));
        await database.AssertSoundAsync();
    }

    [Theory]
    [InlineData("53200", 7)]
    [InlineData("53000", 1)]
    [InlineData("53400", 7)]
    [InlineData("57014", 59)]
    [InlineData("25P04", 7)]
    [InlineData("XX000", 7)] // as PostgreSQL calls an allocation that is too large
    public async Task What_is_too_much_at_once_is_applied_in_parts_and_nobody_is_to_blame(string sqlState, int most)
    {
        await using var database = await NewAsync();
        await database.ExecuteAsync(
            $"""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF (SELECT count(*) FROM written) > {most} THEN RAISE EXCEPTION 'raised' USING ERRCODE = '{sqlState}'; END IF; RETURN NULL; END $$;
            CREATE TRIGGER fail AFTER INSERT ON stock_ledger REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION fail()
            """);
        Assert.Equal((Items, 0), await Received(Items).ApplyAllAsync(database.Processor, 1_000));
        Assert.Equal(Items, await database.CountAsync("SELECT sum(quantity) FROM stock_balances"));
        await database.AssertSoundAsync();
    }

    [Theory]
    [InlineData("name")]
    [InlineData("save")]
    public async Task What_fails_before_PostgreSQL_is_asked_is_found_too(string where)
    {
        await using var database = await NewAsync();
        database.Slices = new([.. Domain.Slices.All, new FaultySlice("sku-20", where)]);
        Assert.Equal((Items - 1, 1), await Received(Items).ApplyAllAsync(database.Processor, 1_000));
        Assert.Equal(["sku-20|internal_error|OverflowException: too large"], await database.QueryAsync("SELECT key, reason, detail FROM dead_letters"));
        Assert.Equal(Items - 1, await database.CountAsync("SELECT sum(quantity) FROM stock_balances"));
        await database.AssertSoundAsync();
    }

    /// <summary>As a row of a newer version: whoever names it would be refused, and none of them is to blame.</summary>
    [Fact]
    public async Task What_is_stored_and_cannot_be_read_is_nobodys_fault()
    {
        await using var database = await NewAsync();
        database.Slices = new([.. Domain.Slices.All, new FaultySlice("sku-20", "load")]);
        await Assert.ThrowsAsync<OverflowException>(() => Received(Items).ApplyAllAsync(database.Processor, 1_000));
        Assert.Equal(["0|0"], await database.QueryAsync("SELECT (SELECT count(*) FROM stock_balances), (SELECT count(*) FROM dead_letters)"));
        database.Slices = Domain.Slices;
        Assert.Equal((Items, 0), await Received(Items).ApplyAllAsync(database.Processor, 1_000));
    }

    /// <summary>Each try lasts as long as the patience there is: 60 events, then 3, then 1, and no more. A sequence counts what is rolled back, too.</summary>
    [Fact]
    public async Task A_lock_that_is_held_costs_few_tries()
    {
        await using var database = await NewAsync();
        await database.ExecuteAsync("CREATE SEQUENCE tries");
        await database.ExecuteAsync("""
            CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM nextval('tries'); RAISE EXCEPTION 'raised' USING ERRCODE = '57014'; END $$;
            CREATE TRIGGER fail BEFORE INSERT ON stock_ledger FOR EACH STATEMENT EXECUTE FUNCTION fail()
            """);
        await Assert.ThrowsAsync<PostgresException>(() => Received(Items).ApplyAllAsync(database.Processor, 1_000));
        Assert.Equal(3, await database.CountAsync("SELECT last_value FROM tries"));
        Assert.Equal(0, await database.CountAsync("SELECT count(*) FROM dead_letters"));
    }

    /// <summary>Throws as a client does that cannot write what it is given.</summary>
    private sealed class FaultySlice(string sku, string where) : Slice
    {
        public override void Open(Workspace workspace)
        {
            var applied = false;
            workspace.Names<StockReceived>(EventCatalogue.StockReceived, (e, _, _) =>
            {
                applied |= e.Subject == sku;
                if (applied && where == "name")
                    throw new OverflowException("too large");
            });
            workspace.Load(Stage.Skus, load => load.Query("SELECT 1", [], _ =>
            {
                if (applied && where == "load")
                    throw new OverflowException("too large");
            }));
            workspace.Save(_ =>
            {
                if (applied && where == "save")
                    throw new OverflowException("too large");
            });
        }
    }

    private static LiveStream Received(int items)
    {
        var live = new LiveStream("live", 1);
        for (var number = 1; number <= items; number++)
            live.Send(EventCatalogue.StockReceived, Sku(number), Business.Start, new StockReceived(new("north"), 1));
        return live;
    }

    private static string Sku(int number) => string.Create(CultureInfo.InvariantCulture, $"sku-{number}");

    private static Task RaiseAsync(Database database, string sqlState, string sku) => database.ExecuteAsync(
        $"""
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = '{sqlState}'; END $$;
        CREATE TRIGGER fail BEFORE INSERT ON stock_ledger FOR EACH ROW WHEN (NEW.sku = {sku}) EXECUTE FUNCTION fail()
        """);

    private async Task<Database> NewAsync()
    {
        var database = await postgres.CreateAsync();
        var live = new LiveStream("past", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        for (var number = 1; number <= Items; number++)
            live.Send(EventCatalogue.ItemUpdated, Sku(number), Business.Start, new ItemUpdated(Sku(number)));
        await live.ApplyAllAsync(database.Processor, 1_000);
        return database;
    }
}
