using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Inventory;

internal static class StockStore
{
    /// <summary>Read under the lock of the skus' item rows. A row that stands at zero is as good as none.</summary>
    public const string SelectBalances = "SELECT sku, location, lot, state::text, quantity FROM stock_balances WHERE sku = ANY($1) AND quantity > 0";

    public static void Read(NpgsqlDataReader row, StockBook stock) =>
        stock.At(new(row.GetString(0)), new(row.GetString(1)), row.GetString(2)).Loaded(StockStates.Parse(row.GetString(3))!.Value, row.GetInt64(4));

    /// <summary>Balances change by differences, so that no write undoes another; the table's CHECK refuses any that would go below zero.</summary>
    public static void SaveBalances(NpgsqlBatch batch, StockBook stock)
    {
        var changes = stock.Positions.SelectMany(position => position.Changes().Select(change => (Position: position, change.State, change.Delta, change.Stored)))
            .OrderBy(c => c.Position.Sku).ThenBy(c => c.Position.Location).ThenBy(c => c.Position.Lot, StringComparer.Ordinal).ThenBy(c => c.State).ToList();
        if (changes.FindAll(change => change.Stored) is { Count: > 0 } updated)
            batch.Add("""
                UPDATE stock_balances b SET quantity = b.quantity + c.delta
                FROM unnest($1, $2, $3, $4::text[], $5) AS c (sku, location, lot, state, delta)
                WHERE b.sku = c.sku AND b.location = c.location AND b.lot = c.lot AND b.state = c.state::stock_state
                """,
                updated.Column(c => c.Position.Sku.Value), updated.Column(c => c.Position.Location.Value), updated.Column(c => c.Position.Lot), updated.Column(c => c.State.Word()), updated.Column(c => c.Delta));
        if (changes.FindAll(change => !change.Stored) is { Count: > 0 } added)
            batch.Add("""
                INSERT INTO stock_balances AS b (sku, location, lot, state, quantity)
                SELECT sku, location, lot, state::stock_state, delta FROM unnest($1, $2, $3, $4::text[], $5) AS c (sku, location, lot, state, delta)
                ON CONFLICT (sku, location, lot, state) DO UPDATE SET quantity = b.quantity + excluded.quantity
                """,
                added.Column(c => c.Position.Sku.Value), added.Column(c => c.Position.Location.Value), added.Column(c => c.Position.Lot), added.Column(c => c.State.Word()), added.Column(c => c.Delta));
    }

    public static void SaveLedger(NpgsqlBatch batch, List<LedgerEntry> ledger)
    {
        if (ledger.Count > 0)
            batch.Add("""
                INSERT INTO stock_ledger (entry, at, sku, location, lot, from_state, to_state, quantity, reason, cause, order_id)
                SELECT entry, at, sku, location, lot, from_state::stock_state, to_state::stock_state, quantity, reason, cause, order_id
                FROM unnest($1, $2, $3, $4, $5, $6::text[], $7::text[], $8, $9, $10, $11) AS l (entry, at, sku, location, lot, from_state, to_state, quantity, reason, cause, order_id)
                """,
                ledger.Column(l => l.Number), ledger.Column(l => l.At), ledger.Column(l => l.Position.Sku.Value), ledger.Column(l => l.Position.Location.Value), ledger.Column(l => l.Position.Lot),
                ledger.Column(l => l.From?.Word()), ledger.Column(l => l.To?.Word()), ledger.Column(l => l.Quantity), ledger.Column(l => l.Reason), ledger.Column(l => l.Cause), ledger.Column(l => l.OrderId?.Value));
    }
}
