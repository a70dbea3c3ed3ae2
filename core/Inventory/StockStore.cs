using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Inventory;

/// <summary>Balances are no rows to be compared and written: they change by differences.</summary>
internal static class StockStore
{
    /// <summary>Read under the lock of the skus' item rows. A row that stands at zero is as good as none.</summary>
    private const string SelectBalances = "SELECT sku, location, lot, state::text, quantity FROM stock_balances WHERE sku = ANY($1) AND quantity > 0";

    public static void LoadBalances(Load load, string[] skus, StockBook stock) => load.Query(SelectBalances, [skus], row =>
        stock.At(new(row.GetString(0)), new(row.GetString(1)), row.GetString(2)).Loaded(StockStates.Parse(row.GetString(3))!.Value, row.GetInt64(4)));

    /// <summary>By differences, so that no write undoes another; the table's CHECK refuses any that would go below zero.</summary>
    public static void SaveBalances(NpgsqlBatch batch, StockBook stock)
    {
        var changes = stock.Positions
            .SelectMany(position => position.Changes().Select(change => new BalanceChange(position, change.State, change.Delta, change.Stored)))
            .OrderBy(c => c.Position.Sku).ThenBy(c => c.Position.Location).ThenBy(c => c.Position.Lot, StringComparer.Ordinal).ThenBy(c => c.State).ToList();
        if (changes.FindAll(change => change.Stored) is { Count: > 0 } updated)
            batch.Add("""
                UPDATE stock_balances b SET quantity = b.quantity + c.delta
                FROM unnest($1, $2, $3, $4, $5) AS c (sku, location, lot, state, delta)
                WHERE b.sku = c.sku AND b.location = c.location AND b.lot = c.lot AND b.state = c.state::stock_state
                """,
                Columns(updated));
        if (changes.FindAll(change => !change.Stored) is { Count: > 0 } added)
            batch.Add("""
                INSERT INTO stock_balances AS b (sku, location, lot, state, quantity)
                SELECT sku, location, lot, state::stock_state, delta FROM unnest($1, $2, $3, $4, $5) AS c (sku, location, lot, state, delta)
                ON CONFLICT (sku, location, lot, state) DO UPDATE SET quantity = b.quantity + excluded.quantity
                """,
                Columns(added));
    }

    private sealed record BalanceChange(StockPosition Position, StockState State, long Delta, bool Stored);

    private static object[] Columns(List<BalanceChange> changes) =>
    [
        changes.Column(c => c.Position.Sku.Value), changes.Column(c => c.Position.Location.Value), changes.Column(c => c.Position.Lot),
        changes.Column(c => c.State.Word()), changes.Column(c => c.Delta),
    ];
}
