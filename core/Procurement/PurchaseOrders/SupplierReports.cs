using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.PurchaseOrders;

/// <summary>
/// po.acknowledged, po.date_changed, po.asn_sent and po.milestone: what the supplier and its carriers say. Of an order that is over they are kept, and a case
/// is opened for a person.
/// </summary>
internal sealed class SupplierReports(PurchaseOrderBook orders, SupplierBook suppliers, ExceptionBook exceptions, PurchaseOrderChanges changes)
{
    public Rejection? Acknowledged(CloudEvent e, PurchaseOrderAcknowledged data)
    {
        if (orders.Judge(e, PurchaseOrderStep.ACKNOWLEDGE, "acknowledged", out var order) is { } wrong)
            return wrong;
        var said = (data.Lines ?? []).GroupBy(line => line.Number).ToDictionary(line => line.Key, line => line.ToList());
        foreach (var (number, told) in said)
        {
            if (order.Line(number) is null)
                return PurchaseOrderBook.UnknownLine(order, number);
            if (told.Count > 1)
                return new(RejectionCodes.Invalid, $"line {number} stands twice");
        }
        if (InPast(e, [data.PromisedAt, .. said.Values.Select(told => told[0].PromisedAt)]) is { } past)
            return past;

        var latest = !order.Promises.Exists(promise => promise.Kind == PromiseKind.ACKNOWLEDGED && promise.At > e.Time);
        var before = order.Lines.ConvertAll(line => TakenOn(order, line));
        foreach (var line in order.Lines)
        {
            var told = said.GetValueOrDefault(line.Number)?[0];
            Promise(e, order, line, PromiseKind.ACKNOWLEDGED, told?.PromisedAt ?? data.PromisedAt, told?.Quantity, told?.Price);
        }
        order.Status = PurchaseOrderSteps.After(order.Status, PurchaseOrderStep.ACKNOWLEDGE)!.Value;
        order.AcknowledgedAt = order.AcknowledgedAt < e.Time ? order.AcknowledgedAt : e.Time;
        if (latest)
            order.Reference = data.Reference ?? order.Reference;
        var differences = new List<string>();
        decimal atRisk = 0;
        for (var index = 0; index < order.Lines.Count; index++)
        {
            var line = order.Lines[index];
            Take(order, line, before[index], differences);
            if (said.GetValueOrDefault(line.Number)?[0].Price is { } price && IsDearer(order, line, price))
            {
                differences.Add($"line {line.Number}: it wants a higher price");
                atRisk += (price - line.Price) * line.Open;
            }
        }
        changes.Emit(order, e.Time, PurchaseOrderChanged.Acknowledged, PurchaseOrderWords.Supplier);
        if (differences.Count > 0)
            exceptions.Open(e, CaseCategory.PurchaseOrderDiffers, order.Id.Value, order.Location,
                $"supplier {order.SupplierId} acknowledged purchase order {order.Id} otherwise than ordered: {PurchaseOrderWords.Join(differences)}",
                atRisk > 0 ? atRisk : null);
        AfterEnd(e, order, "was acknowledged");
        changes.Settle(order, e.Time, PurchaseOrderWords.Supplier);
        return null;
    }

    public Rejection? DateChanged(CloudEvent e, PurchaseOrderDateChanged data)
    {
        if (orders.Judge(e, PurchaseOrderStep.PROMISE, "promised for another date", out var order) is { } wrong)
            return wrong;
        foreach (var number in data.Lines ?? [])
            if (order.Line(number) is null)
                return PurchaseOrderBook.UnknownLine(order, number);
        if (InPast(e, [data.PromisedAt]) is { } past)
            return past;
        foreach (var line in order.Lines.Where(line => data.Lines?.Contains(line.Number) != false))
            Promise(e, order, line, PromiseKind.DATE_CHANGED, data.PromisedAt, reason: data.Reason);
        changes.Emit(order, e.Time, PurchaseOrderChanged.Promised, PurchaseOrderWords.Supplier, data.Reason);
        AfterEnd(e, order, "was promised for another date");
        return null;
    }

