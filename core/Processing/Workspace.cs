using System.Diagnostics;
using EcomIntel.Core.Allocation;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Fulfillment;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Orders;
using EcomIntel.Core.Returns;

namespace EcomIntel.Core.Processing;

/// <summary>All that one batch reads and changes, in memory: facts loaded in bulk, decided on in order, saved in bulk.</summary>
internal sealed class Workspace
{
    private readonly CaptureOrder _capture;
    private readonly HoldOrder _hold;
    private readonly CancelOrder _cancel;
    private readonly StockFacts _stockFacts;
    private readonly NodeFacts _nodeFacts;
    private readonly CarrierFacts _carrierFacts;
    private readonly ReturnFacts _returnFacts;

    public Workspace(CatalogBook catalog, PolicyBook policies)
    {
        Catalog = catalog;
        Policies = policies;
        Stock = new(Outbox);
        Exceptions = new(Outbox);
        Round = new(Orders, Stock, catalog, policies, Outbox, Decisions);
        _capture = new(Orders, catalog, policies, Outbox);
        _hold = new(Orders, Outbox);
        _cancel = new(Orders, Stock, Outbox);
        _stockFacts = new(Stock, catalog, Exceptions);
        _nodeFacts = new(Orders, Stock, Exceptions, Outbox);
        _carrierFacts = new(Orders, Stock, Exceptions, Outbox);
        _returnFacts = new(Returns, Orders, Stock, catalog, Outbox);
    }

    public Outbox Outbox { get; } = new();
    public CatalogBook Catalog { get; }
    public PolicyBook Policies { get; }
    public StockBook Stock { get; }
    public OrderBook Orders { get; } = new();
    public ReturnBook Returns { get; } = new();
    public ExceptionBook Exceptions { get; }
    public AllocationRound Round { get; }
    public List<AllocationDecision> Decisions { get; } = [];

    /// <summary>Applies one event, wholly or not at all.</summary>
    /// <returns>Why not; null if it was.</returns>
    public Rejection? Apply(CloudEvent e)
    {
        var rejection = e.Data switch
        {
            PickConfirmed data => e.Type == EventCatalogue.PickConfirmed ? _nodeFacts.Picked(e, data) : _nodeFacts.Packed(e, data),
            OrderPlaced data => _capture.Apply(e, data),
            StockReceived data => _stockFacts.Received(e, data),
            StockAdjusted data => _stockFacts.Adjusted(e, data),
            StockCounted data => _stockFacts.Counted(e, data),
            StockMoved data => _stockFacts.Moved(e, data),
            TransferDispatched data => _stockFacts.Dispatched(e, data),
            TransferReceived data => _stockFacts.Arrived(e, data),
            PartnerStockReported data => _stockFacts.PartnerReported(e, data),
            PickShort data => _nodeFacts.Short(e, data),
            ShipmentLabelled data => _carrierFacts.Labelled(e, data),
            ShipmentMoved => Moved(e),
            ShipmentException data => _carrierFacts.Trouble(e, data),
            OrderCancelled data => _cancel.Apply(e, data),
            OrderLineCancelled data => _cancel.Apply(e, data),
            PaymentAuthorized => _hold.Release(e, Hold.AwaitingPayment),
            OrderFlagged data => _hold.Place(e, FlagOf(e.Type), data.Reason),
            OrderCleared => _hold.Release(e, e.Type == EventCatalogue.OrderFraudCleared ? Hold.FraudRisk : Hold.IncorrectAddress),
            ReturnRequested data => _returnFacts.Requested(e, data),
            ReturnReceived data => _returnFacts.Received(e, data),
            ReturnInspected data => _returnFacts.Inspected(e, data),
            RefundPaid data => _returnFacts.Refunded(e, data),
            ItemUpdated data => Accepted(() => Catalog.Update(e, data, Outbox)),
            LocationUpdated data => Accepted(() =>
            {
                Catalog.Update(e, data, Outbox);
                Round.LookAtAll();
            }),
            ChannelUpdated data => Accepted(() => Catalog.Update(e, data)),
            CarrierUpdated data => Accepted(() => Catalog.Update(e, data)),
            PolicyUpdated data => Ruled(e, data),
            ClockTicked => new(RejectionCodes.ClockNotReplayed, "business time moves when every partition has ticked, not by one event that is tried again"),
            _ => throw new UnreachableException($"no workflow takes {e.Type}"),
        };
        Stock.Tell(e.Time, e.Subject, e.Id);
        return rejection;
    }

    private Rejection? Ruled(CloudEvent e, PolicyUpdated data)
    {
        Round.LookAtAll();
        return Policies.Update(e, data);
    }

    private Rejection? Moved(CloudEvent e) =>
        e.Type == EventCatalogue.ShipmentPickedUp || e.Type == EventCatalogue.ShipmentInTransit ? _carrierFacts.PickedUp(e)
        : e.Type == EventCatalogue.ShipmentDelivered ? _carrierFacts.Delivered(e)
        : _carrierFacts.Returned(e);

    private static string FlagOf(EventType type) =>
        type == EventCatalogue.OrderPaymentFailed ? Hold.AwaitingPayment : type == EventCatalogue.OrderFraudFlagged ? Hold.FraudRisk : Hold.IncorrectAddress;

    private static Rejection? Accepted(Action apply)
    {
        apply();
        return null;
    }
}
