using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Replay.Retail.Supply;
using EcomIntel.Core.Events;
using EcomIntel.Ml.DelayRisk;

namespace EcomIntel.Cli.Models;

/// <summary>Purchase order lines of the events about them, as the hub's purchase orders come to be.</summary>
internal sealed class PurchaseHearing
{
    private readonly Dictionary<string, Order> _orders = new(StringComparer.Ordinal);

    /// <summary>An order is sent to its supplier.</summary>
    /// <param name="rate">Of the supplier's currency.</param>
    public void Send(
        string id, SimulatedSupplier supplier, string location, IReadOnlyList<Decisions.PurchaseOrder.OrderedLine> lines, DateTimeOffset now, decimal rate) =>
        _orders.Add(id, new(supplier.Terms.ShortTolerance, [.. lines.Select(line => new Line(new(
            id, line.Line, supplier.Id, supplier.Terms.Country ?? "", location, line.Sku, line.Ordered, (double)(line.Ordered * line.Price * rate), now,
            now.AddDays(supplier.Terms.LeadTimeDays), [], null), line.Ordered))]));

    public void Hear(CloudEvent e)
    {
        if (!_orders.TryGetValue(e.Subject, out var order))
            return;
        switch (e.Data)
        {
            case PurchaseOrderAcknowledged said:
                foreach (var line in order.Lines)
                {
                    line.Said.Add(new(e.Time, WordKind.Acknowledged, said.PromisedAt));
                    if (said.Lines?.FirstOrDefault(each => each.Number == line.Of.Number)?.Quantity is { } quantity)
                        line.End(quantity, e.Time);
                }
                break;
            case PurchaseOrderDateChanged said:
                foreach (var line in order.Lines.Where(line => said.Lines?.Contains(line.Of.Number) != false))
                    line.Said.Add(new(e.Time, WordKind.DateChanged, said.PromisedAt));
                break;
            case AsnSent said:
                var announced = order.Consignments[said.AsnId] = order.Lines.Where(line => said.Lines.Any(each => each.Number == line.Of.Number)).ToList();
                announced.ForEach(line => line.Said.Add(new(e.Time, WordKind.Announced, said.ExpectedAt)));
                break;
            case PurchaseOrderMilestone said:
                foreach (var line in said.AsnId is { } consignment ? order.Consignments.GetValueOrDefault(consignment, []) : order.Lines)
                    line.Said.Add(new(e.Time, Kind(said.Milestone), said.ExpectedAt));
                break;
            case PurchaseOrderCancelled said:
                foreach (var line in order.Lines.Where(line => said.Lines?.Contains(line.Of.Number) != false))
                    line.End(line.Received, e.Time);
                break;
            case PurchaseOrderLineClosed said:
                foreach (var line in order.Lines.Where(line => line.Of.Number == said.Number))
                    line.End(line.Received, e.Time);
                break;
            case GoodsReceived said:
                foreach (var line in order.Lines)
                {
                    foreach (var came in said.Lines.Where(each => each.Number == line.Of.Number && each.Sku.Value == line.Of.Item))
                        line.Receive(came.Quantity, order.ShortTolerance, e.Time);
                    if (said.Complete && line.Received > 0)
                        line.End(line.Received, e.Time);
                }
                break;
        }
    }

    public IReadOnlyList<PurchaseLine> Lines() =>
        [.. _orders.Values.SelectMany(order => order.Lines)
            .Select(line => line.Of with { Said = line.Said, CameAt = line.CameAt, WithdrawnAt = line.WithdrawnAt })];

    private static WordKind Kind(string milestone) => milestone switch
    {
        "departed" => WordKind.Departed,
        "arrived_at_port" => WordKind.ArrivedAtPort,
        "customs_cleared" => WordKind.CustomsCleared,
        _ => WordKind.OutForDelivery,
    };

    private sealed record Order(decimal ShortTolerance, List<Line> Lines)
    {
        /// <summary>Lines of each advance shipping notice.</summary>
        public Dictionary<string, List<Line>> Consignments { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Line(PurchaseLine of, long ordered)
    {
        private DateTimeOffset? _last;
        private long _wanted = ordered;

        public PurchaseLine Of => of;
        public List<LineWord> Said { get; } = [];
        public long Received { get; private set; }
        public DateTimeOffset? CameAt { get; private set; }
        public DateTimeOffset? WithdrawnAt { get; private set; }

        public void Receive(long quantity, decimal shortTolerance, DateTimeOffset at)
        {
            Received += quantity;
            _last = at;
            if (Received >= _wanted * (1 - shortTolerance))
                CameAt ??= at;
        }

        /// <summary>No more than so much of it comes.</summary>
        public void End(long quantity, DateTimeOffset at)
        {
            _wanted = Math.Min(_wanted, quantity);
            if (Received < _wanted || CameAt is not null)
                return;
            if (Received > 0)
                CameAt = _last;
            else
                WithdrawnAt ??= at;
        }
    }
}
