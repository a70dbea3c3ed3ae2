using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Returns;

/// <summary>One refund that was paid.</summary>
internal sealed class RefundFact : Fact<RefundFact.Row>
{
    public RefundFact()
        : base("refunds") =>
        On(OperationEvents.ReturnRefundedType, OperationJson.Default.ReturnRefunded, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_refunds", "money refunded, by channel and currency",
            """
            SELECT concat_ws(' ', channel, currency) AS key, to_char(sum(refunded), 'FM999999999999999999990.0000')
            FROM returns JOIN orders USING (order_id) WHERE refunded IS NOT NULL GROUP BY channel, currency
            ORDER BY concat_ws(' ', channel, currency) COLLATE "C"
            """,
            """
            SELECT concat(channel, ' ', currency) AS key, toDecimalString(sum(amount), 4) FROM refunds GROUP BY channel, currency ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, OperationEvents.ReturnRefunded refunded)
    {
        [ClickHouseColumn(Name = "return_id")] public string ReturnId => refunded.ReturnId.Value;
        [ClickHouseColumn(Name = "order_id")] public string OrderId => refunded.OrderId.Value;
        [ClickHouseColumn(Name = "channel")] public string Channel => refunded.Channel;
        [ClickHouseColumn(Name = "currency")] public string Currency => refunded.Currency;
        [ClickHouseColumn(Name = "amount")] public decimal Amount => refunded.Amount;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
