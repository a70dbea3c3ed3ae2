using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Valuation;

/// <summary>
/// Once a day: what came in since makes layers, what went out takes from them, the oldest first, in the order of the ledger; and costs that were told later are
/// booked forward. Nothing that was booked is changed.
/// </summary>
internal sealed class ValuationRun(
    CostBook costs, StockBook stock, OrderBook orders, InvoiceBook invoices, IncomingCosts incoming, SupplierBook suppliers, CatalogBook catalog,
    PolicyBook policies, Outbox outbox, Func<bool> isLive) : IDueWork
{
    /// <summary>Most parts of one operation: a message has its limit.</summary>
    private const int MostParts = 1_000;

    /// <summary>More than any stock is worth: a product of the largest price, quantity and rate is believed no more than that.</summary>
    private const decimal MostCost = 1_000_000_000_000_000_000m;

    private readonly Dictionary<(string, Sku), (long Quantity, decimal Goods, decimal Landed, string Source, IncomingCost First)> _pools = [];
    private readonly Dictionary<Sku, Parts> _parts = [];
    private int _valued;

    /// <summary>A supplier is known: what stock has cost is of interest.</summary>
    public bool IsActive { get => field || (field = suppliers.All.Any()); set; }

    /// <summary>What it looks at is loaded.</summary>
    public bool IsAtHand { get; set; } = true;

    /// <summary>Of invoices that are not at hand: whether they are to be paid.</summary>
    public Dictionary<string, bool> IsCost { get; } = new(StringComparer.Ordinal);

    public bool OnlyLatest => true;

    public bool IsDueNow(DateTimeOffset now) => false;

    public DateTimeOffset? NextAfter(DateTimeOffset from)
    {
        if (!IsActive)
            return null;
        var next = NextAt(from);
        return policies.At(ValuationPolicy.Kind, next).Settings.Enabled ? next : null;
    }

    /// <summary>Whether it may fall due while time passes.</summary>
    /// <param name="from">Null: time begins.</param>
    public bool MayRun(DateTimeOffset? from, DateTimeOffset until) => from is not { } begins || NextAt(begins) <= until;

    /// <exception cref="DueWorkNotLoadedException">It was not foreseen.</exception>
    public void Run(DateTimeOffset at)
    {
        if (!IsAtHand)
            throw new DueWorkNotLoadedException();
        var movements = Movements();
        var currency = policies.At(PurchasingPolicy.Kind, at).Settings.BaseCurrency;
        var landed = invoices.Landed.Select(cost => (Cost: cost, Delta: Effective(cost) - costs.PostedOf(cost).Amount)).Where(cost => cost.Delta != 0)
            .ToLookup(cost => (cost.Cost.ReceiptId, cost.Cost.Sku), cost => cost.Cost);
        var nets = Transferred(movements);
        for (var index = 0; index < movements.Count; index++)
            if (!IsTransfer(movements[index]))
                Value(movements[index], currency, landed);
            else if (nets[(movements[index].Sku, movements[index].Cause)] is var net && net.Quantity != 0 && index == (net.Quantity > 0 ? net.First : net.Last))
                Value(movements[index] with { In = net.Quantity > 0, Quantity = Math.Abs(net.Quantity) }, currency, landed);
        foreach (var late in landed)
            Post(late.Key.ReceiptId, late.Key.Sku, late, currency);
        Emit(at, currency);
        (costs.Position.Entry, costs.Position.At) = (costs.Head + _valued, at);
    }

    /// <summary>Invoices and charges at hand of whose landed costs all is booked.</summary>
    public HashSet<string> Booked() => [.. invoices.Landed.GroupBy(cost => cost.Source)
        .Where(source => source.All(cost => costs.PostedOf(cost).Amount == Effective(cost))).Select(source => source.Key)];

    private DateTimeOffset NextAt(DateTimeOffset from)
    {
        var next = new DateTimeOffset(from.UtcDateTime.Date, TimeSpan.Zero) + policies.At(ValuationPolicy.Kind, from).Settings.RunAt;
        return next > from ? next : next.AddDays(1);
    }

    /// <summary>
    /// What was stored, and what the batch has moved since: in a replay nobody else moves any meanwhile, so its numbers are known. Live they are not, and wait
    /// for the next run.
    /// </summary>
    private List<Movement> Movements()
    {
        var movements = costs.Stored.ToList();
        costs.Stored.Clear();
        for (; !isLive() && _valued < stock.Ledger.Count; _valued++)
            if (stock.Ledger[_valued] is var entry && entry.From is null != entry.To is null)
                movements.Add(new(
                    costs.Head + _valued + 1, entry.At, entry.Position.Sku, entry.Position.Location, entry.From is null, entry.Quantity, entry.Reason,
                    entry.Cause, entry.OrderId,
                    entry is { Reason: "shipped", OrderId: { } order } ? ShipmentOf(order, entry.Position.Location, entry.At) : null));
        foreach (var cost in incoming.All)
            costs.Add(cost);
        foreach (var cost in catalog.Costs)
            costs.AddStandardCost(cost.Sku, cost.At, cost.UnitCost);
        return movements;
    }

    private ShipmentId? ShipmentOf(OrderId order, LocationId location, DateTimeOffset at) =>
        orders.Find(order)?.Shipments.Where(shipment => shipment.Location == location && shipment.ShippedAt <= at)
            .OrderByDescending(shipment => shipment.ShippedAt).ThenBy(shipment => shipment.Id).FirstOrDefault()?.Id;

    /// <summary>
    /// What goes from one place of the house to another leaves the one and comes into the other by two rows: only what is between them moves cost.
    /// </summary>
    private static Dictionary<(Sku, string), (long Quantity, int First, int Last)> Transferred(List<Movement> movements)
    {
        var nets = new Dictionary<(Sku, string), (long Quantity, int First, int Last)>();
        for (var index = 0; index < movements.Count; index++)
            if (movements[index] is var movement && IsTransfer(movement))
            {
                var (quantity, first, _) = nets.GetValueOrDefault((movement.Sku, movement.Cause), (0, index, index));
                nets[(movement.Sku, movement.Cause)] = (quantity + (movement.In ? movement.Quantity : -movement.Quantity), first, index);
            }
        return nets;
    }

    private static bool IsTransfer(Movement movement) => movement.Reason is "transfer_dispatched" or "transfer_received";

    private decimal Effective(LandedCost cost)
    {
        if (cost.Kind == LandedCost.OfCharge)
            return cost.Amount;
        var counts = invoices.Find(new InvoiceId(cost.SourceId)) is { } invoice ? invoice.IsCost : IsCost.GetValueOrDefault(cost.SourceId);
        return counts ? cost.Amount : 0;
    }

    private void Value(Movement movement, string currency, ILookup<(ReceiptId, Sku), LandedCost> landed)
    {
        if (movement.In)
            Bring(movement, currency, landed);
        else
            Take(movement);
    }

    private void Take(Movement movement)
    {
        var (cost, missing) = costs.Of(movement.Sku).Take(movement.Quantity);
        if (missing > 0)
            cost += decimal.Round(missing * (costs.StandardCost(movement.Sku, movement.At) ?? 0), SkuCosts.Decimals);
        costs.Add(new CostIssue
        {
            Entry = movement.Entry, Sku = movement.Sku, Location = movement.Location, At = movement.At, Quantity = movement.Quantity, Cost = cost,
            Reason = movement.Reason, OrderId = movement.OrderId, ShipmentId = movement.ShipmentId,
        });
        PartsOf(movement.Sku).Out.Add(new(
            movement.Entry, movement.At, movement.Location, movement.Quantity, PlainAmount.Of(cost), movement.Reason, movement.OrderId, movement.ShipmentId));
    }

    private void Bring(Movement movement, string currency, ILookup<(ReceiptId, Sku), LandedCost> landed)
    {
        var (sku, quantity) = (movement.Sku, movement.Quantity);
        var standard = costs.StandardCost(sku, movement.At);
        var (cost, source, variance) = (0m, CostSource.Unknown, (decimal?)null);
        IncomingCost? first = null;
        if (PoolOf(movement.Cause, sku, currency, landed) is { Quantity: > 0 } pool)
        {
            var units = Math.Min(quantity, pool.Quantity);
            var (goods, extra) = (Share(pool.Goods, units, pool.Quantity), Share(pool.Landed, units, pool.Quantity));
            _pools[(movement.Cause, sku)] = pool with { Quantity = pool.Quantity - units, Goods = pool.Goods - goods, Landed = pool.Landed - extra };
            (cost, source, first) = (goods + extra + Round((quantity - units) * (standard ?? 0)), pool.Source, pool.First);
            if (source == CostSource.Receipt && standard is { } known)
                variance = goods - Round(units * known);
        }
        else if (movement.OrderId is { } order && costs.IssuedAt(order, sku) is { } issued)
            (cost, source) = (Round(quantity * issued), CostSource.Return);
        else if (standard is { } known)
            (cost, source) = (Round(quantity * known), CostSource.Standard);
        costs.Add(new CostLayer
        {
            Entry = movement.Entry, Sku = sku, Location = movement.Location, At = movement.At, Quantity = quantity, Cost = cost, Remaining = quantity,
            RemainingCost = cost, Source = source, ReceiptId = first?.ReceiptId, SupplierId = first?.SupplierId, StandardCost = standard, Variance = variance,
        });
        PartsOf(sku).In.Add(new(
            movement.Entry, movement.At, movement.Location, quantity, PlainAmount.Of(cost), source, first?.ReceiptId, first?.SupplierId,
            standard is { } value ? PlainAmount.Of(value) : null, variance is { } off ? PlainAmount.Of(off) : null));
    }

    /// <summary>
    /// All that an event brought of a sku, in the base currency: goods, and what is known by now that they cost beside. The rows of the ledger that it came in
    /// by share it. Where a price or its rate is not known, the goods are of standard cost.
    /// </summary>
    private (long Quantity, decimal Goods, decimal Landed, string Source, IncomingCost First)? PoolOf(
        string cause, Sku sku, string currency, ILookup<(ReceiptId, Sku), LandedCost> landed)
    {
        if (_pools.TryGetValue((cause, sku), out var pool))
            return pool;
        if (costs.Of(cause, sku) is not { Count: > 0 } lines)
            return null;
        var (quantity, goods, source) = (0L, 0m, lines[0].ReceiptId is null ? CostSource.Delivery : CostSource.Receipt);
        foreach (var line in lines)
        {
            quantity += line.Quantity;
            if (line.Price is { } price && suppliers.Rate(line.Currency ?? currency, currency, line.At) is { } rate)
                goods += Round(Math.Min(MostCost, line.Quantity * price * rate));
            else if (costs.StandardCost(sku, line.At) is { } standard)
                (goods, source) = (goods + Round(line.Quantity * standard), CostSource.Standard);
            else
                source = CostSource.Unknown;
        }
        var extra = 0m;
        if (lines[0].ReceiptId is { } receipt && costs.LayeredOf(receipt, sku) == 0)
            foreach (var cost in landed[(receipt, sku)])
                if (InBase(cost, currency) is { } amount)
                {
                    var posted = costs.PostedOf(cost);
                    (posted.Amount, posted.InLayer, extra) = (Effective(cost), posted.InLayer + amount, extra + amount);
                }
        _pools[(cause, sku)] = pool = (quantity, goods, extra, source, lines[0]);
        return pool;
    }

    /// <summary>What is told of a receipt that has its layers already is booked forward.</summary>
    private void Post(ReceiptId receipt, Sku sku, IEnumerable<LandedCost> landed, string currency)
    {
        if (costs.LayeredOf(receipt, sku) is not (> 0 and var quantity))
            return;
        foreach (var cost in landed)
        {
            if (costs.PostedOf(cost) is var posted && posted.Amount == Effective(cost))
                continue;
            if (InBase(cost, currency) is not { } amount)
                continue;
            var (onHand, gone) = costs.Of(sku).Post(receipt, amount, quantity);
            (posted.Amount, posted.OnHand, posted.Gone) = (Effective(cost), posted.OnHand + onHand, posted.Gone + gone);
            PartsOf(sku).Posted.Add(new($"{cost.Kind}/{cost.SourceId}", receipt, cost.Line, PlainAmount.Of(onHand), PlainAmount.Of(gone)));
        }
    }

    /// <summary>What is not booked of a cost, in the base currency; null while no rate is known.</summary>
    private decimal? InBase(LandedCost cost, string currency) => suppliers.Rate(cost.Currency, currency, cost.At) is not { } rate ? null
        : Round(Math.Clamp((Effective(cost) - costs.PostedOf(cost).Amount) * rate, -MostCost, MostCost));

    private void Emit(DateTimeOffset at, string currency)
    {
        foreach (var (sku, parts) in _parts.OrderBy(parts => parts.Key))
            foreach (var (incoming, outgoing, posted) in parts.Chunks(MostParts))
                outbox.Add(at, StockValued.Type, sku.Value, new StockValued(sku, currency, incoming, outgoing, posted), OperationJson.Default.StockValued);
        _parts.Clear();
    }

    private Parts PartsOf(Sku sku)
    {
        if (!_parts.TryGetValue(sku, out var parts))
            _parts.Add(sku, parts = new());
        return parts;
    }

    private static decimal Share(decimal amount, long units, long of) => units == of ? amount : Round(amount * ((decimal)units / of));

    private static decimal Round(decimal value) => decimal.Round(value, SkuCosts.Decimals, MidpointRounding.AwayFromZero);

    private sealed class Parts
    {
        public List<StockValued.Incoming> In { get; } = [];
        public List<StockValued.Outgoing> Out { get; } = [];
        public List<StockValued.Posting> Posted { get; } = [];

        public IEnumerable<(List<StockValued.Incoming>, List<StockValued.Outgoing>, List<StockValued.Posting>)> Chunks(int most)
        {
            for (var from = 0; from < Math.Max(In.Count, Math.Max(Out.Count, Posted.Count)); from += most)
                yield return (Some(In, from, most), Some(Out, from, most), Some(Posted, from, most));
        }

        private static List<T> Some<T>(List<T> all, int from, int most) => from >= all.Count ? [] : all.GetRange(from, Math.Min(most, all.Count - from));
    }
}
