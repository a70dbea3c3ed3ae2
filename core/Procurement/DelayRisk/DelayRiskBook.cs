using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.DelayRisk;

/// <summary>delay_risk.assessed: what a model foretells of lines is kept and told.</summary>
internal sealed class DelayRiskBook(PurchaseOrderBook orders, Outbox outbox)
{
    private readonly Dictionary<(PurchaseOrderId, int), LineRisk> _risks = [];

    public IEnumerable<LineRisk> All => _risks.Values.OrderBy(risk => risk.PurchaseOrderId).ThenBy(risk => risk.Number);

    public void Add(LineRisk stored) => _risks.TryAdd((stored.PurchaseOrderId, stored.Number), stored);

    public Rejection? Assess(CloudEvent e, DelayRiskAssessed data)
    {
        if (orders.Find(new(e.Subject)) is not { } order)
            return PurchaseOrderBook.Unknown(new(e.Subject));
        if (data.Lines.FirstOrDefault(line => order.Line(line.Number) is null) is { } unknown)
            return PurchaseOrderBook.UnknownLine(order, unknown.Number);
        // Of what the supplier has not got nothing is foretold.
        if (!(order.SentAt <= e.Time))
            return new(RejectionCodes.WrongState, $"purchase order {order.Id} was not sent by then")
            {
                Awaits = order.SentAt is null ? $"purchase_order/{order.Id}" : null,
            };
        foreach (var line in data.Lines)
        {
            if (!_risks.TryGetValue((order.Id, line.Number), out var risk))
                _risks.Add((order.Id, line.Number), risk = new() { PurchaseOrderId = order.Id, Number = line.Number });
            risk.Tell(e, data, line);
            outbox.Add(e.Time, PurchaseOrderDelayAssessed.Type, order.Id.Value,
                new PurchaseOrderDelayAssessed(order.Id, line.Number, order.SupplierId, order.Location, order.Line(line.Number)!.Sku, data.Model,
                    data.ModelVersion, line.Moment, line.Against, line.Probability, line.DaysLate),
                OperationJson.Default.PurchaseOrderDelayAssessed);
        }
        return null;
    }
}
