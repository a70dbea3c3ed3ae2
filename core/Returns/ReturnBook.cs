using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;

namespace EcomIntel.Core.Returns;

internal enum ReturnStatus
{
    AUTHORIZED,
    RECEIVED,
    DISPOSITIONED,
    CLOSED,
}

internal sealed class ReturnLine(int number, Sku sku, string? reason, long requested) : Tracked
{
    public int Number { get; } = number;
    public Sku Sku { get; } = sku;
    public string? Reason { get; } = reason;
    public long Requested { get; } = requested;
    public long Received { get; set; }
    public long Inspected { get; set; }
}

internal sealed class Return(ReturnId id, OrderId orderId, DateTimeOffset requestedAt) : Tracked
{
    public ReturnId Id { get; } = id;
    public OrderId OrderId { get; } = orderId;
    public DateTimeOffset RequestedAt { get; } = requestedAt;
    public ReturnStatus Status { get; set; }
    public LocationId? Location { get; set; }
    public DateTimeOffset? ReceivedAt { get; set; }
    public DateTimeOffset? InspectedAt { get; set; }
    public decimal? Refunded { get; set; }
    public List<ReturnLine> Lines { get; } = [];
}

/// <summary>The returns of the orders that the batch at hand names.</summary>
internal sealed class ReturnBook
{
    private readonly Dictionary<ReturnId, Return> _returns = [];

    public IReadOnlyCollection<Return> All => _returns.Values;

    public Return? Find(ReturnId id) => _returns.GetValueOrDefault(id);

    public void Add(Return added) => _returns.Add(added.Id, added);

    /// <summary>Units of an order line that returns have claimed so far.</summary>
    public long Claimed(OrderId orderId, int line) =>
        _returns.Values.Where(other => other.OrderId == orderId).SelectMany(other => other.Lines).Where(other => other.Number == line).Sum(other => other.Requested);
}
