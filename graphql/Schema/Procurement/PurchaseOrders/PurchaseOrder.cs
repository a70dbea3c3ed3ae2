using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Procurement.PurchaseOrders;

[GraphQLObject("PurchaseOrder")]
internal sealed record PurchaseOrder(
    string PurchaseOrderId, long Version, string Status, string SupplierId, string LocationId, string Currency, decimal Net, string Origin, string CreatedBy,
    DateTime CreatedAt, DateTime? SubmittedAt, string? ApprovedBy, DateTime? ApprovedAt, DateTime? SentAt, DateTime? AcknowledgedAt, string? Reference,
    DateTime? ClosedAt, string? Note, int PolicyVersion, long OpenUnits)
{
    public const string NodeType = "PurchaseOrder";

    public string Id => NodeId.Of(NodeType, PurchaseOrderId);

    public static readonly RowList<PurchaseOrder> Rows = new(
        """
        p.purchase_order_id, p.version, p.status, p.supplier_id, p.location AS location_id, p.currency,
        (SELECT sum(l.price * (l.ordered - l.cancelled)) FROM purchase_order_lines l WHERE l.purchase_order_id = p.purchase_order_id) AS net,
        upper(p.origin) AS origin, p.created_by, p.created_at, p.submitted_at, p.approved_by, p.approved_at, p.sent_at, p.acknowledged_at, p.reference,
        p.closed_at, p.note, p.policy_version,
        (SELECT sum(l.ordered - l.cancelled - l.closed_short - l.received)::bigint FROM purchase_order_lines l
            WHERE l.purchase_order_id = p.purchase_order_id) AS open_units
        """, "purchase_orders p");

    public static readonly Sort<PurchaseOrder> ByTime = new(
        "created", [new("p.created_at", "timestamptz"), new("p.purchase_order_id", "text")],
        order => [order.CreatedAt.ToString("O", CultureInfo.InvariantCulture), order.PurchaseOrderId]);

    public Money Value => new(Net, Currency);

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("p.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());
}

[GraphQLObject("PurchaseOrderLine")]
internal sealed record PurchaseOrderLine(
    string PurchaseOrderId, int Line, string Sku, string Status, decimal UnitPrice, string Currency, long Ordered, long Open, long Cancelled, long ClosedShort,
    long Announced, long Received, long Over, DateTime DueAt, DateTime? FirstPromisedAt, DateTime? PromisedAt, DateTime ExpectedAt, DateTime? AnnouncedAt,
    DateTime? FirstReceivedAt, DateTime? LastReceivedAt)
{
    public Money Price => new(UnitPrice, Currency);
}

[GraphQLObject("PurchaseOrderPromise")]
internal sealed record PurchaseOrderPromise(
    string PurchaseOrderId, int Line, DateTime At, string Kind, DateTime? ArrivesAt, long? Quantity, decimal? UnitPrice, string Currency, string? AsnId,
    string? Reason)
{
    public Money? Price => UnitPrice is { } price ? new(price, Currency) : null;
}

[GraphQLObject("AdvanceShippingNotice")]
internal sealed record AdvanceShippingNotice(
    string PurchaseOrderId, string AsnId, DateTime SentAt, DateTime ExpectedAt, string? Carrier, string? Tracking);

[GraphQLObject("AnnouncedLine")]
internal sealed record AnnouncedLine(int Line, long Quantity);

[GraphQLObject("PurchaseOrderMilestone")]
internal sealed record PurchaseOrderMilestone(
    string PurchaseOrderId, DateTime At, string Milestone, string? AsnId, DateTime? ExpectedAt, string? Note);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record PurchaseOrderFilter(
    string[]? PurchaseOrderIds, string[]? SupplierIds, string[]? Locations, string[]? Statuses, string[]? Origins, string[]? Skus, bool? Open, bool? Late,
    DateTime? CreatedFrom, DateTime? CreatedBefore);
