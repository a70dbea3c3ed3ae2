using EcomIntel.Core.Events;
using EcomIntel.Core.Procurement.Invoices;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>A row of the ledger by which units came into the house or left it.</summary>
internal sealed record Movement(
    long Entry, DateTimeOffset At, Sku Sku, LocationId Location, bool In, long Quantity, string Reason, string Cause, OrderId? OrderId, ShipmentId? ShipmentId);

/// <summary>What a valuation looks at, once it is loaded: layers of the skus that have moved, and where the costs of what came in are from.</summary>
internal sealed class CostBook
{
    private readonly Dictionary<Sku, SkuCosts> _skus = [];
    private readonly Dictionary<long, CostIssue> _issues = [];
    private readonly Dictionary<(OrderId, Sku), (long Quantity, decimal Cost)> _issued = [];
    private readonly Dictionary<(string Cause, Sku), List<IncomingCost>> _incoming = [];
    private readonly Dictionary<ReceiptId, List<IncomingCost>> _receipts = [];
    private readonly Dictionary<Sku, SortedList<DateTimeOffset, decimal?>> _standard = [];
    private readonly Dictionary<(string, string, int, ReceiptId, int), PostedCost> _posted = [];
    private readonly Dictionary<(ReceiptId, Sku), long> _layered = [];

    public ValuationPosition Position { get; set; } = new() { Name = ValuationPosition.OfLedger };

    /// <summary>Rows of the ledger that were stored when the batch began and are not valued, in order.</summary>
    public List<Movement> Stored { get; } = [];

    /// <summary>Number of the last row of the ledger that was stored then.</summary>
    public long Head { get; set; }

    public IEnumerable<CostLayer> Layers => _skus.Values.SelectMany(costs => costs.Layers).OrderBy(layer => layer.Entry);

    public IEnumerable<CostIssue> Issues => _issues.Values.OrderBy(issue => issue.Entry);

    /// <summary>What is booked of landed costs; not those of which nothing ever was.</summary>
    public IEnumerable<PostedCost> Posted => _posted.Values
        .Where(cost => cost.Stored is not null || cost is not { Amount: 0, InLayer: 0, OnHand: 0, Gone: 0 }).OrderBy(cost => cost.Kind, StringComparer.Ordinal)
        .ThenBy(cost => cost.SourceId, StringComparer.Ordinal).ThenBy(cost => cost.SourceLine).ThenBy(cost => cost.ReceiptId).ThenBy(cost => cost.Line);

    public SkuCosts Of(Sku sku)
    {
        if (!_skus.TryGetValue(sku, out var costs))
            _skus.Add(sku, costs = new());
        return costs;
    }

    public void Add(CostLayer layer)
    {
        Of(layer.Sku).Add(layer);
        if (layer.ReceiptId is { } receipt && layer.Stored is null)
            Layered(receipt, layer.Sku, layer.Quantity);
    }

    /// <summary>Units of a receipt of which layers were made.</summary>
    public void Layered(ReceiptId receipt, Sku sku, long quantity) => _layered[(receipt, sku)] = LayeredOf(receipt, sku) + quantity;

    public long LayeredOf(ReceiptId receipt, Sku sku) => _layered.GetValueOrDefault((receipt, sku));

    public void Add(CostIssue issue)
    {
        if (!_issues.TryAdd(issue.Entry, issue) || issue.OrderId is not { } order)
            return;
        var (quantity, cost) = _issued.GetValueOrDefault((order, issue.Sku));
        _issued[(order, issue.Sku)] = (quantity + issue.Quantity, cost + issue.Cost);
    }

    public void Add(IncomingCost cost)
    {
        var known = Of(cost.Cause, cost.Sku);
        if (known.Exists(line => line.Number == cost.Number))
            return;
        known.Add(cost);
        if (cost.ReceiptId is { } receipt)
            OfReceipt(receipt).Add(cost);
    }

    public void Add(PostedCost cost) => _posted.TryAdd((cost.Kind, cost.SourceId, cost.SourceLine, cost.ReceiptId, cost.Line), cost);

    public void AddStandardCost(Sku sku, DateTimeOffset at, decimal? cost)
    {
        if (!_standard.TryGetValue(sku, out var versions))
            _standard.Add(sku, versions = []);
        versions[at] = cost;
    }

    /// <summary>What an event brought of a sku, as it is told.</summary>
    public List<IncomingCost> Of(string cause, Sku sku)
    {
        if (!_incoming.TryGetValue((cause, sku), out var costs))
            _incoming.Add((cause, sku), costs = []);
        return costs;
    }

    /// <summary>All lines of a receipt that are at hand.</summary>
    public List<IncomingCost> OfReceipt(ReceiptId receipt)
    {
        if (!_receipts.TryGetValue(receipt, out var lines))
            _receipts.Add(receipt, lines = []);
        return lines;
    }

    /// <summary>What a unit of an order's sku had cost when it was shipped; null where that is not known.</summary>
    public decimal? IssuedAt(OrderId order, Sku sku) => _issued.TryGetValue((order, sku), out var issued) ? issued.Cost / issued.Quantity : null;

    /// <summary>An item's standard cost as it was at an instant; before the first that is known, that one. Null where none is.</summary>
    public decimal? StandardCost(Sku sku, DateTimeOffset at)
    {
        if (!_standard.TryGetValue(sku, out var versions))
            return null;
        decimal? cost = versions.Values[0];
        foreach (var (since, of) in versions)
            if (since <= at)
                cost = of;
        return cost;
    }

    public PostedCost PostedOf(LandedCost cost)
    {
        if (!_posted.TryGetValue(cost.Key, out var posted))
            _posted.Add(cost.Key, posted = new()
            {
                Kind = cost.Kind, SourceId = cost.SourceId, SourceLine = cost.SourceLine, ReceiptId = cost.ReceiptId, Line = cost.Line, Sku = cost.Sku,
            });
        return posted;
    }
}
