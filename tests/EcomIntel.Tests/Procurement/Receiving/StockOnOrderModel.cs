using EcomIntel.Core.Events;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>
/// Stock on order as a clerk would keep it on paper: what was ordered, what of it came, what is not to come. It shares nothing with the hub, and knows what the
/// hub has refused only where that follows from the facts themselves.
/// </summary>
/// <param name="inspected">All that comes is inspected.</param>
internal sealed class StockOnOrderModel(bool inspected)
{
    private readonly Dictionary<(string Order, int Line), Line> _lines = [];
    private readonly Dictionary<string, (string Order, GoodsReceived Data)> _receipts = [];
    private readonly Dictionary<(string Receipt, string Sku), long> _held = [];
    private readonly List<(string Order, IEventData Fact)> _waiting = [];

    public sealed class Line(string sku, long ordered)
    {
        public string Sku { get; } = sku;
        public long Ordered { get; } = ordered;
        public long Came { get; set; }
        public bool IsClosed { get; set; }
        public long Received => Math.Min(Ordered, Came);
        public long Over => Came - Received;
        public long Open => IsClosed ? 0 : Ordered - Received;
    }

    public IReadOnlyDictionary<(string Order, int Line), Line> Lines => _lines;

    /// <summary>Units of all skus that came to stay, by what they are now: sellable, held, damaged, to go back.</summary>
    public Dictionary<(string Sku, StockState State), long> Stock { get; } = [];

    public long OnOrder(string sku) => _lines.Values.Where(line => line.Sku == sku).Sum(line => line.Open);

    public void Place(string order, IReadOnlyList<(string Sku, long Quantity)> lines)
    {
        for (var number = 1; number <= lines.Count; number++)
            _lines.TryAdd((order, number), new(lines[number - 1].Sku, lines[number - 1].Quantity));
        TakeWaiting();
    }

    /// <summary>A fact comes, and then those that had waited for it, the earliest first.</summary>
    /// <returns>Whether it was taken in at once.</returns>
    public bool Hear(string order, IEventData fact)
    {
        var taken = Take(order, fact);
        if (taken is null)
            _waiting.Add((order, fact));
        if (taken == true)
            TakeWaiting();
        return taken == true;
    }

    /// <summary>Null: it waits for its order, or its receipt.</summary>
    private bool? Take(string order, IEventData fact) =>
        !Has(order) ? null
        : fact is GoodsReceived goods ? Receive(order, goods)
        : fact is GoodsInspected inspection ? _receipts.ContainsKey(inspection.ReceiptId.Value) ? Inspect(order, inspection) : null
        : throw new ArgumentException($"{fact}");

    private void TakeWaiting()
    {
        for (var index = 0; index < _waiting.Count; index++)
            if (Take(_waiting[index].Order, _waiting[index].Fact) is { } taken)
            {
                _waiting.RemoveAt(index);
                index = taken ? -1 : index - 1;
            }
    }

    private bool Receive(string order, GoodsReceived data)
    {
        if (_receipts.ContainsKey(data.ReceiptId.Value) || data.Lines.Any(line => !IsRight(order, line)))
            return false;
        _receipts.Add(data.ReceiptId.Value, (order, data));
        foreach (var line in data.Lines)
        {
            var sku = line.Sku.Value;
            var ordered = Find(order, line);
            var isHeld = inspected || ordered is null || line.Discrepancy is not null;
            Put(sku, StockState.Damaged, line.Damaged);
            Put(sku, isHeld ? StockState.Inspection : StockState.Available, line.Quantity - line.Damaged);
            if (isHeld)
                _held[(data.ReceiptId.Value, sku)] = _held.GetValueOrDefault((data.ReceiptId.Value, sku)) + line.Quantity - line.Damaged;
            if (ordered is null)
                continue;
            ordered.Came += line.Quantity;
            ordered.IsClosed |= data.Complete;
        }
        return true;
    }

    private bool Inspect(string order, GoodsInspected data)
    {
        var key = (data.ReceiptId.Value, data.Sku.Value);
        if (!_receipts.TryGetValue(key.Item1, out var receipt) || receipt.Order != order || _held.GetValueOrDefault(key) < data.Accepted + data.Rejected)
            return false;
        _held[key] -= data.Accepted + data.Rejected;
        Put(key.Item2, StockState.Inspection, -data.Accepted - data.Rejected);
        Put(key.Item2, StockState.Available, data.Accepted);
        Put(key.Item2, StockState.ReturnToVendor, data.Rejected);
        return true;
    }

    /// <summary>What is open of these lines is not to come; whether anything was.</summary>
    public bool Close(string order, IReadOnlyList<int> lines)
    {
        var open = lines.Select(line => _lines[(order, line)]).Where(line => line.Open > 0).ToList();
        foreach (var line in open)
            line.IsClosed = true;
        return open.Count > 0;
    }

    public bool Has(string order) => _lines.ContainsKey((order, 1));

    private bool IsRight(string order, GoodsReceived.DeliveredLine line) => line.Number is not { } number
        || (_lines.TryGetValue((order, number), out var ordered) && (line.Discrepancy == "wrong_item") != (ordered.Sku == line.Sku.Value));

    /// <summary>The line it is of; null for what was not ordered.</summary>
    private Line? Find(string order, GoodsReceived.DeliveredLine delivered) => delivered.Discrepancy == "wrong_item" ? null
        : _lines.FirstOrDefault(line => line.Key.Order == order && line.Value.Sku == delivered.Sku.Value).Value;

    private void Put(string sku, StockState state, long quantity) => Stock[(sku, state)] = Stock.GetValueOrDefault((sku, state)) + quantity;
}
