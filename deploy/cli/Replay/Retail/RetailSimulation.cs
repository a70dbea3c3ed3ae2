using System.Text.Json;
using EcomIntel.Cli.Replay.Retail.Attention;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// A retailer's stream of events: what its lines say, and around them what they do not contain (suppliers, stock, picking, parcels, returns), answering what
/// the hub decides. It runs window by window: produce a window's events, let <see cref="Observe"/> see every decision made before the window's end, produce the
/// next. Given the same facts, seed and decisions it produces the same bytes, so a replay that was cut short is resumed by running it again.
/// </summary>
internal sealed class RetailSimulation : IDisposable
{
    private readonly Stage _stage;
    private readonly IEnumerator<RetailFact> _source;
    private readonly Queue<RetailFact> _foreseen = new();
    private readonly ItemBook _items;
    private readonly Market _market;
    private readonly FirstStock _firstStock;
    private readonly SupplierDesk _suppliers;
    private readonly GoodsIn _goodsIn;
    private readonly ClaimDesk _claims;
    private readonly Office _office;
    private readonly TransferDesk _transfers;
    private readonly StockRoom _stock;
    private readonly ShippingDesk _shipping;
    private readonly ReturnsDesk _returns;
    private readonly WorldRecord _world = new();
    private readonly CaseDesk _cases;
    private readonly AlertDesk _alerts;
    private readonly Dictionary<string, OrderTrack> _orders = [];
    private bool _more;
    private int _plannedDays;

    /// <param name="facts">In order of time.</param>
    /// <param name="source">The CloudEvents source of all events.</param>
    /// <param name="tell">Takes what is true of the suppliers and stands in no event.</param>
    public RetailSimulation(IEnumerable<RetailFact> facts, string source, long seed, Action<Truth>? tell = null)
    {
        _source = facts.GetEnumerator();
        _more = _source.MoveNext();
        Start = _more ? BusinessHours.Midnight(_source.Current.Time) : Check.Earliest;
        _stage = new Stage(source, seed) { Now = Start };
        _items = new ItemBook(seed);
        tell ??= static _ => { };
        _market = new Market(_stage, _items, Start, tell);
        _firstStock = new FirstStock(_stage, _items, Start);
        var billing = new BillingDesk(_stage, _market, tell);
        _goodsIn = new GoodsIn(_stage, _market, billing, tell);
        _suppliers = new SupplierDesk(_stage, _market, _goodsIn, billing, tell);
        _claims = new ClaimDesk(_stage, _market);
        _cases = new CaseDesk(_stage, _suppliers.LineToCome);
        _alerts = new AlertDesk(_stage, _world, _suppliers.IsLate);
        _office = new Office(_stage, _cases.Dispute);
        _stock = new StockRoom(_stage);
        _transfers = new TransferDesk(_stage, _stock);
        _returns = new ReturnsDesk(_stage, _orders);
        _shipping = new ShippingDesk(_stage, _orders, _returns);
    }

    /// <summary>Midnight before the first fact: where the first window begins.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>The source is at its end, and nothing is open or planned.</summary>
    public bool Finished => SourceEnded && _stage.Idle && _orders.Count == 0 && _suppliers.Idle;

    /// <summary>Every line of the source has become events.</summary>
    public bool SourceEnded => !_more && _foreseen.Count == 0;

    public int OpenOrders => _orders.Count;

    /// <summary>The events of [<paramref name="from"/>, <paramref name="to"/>), in order of time. Windows follow each other without a gap.</summary>
    public IReadOnlyList<CloudEvent> Window(DateTimeOffset from, DateTimeOffset to)
    {
        if (from != _stage.Now || to <= from)
            throw new ArgumentException($"the next window begins at {_stage.Now:u}", nameof(from));
        if (from == Start)
        {
            Network.Describe(_stage, from);
            Office.SetPolicies(_stage, from);
            _market.Open();
        }
        if (!SourceEnded)
            _stock.Count(from);
        Foresee(from, to + FirstStock.Horizon);
        if (from == Start)
            _firstStock.Open();
        for (; Start.AddDays(_plannedDays) < to && !SourceEnded; _plannedDays++)
            _market.Plan(Start.AddDays(_plannedDays));
        while (true)
        {
            var fact = _foreseen.TryPeek(out var next) && next.Time < to ? next : null;
            if (fact is not null && fact.Time <= _stage.Next)
                Happen(_foreseen.Dequeue());
            else if (_stage.Next < to)
                _stage.HappenNext();
            else
                break;
        }
        _stage.Now = to;
        return _stage.Take();
    }

