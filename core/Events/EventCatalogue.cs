using System.Text.Json.Serialization.Metadata;

namespace EcomIntel.Core.Events;

/// <summary>A kind of event: its CloudEvents type without the prefix, the topic it belongs on, and the shape of its data.</summary>
/// <param name="Name">For example <c>order.placed</c>.</param>
/// <param name="Topic">Null for <c>clock.ticked</c>, which belongs on every one.</param>
/// <param name="Version">Of the data's shape; an event says it by <c>dataschema</c>.</param>
public sealed record EventType(string Name, string? Topic, JsonTypeInfo DataType, int Version = 1)
{
    /// <summary>What every type on the wire starts with.</summary>
    public const string Prefix = "com.ecomintel.";

    /// <summary>What <c>dataschema</c> is, when it is given: <c>urn:ecomintel:order.placed:1</c>.</summary>
    public string DataSchema { get; } = $"urn:ecomintel:{Name}:{Version}";

    public string WireName { get; } = Prefix + Name;

    public override string ToString() => Name;
}

/// <summary>Every event the hub takes in. A type that is not here is a dead letter, kept until a later version knows it.</summary>
public static class EventCatalogue
{
    private static readonly EventJson Json = EventJson.Default;

    public static readonly EventType OrderPlaced = new("order.placed", Topics.Orders, Json.OrderPlaced);
    public static readonly EventType OrderPaymentAuthorized = new("order.payment_authorized", Topics.Orders, Json.PaymentAuthorized);
    public static readonly EventType OrderPaymentCaptured = new("order.payment_captured", Topics.Orders, Json.PaymentChanged);
    public static readonly EventType OrderPaymentVoided = new("order.payment_voided", Topics.Orders, Json.PaymentChanged);
    public static readonly EventType OrderPaymentExpired = new("order.payment_expired", Topics.Orders, Json.PaymentChanged);
    public static readonly EventType OrderChargedBack = new("order.charged_back", Topics.Orders, Json.PaymentChanged);
    public static readonly EventType OrderPaymentFailed = new("order.payment_failed", Topics.Orders, Json.OrderFlagged);
    public static readonly EventType OrderFraudFlagged = new("order.fraud_flagged", Topics.Orders, Json.OrderFlagged);
    public static readonly EventType OrderFraudCleared = new("order.fraud_cleared", Topics.Orders, Json.OrderCleared);
    public static readonly EventType OrderAddressRejected = new("order.address_rejected", Topics.Orders, Json.OrderFlagged);
    public static readonly EventType OrderAddressConfirmed = new("order.address_confirmed", Topics.Orders, Json.OrderCleared);
    public static readonly EventType OrderHoldPlaced = new("order.hold_placed", Topics.Orders, Json.HoldRequested);
    public static readonly EventType OrderHoldReleased = new("order.hold_released", Topics.Orders, Json.HoldRequested);
    public static readonly EventType OrderPromiseChanged = new("order.promise_changed", Topics.Orders, Json.PromiseChanged);
    public static readonly EventType OrderCancelled = new("order.cancelled", Topics.Orders, Json.OrderCancelled);
    public static readonly EventType OrderLineCancelled = new("order.line_cancelled", Topics.Orders, Json.OrderLineCancelled);
    public static readonly EventType OrderResourceRequested = new("order.resource_requested", Topics.Orders, Json.OrderResourceRequested);
    public static readonly EventType ReturnRequested = new("return.requested", Topics.Orders, Json.ReturnRequested);
    public static readonly EventType ReturnAuthorized = new("return.authorized", Topics.Orders, Json.ReturnAuthorized);
    public static readonly EventType ReturnRefused = new("return.refused", Topics.Orders, Json.ReturnRefused);
    public static readonly EventType ReturnReceived = new("return.received", Topics.Orders, Json.ReturnReceived);
    public static readonly EventType ReturnInspected = new("return.inspected", Topics.Orders, Json.ReturnInspected);
    public static readonly EventType ReturnClosed = new("return.closed", Topics.Orders, Json.ReturnClosed);
    public static readonly EventType RefundPaid = new("refund.paid", Topics.Orders, Json.RefundPaid);

