using EcomIntel.Core.Allocation;
using EcomIntel.Core.Events;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Processing;
using EcomIntel.Tests.Processing;

namespace EcomIntel.Tests.Allocation;

/// <summary>
/// Small houses in which all happens that may happen to nodes, stock and orders, in no order, and rounds between: whatever that was, a unit is promised once, a
/// node that may not serve does not, what ships complete does, and another look finds nothing.
/// </summary>
public sealed class RoundPropertyTests
{
    private static readonly string[] Nodes = ["n0", "n1", "n2", "n3"];

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    public void Whatever_happens_rounds_keep_what_they_promise(int from)
    {
        var seen = new Dictionary<string, int>();
        for (var seed = from; seed < from + 100; seed++)
            new World(seed, seen).Live();
        // That it was worth looking at: all of this happened, and more than once.
        foreach (var what in (string[])["lifted", "joined", "deallocated", "incomplete", "several nodes", "closed", "held back"])
            Assert.True(seen.GetValueOrDefault(what) > 3, what);
    }

    private sealed class World
    {
        private readonly Random _random;
        private readonly Dictionary<string, int> _counted;
        private readonly SmallHouse _house = new(Nodes);
        private readonly AllocationPolicy _policy;
        private readonly string _seed;
        private readonly Dictionary<(OrderId, int, LocationId), DateTimeOffset> _rejected = [];
        private readonly Dictionary<(string, LocationId), DateTimeOffset> _sighted = [];
        private readonly HashSet<Core.Orders.Allocation> _known = [];
        private readonly HashSet<ShipmentId> _released = [];
        private DateTimeOffset _now = SmallHouse.Opens.AddHours(1);
        private int _orders;

        public World(int seed, Dictionary<string, int> counted)
        {
            (_random, _counted, _seed) = (new(seed), counted, $"seed {seed}");
            var (nodes, join, release, inactive, wait) =
                (1 + (seed % 3), seed % 4 != 0, seed % 5 == 0 ? "complete" : "eager", seed % 2 == 0 ? "hold" : "sell", seed % 3);
            Assert.Null(_house.Policy("allocation", 2, SmallHouse.Opens, $$"""
                {"shipCompleteNodes":{{nodes}},"joinParcels":{{(join ? "true" : "false")}},"release":"{{release}}","inactiveItems":"{{inactive}}",
                "waitForReopening":"0{{wait}}:00:00","splitLines":{{(seed % 7 == 0 ? "false" : "true")}}}
                """));
            _policy = _house.House.Get<Core.Policies.PolicyBook>().At(AllocationPolicy.Kind, _now).Settings;
            _house.Item("sku-0", "sku-1", "sku-2");
        }

        public void Live()
        {
            for (var hour = 0; hour < 12; hour++)
            {
                for (var count = _random.Next(2, 9); count > 0; count--)
                {
                    _now = _now.AddMinutes(_random.Next(1, 6));
                    var entries = _house.Stocks.Ledger.Count;
                    Happen();
                    // What was picked and is put back somebody has put there.
                    foreach (var entry in _house.Stocks.Ledger.Skip(entries).Where(entry => entry is { From: StockState.Picked, To: StockState.Available }))
                        Seen(entry.Position.Sku.Value, entry.Position.Location, entry.At, null);
                }
                _now = new(((_now.UtcTicks / TimeSpan.TicksPerHour) + 1) * TimeSpan.TicksPerHour, TimeSpan.Zero);
                _house.Rounds.Run(_now);
                AssertSound();
                _house.LookAtAll();
                var (emitted, moved) = (_house.House.Outbox.Count, _house.Stocks.Ledger.Count);
                _house.Rounds.Run(_now);
                Assert.True((emitted, moved) == (_house.House.Outbox.Count, _house.Stocks.Ledger.Count),
                    $"{_seed}, another look at {_now:HH:mm}: " + string.Join('\n', _house.Operations.Skip(emitted)));
            }
        }

