using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Inventory;

/// <summary>Balances are no rows to be compared and written: they change by differences.</summary>
internal static class StockStore
{
    // Read under the lock of the skus' item rows. A row that stands at zero is as good as none, but where it changed since the batch's first event.
    private const string SelectBalances = """
        SELECT b.sku, b.location, b.lot, b.state::text, b.quantity, b.moved_at, b.claimed_at, l.expires_at
        FROM stock_balances b LEFT JOIN lots l ON b.lot <> '' AND l.sku = b.sku AND l.lot = b.lot
        WHERE b.sku = ANY($1) AND (b.quantity > 0 OR b.moved_at >= $2 OR b.claimed_at >= $2)
        """;

    // Of each shelf the latest, and one more than any fact is put in order with: so it is known that there are more.
    private const string SelectEntries = """
        SELECT g.* FROM unnest($1, $2) AS shelf (sku, location) CROSS JOIN LATERAL (
            SELECT entry, at, sku, location, lot, from_state::text, to_state::text, quantity, reason, cause, order_id FROM stock_ledger l
            WHERE l.sku = shelf.sku AND l.location = shelf.location AND l.at >= $3 ORDER BY l.at DESC LIMIT $4) g
        ORDER BY g.entry
        """;

    // Likewise.
    private const string LatestClaims = """
        WHERE identity IN (SELECT c.identity FROM unnest($1, $2) AS shelf (sku, location) CROSS JOIN LATERAL (
            SELECT identity FROM stock_claims l
            WHERE l.sku = shelf.sku AND l.location = shelf.location AND l.at >= $3 ORDER BY l.at DESC LIMIT $4) c)
        """;

    // What is earlier than this was claimed by events of days of which none is applied any more.
    private const string DeleteClaims = """
        DELETE FROM stock_claims c USING pruned p WHERE p.kind = 'applied_events' AND c.sku = ANY($1) AND c.at < p.before
        """;

    public static void LoadBalances(Load load, string[] skus, StockBook stock) => load.Query(SelectBalances, [skus, load.Keys.Earliest], row =>
    {
        var position = stock.At(new(row.GetString(0)), new(row.GetString(1)), row.GetString(2));
        position.Loaded(StockStates.Parse(row.GetString(3))!.Value, row.GetInt64(4), At(row, 5), At(row, 6));
        position.ExpiresAt = At(row, 7);
    });

    /// <summary>What happened after the batch's first event, of skus of which it matters.</summary>
    /// <param name="claimed">Skus of which something is held against the book.</param>
    public static void LoadLate(Load load, string[] claimed, StockBook stock)
    {
        var (since, named) = (load.Keys.Earliest, claimed.ToHashSet(StringComparer.Ordinal));
        var late = stock.Shelves.Where(shelf => shelf.ClaimedAt >= since || (shelf.MovedAt >= since && named.Contains(shelf.Sku.Value))).ToList();
        if (late.Count == 0)
            return;
        var (skus, locations) = (late.Column(shelf => shelf.Sku.Value), late.Column(shelf => shelf.Location.Value));
        load.Query(SelectEntries, [skus, locations, since, StockJudge.MaxEntries + 1], row =>
        {
            var position = stock.At(new(row.GetString(2)), new(row.GetString(3)), row.GetString(4));
            position.Shelf.Entries.Add(new()
            {
                Number = row.GetInt64(0), At = At(row, 1)!.Value, Position = position, From = State(row, 5), To = State(row, 6), Quantity = row.GetInt64(7),
                Reason = row.GetString(8), Cause = row.GetString(9), OrderId = row.IsDBNull(10) ? null : new(row.GetString(10)),
            });
        });
        load.Rows(StockClaim.Table, LatestClaims, [skus, locations, since, StockJudge.MaxClaims + 1],
            claim => stock.ShelfOf(claim.Sku, claim.Location).Claims.Add(claim));
    }

    /// <summary>By differences, so that no write undoes another; the table's CHECK refuses any that would go below zero.</summary>
    public static void SaveBalances(NpgsqlBatch batch, StockBook stock)
    {
        var changes = stock.Changes().ToList();
        if (changes.FindAll(change => change.Stored) is { Count: > 0 } updated)
            batch.Add("""
                UPDATE stock_balances b
                SET quantity = b.quantity + c.delta, moved_at = greatest(b.moved_at, c.moved_at), claimed_at = greatest(b.claimed_at, c.claimed_at)
                FROM unnest($1, $2, $3, $4, $5, $6, $7) AS c (sku, location, lot, state, delta, moved_at, claimed_at)
                WHERE b.sku = c.sku AND b.location = c.location AND b.lot = c.lot AND b.state = c.state::stock_state
                """,
                Columns(updated));
        if (changes.FindAll(change => !change.Stored) is { Count: > 0 } added)
            batch.Add("""
                INSERT INTO stock_balances AS b (sku, location, lot, state, quantity, moved_at, claimed_at)
                SELECT sku, location, lot, state::stock_state, delta, moved_at, claimed_at
                FROM unnest($1, $2, $3, $4, $5, $6, $7) AS c (sku, location, lot, state, delta, moved_at, claimed_at)
                ON CONFLICT (sku, location, lot, state) DO UPDATE SET quantity = b.quantity + excluded.quantity,
                    moved_at = greatest(b.moved_at, excluded.moved_at), claimed_at = greatest(b.claimed_at, excluded.claimed_at)
                """,
                Columns(added));
    }

    public static void SaveClaims(NpgsqlBatch batch, StockBook stock)
    {
        var claims = stock.Shelves.SelectMany(shelf => shelf.Claims).Where(StockClaim.Table.IsChanged).OrderBy(claim => claim.Identity).ToList();
        if (claims.Count == 0)
            return;
        StockClaim.Table.Save(batch, claims);
        batch.Add(DeleteClaims, (object)claims.Select(claim => claim.Sku.Value).Distinct(StringComparer.Ordinal).ToArray());
    }

    private static DateTimeOffset? At(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : row.GetFieldValue<DateTimeOffset>(ordinal);

    private static StockState? State(NpgsqlDataReader row, int ordinal) => row.IsDBNull(ordinal) ? null : StockStates.Parse(row.GetString(ordinal));

    private static object[] Columns(List<StockPosition.Change> changes) =>
    [
        changes.Column(c => c.Position.Sku.Value), changes.Column(c => c.Position.Location.Value), changes.Column(c => c.Position.Lot),
        changes.Column(c => c.State.Word()), changes.Column(c => c.Delta), changes.Column(c => c.MovedAt), changes.Column(c => c.ClaimedAt),
    ];
}
