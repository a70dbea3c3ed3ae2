using System.Reflection;

namespace EcomIntel.Core.ExceptionCases;

/// <summary>
/// What cases are about. Frozen: stored by these words, and people filter by them. What stands before the dot says what the subject is: of inventory and item
/// it is a SKU, of transfer, location, purchase_order, receipt, invoice and charge their own id, of carrier a shipment, of order, payment, refund and return
/// the order or the return.
/// </summary>
internal static class CaseCategory
{
    /// <summary>A fact would have made a balance negative and was applied up to what was there.</summary>
    public const string StockNegative = "inventory.negative";

    /// <summary>A count or a partner's report differs from the book.</summary>
    public const string StockVariance = "inventory.variance";

    /// <summary>A node did not find what the book says it has.</summary>
    public const string PickShort = "inventory.pick_short";

    /// <summary>More of a transfer was reported received than dispatched.</summary>
    public const string TransferOver = "transfer.over";

    /// <summary>Units of a transfer were received at another place than planned.</summary>
    public const string TransferDiverted = "transfer.diverted";

    /// <summary>Units of a transfer were lost on their way.</summary>
    public const string TransferLost = "transfer.lost";

    /// <summary>A transfer was closed with units that never came.</summary>
    public const string TransferShort = "transfer.short";

    /// <summary>A node has closed on what it was told to pick, or on what waits there until it opens again.</summary>
    public const string LocationClosed = "location.closed";

    /// <summary>An item ceased to be active while it is wanted, and by policy what wants it waits.</summary>
    public const string ItemInactive = "item.inactive";

    /// <summary>A line wants an item that is not active, and by policy it waits.</summary>
    public const string OrderOfInactiveItem = "order.inactive_item";

    /// <summary>Of an order that ships complete a part is picked, and the rest cannot be had with it.</summary>
    public const string OrderIncomplete = "order.incomplete";

    /// <summary>What a customer was told has passed, and not all of an order has shipped.</summary>
    public const string OrderLate = "order.late";

    /// <summary>Units of an order are promised, at a node or packed, and nothing has happened to it for long.</summary>
    public const string OrderStuck = "order.stuck";

    /// <summary>Something stops an order of which nothing is left to be stopped: all of it has shipped.</summary>
    public const string HeldTooLate = "order.held_too_late";

    /// <summary>What was cancelled has left the house.</summary>
    public const string ShippedAfterCancel = "order.shipped_after_cancel";

    /// <summary>A shipment left that had been recalled, and its line has the units from elsewhere by now.</summary>
    public const string ShippedTwice = "order.shipped_twice";

    /// <summary>What was released or has shipped is not paid any more: a payment failed, was voided or has expired.</summary>
    public const string Unpaid = "payment.uncovered";

    /// <summary>More was captured than was authorized, or than the order's total.</summary>
    public const string PaymentOver = "payment.over_captured";

    /// <summary>A payment was charged back.</summary>
    public const string ChargedBack = "payment.charged_back";

    /// <summary>A carrier reports an exception with a parcel.</summary>
    public const string CarrierException = "carrier.exception";

    /// <summary>A shipment was not delivered long after it was promised.</summary>
    public const string ShipmentOverdue = "carrier.overdue";

    /// <summary>A carrier has lost a parcel.</summary>
    public const string ParcelLost = "carrier.lost";

    /// <summary>A customer did not take a parcel.</summary>
    public const string ParcelRefused = "carrier.refused";

    /// <summary>A parcel comes back unopened.</summary>
    public const string ParcelReturned = "carrier.returned";

    /// <summary>What was lost, refused or sent back was delivered after all, and had been sent again or paid back.</summary>
    public const string ParcelTurnedUp = "carrier.turned_up";

    /// <summary>More units came back unopened than had left with the shipment.</summary>
    public const string ReturnedOver = "carrier.returned_over";

    /// <summary>More units came back than a return has room for.</summary>
    public const string ReturnOver = "return.over";

    /// <summary>Units came back for a return that had ended or was refused.</summary>
    public const string ReturnUnexpected = "return.unexpected";

    /// <summary>More money went back than was paid for what it can be for.</summary>
    public const string RefundOver = "refund.over";

