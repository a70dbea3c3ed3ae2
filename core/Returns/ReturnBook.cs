using EcomIntel.Core.Events;

namespace EcomIntel.Core.Returns;

/// <summary>The returns of the orders that the batch at hand names.</summary>
internal sealed class ReturnBook
{
    private readonly Dictionary<ReturnId, Return> _returns = [];

    public IReadOnlyCollection<Return> All => _returns.Values;

    public Return? Find(ReturnId id) => _returns.GetValueOrDefault(id);

    public void Add(Return added) => _returns.Add(added.Id, added);

    /// <summary>Units of an order line that returns have claimed so far.</summary>
    public long Claimed(OrderId orderId, int line) => LinesOf(orderId, line).Sum(other => other.Requested);

    /// <summary>Units of an order line that came back so far.</summary>
    public long Received(OrderId orderId, int line) => LinesOf(orderId, line).Sum(other => other.Received);

    private IEnumerable<ReturnLine> LinesOf(OrderId orderId, int line) =>
        _returns.Values.Where(other => other.OrderId == orderId).SelectMany(other => other.Lines).Where(other => other.Number == line);
}