    public static readonly EventType StockReceived = new("stock.received", Topics.Inventory, Json.StockReceived);
    public static readonly EventType StockAdjusted = new("stock.adjusted", Topics.Inventory, Json.StockAdjusted);
    public static readonly EventType StockCounted = new("stock.counted", Topics.Inventory, Json.StockCounted);
    public static readonly EventType StockMoved = new("stock.moved", Topics.Inventory, Json.StockMoved);
    public static readonly EventType TransferDispatched = new("transfer.dispatched", Topics.Inventory, Json.TransferDispatched);
    public static readonly EventType TransferReceived = new("transfer.received", Topics.Inventory, Json.TransferReceived);
    public static readonly EventType TransferLost = new("transfer.lost", Topics.Inventory, Json.TransferLost);
    public static readonly EventType TransferClosed = new("transfer.closed", Topics.Inventory, Json.TransferClosed);
    public static readonly EventType AdjustmentRequested = new("adjustment.requested", Topics.Inventory, Json.AdjustmentRequested);
    public static readonly EventType AdjustmentApproved = new("adjustment.approved", Topics.Inventory, Json.AdjustmentDecided);
    public static readonly EventType AdjustmentRefused = new("adjustment.refused", Topics.Inventory, Json.AdjustmentDecided);
    public static readonly EventType PickConfirmed = new("pick.confirmed", Topics.Inventory, Json.PickConfirmed);
    public static readonly EventType PickShort = new("pick.short", Topics.Inventory, Json.PickShort);
    public static readonly EventType PackConfirmed = new("pack.confirmed", Topics.Inventory, Json.PickConfirmed);
    public static readonly EventType PickPutBack = new("pick.put_back", Topics.Inventory, Json.PickConfirmed);
    public static readonly EventType PartnerStockReported = new("partner.stock_reported", Topics.Inventory, Json.PartnerStockReported);

    public static readonly EventType ShipmentLabelled = new("shipment.labelled", Topics.Carriers, Json.ShipmentLabelled);
    public static readonly EventType ShipmentPickedUp = new("shipment.picked_up", Topics.Carriers, Json.ShipmentMoved);
    public static readonly EventType ShipmentInTransit = new("shipment.in_transit", Topics.Carriers, Json.ShipmentMoved);
    public static readonly EventType ShipmentException = new("shipment.exception", Topics.Carriers, Json.ShipmentException);
    public static readonly EventType ShipmentDelivered = new("shipment.delivered", Topics.Carriers, Json.ShipmentMoved);
    public static readonly EventType ShipmentRefused = new("shipment.refused", Topics.Carriers, Json.ShipmentMoved);
    public static readonly EventType ShipmentReturned = new("shipment.returned", Topics.Carriers, Json.ShipmentMoved);
    public static readonly EventType ShipmentLost = new("shipment.lost", Topics.Carriers, Json.ShipmentLost);
    public static readonly EventType ShipmentReceivedBack = new("shipment.received_back", Topics.Carriers, Json.ShipmentReceivedBack);
    public static readonly EventType ShipmentResendRequested = new("shipment.resend_requested", Topics.Carriers, Json.ShipmentResendRequested);
    public static readonly EventType ShipmentRefundRequested = new("shipment.refund_requested", Topics.Carriers, Json.ShipmentRefundRequested);

    public static readonly EventType ItemUpdated = new("item.updated", Topics.Catalog, Json.ItemUpdated);
    public static readonly EventType LocationUpdated = new("location.updated", Topics.Catalog, Json.LocationUpdated);
    public static readonly EventType ChannelUpdated = new("channel.updated", Topics.Catalog, Json.ChannelUpdated);
    public static readonly EventType CarrierUpdated = new("carrier.updated", Topics.Catalog, Json.CarrierUpdated);
    public static readonly EventType PolicyUpdated = new("policy.updated", Topics.Catalog, Json.PolicyUpdated);
    public static readonly EventType ExceptionAcknowledged = new("exception.acknowledged", Topics.Catalog, Json.CaseDecided);
    public static readonly EventType ExceptionAssigned = new("exception.assigned", Topics.Catalog, Json.CaseAssigned);
    public static readonly EventType ExceptionStarted = new("exception.started", Topics.Catalog, Json.CaseDecided);
    public static readonly EventType ExceptionWaiting = new("exception.waiting", Topics.Catalog, Json.CaseDecided);
    public static readonly EventType ExceptionResolved = new("exception.resolved", Topics.Catalog, Json.CaseResolved);
    public static readonly EventType ExceptionClosed = new("exception.closed", Topics.Catalog, Json.CaseDecided);
    public static readonly EventType ExceptionReopened = new("exception.reopened", Topics.Catalog, Json.CaseDecided);
    public static readonly EventType ExceptionDuplicated = new("exception.duplicated", Topics.Catalog, Json.CaseDuplicated);
    public static readonly EventType ExceptionActed = new("exception.acted", Topics.Catalog, Json.CaseActed);

