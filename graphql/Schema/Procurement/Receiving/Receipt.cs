using System.Globalization;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Procurement.Receiving;

[GraphQLObject("Receipt")]
internal sealed record Receipt(
    string ReceiptId, long Version, string? PurchaseOrderId, string SupplierId, string LocationId, DateTime ReceivedAt, string ReceivedBy, string? AsnId,
    bool Complete, bool Blind, DateTime? MatchedAt, DateTime? InspectedAt)
{
    public const string NodeType = "Receipt";

    public string Id => NodeId.Of(NodeType, ReceiptId);

    public static readonly RowList<Receipt> Rows = new(
        """
        r.receipt_id, r.version, r.purchase_order_id, r.supplier_id, r.location AS location_id, r.received_at, r.received_by, r.asn_id, r.complete, r.blind,
        r.matched_at, r.inspected_at
        """, "receipts r");

    public static readonly Sort<Receipt> ByTime = new(
        "received", [new("r.received_at", "timestamptz"), new("r.receipt_id", "text")],
        receipt => [receipt.ReceivedAt.ToString("O", CultureInfo.InvariantCulture), receipt.ReceiptId]);

    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("r.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());
}

/// <param name="Discrepancy">As the SDL writes it.</param>
[GraphQLObject("ReceiptLine")]
internal sealed record ReceiptLine(
    string ReceiptId, int Line, string Sku, int? OrderLine, string Lot, DateTime? ExpiresAt, string? Discrepancy, long Quantity, long Available,
    long Inspection, long Accepted, long Rejected, long Damaged);

[GraphQLObject("SupplierClaim")]
internal sealed record SupplierClaim(
    string ClaimId, long Version, string Status, string Kind, string SupplierId, string PurchaseOrderId, string? ReceiptId, int? OrderLine, string Sku,
    long Quantity, string Currency, decimal? Claimed, DateTime OpenedAt, DateTime? AcceptedAt, DateTime? RefusedAt, DateTime? CreditedAt, decimal? Paid,
    string? Note)
{
    public const string NodeType = "SupplierClaim";

    public string Id => NodeId.Of(NodeType, ClaimId);

    public static readonly RowList<SupplierClaim> Rows = new(
        """
        c.claim_id, c.version, c.status, c.kind, c.supplier_id, c.purchase_order_id, c.receipt_id, c.order_line, c.sku, c.quantity, c.currency,
        c.amount AS claimed, c.opened_at, c.accepted_at, c.refused_at, c.credited_at, c.credited AS paid, c.note
        """, "supplier_claims c JOIN purchase_orders o USING (purchase_order_id)");

    public static readonly Sort<SupplierClaim> ByTime = new(
        "opened", [new("c.opened_at", "timestamptz"), new("c.claim_id", "text")],
        claim => [claim.OpenedAt.ToString("O", CultureInfo.InvariantCulture), claim.ClaimId]);

    public Money? Amount => Claimed is { } amount ? new(amount, Currency) : null;

    public Money? Credited => Paid is { } amount ? new(amount, Currency) : null;

    /// <summary>Of orders for the caller's locations.</summary>
    public static Conditions VisibleTo(Caller caller) =>
        new Conditions().And("o.location = ANY(@callersLocations)", "callersLocations", caller.Locations?.ToArray());
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ReceiptFilter(
    string[]? ReceiptIds, string[]? PurchaseOrderIds, string[]? SupplierIds, string[]? Locations, string[]? Skus, bool? Unmatched, bool? ToInspect,
    DateTime? ReceivedFrom, DateTime? ReceivedBefore);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record SupplierClaimFilter(
    string[]? ClaimIds, string[]? PurchaseOrderIds, string[]? ReceiptIds, string[]? SupplierIds, string[]? Statuses, string[]? Kinds, string[]? Skus,
    DateTime? OpenedFrom, DateTime? OpenedBefore);
