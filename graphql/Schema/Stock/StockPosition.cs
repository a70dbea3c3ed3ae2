using System.Globalization;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Stock;

[GraphQLObject("StockPosition")]
internal sealed record StockPosition(string Sku, string LocationId, string Lot, string State, long Quantity)
{
    public static readonly RowList<StockPosition> Rows = new(
        "b.sku, b.location AS location_id, b.lot, upper(b.state::text) AS state, b.quantity", "stock_balances b");

    public static readonly Sort<StockPosition> ByKey = new(
        "position", [new("b.sku", "text"), new("b.location", "text"), new("b.lot", "text"), new("b.state", "stock_state")],
        position => [position.Sku, position.LocationId, position.Lot, position.State.ToLowerInvariant()]);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record StockFilter(string[]? Skus, string[]? Locations, string[]? States, string[]? Lots, bool Empty);

[GraphQLObject("LedgerEntry")]
internal sealed record LedgerEntry(
    long Entry, DateTime At, string Sku, string LocationId, string Lot, string? From, string? To, long Quantity, string Reason, string Cause, string? OrderId)
{
    private const string Columns = """
        g.entry, g.at, g.sku, g.location AS location_id, g.lot, upper(g.from_state::text) AS "from", upper(g.to_state::text) AS "to", g.quantity, g.reason,
        g.cause, g.order_id
        """;

    public static readonly RowList<LedgerEntry> Rows = new(Columns, "stock_ledger g");

    /// <summary>For conditions with the parameter <c>cause</c>.</summary>
    public static readonly RowList<LedgerEntry> RowsOfCause = new(Columns, "stock_ledger_of_cause(@cause) g");

    public static readonly Sort<LedgerEntry> ByEntry = Sorted("g.entry");

    /// <summary>
    /// The same order, for a range of time whose rows are fewer than those that came since: PostgreSQL reads the range and sorts it. By the column itself it
    /// would read back from the newest row, since it does not know that times grow with entries.
    /// </summary>
    public static readonly Sort<LedgerEntry> ByEntryOfRange = Sorted("(g.entry + 0)");

    private static Sort<LedgerEntry> Sorted(string sql) =>
        new("entry", [new(sql, "bigint")], entry => [entry.Entry.ToString(CultureInfo.InvariantCulture)]);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record LedgerFilter(
    string[]? Skus, string[]? Locations, string[]? States, string[]? Reasons, string? Cause, DateTime? From, DateTime? Before)
{
    /// <summary>Whether a page is better found from the range than from the newest row.</summary>
    public bool IsRangeBefore(DateTime now) => From is { } from && Before is { } before && before - from < now - before;
}