    public Rejection? Announced(CloudEvent e, AsnSent data)
    {
        if (orders.Judge(e, PurchaseOrderStep.ANNOUNCE, "announced", out var order) is { } wrong)
            return wrong;
        var units = new SortedDictionary<int, long>();
        foreach (var line in data.Lines)
        {
            if (order.Line(line.Number) is null)
                return PurchaseOrderBook.UnknownLine(order, line.Number);
            units[line.Number] = units.GetValueOrDefault(line.Number) + line.Quantity;
        }
        if (order.Asns.Find(asn => asn.AsnId == data.AsnId) is { } known)
        {
            var told = order.Promises.FindAll(promise => promise.Identity == known.Identity)
                .ToDictionary(promise => promise.LineNumber, promise => promise.Quantity);
            return known.ExpectedAt == data.ExpectedAt && told.Count == units.Count && units.All(line => told.GetValueOrDefault(line.Key) == line.Value) ? null
                : new(RejectionCodes.AlreadyExists, $"ASN {data.AsnId} of purchase order {order.Id} was told before, with other units or another date");
        }
        if (data.ExpectedAt.UtcDateTime.Date < order.CreatedAt.UtcDateTime.Date)
            return new(RejectionCodes.Invalid, $"expected on {data.ExpectedAt:yyyy-MM-dd}, before it was ordered");

        order.Asns.Add(new()
        {
            PurchaseOrderId = order.Id, AsnId = data.AsnId, Identity = e.Identity, SentAt = e.Time, ExpectedAt = data.ExpectedAt.ToUniversalTime(),
            Carrier = data.Carrier, Tracking = data.Tracking,
        });
        var over = new List<string>();
        foreach (var (number, quantity) in units)
        {
            var line = order.Line(number)!;
            Promise(e, order, line, PromiseKind.ANNOUNCED, data.ExpectedAt, quantity, asnId: data.AsnId);
            if (line.Announced + quantity > Most(order, line))
                over.Add($"line {number}: {line.Announced + quantity} units of {line.Sku} are announced, {line.Ordered - line.Cancelled} are ordered");
        }
        changes.Emit(order, e.Time, PurchaseOrderChanged.Announced, PurchaseOrderWords.Supplier, data.AsnId, new(
            data.AsnId, e.Time, data.ExpectedAt.ToUniversalTime(), [.. units.Select(line => new PurchaseOrderChanged.AnnouncedLine(line.Key, line.Value))]));
        if (over.Count > 0 && !PurchaseOrderSteps.IsOver(order.Status))
            exceptions.Open(e, CaseCategory.PurchaseOrderDiffers, order.Id.Value, order.Location,
                $"supplier {order.SupplierId} announced more of purchase order {order.Id} than was ordered: {PurchaseOrderWords.Join(over)}");
        AfterEnd(e, order, $"was announced by ASN {data.AsnId}");
        return null;
    }

    public Rejection? Reached(CloudEvent e, PurchaseOrderMilestone data)
    {
        if (orders.Judge(e, PurchaseOrderStep.REPORT, "on its way", out var order) is { } wrong)
            return wrong;
        if (data.AsnId is { } id && !order.Asns.Exists(asn => asn.AsnId == id))
            return new(RejectionCodes.UnknownAsn, $"purchase order {order.Id} has no ASN {id}") { Awaits = $"purchase_order/{order.Id}" };
        if (InPast(e, [data.ExpectedAt]) is { } past)
            return past;
        order.Milestones.Add(new()
        {
            PurchaseOrderId = order.Id, Identity = e.Identity, At = e.Time, Name = data.Milestone, AsnId = data.AsnId,
            ExpectedAt = data.ExpectedAt?.ToUniversalTime(), Note = data.Note,
        });
        if (data.ExpectedAt is { } expected)
            foreach (var line in order.Lines.Where(line => data.AsnId is null || IsOn(order, data.AsnId, line)))
                Promise(e, order, line, PromiseKind.MILESTONE, expected, asnId: data.AsnId, reason: data.Milestone);
        changes.Emit(order, e.Time, PurchaseOrderChanged.MilestoneReached, PurchaseOrderWords.Supplier, data.Milestone);
        AfterEnd(e, order, $"reached {data.Milestone}");
        return null;
    }

