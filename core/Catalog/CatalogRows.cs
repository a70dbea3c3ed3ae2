using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Catalog;

/// <summary>What is bought, stored and sold as one thing. Money is net, per unit.</summary>
internal sealed class Item : Row
{
    public static readonly Table<Item> Table = new Table<Item>("items")
        .Key(item => item.Sku)
        .Column(item => item.Name).Column(item => item.Category).Column(item => item.UnitCost).Column(item => item.Price).Column(item => item.WeightKg)
        .Column(item => item.Hazmat).Column(item => item.Active).Column(item => item.UpdatedAt)
        .Column(item => item.UpdatedBy).NewerWins("updated_at", "updated_by");

    public required Sku Sku { get; init; }
    public string Name { get; set; } = "";
    public string? Category { get; set; }
    public decimal? UnitCost { get; set; }
    public decimal? Price { get; set; }
    public decimal? WeightKg { get; set; }
    public bool Hazmat { get; set; }
    public bool Active { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}

/// <summary>What a unit of an item costs from an instant on.</summary>
internal sealed class ItemCost : Row
{
    public static readonly Table<ItemCost> Table = new Table<ItemCost>("item_costs")
        .Key(cost => cost.Sku).Key(cost => cost.At).Column(cost => cost.UnitCost)
        .Column(cost => cost.UpdatedBy).NewerWins("at", "updated_by");

    public required Sku Sku { get; init; }
    public required DateTimeOffset At { get; init; }
    public decimal? UnitCost { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}

/// <summary>A place that holds stock and may be given orders.</summary>
internal sealed class Location : Row
{
    public static readonly Table<Location> Table = new Table<Location>("locations")
        .Key(location => location.Id, "location")
        .Column(location => location.Name).Column(location => location.Kind).Column(location => location.Priority).Column(location => location.Country)
        .Column(location => location.Active).Column(location => location.ReopensAt).Column(location => location.UpdatedAt)
        .Column(location => location.UpdatedBy).NewerWins("updated_at", "updated_by");

    public required LocationId Id { get; init; }
    public string Name { get; set; } = "";
    public string Kind { get; set; } = "";

    /// <summary>Lower is chosen first among nodes that serve an order equally well.</summary>
    public int Priority { get; set; }
    public string? Country { get; set; }
    public bool Active { get; set; }

    /// <summary>Of one that is not active: when it is open again, unless another update says otherwise. Null: not before one does.</summary>
    public DateTimeOffset? ReopensAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }

    /// <summary>Whether it may be given orders.</summary>
    public bool IsOpenAt(DateTimeOffset at) => Active || ReopensAt <= at;
}

/// <summary>Where orders come from.</summary>
internal sealed class Channel : Row
{
    public static readonly Table<Channel> Table = new Table<Channel>("channels")
        .Key(channel => channel.Id, "channel")
        .Column(channel => channel.Name).Column(channel => channel.Priority).Column(channel => channel.UpdatedAt)
        .Column(channel => channel.UpdatedBy).NewerWins("updated_at", "updated_by");

    public required string Id { get; init; }
    public string Name { get; set; } = "";

    /// <summary>Lower is served first.</summary>
    public int Priority { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}

internal sealed class Carrier : Row
{
    public static readonly Table<Carrier> Table = new Table<Carrier>("carriers")
        .Key(carrier => carrier.Id, "carrier")
        .Column(carrier => carrier.Name).Column(carrier => carrier.Active).Column(carrier => carrier.UpdatedAt)
        .Column(carrier => carrier.UpdatedBy).NewerWins("updated_at", "updated_by");

    public required string Id { get; init; }
    public string Name { get; set; } = "";
    public bool Active { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The event it is as of: of two of one instant the greater counts.</summary>
    public Guid UpdatedBy { get; set; }
}
