using EcomIntel.Core;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>What is changed directly may be any slice's: here stock, whose version is the number of its ledger rows.</summary>
[Collection(nameof(PostgresCollection))]
public sealed class DirectEventsTests(PostgresFixture postgres)
{
    private sealed record StockOfSku(Sku Sku) : DirectSubject
    {
        internal override Rejection? Refuse(Workspace workspace) =>
            workspace.Get<CatalogBook>().Has(Sku) ? null : new(RejectionCodes.UnknownSku, $"no item {Sku}");

        internal override Standing Stands(Workspace workspace)
        {
            var stock = workspace.Get<StockBook>();
            return new(stock.Ledger.Count, $"{stock.Of(Sku).Sum(position => position[StockState.Available])} available");
        }
    }

    [Fact]
    public async Task Any_slices_records_can_be_changed_directly_and_what_came_of_it_is_the_answer()
    {
        await using var database = await postgres.CreateAsync();
        await ShopAsync(database);
        var result = await ApplyAsync(database, "change-1", new StockOfSku(new("mug")),
            new(EventCatalogue.StockAdjusted, "mug", new StockAdjusted(new("north"), -2, "breakage")),
            new(EventCatalogue.StockMoved, "mug", new StockMoved(new("north"), StockState.Available, StockState.Damaged, 1)));
        Assert.Equal((null, false, new Standing(0, "10 available"), new Standing(2, "7 available")),
            (result.Refusal, result.VersionChanged, result.Before, result.After));
        Assert.Equal(["available|7", "damaged|1"], await database.QueryAsync("SELECT state::text, quantity FROM stock_balances ORDER BY 1"));
        await database.AssertSoundAsync();
    }

    [Fact]
    public async Task What_is_refused_and_what_was_done_before_changes_nothing()
    {
        await using var database = await postgres.CreateAsync();
        await ShopAsync(database);
        DirectEvent Lost(string sku, StockState state) => new(EventCatalogue.StockAdjusted, sku, new StockAdjusted(new("north"), -1, "lost", state));
        Assert.Equal(RejectionCodes.UnknownSku, (await ApplyAsync(database, "a", new StockOfSku(new("jug")), Lost("jug", StockState.Available))).Refusal?.Code);
        Assert.True((await ApplyAsync(database, "b", new StockOfSku(new("mug")) { ExpectedVersion = 7 }, Lost("mug", StockState.Available))).VersionChanged);
        var half = await ApplyAsync(database, "c", new StockOfSku(new("mug")), Lost("mug", StockState.Available), Lost("mug", StockState.Allocated));
        Assert.Equal(RejectionCodes.WrongState, half.Refusal?.Code);
        Assert.Equal(["available|10"], await database.QueryAsync("SELECT state::text, quantity FROM stock_balances"));

        Assert.Null((await ApplyAsync(database, "d", new StockOfSku(new("mug")), Lost("mug", StockState.Available))).Refusal);
        Assert.Equal(RejectionCodes.AlreadyExists,
            (await ApplyAsync(database, "d", new StockOfSku(new("mug")), Lost("mug", StockState.Available))).Refusal?.Code);
        Assert.Equal(["available|9"], await database.QueryAsync("SELECT state::text, quantity FROM stock_balances"));
    }

    private static async Task<DirectResult> ApplyAsync(Database database, string id, DirectSubject subject, params DirectEvent[] events)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var result = await new DirectEvents(Domain.Slices, TimeProvider.System).ApplyAsync(connection, id, events, subject, CancellationToken.None);
        if (result is { Refusal: null, VersionChanged: false })
            await transaction.CommitAsync();
        return result;
    }

    private static async Task ShopAsync(Database database)
    {
        var live = new LiveStream("shop", 1);
        live.Send(EventCatalogue.LocationUpdated, "north", Business.Start, new LocationUpdated("North"));
        live.Send(EventCatalogue.ItemUpdated, "mug", Business.Start, new ItemUpdated("Mug"));
        live.Send(EventCatalogue.StockReceived, "mug", Business.Start, new StockReceived(new("north"), 10));
        await live.ApplyAllAsync(database.Processor, 10);
    }
}
