using EcomIntel.Core.Events;

namespace EcomIntel.Cli.Bench.Live;

/// <summary>
/// A seller's day as fast as the hub takes it: orders are placed and paid, stock is received, and whatever the hub releases is picked, packed, labelled,
/// picked up and delivered. Never more than <see cref="Window"/> events are on their way: the embedded broker keeps 5 MiB of a partition, and a seller's
/// systems do not run hours ahead of the hub.
/// </summary>
internal sealed class LiveLoad(LiveShop shop, LiveHub hub)
{
    /// <summary>Most events sent and not yet applied.</summary>
    public const int Window = 4_000;

    /// <summary>One order is placed with every so many events; the others follow from orders placed before.</summary>
    private const int EventsOfAnOrder = 8, EventsOfAReceipt = 100;

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(5), StallTimeout = TimeSpan.FromMinutes(3);

    private readonly Queue<Func<Queue<LiveEvent>>> _starting = new();
    private readonly Queue<Queue<LiveEvent>> _following = new();
    private long _orders, _receipts, _events, _moved;

    public long Applied { get; private set; }

    /// <summary>Shipments that the hub released to nodes.</summary>
    public long Released { get; private set; }

    /// <summary>Units released of the SKU that many wait for.</summary>
    public long QueuedReleased { get; private set; }

    public long Receipts => _receipts;

    /// <summary>Sends events of these kinds until it is time to end.</summary>
    /// <param name="queued">Receipts are of the SKU that many wait for.</param>
    /// <exception cref="TimeoutException">The hub applies nothing any more.</exception>
    public async Task RunAsync(bool queued, Func<Task<bool>> ended, CancellationToken token)
    {
        _moved = TimeProvider.System.GetTimestamp();
        await PollAsync(token);
        while (!await ended())
        {
            while (hub.Sent - Applied < Window)
                hub.Send(Next(queued));
            await Task.Delay(PollInterval, token);
            await PollAsync(token);
        }
    }

    /// <summary>Sends these alone, and returns when all that was ever sent is applied.</summary>
    /// <exception cref="TimeoutException">The hub applies nothing any more.</exception>
    public async Task ApplyAsync(IEnumerable<LiveEvent> events, CancellationToken token)
    {
        _moved = TimeProvider.System.GetTimestamp();
        foreach (var e in events)
        {
            while (hub.Sent - Applied >= Window)
            {
                await Task.Delay(PollInterval, token);
                await PollAsync(token);
            }
            hub.Send(e);
        }
        while (Applied < hub.Sent)
        {
            await Task.Delay(PollInterval, token);
            await PollAsync(token);
        }
    }

    private async Task PollAsync(CancellationToken token)
    {
        var (applied, released) = await hub.ReadAsync(token);
        if (applied != Applied)
            _moved = TimeProvider.System.GetTimestamp();
        else if (TimeProvider.System.GetElapsedTime(_moved) > StallTimeout)
            throw new TimeoutException($"{hub.Sent - applied} events were sent and none was applied for {StallTimeout.TotalMinutes:0} minutes");
        Applied = applied;
        foreach (var shipment in released)
        {
            Released++;
            QueuedReleased += shipment.Lines.Where(line => line.Sku == LiveShop.QueuedSku).Sum(line => line.Quantity);
            _starting.Enqueue(() => Steps(shipment));
        }
    }

    private LiveEvent Next(bool queued)
    {
        _events++;
        if (_events % EventsOfAReceipt == 0)
            return shop.Receipt(_receipts++, queued);
        if (_events % EventsOfAnOrder == 0 || (_starting.Count == 0 && _following.Count == 0))
        {
            var (placed, payment) = shop.Order(_orders++);
            if (payment is { } paid)
                _following.Enqueue(new([paid]));
            return placed;
        }
        // A step of one shipment at a time, in turns, so that what one batch holds is as mixed as a day is.
        var steps = _starting.Count > 0 && (_following.Count == 0 || _events % 2 == 0) ? _starting.Dequeue()() : _following.Dequeue();
        var next = steps.Dequeue();
        if (steps.Count > 0)
            _following.Enqueue(steps);
        return next;
    }

    private static Queue<LiveEvent> Steps(ReleasedShipment shipment)
    {
        LiveEvent Confirmed(EventType type, ReleasedLine line) =>
            new(type, line.Sku, new PickConfirmed(new(shipment.OrderId), new(shipment.ShipmentId), line.Line, line.Quantity));
        return new(
        [
            .. shipment.Lines.Select(line => Confirmed(EventCatalogue.PickConfirmed, line)),
            .. shipment.Lines.Select(line => Confirmed(EventCatalogue.PackConfirmed, line)),
            new(EventCatalogue.ShipmentLabelled, shipment.ShipmentId, new ShipmentLabelled("bench-carrier")),
            new(EventCatalogue.ShipmentPickedUp, shipment.ShipmentId, new ShipmentMoved()),
            new(EventCatalogue.ShipmentDelivered, shipment.ShipmentId, new ShipmentMoved()),
        ]);
    }
}
