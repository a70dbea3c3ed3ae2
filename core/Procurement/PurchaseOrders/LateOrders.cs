using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// A case is opened for each order that a supplier does not acknowledge in time, and for each whose units do not come when they are expected.
/// </summary>
internal sealed class LateOrders(PurchaseOrderBook orders, PolicyBook policies, ExceptionBook exceptions) : IDueWork
{
    // By the indexes of those that may fall due.
    private const string SelectUnacknowledged = """
        SELECT acknowledge_by, purchase_order_id FROM purchase_orders WHERE acknowledge_by <= $1 ORDER BY acknowledge_by, purchase_order_id COLLATE "C" LIMIT $2
        """;

    private const string SelectLate = """
        SELECT late_at, purchase_order_id FROM purchase_orders WHERE late_at <= $1 ORDER BY late_at, purchase_order_id COLLATE "C" LIMIT $2
        """;

    /// <summary>Each at its own instant.</summary>
    public bool OnlyLatest => false;

    /// <summary>Names the orders that may fall due while time passes.</summary>
    public void Name(Load load)
    {
        load.Due(this, SelectUnacknowledged, row => PurchaseOrdersSlice.Name(row.GetString(1), load.Keys));
        load.Due(this, SelectLate, row => PurchaseOrdersSlice.Name(row.GetString(1), load.Keys));
    }

    public DateTimeOffset? NextAfter(DateTimeOffset from) => orders.Late.NextAfter(from);

    public bool IsDueNow(DateTimeOffset now) => orders.Late.IsDue(now);

    public void Run(DateTimeOffset at)
    {
        foreach (var order in orders.Late.DueBy(at).Order().Select(id => orders.Find(id)!))
        {
            if (order.AcknowledgeBy <= at)
                Unacknowledged(order, order.AcknowledgeBy.Value);
            if (order.LateAt <= at)
                Late(order, order.LateAt.Value);
        }
    }

    private void Unacknowledged(PurchaseOrder order, DateTimeOffset at)
    {
        order.AcknowledgeBy = null;
        exceptions.Open($"{order.Id}:{Instant(at)}", at, CaseCategory.PurchaseOrderUnacknowledged, order.Id.Value, order.Location,
            $"supplier {order.SupplierId} has not acknowledged purchase order {order.Id} of {order.SentAt:yyyy-MM-dd}: ask whether it comes", order.OpenValue);
    }

    private void Late(PurchaseOrder order, DateTimeOffset at)
    {
        var after = policies.At(PurchasingPolicy.Kind, at).Settings.LateAfter;
        var late = order.Lines.FindAll(line => order.IsWatched(line) && line.ExpectedAt + after <= at);
        if (late.Count > 0)
        {
            order.LateToldFor = late.Max(line => line.ExpectedAt);
            exceptions.Open($"{order.Id}:{Instant(at)}", at, CaseCategory.PurchaseOrderLate, order.Id.Value, order.Location,
                $"{late.Sum(line => line.Open)} units of purchase order {order.Id}, expected by {order.LateToldFor:yyyy-MM-dd}, have not come: "
                    + $"ask supplier {order.SupplierId} when they do",
                late.Sum(line => line.Price * line.Open));
        }
        order.LateAt = order.NextLate(at, after);
    }

    private static string Instant(DateTimeOffset at) => at.ToString("yyyyMMddTHHmmssfffffff", CultureInfo.InvariantCulture);
}
