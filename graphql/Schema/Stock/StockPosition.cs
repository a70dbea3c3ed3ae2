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
    public static readonly RowList<LedgerEntry> Rows = new(
        """
        g.entry, g.at, g.sku, g.location AS location_id, g.lot, upper(g.from_state::text) AS "from", upper(g.to_state::text) AS "to", g.quantity, g.reason,
        g.cause, g.order_id
        """, "stock_ledger g");

    public static readonly Sort<LedgerEntry> ByEntry = new("entry", [new("g.entry", "bigint")], entry => [entry.Entry.ToString(CultureInfo.InvariantCulture)]);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record LedgerFilter(
    string[]? Skus, string[]? Locations, string[]? States, string[]? Reasons, string? Cause, DateTime? From, DateTime? Before);