    public static readonly EventType AlertAcknowledged = new("alert.acknowledged", Topics.Catalog, Json.AlertDecided);
    public static readonly EventType AlertActioned = new("alert.actioned", Topics.Catalog, Json.AlertActioned);
    public static readonly EventType AlertDismissed = new("alert.dismissed", Topics.Catalog, Json.AlertDismissed);
    public static readonly EventType AlertClosed = new("alert.closed", Topics.Catalog, Json.AlertDecided);

    public static readonly EventType SupplierUpdated = new("supplier.updated", Topics.Suppliers, Json.SupplierUpdated);
    public static readonly EventType SupplierItemUpdated = new("supplier_item.updated", Topics.Suppliers, Json.SupplierItemUpdated);
    public static readonly EventType RateUpdated = new("rate.updated", Topics.Suppliers, Json.RateUpdated);
    public static readonly EventType PurchaseOrderDrafted = new("po.drafted", Topics.Suppliers, Json.PurchaseOrderPlaced);
    public static readonly EventType PurchaseOrderSubmitted = new("po.submitted", Topics.Suppliers, Json.PurchaseOrderDecided);
    public static readonly EventType PurchaseOrderApproved = new("po.approved", Topics.Suppliers, Json.PurchaseOrderDecided);
    public static readonly EventType PurchaseOrderRejected = new("po.rejected", Topics.Suppliers, Json.PurchaseOrderDecided);
    public static readonly EventType PurchaseOrderSent = new("po.sent", Topics.Suppliers, Json.PurchaseOrderDecided);
    public static readonly EventType PurchaseOrderPlaced = new("po.placed", Topics.Suppliers, Json.PurchaseOrderPlaced);
    public static readonly EventType PurchaseOrderAcknowledged = new("po.acknowledged", Topics.Suppliers, Json.PurchaseOrderAcknowledged);
    public static readonly EventType PurchaseOrderDateChanged = new("po.date_changed", Topics.Suppliers, Json.PurchaseOrderDateChanged);
    public static readonly EventType PurchaseOrderCancelled = new("po.cancelled", Topics.Suppliers, Json.PurchaseOrderCancelled);
    public static readonly EventType PurchaseOrderLineClosed = new("po.line_closed", Topics.Suppliers, Json.PurchaseOrderLineClosed);
    public static readonly EventType PurchaseOrderExpediteRequested = new("po.expedite_requested", Topics.Suppliers, Json.ExpediteRequested);
    public static readonly EventType PurchaseOrderAsnSent = new("po.asn_sent", Topics.Suppliers, Json.AsnSent);
    public static readonly EventType PurchaseOrderMilestone = new("po.milestone", Topics.Suppliers, Json.PurchaseOrderMilestone);
    public static readonly EventType PurchaseOrderReceived = new("po.received", Topics.Suppliers, Json.GoodsReceived);
    public static readonly EventType PurchaseOrderInspected = new("po.inspected", Topics.Suppliers, Json.GoodsInspected);
    public static readonly EventType ReceiptBlind = new("receipt.blind", Topics.Suppliers, Json.BlindReceived);
    public static readonly EventType ReceiptMatched = new("receipt.matched", Topics.Suppliers, Json.ReceiptMatched);
    public static readonly EventType ClaimAccepted = new("claim.accepted", Topics.Suppliers, Json.ClaimAnswered);
    public static readonly EventType ClaimRefused = new("claim.refused", Topics.Suppliers, Json.ClaimAnswered);
    public static readonly EventType ClaimCredited = new("claim.credited", Topics.Suppliers, Json.ClaimCredited);
    public static readonly EventType InvoiceReceived = new("invoice.received", Topics.Suppliers, Json.InvoiceReceived);
    public static readonly EventType InvoiceApproved = new("invoice.approved", Topics.Suppliers, Json.InvoiceDecided);
    public static readonly EventType InvoiceDisputed = new("invoice.disputed", Topics.Suppliers, Json.InvoiceDecided);
    public static readonly EventType ChargeReceived = new("charge.received", Topics.Suppliers, Json.ChargeReceived);

    public static readonly EventType ProposalAccepted = new("proposal.accepted", Topics.Suppliers, Json.ProposalAccepted);
    public static readonly EventType ProposalDismissed = new("proposal.dismissed", Topics.Suppliers, Json.ProposalDismissed);

