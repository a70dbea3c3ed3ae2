using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.Tests.Processing;
using static EcomIntel.Tests.Procurement.Receiving.ReceivingHouse;
using Types = EcomIntel.Core.Events.EventCatalogue;

namespace EcomIntel.Tests.Procurement.Receiving;

/// <summary>
/// Two hundred histories of three purchase orders, in which suppliers, clerks and other systems do all that they should not: what is unknown, what comes twice
/// or too much or too late, what was never ordered. Nothing is lost, nothing is doubled, each refusal has a name, and no order holds up another.
/// </summary>
public sealed class BadInputTests
{
    private const int Seeds = 200;
    private static readonly string[] Skus = ["bowl", "cup", "mug"];

    /// <summary>The names of refusals that input may meet; <c>internal_error</c> is none of them.</summary>
    private static readonly string[] Named =
    [
        RejectionCodes.UnknownPurchaseOrder, RejectionCodes.UnknownLine, RejectionCodes.UnknownSku, RejectionCodes.UnknownReceipt, RejectionCodes.UnknownClaim,
        RejectionCodes.AlreadyExists, RejectionCodes.WrongState, RejectionCodes.QuantityExceeded, RejectionCodes.Invalid, RejectionCodes.NoRate,
        RejectionCodes.UnknownSupplier, RejectionCodes.UnknownLocation, RejectionCodes.UnknownAsn,
    ];

    public static TheoryData<int> Tens => [.. Enumerable.Range(0, Seeds / 10)];

    [Theory]
    [MemberData(nameof(Tens))]
    public void Whatever_comes_stock_on_order_is_what_a_clerk_would_have_on_paper(int ten)
    {
        for (var seed = ten * 10; seed < (ten + 1) * 10; seed++)
            new History(seed).Run();
    }

    /// <summary>The histories are worth it: every kind of refusal and case comes up, and yet goods are received in each.</summary>
    [Fact]
    public void The_histories_meet_every_refusal_and_case_there_is()
    {
        var (refusals, cases) = (new HashSet<string>(), new HashSet<string>());
        for (var seed = 0; seed < Seeds; seed++)
        {
            var house = new History(seed).Run();
            refusals.UnionWith(house.House.NotApplied.Select(letter => letter.Rejection.Code));
            cases.UnionWith(house.Cases.Select(one => one.Category));
            Assert.NotEmpty(house.Receipts.All);
        }
        Assert.Empty(Named.Except(refusals));
        Assert.Empty(((string[])[
            CaseCategory.ReceiptShort, CaseCategory.ReceiptOver, CaseCategory.ReceiptDamaged, CaseCategory.ReceiptWrongItem, CaseCategory.ReceiptMislabelled,
            CaseCategory.ReceiptRejected, CaseCategory.ReceiptAfterCancel, CaseCategory.PurchaseOrderAfterEnd, CaseCategory.PurchaseOrderDiffers,
        ]).Except(cases));
    }

    private sealed class History
    {
        private readonly Random _random;
        private readonly ReceivingHouse _house;
        private readonly StockOnOrderModel _model;
        private readonly int _seed;
        private double _hour = 1;
        private int _receipts;

        public History(int seed)
        {
            (_seed, _random) = (seed, new(seed));
            var inspected = _random.Next(2) == 0;
            (_house, _model) = (new(inspect: inspected), new(inspected));
            _model.Place("PO-1", [("mug", 10), ("cup", 20)]);
        }

        public ReceivingHouse Run()
        {
            for (var step = 0; step < 40; step++)
            {
                _hour += 0.1 + (_random.NextDouble() * 0.3);
                var before = _house.Happened;
                var applied = Step() is null;
                Compare(before, applied);
            }
            Assert.All(_house.House.NotApplied, letter => Assert.Contains(letter.Rejection.Code, Named));
            Assert.All(_house.House.NotApplied, letter => Assert.NotEmpty(letter.Rejection.Detail));
            return _house;
        }

