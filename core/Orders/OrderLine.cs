using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>Units of one line. What is neither cancelled nor sourced waits for stock.</summary>
internal sealed class OrderLine : Row
{
    public static readonly Table<OrderLine> Table = new Table<OrderLine>("order_lines")
        .Key(line => line.OrderId).Key(line => line.Number, "line")
        .Column(line => line.Sku).Column(line => line.Price).Column(line => line.Ordered)
        .Column(line => line.Cancelled).Column(line => line.Sourced).Column(line => line.Backordered).Column(line => line.Rejected).Column(line => line.Due)
        .Column(line => line.QueueTier).Column(line => line.QueuePromisedAt).Column(line => line.QueueChannelPriority).Column(line => line.QueuePlacedAt);

    private readonly decimal _price;

    public required OrderId OrderId { get; init; }
    public required int Number { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>
    /// Net, per unit. Without trailing zeros, of which the database's columns keep more than events do: it must not show which of the two a price came
    /// from.
    /// </summary>
    public required decimal Price { get => _price; init => _price = value / 1.0000000000000000000000000000m; }

    public required long Ordered { get; init; }
    public long Cancelled { get; set; }
    public long Sourced { get; set; }
    public bool Backordered { get; set; }
    public bool Rejected { get; set; }
    public bool Due { get; set; } = true;

    /// <summary>
    /// The order's, as of its capture: by these the lines that wait for a sku stand in the order in which they are served (<see cref="OrderPriority"/>).
    /// </summary>
    public int? QueueTier { get; init; }
    public DateTimeOffset? QueuePromisedAt { get; init; }
    public int? QueueChannelPriority { get; init; }
    public DateTimeOffset? QueuePlacedAt { get; init; }

    public long Live => Ordered - Cancelled;
    public long Waiting => Ordered - Cancelled - Sourced;
}
