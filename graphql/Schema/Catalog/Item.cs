using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Catalog;

[GraphQLObject("Item")]
internal sealed record Item(
    string Sku, string Name, string? Category, decimal? UnitCost, decimal? Price, decimal? WeightKg, bool Hazmat, bool Active, DateTime UpdatedAt)
{
    public const string NodeType = "Item";

    public string Id => NodeId.Of(NodeType, Sku);

    public Money? Cost => UnitCost is { } cost ? new(cost, "") : null;

    public Money? ListPrice => Price is { } price ? new(price, "") : null;

    public static readonly RowList<Item> Rows = new(
        "i.sku, i.name, i.category, i.unit_cost, i.price, i.weight_kg, i.hazmat, i.active, i.updated_at", "items i");

    public static readonly Sort<Item> BySku = new("sku", [new("i.sku", "text")], item => [item.Sku]);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ItemFilter(string[]? Skus, string? SkuPrefix, string? Name, string[]? Categories, bool? Active);

[GraphQLObject("Location")]
internal sealed record Location(
    [property: GraphQLName("location")] string LocationId, string Name, string Kind, int Priority, string? Country, bool Active, DateTime UpdatedAt,
    DateTime? ReopensAt)
{
    public const string NodeType = "Location";

    public string Id => NodeId.Of(NodeType, LocationId);

    public static readonly RowList<Location> Rows = new(
        """
        l.location AS location_id, l.name, CASE l.kind WHEN '3pl' THEN 'THIRD_PARTY' ELSE upper(l.kind) END AS kind, l.priority, l.country, l.active,
        l.updated_at, l.reopens_at
        """, "locations l");
}

[GraphQLObject("Channel")]
internal sealed record Channel([property: GraphQLName("channel")] string ChannelId, string Name, int Priority, DateTime UpdatedAt)
{
    public static readonly RowList<Channel> Rows = new("c.channel AS channel_id, c.name, c.priority, c.updated_at", "channels c");
}
