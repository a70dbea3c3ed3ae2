using System.Globalization;
using EcomIntel.Core;
using EcomIntel.Core.Checks;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>Payments, holds and reservations as PostgreSQL keeps them, and what would show that they do not agree.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class MoneyTests(PostgresFixture postgres)
{
    private static readonly DateTimeOffset Nine = Business.Start.AddHours(9);

    private const string Holds = """
        SELECT kind, to_char(opened_at AT TIME ZONE 'UTC', 'HH24:MI'), coalesce(to_char(released_at AT TIME ZONE 'UTC', 'HH24:MI'), 'open')
        FROM holds WHERE opened_at IS DISTINCT FROM released_at ORDER BY 2, 1
        """;

    /// <summary>Each heard in a batch of its own, so that all is read back each time.</summary>
    [Theory]
    [InlineData("fail 9:05, pay 20 9:06", "awaiting_payment|09:00|09:06")]
    [InlineData("pay 10 9:03, pay 10 9:07, flag 9:04, clear 9:09", "awaiting_payment|09:00|09:07;fraud_risk|09:04|09:09")]
    [InlineData("pay 20 9:02, void 9:30, pay 20 9:40", "awaiting_payment|09:00|09:02;awaiting_payment|09:30|09:40")]
    [InlineData("cancel 9:10, pay 10 9:05", "awaiting_payment|09:00|09:10")]
    [InlineData("pay 0 9:05, flag 9:08", "awaiting_payment|09:00|open;fraud_risk|09:08|open")]
    public async Task The_order_of_arrival_does_not_show(string told, string holds)
    {
        foreach (var heard in (string[][])[told.Split(", "), [.. told.Split(", ").Reverse()], [.. told.Split(", ").Order(StringComparer.Ordinal)]])
        {
            await using var database = await PlacedAsync("pending");
            for (var index = 0; index < heard.Length; index++)
                await SendAsync(database, $"told-{index}", heard[index]);
            Assert.Equal(holds, string.Join(';', await database.QueryAsync(Holds)));
            await AssertSoundAsync(database);
        }
    }

    [Fact]
    public async Task Stock_kept_for_an_order_that_is_not_paid_goes_to_who_has_paid_and_comes_back_once_it_is()
    {
        await using var database = await PlacedAsync("pending");
        await LiveStream.PassTimeAsync(database, Nine.AddHours(1));
        await PlaceAsync(database, "order-2", "authorized", Nine.AddHours(1));
        await LiveStream.PassTimeAsync(database, Nine.AddDays(3).AddMinutes(-1));
        const string statuses = "SELECT order_id, status, reservation_ended_at IS NOT NULL FROM orders ORDER BY order_id";
        Assert.Equal(["order-1|ALLOCATED|False", "order-2|BACKORDERED|False"], await database.QueryAsync(statuses));
        await LiveStream.PassTimeAsync(database, Nine.AddDays(3));
        await LiveStream.PassTimeAsync(database, Nine.AddDays(3).AddHours(1));
        Assert.Equal(["order-1|SOURCING|True", "order-2|RELEASED|False"], await database.QueryAsync(statuses));
        await AssertSoundAsync(database);
        await database.MoveTimeAsync(Nine.AddDays(4));
        await SendAsync(database, "more", new StockReceived(new("north"), 5), EventCatalogue.StockReceived, "mug", Nine.AddDays(4));
        await LiveStream.PassTimeAsync(database, Nine.AddDays(5));
        Assert.Equal("order-1|SOURCING|True", (await database.QueryAsync(statuses))[0]);
        await SendAsync(database, "paid", new PaymentAuthorized(), EventCatalogue.OrderPaymentAuthorized, "order-1", Nine.AddDays(5));
        await LiveStream.PassTimeAsync(database, Nine.AddDays(5).AddSeconds(10));
        Assert.Equal("order-1|RELEASED|False", (await database.QueryAsync(statuses))[0]);
        await AssertSoundAsync(database);
    }

    /// <summary>However often within one instant, as in a replay that has ended: the last word counts.</summary>
    [Fact]
    public async Task What_people_ask_for_is_done_in_the_order_in_which_they_ask()
    {
        await using var database = await PlacedAsync("authorized");
        foreach (var (held, refusal) in ((bool, string?)[])[(true, null), (false, null), (true, null), (false, null),
            (false, "order order-1 is not held by manual"), (true, null)])
        {
            var result = await AskAsync(database, held ? EventCatalogue.OrderHoldPlaced : EventCatalogue.OrderHoldReleased, new HoldRequested("manual", "look"),
                new(new("order-1"), null) { IsOpen = held, HeldBy = held ? null : "manual" });
            Assert.Equal(refusal, result.Refusal?.Detail);
            Assert.Equal(held ? 1 : 0, await database.CountAsync("SELECT count(*) FROM holds WHERE released_at IS NULL"));
        }
        foreach (var days in (int[])[9, 7, 8])
            Assert.Null((await AskAsync(database, EventCatalogue.OrderPromiseChanged, new PromiseChanged(Nine.AddDays(days)), Any)).Refusal);
        Assert.Equal(1, await database.CountAsync($"SELECT count(*) FROM orders WHERE current_promise_at = '{Nine.AddDays(8):O}'"));
        await AssertSoundAsync(database);
        Assert.True((await AskAsync(database, EventCatalogue.OrderHoldPlaced, new HoldRequested(), Any with { ExpectedVersion = 3 })).VersionChanged);
        Assert.Null((await AskAsync(database, EventCatalogue.OrderCancelled, new OrderCancelled(), Any)).Refusal);
        var closed = await AskAsync(database, EventCatalogue.OrderHoldPlaced, new HoldRequested(), Any with { IsOpen = true });
        Assert.Equal(new Rejection("wrong_state", "order order-1 is CANCELLED"), closed.Refusal);
        var hidden = await AskAsync(database, EventCatalogue.OrderHoldPlaced, new HoldRequested(), Any with { Channels = ["market"] });
        Assert.Equal("unknown_order", hidden.Refusal?.Code);
        await AssertSoundAsync(database);
    }

    private static readonly DirectOrder Any = new(new("order-1"), null);

    private static async Task<DirectResult> AskAsync(Database database, EventType type, IEventData data, DirectOrder order)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var asked = Guid.CreateVersion7().ToString();
        var result = await new DirectEvents(Domain.Slices, TimeProvider.System)
            .ApplyAsync(connection, asked, [new(type, "order-1", data)], order, CancellationToken.None);
        if (result is { Refusal: null, VersionChanged: false })
            await transaction.CommitAsync();
        return result;
    }

    [Fact]
    public async Task A_changed_promise_is_kept_beside_the_first_and_its_queue_goes_by_it()
    {
        await using var database = await PlacedAsync("authorized");
        await SendAsync(database, "promise", new PromiseChanged(Nine.AddDays(9)), EventCatalogue.OrderPromiseChanged, "order-1", Nine.AddHours(2));
        await SendAsync(database, "older", new PromiseChanged(Nine.AddDays(7)), EventCatalogue.OrderPromiseChanged, "order-1", Nine.AddHours(1));
        Assert.Equal(1, await database.CountAsync($"""
            SELECT count(*) FROM orders JOIN order_lines USING (order_id)
            WHERE promised_at = '{Nine.AddDays(5):O}' AND current_promise_at = '{Nine.AddDays(9):O}' AND queue_promised_at = current_promise_at
            """));
    }

    [Fact]
    public async Task A_few_days_of_a_seller_leave_nothing_that_does_not_agree()
    {
        var events = Business.Events(11, orders: 60);
        await using var database = await postgres.CreateAsync();
        await new ReplayedStream(events).ApplyAsync(database, 40);
        Assert.True(await database.CountAsync("SELECT count(*) FROM orders WHERE reservation_ended_at IS NOT NULL") > 0);
        Assert.True(await database.CountAsync("SELECT count(*) FROM payments WHERE kind = 'REDUCED'") > 0);
        await AssertSoundAsync(database);
    }

    /// <summary>What each check would have found: the fault is made by hand.</summary>
    [Theory]
    [InlineData("closed_order_has_no_open_hold", "UPDATE orders SET closed_at = now(); UPDATE holds SET released_at = NULL")]
    [InlineData("hold_is_what_was_told_last", "DELETE FROM hold_facts WHERE kind = 'fraud_risk' AND NOT opens")]
    [InlineData("hold_is_what_was_told_last", "UPDATE holds SET released_at = NULL WHERE kind = 'fraud_risk'")]
    [InlineData("unpaid_order_is_held", "UPDATE holds SET released_at = NULL WHERE kind = 'awaiting_payment'")] // a late failure holds what is paid
    [InlineData("unpaid_order_is_held", "UPDATE payments SET amount = 0 WHERE kind = 'AUTHORIZED'")] // nothing of it is paid
    [InlineData("reservation_is_kept_and_ends", "UPDATE orders SET reserved_until = now()")]
    [InlineData("reservation_is_kept_and_ends", "UPDATE orders SET reservation_ended_at = now()")]
    public async Task Checks_find_what_does_not_agree(string check, string fault)
    {
        await using var database = await PlacedAsync("pending");
        foreach (var told in (string[])["pay 21 9:06", "fail 9:05", "flag 9:07", "clear 9:09"])
            await SendAsync(database, told, told);
        var sql = PostgresInvariants.All.Single(each => each.Name == check).Sql;
        Assert.Empty(await database.QueryAsync(sql));
        await database.ExecuteAsync(fault);
        Assert.StartsWith("order order-1", (await database.QueryAsync(sql))[0], StringComparison.Ordinal);
    }

    private static async Task AssertSoundAsync(Database database)
    {
        await database.AssertSoundAsync();
        foreach (var (name, _, sql) in PostgresInvariants.All)
        {
            var found = await database.QueryAsync(sql);
            Assert.True(found.Count == 0, $"{name}: {string.Join("; ", found.Take(5))}");
        }
    }

    /// <summary>Two mugs in north, and an order of both at nine.</summary>
    private async Task<Database> PlacedAsync(string payment)
    {
        var database = await postgres.CreateAsync();
        await database.MoveTimeAsync(Nine);
        var live = new LiveStream("shop", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        live.Send(EventCatalogue.ItemUpdated, "mug", Business.Start, new ItemUpdated("Mug"));
        live.Send(EventCatalogue.StockReceived, "mug", Business.Start, new StockReceived(new("north"), 2));
        await live.ApplyAllAsync(database.Processor, 10);
        await PlaceAsync(database, "order-1", payment, Nine);
        return database;
    }

    private static Task PlaceAsync(Database database, string id, string payment, DateTimeOffset at) =>
        SendAsync(database, id, new OrderPlaced("web", [new(1, new("mug"), 2, 10m)], Payment: payment), EventCatalogue.OrderPlaced, id, at);

    private static Task SendAsync(Database database, string cluster, string told)
    {
        var at = Nine.Date.Add(TimeSpan.Parse(told.Split(' ')[^1], CultureInfo.InvariantCulture));
        var (type, data) = told.Split(' ') switch
        {
            ["fail", _] => (EventCatalogue.OrderPaymentFailed, (IEventData)new OrderFlagged("declined")),
            ["flag", _] => (EventCatalogue.OrderFraudFlagged, new OrderFlagged()),
            ["clear", _] => (EventCatalogue.OrderFraudCleared, new OrderCleared()),
            ["void", _] => (EventCatalogue.OrderPaymentVoided, new PaymentChanged()),
            ["cancel", _] => (EventCatalogue.OrderCancelled, new OrderCancelled()),
            [_, var amount, _] =>
                (EventCatalogue.OrderPaymentAuthorized, new PaymentAuthorized(decimal.Parse(amount, CultureInfo.InvariantCulture))),
            _ => throw new ArgumentException(told),
        };
        return SendAsync(database, cluster, data, type, "order-1", new(at, TimeSpan.Zero));
    }

    private static async Task SendAsync(Database database, string cluster, IEventData data, EventType type, string subject, DateTimeOffset at)
    {
        var live = new LiveStream(cluster, 1);
        live.Send(type, subject, at, data);
        Assert.Equal((1, 0), await live.ApplyAllAsync(database.Processor, 10));
    }
}