        /// <summary>Sends one event, good or bad, and has the model know of it where it counts.</summary>
        private Rejection? Step()
        {
            var order = $"PO-{_random.Next(1, 4)}";
            var known = _model.Has(order);
            switch (_random.Next(22))
            {
                case 0 or 1: // made by another system; made again with other lines it is refused
                    return Place(known ? order : _model.Has("PO-2") ? "PO-3" : "PO-2");
                case 2: // an order that nobody has made
                    return Send(Types.PurchaseOrderReceived, "PO-9", Goods(Next(), [new(Sku(), _random.Next(1, 9))]));
                case 3: // an item that nobody knows, beside one that is known: all or nothing
                    return Send(Types.PurchaseOrderReceived, order, Goods(Next(), [new(new("mug"), 1), new(new("plate"), 1)]));
                case 4: // a line that there is not
                    return Send(Types.PurchaseOrderReceived, order, Goods(Next(), [new(new("mug"), 2, 7)]));
                case 5: // a place that there is not
                    return Send(Types.PurchaseOrderReceived, order, new GoodsReceived(new(Next()), new("nowhere"), "cleo", [new(new("mug"), 1)]));
                case 6 when _house.Receipts.All.LastOrDefault() is { PurchaseOrderId: { } of } last: // told again, as it was or otherwise
                    return Again(last, of.Value);
                case 7: // acknowledged, in any order and after the end; of more lines than there are
                    return Send(Types.PurchaseOrderAcknowledged, order, new PurchaseOrderAcknowledged(
                        Day.AddDays(9), _random.Next(3) == 0 ? [new(1, Quantity: 1_000)] : _random.Next(3) == 0 ? [new(9)] : null));
                case 8: // announced; the same consignment again, with other units
                    return Send(Types.PurchaseOrderAsnSent, order, new AsnSent("ASN-1", Day.AddDays(8), [new(1, _random.Next(1, 40))]));
                case 9: // promised for a day that is over
                    return Send(Types.PurchaseOrderDateChanged, order, new PurchaseOrderDateChanged(Day.AddDays(-30)));
                case 10 when known && _random.Next(2) == 0:
                    return Cancel(order);
                case 11: // a consignment that nobody announced
                    return Send(Types.PurchaseOrderMilestone, order, new PurchaseOrderMilestone("departed", $"ASN-{_random.Next(1, 4)}"));
                case 12: // a claim that there is not, or a credit in another currency
                    return Settle(order);
                case 13 when _house.Receipts.All.LastOrDefault() is { PurchaseOrderId: { } owner } receipt:
                    return Inspect(receipt.Id.Value, owner.Value);
                case 14:
                    return Inspect(_random.Next(2) == 0 ? "R-999" : "R-1", order);
                case 15: // an order in a currency of which no rate is known, or of a supplier that nobody knows
                    return Send(Types.PurchaseOrderPlaced, $"PO-X{_random.Next(9)}", new PurchaseOrderPlaced(
                        new(_random.Next(2) == 0 ? "acme" : "nobody"), new("north"), "erp", [new(1, new("mug"), 7, 2m)], "JPY"));
                case 16 or 17: // an invoice; the same number again under another id, of the same or another total, or of a supplier that nobody knows
                    return Invoice(order);
                default:
                    return Receive(order);
            }
        }

        private Rejection? Place(string order)
        {
            var lines = new List<(string, long)> { ("mug", _random.Next(1, 30)), ("bowl", _random.Next(1, 30)) };
            var ordered = lines.Select((line, index) => new PurchaseOrderPlaced.OrderedLine(index + 1, new(line.Item1), line.Item2, 2m));
            var refused = Send(Types.PurchaseOrderPlaced, order, new PurchaseOrderPlaced(new("acme"), new("north"), "erp", [.. ordered]));
            if (refused is null && !_model.Has(order))
                _model.Place(order, lines);
            return refused;
        }

        private Rejection? Receive(string order)
        {
            var sku = Sku();
            var quantity = _random.Next(1, _random.Next(4) == 0 ? 60 : 8);
            var numbered = _random.Next(2) == 0;
            var line = new GoodsReceived.DeliveredLine(
                sku, quantity, numbered ? _random.Next(1, 3) : null, _random.Next(3) == 0 ? _random.Next(0, quantity + 1) : 0,
                Discrepancy: _random.Next(8) switch { 0 => "wrong_item", 1 => "mislabelled", _ => null });
            var goods = Goods(Next(), [line], _random.Next(5) == 0);
            var refused = Send(Types.PurchaseOrderReceived, order, goods);
            Assert.True(_model.Hear(order, goods) == refused is null, $"seed {_seed}: {order} {line} {refused?.Detail}");
            return refused;
        }

        private Rejection? Again(Receipt last, string order)
        {
            var lines = last.Lines.ConvertAll(line => new GoodsReceived.DeliveredLine(
                line.Sku, line.Quantity, line.NamedLine, line.Damaged, line.Lot, line.ExpiresAt, line.Discrepancy));
            if (_random.Next(2) == 0)
                lines.Add(new(new("mug"), 1));
            var before = _house.Happened;
            var refused = Send(Types.PurchaseOrderReceived, order, Goods(last.Id.Value, lines, last.Complete));
            Assert.Equal(before, _house.Happened);
            return refused;
        }

