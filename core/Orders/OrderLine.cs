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
        .Column(line => line.FilledFirst)
        .Computed("queue_tier", line => line.Queued?.Tier).Computed("queue_promised_at", line => line.Queued?.PromisedAt)
        .Computed("queue_channel_priority", line => line.Queued?.ChannelPriority).Computed("queue_placed_at", line => line.Queued?.PlacedAt);

    public required OrderId OrderId { get; init; }
    public required int Number { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>Net, per unit.</summary>
    public required decimal Price { get; init => field = PlainAmount.Of(value); }

    public required long Ordered { get; init; }
    public long Cancelled { get; set; }
    public long Sourced { get; set; }
    public bool Backordered { get; set; }
    public bool Rejected { get; set; }
    public bool Due { get; set; } = true;

    /// <summary>
    /// Whether the whole line had shipped from stock at the first attempt when units of it were first to be sent again: what is sent again does not count.
    /// Null where none were.
    /// </summary>
    public bool? FilledFirst { get; set; }

    /// <summary>Where it stands among the lines that wait for its sku: of a line that is captured now. Afterwards only the queue itself is read.</summary>
    public QueuePlace? Queued { get; init; }

    public long Live => Ordered - Cancelled;
    public long Waiting => Ordered - Cancelled - Sourced;
}

/// <summary>The order in which lines that wait for a sku are served, as <see cref="OrderPriority"/> has it.</summary>
internal sealed record QueuePlace(int Tier, DateTimeOffset PromisedAt, int ChannelPriority, DateTimeOffset PlacedAt);
