using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.PurchaseOrders;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>
/// A case is opened for each consignment that was announced, of which units have not come so long after it was to arrive as policy <c>receiving</c> says, and
/// of which no receipt said that no more is to come. It is missing until they come, are closed or cancelled, or it is expected anew.
/// </summary>
internal sealed class MissingConsignments(
    PurchaseOrderBook orders, ReceiptBook receipts, PolicyBook policies, ExceptionBook exceptions, PurchaseOrderChanges changes) : IDueWork
{
    public const string By = "rule:receiving";

    // By the index of those that may fall due.
    private const string SelectDue = """
        SELECT missing_at, purchase_order_id FROM purchase_order_asns WHERE missing_at <= $1
        ORDER BY missing_at, purchase_order_id COLLATE "C", asn_id COLLATE "C" LIMIT $2
        """;

    /// <summary>Each at its own instant.</summary>
    public bool OnlyLatest => false;

    /// <summary>Names the orders of consignments that may fall due while time passes.</summary>
    public void Name(Load load) => load.Due(this, SelectDue, row => PurchaseOrdersSlice.Name(row.GetString(1), load.Keys));

    public DateTimeOffset? NextAfter(DateTimeOffset from) => orders.Missing.NextAfter(from);

    public bool IsDueNow(DateTimeOffset now) => orders.Missing.IsDue(now);

    public void Run(DateTimeOffset at)
    {
        var after = After(at);
        foreach (var order in orders.Missing.DueBy(at).Order().Select(id => orders.Find(id)!))
            foreach (var asn in InOrder(order).Where(asn => asn.MissingAt <= at).ToList())
            {
                var missing = Missing(order)[asn];
                var due = ArrivesAt(order, asn) + after;
                asn.MissingAt = missing.Count > 0 && due > at ? due : null;
                if (missing.Count > 0 && due <= at)
                    Open(order, asn, missing, at);
            }
    }

    /// <summary>Whatever happened to an order: what its consignments are watched for, and which are not missing any more.</summary>
    public void Look(PurchaseOrder order, DateTimeOffset at)
    {
        if (order.Asns.Count == 0)
            return;
        var (after, missing) = (After(at), Missing(order));
        foreach (var asn in InOrder(order))
        {
            var due = missing[asn].Count > 0 ? ArrivesAt(order, asn) + after : (DateTimeOffset?)null;
            if (asn.MissingSince is { } since)
            {
                if (due <= since)
                    continue;
                asn.MissingSince = null;
                changes.Emit(order, at, PurchaseOrderChanged.ConsignmentNotMissing, By, asn.AsnId);
            }
            asn.MissingAt = due;
        }
    }

    /// <summary>
    /// Of each consignment the units, by line, that have not come and are still to come. What a receipt says it is of is of that consignment; what no receipt
    /// says of which it is, of the one that was to arrive first.
    /// </summary>
    private Dictionary<Asn, List<(PurchaseOrderLine Line, long Units)>> Missing(PurchaseOrder order)
    {
        var missing = order.Asns.ToDictionary(asn => asn, _ => new List<(PurchaseOrderLine, long)>());
        if (!order.IsOpen)
            return missing;
        var came = receipts.Of(order)
            .SelectMany(receipt => receipt.Lines.Where(OrderedUnits.Counts).Select(line => (receipt.AsnId, line.OrderLine, line.Quantity)))
            .ToLookup(units => (units.AsnId, units.OrderLine), units => units.Quantity);
        foreach (var line in order.Lines.Where(line => line.Open > 0))
        {
            var told = order.Promises.Where(promise => promise.Kind == PromiseKind.ANNOUNCED && promise.LineNumber == line.Number)
                .ToLookup(promise => promise.AsnId, promise => promise.Quantity ?? 0);
            var announced = InOrder(order).Select(asn => (Asn: asn, Units: told[asn.AsnId].Sum())).Where(each => each.Units > 0).ToList();
            var open = announced.ConvertAll(each => Math.Max(0, each.Units - came[(each.Asn.AsnId, line.Number)].Sum()));
            // Of no consignment, or beyond what was announced of it.
            var rest = line.Received + line.Over - announced.Select((each, index) => each.Units - open[index]).Sum();
            for (var index = 0; index < announced.Count; index++)
            {
                var units = Math.Min(open[index], Math.Max(0, rest));
                (open[index], rest) = (open[index] - units, rest - units);
                if (Math.Min(open[index], line.Open) is > 0 and var left)
                    missing[announced[index].Asn].Add((line, left));
            }
        }
        return missing;
    }

    private static IEnumerable<Asn> InOrder(PurchaseOrder order) =>
        order.Asns.OrderBy(asn => ArrivesAt(order, asn)).ThenBy(asn => asn.SentAt).ThenBy(asn => asn.AsnId, StringComparer.Ordinal);

    /// <summary>As it was said last of the consignment.</summary>
    private static DateTimeOffset ArrivesAt(PurchaseOrder order, Asn asn) => order.Promises
        .Where(promise => promise.AsnId == asn.AsnId && promise.ArrivesAt is not null).Max(PurchaseOrderPromise.InOrder)?.ArrivesAt ?? asn.ExpectedAt;

    private TimeSpan After(DateTimeOffset at) => policies.At(ReceivingPolicy.Kind, at).Settings.MissingAfter;

    private void Open(PurchaseOrder order, Asn asn, List<(PurchaseOrderLine Line, long Units)> missing, DateTimeOffset at)
    {
        asn.MissingSince = at;
        exceptions.Open(
            string.Create(CultureInfo.InvariantCulture, $"{order.Id}/{asn.AsnId}:{at:yyyyMMddTHHmmssfffffff}"), at, CaseCategory.PurchaseOrderAsnMissing,
            order.Id.Value, order.Location,
            $"{missing.Sum(each => each.Units)} units of ASN {asn.AsnId} of purchase order {order.Id}, to arrive on {ArrivesAt(order, asn):yyyy-MM-dd}, "
                + $"have not come: ask supplier {order.SupplierId} where they are, or close the lines short",
            missing.Sum(each => each.Units * each.Line.Price));
        changes.Emit(order, at, PurchaseOrderChanged.ConsignmentMissing, By, asn.AsnId);
    }
}
