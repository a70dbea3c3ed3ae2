using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Returns;

/// <summary>One refund that was paid, for a return or of an order; of one that was told anew, the difference.</summary>
internal sealed class RefundFact : Fact<RefundFact.Row>
{
    public RefundFact()
        : base("refunds")
    {
        On(OperationEvents.ReturnRefundedType, OperationJson.Default.ReturnRefunded, static (operation, data) =>
            [new Row(operation, data.ReturnId.Value, data.OrderId, data.RefundId ?? "", data.Channel, data.Currency, data.Amount)]);
        On(OrderRefunded.Type, OperationJson.Default.OrderRefunded, static (operation, data) =>
            [new Row(operation, "", data.OrderId, data.RefundId, data.Channel, data.Currency, data.Amount)]);
    }

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_refunds", "money refunded, by channel and currency",
            """
            SELECT concat_ws(' ', channel, currency) AS key, to_char(sum(amount), 'FM999999999999999999990.0000')
            FROM refunds JOIN orders USING (order_id) GROUP BY channel, currency
            ORDER BY concat_ws(' ', channel, currency) COLLATE "C"
            """,
            """
            SELECT concat(channel, ' ', currency) AS key, toDecimalString(sum(amount), 4) FROM refunds GROUP BY channel, currency ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, string returnId, OrderId orderId, string refundId, string channel, string currency, decimal amount)
    {
        [ClickHouseColumn(Name = "return_id")] public string ReturnId => returnId;
        [ClickHouseColumn(Name = "order_id")] public string OrderId => orderId.Value;
        [ClickHouseColumn(Name = "refund_id")] public string RefundId => refundId;
        [ClickHouseColumn(Name = "channel")] public string Channel => channel;
        [ClickHouseColumn(Name = "currency")] public string Currency => currency;
        [ClickHouseColumn(Name = "amount")] public decimal Amount => amount;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