    /// <summary>One refund was told with two amounts, or for two things.</summary>
    public const string RefundDiffers = "refund.differs";

    /// <summary>A purchase order came from outside that its supplier's terms, or the catalog, do not provide for.</summary>
    public const string PurchaseOrderOffTerms = "purchase_order.off_terms";

    /// <summary>A supplier acknowledged or announced something else than was ordered.</summary>
    public const string PurchaseOrderDiffers = "purchase_order.differs";

    /// <summary>A supplier cancelled what was ordered, or does not send it.</summary>
    public const string PurchaseOrderRefused = "purchase_order.refused";

    /// <summary>Something is said to come of a purchase order that is over, or of what was cancelled.</summary>
    public const string PurchaseOrderAfterEnd = "purchase_order.after_end";

    /// <summary>A supplier did not acknowledge a purchase order in time.</summary>
    public const string PurchaseOrderUnacknowledged = "purchase_order.unacknowledged";

    /// <summary>Units of a purchase order did not come when they were expected.</summary>
    public const string PurchaseOrderLate = "purchase_order.late";

    /// <summary>Skus that customers wait for run out at a location before their next receipt.</summary>
    public const string LocationRunsOut = "location.runs_out";

    /// <summary>Units of a consignment that a supplier announced did not come.</summary>
    public const string PurchaseOrderAsnMissing = "purchase_order.asn_missing";

    /// <summary>Of a line of a purchase order units are missing, and no more is to come.</summary>
    public const string ReceiptShort = "receipt.short";

    /// <summary>More came than a line of a purchase order was for.</summary>
    public const string ReceiptOver = "receipt.over";

    /// <summary>Goods came damaged.</summary>
    public const string ReceiptDamaged = "receipt.damaged";

    /// <summary>What came was not ordered.</summary>
    public const string ReceiptWrongItem = "receipt.wrong_item";

    /// <summary>Goods came with wrong labels.</summary>
    public const string ReceiptMislabelled = "receipt.mislabelled";

    /// <summary>Inspection found goods not good.</summary>
    public const string ReceiptRejected = "receipt.rejected";

    /// <summary>A lot had expired when it came.</summary>
    public const string ReceiptExpired = "receipt.expired";

    /// <summary>Goods came of a supplier and nobody knew which order they are of.</summary>
    public const string ReceiptBlind = "receipt.blind";

    /// <summary>Goods came to another place than they were ordered for.</summary>
    public const string ReceiptElsewhere = "receipt.elsewhere";

    /// <summary>What had been cancelled came.</summary>
    public const string ReceiptAfterCancel = "receipt.after_cancel";

    /// <summary>An invoice says otherwise than what was ordered and received, beyond what is tolerated.</summary>
    public const string InvoiceHeld = "invoice.held";

    /// <summary>One number of a supplier's was told with two invoices that differ.</summary>
    public const string InvoiceDiffers = "invoice.differs";

    /// <summary>One charge was told in two ways.</summary>
    public const string ChargeDiffers = "charge.differs";

    public static IReadOnlyList<string> All { get; } =
        [.. typeof(CaseCategory).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)];

    /// <summary>What stands before the dot where the subject is an order, a shipment or a return.</summary>
    public static IReadOnlyList<string> AboutOrders { get; } = ["order", "payment", "carrier", "return", "refund"];

    /// <summary>
    /// Each report of these is of money of its own, and a case's money at risk is their sum; of all others the latest report says what is at risk.
    /// </summary>
    public static IReadOnlySet<string> AddsUp { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        StockNegative, StockVariance, PickShort, TransferOver, TransferLost, TransferShort, ShippedAfterCancel, ShippedTwice, ChargedBack,
        ParcelLost, ParcelRefused, ParcelReturned, ParcelTurnedUp, ReturnedOver, RefundOver, PurchaseOrderRefused, PurchaseOrderAfterEnd,
        ReceiptShort, ReceiptOver, ReceiptDamaged, ReceiptWrongItem, ReceiptMislabelled, ReceiptRejected, ReceiptExpired, ReceiptAfterCancel,
    };
}