    /// <summary>A decision of the hub; those that need no answer are passed over.</summary>
    public void Observe(Operation operation)
    {
        switch (operation.Type)
        {
            case OperationEvents.Released:
                _shipping.Release(operation.Time, JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Released)!);
                break;
            case OperationEvents.Allocated:
                _shipping.Allocate(JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Allocated)!);
                break;
            case OperationEvents.Deallocated:
                _shipping.Recall(JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Deallocated)!);
                break;
            case OperationEvents.Backordered:
                _shipping.Backorder(operation.Time, JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Allocated)!);
                break;
            case OperationEvents.Rejected:
                _shipping.Reject(JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Rejected)!);
                break;
            case OperationEvents.StockChangedType:
                _stock.Move(JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.StockMoves)!);
                break;
            case PurchaseOrderChanged.Submitted or PurchaseOrderChanged.Approved or PurchaseOrderChanged.Rejected or PurchaseOrderChanged.Sent
                or PurchaseOrderChanged.Cancelled or PurchaseOrderChanged.LineClosed:
                var (order, by) = JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.PurchaseOrderStep)!;
                _office.Observe(operation, order, by);
                if (operation.Type == PurchaseOrderChanged.Sent)
                    _suppliers.Sent(operation.Time, order);
                else if (operation.Type is PurchaseOrderChanged.Cancelled or PurchaseOrderChanged.LineClosed)
                    _suppliers.Withdrawn(operation.Time, order);
                break;
            case ReceiptChanged.Recorded:
                _goodsIn.Recorded(JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.ReceiptStep)!.Receipt);
                break;
            case ClaimChanged.Opened or ClaimChanged.Changed:
                _claims.Made(operation.Time, JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.ClaimStep)!.Claim);
                break;
            case InvoiceChanged.Held:
                _office.Held(operation.Time, Invoice(operation));
                break;
            case InvoiceChanged.Matched or InvoiceChanged.Unmatched or InvoiceChanged.Approved or InvoiceChanged.Disputed:
                _office.Freed(Invoice(operation));
                break;
            case ExceptionChanged.Opened:
                _cases.Opened(operation.Time, JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Case)!);
                break;
            case AlertChanged.Raised or AlertChanged.Updated or AlertChanged.Closed:
                _alerts.Told(operation.Type, operation.Time, JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.Alert)!);
                break;
            case ProposalChanged.TransferProposed:
                _transfers.Proposed(operation.Time, JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.ProposalStep)!.Proposal);
                break;
        }
    }

    public void Dispose() => _source.Dispose();

    private static Decisions.Invoice Invoice(Operation operation) =>
        JsonSerializer.Deserialize(operation.Data.Span, DecisionJson.Default.InvoiceStep)!.Invoice;

    private void Foresee(DateTimeOffset now, DateTimeOffset until)
    {
        for (; _more && _source.Current.Time < until; _more = _source.MoveNext())
        {
            var fact = _source.Current;
            _foreseen.Enqueue(fact);
            if (fact is Sale sale)
                foreach (var line in sale.Lines)
                    Foresee(now, sale.Time, line.Sku, line.Description, line.Quantity, line.Price);
            else if (fact is WriteOff writeOff)
                Foresee(now, writeOff.Time, writeOff.Sku, "", -writeOff.Quantity, 0);
        }
    }

    private void Foresee(DateTimeOffset now, DateTimeOffset time, string sku, string description, long quantity, decimal price)
    {
        if (_items.Introduce(sku, description, price) is { } item)
        {
            _stage.Emit(EventCatalogue.ItemUpdated, $"item:{sku}:1", sku, now, item);
            _market.Offer(sku, now);
        }
        _firstStock.Foresee(sku, time, quantity);
    }

    private void Happen(RetailFact fact)
    {
        switch (fact)
        {
            case Sale sale:
                Place(sale);
                break;
            case WriteOff off:
                _world.Add(WorldRecord.WrittenOff, off.Sku, off.Time, -off.Quantity);
                _stage.Emit(EventCatalogue.StockAdjusted, $"written-off:{off.Invoice}:{off.Number}", off.Sku, off.Time,
                    new StockAdjusted(new(_stock.Fullest(off.Sku)), off.Quantity, off.Reason));
                break;
            case Reversal reversal:
                foreach (var part in reversal.Parts)
                {
                    _world.Add(WorldRecord.GivenBack, part.Sku, reversal.Time, part.Quantity);
                    _world.Add(WorldRecord.GivenBack, "", reversal.Time, part.Quantity);
                }
                _returns.Undo(reversal);
                break;
        }
    }

    private void Place(Sale sale)
    {
        foreach (var line in sale.Lines)
            if (_items.Sold(line.Sku, line.Description, line.Price, out var version) is { } item)
            {
                _stage.Emit(EventCatalogue.ItemUpdated, $"item:{line.Sku}:{version}", line.Sku, sale.Time, item);
                _market.Offer(line.Sku, sale.Time);
            }
        var channel = Network.Channel(sale);
        foreach (var line in sale.Lines)
            foreach (var of in (string[])[line.Sku, channel, ""])
                _world.Add(WorldRecord.Ordered, of, sale.Time, line.Quantity);
        // One customs declaration, one consignment: some customers abroad insist on it.
        var shipComplete = channel == "export" && Dice.For(_stage.Seed, "ship complete", sale.Customer!).Chance(0.2);
        _orders.Add(sale.Invoice, new OrderTrack(sale, shipComplete));
        _stage.Emit(EventCatalogue.OrderPlaced, $"placed:{sale.Invoice}", sale.Invoice, sale.Time, new OrderPlaced(
            channel, [.. sale.Lines.Select(line => new OrderPlaced.PlacedLine(line.Number, new(line.Sku), line.Quantity, line.Price))],
            Customer: sale.Customer, Country: sale.Country.Length == 0 ? null : sale.Country, PromisedAt: Network.Promise(sale), ShipComplete: shipComplete));
    }
}