        private void Happen()
        {
            var (sku, node) = ($"sku-{_random.Next(3)}", new LocationId(Nodes[_random.Next(4)]));
            var order = _house.Orders.All.ElementAtOrDefault(_random.Next(Math.Max(1, _orders)));
            var open = _house.Orders.All.SelectMany(all => all.Shipments.Where(shipment => !shipment.HasShipped && all.LiveIn(shipment).Any())).ToList();
            var shipment = open.ElementAtOrDefault(_random.Next(Math.Max(1, open.Count)));
            if (shipment is not null && _random.Next(2) == 0)
                order = _house.Orders.Find(shipment.Id);
            var unit = shipment is null ? null : _house.Orders.Find(shipment.Id)!.LiveIn(shipment).First();
            var line = order?.Lines[_random.Next(order.Lines.Count)];
            // Facts are heard late, too: a receipt of a while ago.
            var at = _random.Next(5) == 0 ? _now.AddMinutes(-_random.Next(200)) : _now;
            switch (_random.Next(22))
            {
                case 0 or 1 or 2 or 3 or 4: Place(); break;
                case 5 or 6: Seen(sku, node, at, Apply(EventCatalogue.StockReceived, sku, new StockReceived(node, _random.Next(1, 7), Lot()), at)); break;
                case 7: Seen(sku, node, at, Apply(EventCatalogue.StockAdjusted, sku, new StockAdjusted(node, -_random.Next(1, 3), "lost"), at)); break;
                case 8: Seen(sku, node, at, Apply(EventCatalogue.StockCounted, sku, new StockCounted(node, _random.Next(3)), at)); break;
                case 9: Apply(EventCatalogue.ItemUpdated, sku, new ItemUpdated(sku, Active: _random.Next(2) == 0), _now); break;
                case 10 or 11: Close(node); break;
                case 12 when order is not null: Apply(EventCatalogue.OrderCancelled, order.Id.Value, new OrderCancelled(), at); break;
                case 13 when line is not null: Apply(EventCatalogue.OrderLineCancelled, order!.Id.Value, new OrderLineCancelled(line.Number, 1), at); break;
                case 14 when order is not null:
                    Apply(EventCatalogue.OrderResourceRequested, order.Id.Value, new OrderResourceRequested(_random.Next(2) == 0 ? node : null), at); break;
                case 15 when order is not null: Apply(EventCatalogue.OrderFraudFlagged, order.Id.Value, new OrderFlagged(), _now); break;
                case 16 when order is not null: Apply(EventCatalogue.OrderFraudCleared, order.Id.Value, new OrderCleared(), _now); break;
                case 17 when shipment is not null: Apply(EventCatalogue.ShipmentPickedUp, shipment.Id.Value, new ShipmentMoved(), at); break;
                case 18 when shipment is not null:
                    Apply(EventCatalogue.PickConfirmed, unit!.Line.Sku.Value, new PickConfirmed(unit.OrderId, shipment.Id, unit.LineNumber, 1), at); break;
                case >= 19 when shipment is not null:
                    var (last, place) = (_house.Orders.Find(shipment.Id)!.LiveIn(shipment).Last(), shipment.Location);
                    var key = (last.OrderId, last.LineNumber, place);
                    if (Apply(EventCatalogue.PickShort, last.Line.Sku.Value, new PickShort(last.OrderId, shipment.Id, last.LineNumber, 1), at) is null)
                        _rejected[key] = Later(_rejected.GetValueOrDefault(key), at);
                    break;
            }
        }

        private void Place()
        {
            var lines = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => ($"sku-{_random.Next(3)}", (long)_random.Next(1, 5))).ToList();
            _house.Place($"order-{_orders++:000}", lines, _random.Next(4, 6), complete: _random.Next(2) == 0, promisedInDays: _random.Next(1, 3));
        }

        private void Close(LocationId node)
        {
            var open = _random.Next(5) < 3;
            var reopens = open || _random.Next(2) == 0 ? null : (DateTimeOffset?)_now.AddHours(_random.Next(1, 5));
            Apply(EventCatalogue.LocationUpdated, node.Value,
                new LocationUpdated(node.Value, Priority: node.Value[1] - '0', Active: open, ReopensAt: reopens), _now);
            Count("closed", !open);
        }

        private Rejection? Apply(EventType type, string subject, IEventData data, DateTimeOffset at) => _house.Apply(type, subject, data, at);

        private void Seen(string sku, LocationId node, DateTimeOffset at, Rejection? refused)
        {
            Assert.Null(refused);
            _sighted[(sku, node)] = Later(_sighted.GetValueOrDefault((sku, node)), at);
        }