    public static readonly EventType FindingRaised = new("finding.raised", Topics.Findings, Json.FindingRaised);
    public static readonly EventType FindingUpdated = new("finding.updated", Topics.Findings, Json.FindingRaised);
    public static readonly EventType FindingCleared = new("finding.cleared", Topics.Findings, Json.FindingCleared);
    public static readonly EventType ForecastUpdated = new("forecast.updated", Topics.Findings, Json.ForecastUpdated);
    public static readonly EventType DelayRiskAssessed = new("delay_risk.assessed", Topics.Findings, Json.DelayRiskAssessed);

    public static readonly EventType ClockTicked = new("clock.ticked", Topic: null, Json.ClockTicked);

    public static IReadOnlyList<EventType> All { get; } =
    [
        OrderPlaced, OrderPaymentAuthorized, OrderPaymentCaptured, OrderPaymentVoided, OrderPaymentExpired, OrderChargedBack, OrderPaymentFailed,
        OrderFraudFlagged, OrderFraudCleared, OrderAddressRejected, OrderAddressConfirmed, OrderHoldPlaced, OrderHoldReleased, OrderPromiseChanged,
        OrderCancelled, OrderLineCancelled, OrderResourceRequested,
        ReturnRequested, ReturnAuthorized, ReturnRefused, ReturnReceived, ReturnInspected, ReturnClosed, RefundPaid,
        StockReceived, StockAdjusted, StockCounted, StockMoved, TransferDispatched, TransferReceived, PickConfirmed, PickShort, PackConfirmed,
        PickPutBack, PartnerStockReported, TransferLost, TransferClosed, AdjustmentRequested, AdjustmentApproved, AdjustmentRefused,
        ShipmentLabelled, ShipmentPickedUp, ShipmentInTransit, ShipmentException, ShipmentDelivered, ShipmentReturned, ShipmentLost,
        ShipmentRefused, ShipmentReceivedBack, ShipmentResendRequested, ShipmentRefundRequested,
        ItemUpdated, LocationUpdated, ChannelUpdated, CarrierUpdated, PolicyUpdated,
        ExceptionAcknowledged, ExceptionAssigned, ExceptionStarted, ExceptionWaiting, ExceptionResolved, ExceptionClosed, ExceptionReopened,
        ExceptionDuplicated, ExceptionActed,
        AlertAcknowledged, AlertActioned, AlertDismissed, AlertClosed,
        SupplierUpdated, SupplierItemUpdated, RateUpdated,
        PurchaseOrderDrafted, PurchaseOrderSubmitted, PurchaseOrderApproved, PurchaseOrderRejected, PurchaseOrderSent, PurchaseOrderPlaced,
        PurchaseOrderAcknowledged, PurchaseOrderDateChanged, PurchaseOrderCancelled, PurchaseOrderLineClosed, PurchaseOrderAsnSent, PurchaseOrderMilestone,
        PurchaseOrderExpediteRequested, PurchaseOrderReceived, PurchaseOrderInspected, ReceiptBlind, ReceiptMatched, ClaimAccepted,
        ClaimRefused, ClaimCredited, InvoiceReceived, InvoiceApproved, InvoiceDisputed, ChargeReceived,
        ProposalAccepted, ProposalDismissed,
        FindingRaised, FindingUpdated, FindingCleared, ForecastUpdated, DelayRiskAssessed,
        ClockTicked,
    ];

    private static readonly Dictionary<string, EventType> ByWireName = All.ToDictionary(type => type.WireName, StringComparer.Ordinal);

    internal static readonly Dictionary<string, EventType>.AlternateLookup<ReadOnlySpan<char>> Lookup = ByWireName.GetAlternateLookup<ReadOnlySpan<char>>();
}

public static class Topics
{
    public const string Orders = "orders";
    public const string Inventory = "inventory";
    public const string Suppliers = "suppliers";
    public const string Carriers = "carriers";
    public const string Catalog = "catalog";

    /// <summary>What models and outside monitors see.</summary>
    public const string Findings = "findings";

    /// <summary>What the workflows decide.</summary>
    public const string Operations = "operations";

    /// <summary>The topics that are read, in the order in which events of the same instant are applied: what others refer to comes first.</summary>
    public static IReadOnlyList<string> Incoming { get; } = [Catalog, Suppliers, Inventory, Orders, Carriers, Findings];
}
