using ClickHouse.Driver;
using EcomIntel.Core.Events;
using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Orders;

/// <summary>One thing that became of money for an order.</summary>
internal sealed class PaymentFact : Fact<PaymentFact.Row>
{
    public PaymentFact()
        : base("payment_facts") =>
        On(PaymentRecorded.Type, OperationJson.Default.PaymentRecorded, static (operation, data) => [new Row(operation, data)]);

    public override IReadOnlyList<StoreComparison> Comparisons { get; } =
    [
        new("facts_payments", "payments by kind, channel and currency: how many, and the amounts told",
            """
            SELECT concat_ws(' ', kind, channel, currency) AS key,
                concat_ws(' ', count(*), to_char(sum(coalesce(amount, 0)), 'FM999999999999999999990.0000'))
            FROM payments JOIN orders USING (order_id) WHERE kind <> 'REDUCED' GROUP BY kind, channel, currency
            ORDER BY concat_ws(' ', kind, channel, currency) COLLATE "C"
            """,
            """
            SELECT concat(kind, ' ', channel, ' ', currency) AS key, concat(toString(count()), ' ', toDecimalString(sum(ifNull(amount, 0)), 4))
            FROM payment_facts GROUP BY kind, channel, currency ORDER BY key
            """),
    ];

    internal sealed class Row(Operation operation, PaymentRecorded recorded)
    {
        [ClickHouseColumn(Name = "order_id")] public string OrderId => recorded.OrderId.Value;
        [ClickHouseColumn(Name = "number")] public uint Number => (uint)recorded.Number;
        [ClickHouseColumn(Name = "channel")] public string Channel => recorded.Channel;
        [ClickHouseColumn(Name = "currency")] public string Currency => recorded.Currency;
        [ClickHouseColumn(Name = "kind")] public string Kind => recorded.Kind;
        [ClickHouseColumn(Name = "authorization_id")] public string AuthorizationId => recorded.AuthorizationId ?? "";
        [ClickHouseColumn(Name = "amount")] public decimal? Amount => recorded.Amount;
        [ClickHouseColumn(Name = "time")] public DateTimeOffset Time => operation.Time;
        [ClickHouseColumn(Name = "sequence")] public ulong Sequence => (ulong)operation.Sequence;
    }
}