        private void AssertSound()
        {
            foreach (var order in _house.Orders.All)
            {
                var added = order.Allocations.Where(a => a.Status != AllocationStatus.REJECTED && _known.Add(a)).ToList();
                foreach (var promise in added.Where(promise => promise.IsLive))
                {
                    var key = (order.Id, promise.LineNumber, promise.Location);
                    if (_rejected.TryGetValue(key, out var rejected))
                        Tell(_sighted.GetValueOrDefault((promise.Line.Sku.Value, promise.Location)) > rejected, $"{key} is barred", "lifted");
                    Tell(_house.Catalog.IsOpen(promise.Location, _now), $"{key} is closed");
                    Tell(promise.Location != order.AvoidedLocation, $"{key} is to be avoided");
                    Tell(_policy.InactiveItems == "sell" || _house.Catalog.IsActive(promise.Line.Sku), $"{key} is not active");
                }
                foreach (var line in order.Lines)
                    Tell(line.Sourced == order.Allocations.Where(a => a.Line == line && a.IsLive).Sum(a => a.Quantity) && line.Waiting >= 0,
                        $"{order.Id} line {line.Number} is promised otherwise than it says");
                foreach (var shipment in order.Shipments.Where(shipment => _released.Add(shipment.Id) && order.LiveIn(shipment).Any()))
                    Tell(_house.Catalog.IsOpen(shipment.Location, _now), $"{shipment.Id} is released at a closed node");
                if (_policy.JoinParcels || order.ShipComplete)
                    Tell(order.Shipments.Where(shipment => order.LiveIn(shipment).Any() && Promises.IsUntouched(order, shipment))
                        .GroupBy(shipment => shipment.Location).All(node => node.Count() == 1), $"{order.Id} has two parcels where one would do");
                Count("joined", order.Shipments.Exists(
                    shipment => order.LiveIn(shipment).GroupBy(promise => (promise.LineNumber, promise.Lot)).Any(parts => parts.Count() > 1)));
                Count("held back", !order.IsHeld && Promises.Unreleased(order).Count > 0);
                if (order.ShipComplete)
                    AssertWhole(order, added);
            }
            foreach (var position in _house.Stocks.Ledger.Select(entry => entry.Position).Distinct())
                Tell(position[StockState.Allocated] == _house.Orders.All.SelectMany(order => order.Allocations).Where(
                    a => a is { IsLive: true, Shipment: null or { HasShipped: false } } && a.Line.Sku == position.Sku && a.Location == position.Location
                        && a.Lot == position.Lot).Sum(a => a.Quantity - a.Picked), $"{position.Sku} at {position.Location}: promised otherwise than booked");
            Count("deallocated", _house.Emitted(OperationEvents.Deallocated, OperationJson.Default.OrderDeallocated)
                .Exists(told => told.ShipmentId is not null));
        }

        private void AssertWhole(Order order, List<Core.Orders.Allocation> added)
        {
            var (holding, waits) = (Promises.Holding(order), order.Lines.Exists(line => line.Waiting > 0));
            Tell(!waits || Promises.Free(order).Count == 0, $"{order.Id} waits and holds what it could give back");
            Tell(!waits || !added.Exists(promise => promise.IsLive), $"{order.Id} was promised a part");
            if (added.Exists(promise => promise.IsLive))
                Tell(holding.Count <= _policy.ShipCompleteNodes
                    || added.TrueForAll(promise => !promise.IsLive || Before(order, added).Contains(promise.Location)),
                    $"{order.Id} comes from {holding.Count} nodes");
            Count("several nodes", holding.Count > 1);
            Count("incomplete", waits && holding.Count > 0);
        }

        private static HashSet<LocationId> Before(Order order, List<Core.Orders.Allocation> added) => [.. order.Allocations
            .Where(a => a is { IsLive: true, Shipment: null or { HasShipped: false } } && !added.Contains(a)).Select(a => a.Location)];

        private string Lot() => _random.Next(4) == 0 ? "lot" : "";

        private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

        private void Tell(bool holds, string fault, string? counted = null)
        {
            Assert.True(holds, $"{_seed} at {_now:HH:mm}: {fault}");
            if (counted is not null)
                Count(counted, true);
        }

        private void Count(string what, bool happened) => _counted[what] = _counted.GetValueOrDefault(what) + (happened ? 1 : 0);
    }
}
