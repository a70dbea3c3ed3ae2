using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Returns;

/// <summary>Frozen: stored by name.</summary>
internal enum ReturnStatus
{
    AUTHORIZED,
    RECEIVED,
    DISPOSITIONED,
    CLOSED,
}

/// <summary>Units of one order line that come back.</summary>
internal sealed class ReturnLine : Row
{
    public static readonly Table<ReturnLine> Table = new Table<ReturnLine>("return_lines")
        .Key(line => line.ReturnId).Key(line => line.Number, "line")
        .Column(line => line.Sku).Column(line => line.Reason).Column(line => line.Requested).Column(line => line.Received).Column(line => line.Inspected);

    public required ReturnId ReturnId { get; init; }

    /// <summary>Of the order's line.</summary>
    public required int Number { get; init; }
    public required Sku Sku { get; init; }
    public string? Reason { get; init; }
    public required long Requested { get; init; }
    public long Received { get; set; }
    public long Inspected { get; set; }
}

/// <summary>What a customer sends back of one order.</summary>
internal sealed class Return : Row
{
    public static readonly Table<Return> Table = new Table<Return>("returns")
        .Key(returned => returned.Id, "return_id")
        .Column(returned => returned.OrderId).Column(returned => returned.RequestedAt).Column(returned => returned.Status).Column(returned => returned.Location)
        .Column(returned => returned.ReceivedAt).Column(returned => returned.InspectedAt).Column(returned => returned.Refunded);

    public required ReturnId Id { get; init; }
    public required OrderId OrderId { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public ReturnStatus Status { get; set; }
    public LocationId? Location { get; set; }
    public DateTimeOffset? ReceivedAt { get; set; }
    public DateTimeOffset? InspectedAt { get; set; }

    /// <summary>Paid back so far, in the order's currency.</summary>
    public decimal? Refunded { get; set; }

    public List<ReturnLine> Lines { get; } = [];

    public ReturnLine? Line(int number) => Lines.Find(line => line.Number == number);
}