    /// <summary>A promise for a day that was over when it was given is none.</summary>
    private static Rejection? InPast(CloudEvent e, IReadOnlyList<DateTimeOffset?> times)
    {
        foreach (var time in times)
            if (time?.UtcDateTime.Date < e.Time.UtcDateTime.Date)
                return new(RejectionCodes.Invalid, $"{time:yyyy-MM-dd} was over when it was said, on {e.Time:yyyy-MM-dd}");
        return null;
    }

    private static void Promise(
        CloudEvent e, PurchaseOrder order, PurchaseOrderLine line, PromiseKind kind, DateTimeOffset? arrivesAt, long? quantity = null, decimal? price = null,
        string? asnId = null, string? reason = null) => order.Promises.Add(new()
        {
            PurchaseOrderId = order.Id, LineNumber = line.Number, Identity = e.Identity, At = e.Time, Kind = kind, ArrivesAt = arrivesAt?.ToUniversalTime(),
            Quantity = quantity, Price = price, AsnId = asnId, Reason = reason,
        });

    /// <summary>Units of a line that the supplier took on, as it said last.</summary>
    public static long TakenOn(PurchaseOrder order, PurchaseOrderLine line) =>
        order.Promises.Where(promise => promise.LineNumber == line.Number && promise.Kind == PromiseKind.ACKNOWLEDGED)
            .Max(PurchaseOrderPromise.InOrder)?.Quantity ?? line.Ordered;

    /// <summary>What it does not take on is not waited for: it is closed short. A line that is over is not opened again.</summary>
    private static void Take(PurchaseOrder order, PurchaseOrderLine line, long before, List<string> differences)
    {
        var now = TakenOn(order, line);
        if (now == before || line.IsOver)
            return;
        var fewer = Math.Min(line.Ordered, before) - Math.Min(line.Ordered, now);
        line.ClosedShort += fewer > 0 ? Math.Min(fewer, line.Open) : -Math.Min(-fewer, line.ClosedShort);
        if (now != line.Ordered)
            differences.Add($"line {line.Number}: it delivers {now} units of {line.Sku}, {line.Ordered} were ordered");
    }

    private bool IsDearer(PurchaseOrder order, PurchaseOrderLine line, decimal price) =>
        price > line.Price * (1 + suppliers.Find(order.SupplierId)!.PriceTolerance);

    /// <summary>Units of a line that may come without anybody asking why.</summary>
    private long Most(PurchaseOrder order, PurchaseOrderLine line)
    {
        var wanted = line.Ordered - line.Cancelled;
        return wanted + (long)(wanted * suppliers.Find(order.SupplierId)!.OverTolerance);
    }

    private static bool IsOn(PurchaseOrder order, string asnId, PurchaseOrderLine line) =>
        order.Promises.Exists(promise => promise.Kind == PromiseKind.ANNOUNCED && promise.AsnId == asnId && promise.LineNumber == line.Number);

    /// <summary>Something comes, by what is said, of an order that is over.</summary>
    private void AfterEnd(CloudEvent e, PurchaseOrder order, string what)
    {
        if (order.ClosedAt < e.Time)
            exceptions.Open(e, CaseCategory.PurchaseOrderAfterEnd, order.Id.Value, order.Location,
                $"purchase order {order.Id} is {order.Status} since {order.ClosedAt:yyyy-MM-dd}, and {what}: ask supplier {order.SupplierId} what comes");
    }
}
