using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Invoices;

/// <summary>Units that one event brought in from outside, and their price: a line of a receipt, or a delivery without an order that says its cost.</summary>
internal sealed class IncomingCost : Row
{
    public static readonly Table<IncomingCost> Table = new Table<IncomingCost>("incoming_costs")
        .Key(cost => cost.Cause).Key(cost => cost.Sku).Key(cost => cost.Number)
        .Column(cost => cost.Quantity).Column(cost => cost.Price).Column(cost => cost.Currency).Column(cost => cost.ReceiptId)
        .Column(cost => cost.SupplierId).Column(cost => cost.At);

    /// <summary>Id of the event, as in the ledger.</summary>
    public required string Cause { get; init; }
    public required Sku Sku { get; init; }

    /// <summary>Of the receipt's line.</summary>
    public required int Number { get; init; }
    public required long Quantity { get; init; }

    /// <summary>Net, per unit; null where it is not known.</summary>
    public decimal? Price { get; init; }

    /// <summary>Null: the base currency.</summary>
    public string? Currency { get; init; }
    public ReceiptId? ReceiptId { get; init; }
    public SupplierId? SupplierId { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>What receipts and deliveries brought, as it is told: of the batch at hand, and of the receipts that its events name.</summary>
/// <param name="provide">As <see cref="Processing.Workspace.Provide"/>.</param>
internal sealed class IncomingCosts(ReceivedByReceipts received, PurchaseOrderBook orders, StockBook stock, Action<string> provide)
{
    private readonly Dictionary<(string, Sku, int), IncomingCost> _costs = [];
    private readonly Dictionary<ReceiptId, List<IncomingCost>> _byReceipt = [];
    private int _seen;

    public ReceivedByReceipts Received => received;

    public IEnumerable<IncomingCost> All =>
        _costs.Values.OrderBy(cost => cost.Cause, StringComparer.Ordinal).ThenBy(cost => cost.Sku).ThenBy(cost => cost.Number);

    public void Add(IncomingCost cost)
    {
        if (!_costs.TryAdd((cost.Cause, cost.Sku, cost.Number), cost) || cost.ReceiptId is not { } receipt)
            return;
        if (!_byReceipt.TryGetValue(receipt, out var lines))
            _byReceipt.Add(receipt, lines = []);
        lines.Add(cost);
    }

    /// <summary>All lines of one receipt; none where it is not known.</summary>
    public IReadOnlyList<IncomingCost> Of(ReceiptId receipt) => _byReceipt.GetValueOrDefault(receipt) ?? [];

    /// <summary>Called after each event: only what has moved stock has brought any.</summary>
    public void Note(CloudEvent e)
    {
        var (from, moved) = (_seen, false);
        _seen = stock.Ledger.Count;
        for (var index = from; index < _seen; index++)
            moved |= stock.Ledger[index] is { From: null } entry && entry.Cause == e.Id;
        if (!moved)
            return;
        if (e.Data is StockReceived { UnitCost: { } cost } delivery)
            Add(new() { Cause = e.Id, Sku = new(e.Subject), Number = 1, Quantity = delivery.Quantity, Price = cost, At = e.Time });
        foreach (var line in received.BroughtBy(e))
        {
            var order = line.OrderId is { } id ? orders.Find(id) : null;
            var ordered = order?.Line(line.OrderLine ?? 0);
            Add(new()
            {
                Cause = e.Id, Sku = line.Sku, Number = line.Number, Quantity = line.Quantity, Price = ordered?.Price,
                Currency = ordered is null ? null : order!.Currency, ReceiptId = line.ReceiptId, SupplierId = order?.SupplierId, At = line.At,
            });
            provide($"receipt/{line.ReceiptId}");
        }
    }
}