        private Rejection? Inspect(string receipt, string order)
        {
            var lines = _house.Receipts.Find(new ReceiptId(receipt))?.Lines;
            var (accepted, rejected) = (_random.Next(0, 8), _random.Next(1, 3));
            var data = new GoodsInspected(new(receipt), lines is null ? Sku() : lines[0].Sku, "eve", accepted, rejected);
            var refused = Send(Types.PurchaseOrderInspected, order, data);
            Assert.True(_model.Hear(order, data) == refused is null, $"seed {_seed}: {order} {data} {refused?.Detail}");
            return refused;
        }

        private Rejection? Cancel(string order)
        {
            var lines = _model.Lines.Keys.Where(line => line.Order == order).Select(line => line.Line).ToList();
            if (_random.Next(2) == 0)
                lines = [1];
            var refused = Send(Types.PurchaseOrderCancelled, order, new PurchaseOrderCancelled("dora", null, lines));
            // Told again of an order that was cancelled as a whole it has no effect.
            Assert.True(_model.Close(order, lines) ? refused is null : refused is not null || _house.Order(order).Status == PurchaseOrderStatus.CANCELLED);
            return refused;
        }

        private Rejection? Invoice(string order) => Send(Types.InvoiceReceived, $"I-{_random.Next(4)}", new InvoiceReceived(
            new(_random.Next(5) == 0 ? "nobody" : "acme"), $"{_random.Next(3)}", "EUR", _random.Next(1, 3) * 10m,
            [new(1, new(order), _random.Next(1, 4), _random.Next(1, 9), 2m)]));

        private Rejection? Settle(string order) => _random.Next(3) switch
        {
            0 => Send(Types.ClaimAccepted, order, new ClaimAnswered(new("R-0/1/DAMAGED"), "acme")),
            1 when _house.Receipts.Claims.FirstOrDefault() is { } claim =>
                Send(Types.ClaimCredited, claim.PurchaseOrderId.Value, new ClaimCredited(claim.Id, 1m, "GBP", "acme")),
            _ when _house.Receipts.Claims.LastOrDefault() is { } claim =>
                Send(Types.ClaimRefused, claim.PurchaseOrderId.Value, new ClaimAnswered(claim.Id, "acme")),
            _ => Send(Types.ClaimRefused, order, new ClaimAnswered(new("R-0/1/SHORT"), "acme")),
        };

        private Rejection? Send(EventType type, string subject, IEventData data) => _house.Try(Of(type, _hour, subject, data));

        private string Next() => $"R-{++_receipts}";

        private Sku Sku() => new(Skus[_random.Next(Skus.Length)]);

        private static GoodsReceived Goods(string receipt, IReadOnlyList<GoodsReceived.DeliveredLine> lines, bool complete = false) =>
            new(new(receipt), new("north"), "cleo", lines, Complete: complete);

        private void Compare(long before, bool applied)
        {
            foreach (var ((order, number), expected) in _model.Lines)
            {
                var line = _house.Line(number, order);
                Assert.Equal(
                    (_seed, order, number, expected.Received, expected.Over, expected.Open),
                    (_seed, order, number, line.Received, line.Over, line.Open));
                Assert.Equal(line.Ordered, line.Received + line.Open + line.ClosedShort + line.Cancelled);
            }
            foreach (var sku in Skus)
            {
                Assert.Equal(_model.OnOrder(sku), _house.House.House.Get<PurchaseOrderBook>().All.Where(order => order.IsOpen).SelectMany(order => order.Lines)
                    .Where(line => line.Sku.Value == sku).Sum(line => line.Open));
                foreach (var state in (StockState[])[StockState.Available, StockState.Inspection, StockState.Damaged, StockState.ReturnToVendor])
                    Assert.Equal(
                        (_seed, sku, state, _model.Stock.GetValueOrDefault((sku, state))), (_seed, sku, state, _house.House.Units(sku, "north", state)));
            }
            foreach (var line in _house.Receipts.All.SelectMany(receipt => receipt.Lines))
                Assert.Equal(line.Quantity, line.Available + line.Inspection + line.Accepted + line.Rejected + line.Damaged);
            if (!applied)
                Assert.Equal(before, _house.Happened);
        }
    }
}
