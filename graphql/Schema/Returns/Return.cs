using System.Globalization;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Returns;

[GraphQLObject("Return")]
internal sealed record Return(
    string ReturnId, string OrderId, string Currency, long Version, string Status, DateTime RequestedAt, DateTime? AuthorizedAt, DateTime? RefusedAt,
    string? RefusedBecause, DateTime? ExpiresAt, DateTime? ReceivedAt, DateTime? InspectedAt, DateTime? ClosedAt, decimal? RefundedAmount)
{
    public const string NodeType = "Return";

    public static readonly RowList<Return> Rows = new(
        """
        r.return_id, r.order_id, o.currency, r.version, r.status, r.requested_at, r.authorized_at, r.refused_at, r.refused_because, r.expires_at,
        r.received_at, r.inspected_at, r.closed_at, r.refunded AS refunded_amount
        """, "returns r JOIN orders o USING (order_id)");

    public static readonly Sort<Return> ByRequest = new(
        "requested", [new("r.requested_at", "timestamptz"), new("r.return_id", "text")],
        returned => [returned.RequestedAt.ToString("O", CultureInfo.InvariantCulture), returned.ReturnId]);

    public string Id => NodeId.Of(NodeType, ReturnId);

    public Money? Refunded => RefundedAmount is { } amount ? new(amount, Currency) : null;
}

[GraphQLObject("ReturnLine")]
internal sealed record ReturnLine(string ReturnId, int Line, string Sku, string? Reason, long Requested, long Received, long Inspected);

/// <param name="Disposition">As the SDL writes it; null while they are not inspected.</param>
[GraphQLObject("ReturnedUnits")]
internal sealed record ReturnedUnits(string ReturnId, int Line, string LocationId, string? Disposition, long Quantity);

[GraphQLObject("Refund")]
internal sealed record Refund(string RefundId, string OrderId, string? ReturnId, decimal Paid, string Currency, DateTime PaidAt)
{
    public static readonly RowList<Refund> Rows = new(
        "f.refund_id, f.order_id, f.return_id, f.amount AS paid, o.currency, f.paid_at", "refunds f JOIN orders o USING (order_id)");

    public static readonly Sort<Refund> ByTime = new(
        "paid", [new("f.paid_at", "timestamptz"), new("f.order_id", "text"), new("f.refund_id", "text")],
        refund => [refund.PaidAt.ToString("O", CultureInfo.InvariantCulture), refund.OrderId, refund.RefundId]);

    public Money Amount => new(Paid, Currency);
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record ReturnFilter(
    string[]? ReturnIds, string[]? OrderIds, string[]? Statuses, bool? Open, string[]? Channels, string[]? Locations, string[]? Skus,
    DateTime? RequestedFrom, DateTime? RequestedBefore);

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record RefundFilter(
    string[]? OrderIds, string[]? ReturnIds, bool? OfReturn, string[]? Channels, DateTime? PaidFrom, DateTime? PaidBefore);
