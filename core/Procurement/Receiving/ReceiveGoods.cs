using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using EcomIntel.Core.Catalog;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.Core.Inventory;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Procurement.PurchaseOrders;
using EcomIntel.Core.Procurement.Suppliers;

namespace EcomIntel.Core.Procurement.Receiving;

/// <summary>
/// po.received, receipt.blind and receipt.matched. Goods that came are put into the book whatever was ordered: sellable at once, held in state inspection, or
/// damaged. What that means for the order's lines is counted anew (<see cref="OrderedUnits"/>).
/// </summary>
/// <param name="effectOf">As of <see cref="Processing.Workspace.EffectOf"/>.</param>
internal sealed class ReceiveGoods(
    ReceiptBook receipts, PurchaseOrderBook orders, SupplierBook suppliers, StockBook stock, CatalogBook catalog, PolicyBook policies,
    ExceptionBook exceptions, ReceiptChanges changes, Func<CloudEvent, DateTimeOffset> effectOf)
{
    public Rejection? Received(CloudEvent e, GoodsReceived data)
    {
        if (orders.Judge(e, PurchaseOrderStep.RECEIVE, "received", out var order) is { } wrong)
            return wrong;
        var content = ContentOf(data, EventJson.Default.GoodsReceived);
        if (receipts.Find(data.ReceiptId) is { } known)
            return known.PurchaseOrderId == order.Id && known.Content == content ? null : Told(known);
        if ((Unknown(data.Location, data.Lines.Select(line => line.Sku)) ?? NotTheirs(order, data.By)
            ?? data.Lines.Select(line => Misplaced(order, line)).FirstOrDefault(misplaced => misplaced is not null)) is { } rejection)
            return rejection;
        var receipt = new Receipt
        {
            Id = data.ReceiptId, PurchaseOrderId = order.Id, SupplierId = order.SupplierId, Location = data.Location, ReceivedAt = effectOf(e),
            ReceivedBy = data.By, AsnId = data.AsnId, Complete = data.Complete, Content = content,
        };
        foreach (var line in data.Lines)
        {
            var discrepancy = IsOrdered(order, line.Sku) ? line.Discrepancy : ReceiptLine.WrongItem;
            Add(e, receipt, line.Sku, line.Quantity, line.Damaged, line.Lot, line.ExpiresAt, discrepancy, line.Number);
        }
        receipts.Add(receipt);
        if (receipt.Location != order.Location)
            exceptions.Open(e, CaseCategory.ReceiptElsewhere, receipt.Id.Value, receipt.Location,
                $"receipt {receipt.Id} of purchase order {order.Id} came to {receipt.Location}, it was ordered for {order.Location}");
        changes.Emit(receipt, receipt.ReceivedAt, ReceiptChanged.Recorded, data.By);
        changes.Count(e, order, receipt, data.By);
        return null;
    }

    /// <summary>Nobody knows the order: all of it is held.</summary>
    public Rejection? Blind(CloudEvent e, BlindReceived data)
    {
        var id = new ReceiptId(e.Subject);
        var content = ContentOf(data, EventJson.Default.BlindReceived);
        if (receipts.Find(id) is { } known)
            return known.Content == content ? null : Told(known);
        if (suppliers.Find(data.SupplierId) is null)
            return SupplierBook.Unknown(data.SupplierId);
        if (Unknown(data.Location, data.Lines.Select(line => line.Sku)) is { } unknown)
            return unknown;
        var receipt = new Receipt
        {
            Id = id, SupplierId = data.SupplierId, Location = data.Location, ReceivedAt = effectOf(e), ReceivedBy = data.By, Blind = true, Content = content,
        };
        foreach (var line in data.Lines)
            Add(e, receipt, line.Sku, line.Quantity, line.Damaged, line.Lot, line.ExpiresAt, null, null);
        receipts.Add(receipt);
        exceptions.Open(e, CaseCategory.ReceiptBlind, id.Value, data.Location,
            $"{receipt.Lines.Sum(line => line.Quantity)} units came of supplier {data.SupplierId} without an order: match receipt {id} to one");
        changes.Emit(receipt, receipt.ReceivedAt, ReceiptChanged.Recorded, data.By);
        return null;
    }

    /// <summary>It counts for the order as if it had come for it; what need not be inspected is sellable from now on.</summary>
    public Rejection? Matched(CloudEvent e, ReceiptMatched data)
    {
        if (orders.Judge(e, PurchaseOrderStep.RECEIVE, "received", out var order) is { } wrong)
            return wrong;
        if (receipts.Find(data.ReceiptId) is not { } receipt)
            return ReceiptBook.Unknown(data.ReceiptId);
        var named = data.Lines ?? [];
        if (receipt.PurchaseOrderId is { } of)
            return of != order.Id ? new(RejectionCodes.WrongState, $"receipt {receipt.Id} is of purchase order {of}")
                : named.All(line => receipt.Lines.Find(known => known.Number == line.Number)?.NamedLine == line.OrderLine) ? null
                : new(RejectionCodes.AlreadyExists, $"receipt {receipt.Id} was matched to purchase order {order.Id} before, to other lines");
        if (receipt.SupplierId != order.SupplierId)
            return new(RejectionCodes.WrongState, $"receipt {receipt.Id} came of supplier {receipt.SupplierId}, {order.Id} is of {order.SupplierId}");
        if (NotTheirs(order, receipt.ReceivedBy) is { } rejection)
            return rejection;
        if (named.Select(line => Mismatched(receipt, order, line)).FirstOrDefault(mismatched => mismatched is not null) is { } wrongLine)
            return wrongLine;
        foreach (var line in named)
            receipt.Lines.Find(known => known.Number == line.Number)!.NamedLine = line.OrderLine;
        (receipt.PurchaseOrderId, receipt.MatchedAt) = (order.Id, effectOf(e));
        foreach (var line in receipt.Lines)
        {
            line.Discrepancy = IsOrdered(order, line.Sku) ? null : ReceiptLine.WrongItem;
            if (IsHeld(receipt, line))
                continue;
            stock.Move(stock.At(line.Sku, receipt.Location, line.Lot), StockState.Inspection, StockState.Available, line.Inspection, effectOf(e),
                "receipt_matched", e.Id);
            (line.Available, line.Inspection) = (line.Inspection, 0);
        }
        changes.Emit(receipt, effectOf(e), ReceiptChanged.Matched, data.By);
        changes.Count(e, order, receipt, data.By);
        return null;
    }

    private void Add(
        CloudEvent e, Receipt receipt, Sku sku, long quantity, long damaged, string lot, DateTimeOffset? expiresAt, string? discrepancy, int? named)
    {
        var line = new ReceiptLine
        {
            ReceiptId = receipt.Id, Number = receipt.Lines.Count + 1, Sku = sku, NamedLine = named, Lot = lot, ExpiresAt = expiresAt?.ToUniversalTime(),
            Discrepancy = discrepancy, Quantity = quantity, Damaged = damaged,
        };
        if (receipt.PurchaseOrderId is null || IsHeld(receipt, line))
            line.Inspection = quantity - damaged;
        else
            line.Available = quantity - damaged;
        receipt.Lines.Add(line);
        if (line.ExpiresAt is { } expires)
        {
            stock.Expires(sku, lot, expires, e.Time);
            if (expires <= receipt.ReceivedAt)
                exceptions.Open(e, CaseCategory.ReceiptExpired, receipt.Id.Value, receipt.Location,
                    $"{quantity} {sku} of lot {lot} had expired when they came: they are held");
        }
        var position = stock.At(sku, receipt.Location, lot);
        stock.Move(position, null, StockState.Available, line.Available, receipt.ReceivedAt, "goods_received", e.Id);
        stock.Move(position, null, StockState.Inspection, line.Inspection, receipt.ReceivedAt, "goods_received", e.Id);
        stock.Move(position, null, StockState.Damaged, line.Damaged, receipt.ReceivedAt, "goods_received", e.Id);
    }

    /// <summary>Not to be sold before somebody has looked.</summary>
    private bool IsHeld(Receipt receipt, ReceiptLine line)
    {
        if (line.Discrepancy is not null || line.ExpiresAt <= receipt.ReceivedAt)
            return true;
        var policy = policies.At(ReceivingPolicy.Kind, receipt.ReceivedAt).Settings;
        return policy.Inspect == InspectionRule.Always || (policy.Inspect == InspectionRule.BySupplier
            && (suppliers.Find(receipt.SupplierId) is { InspectReceipts: true }
                || (catalog.Category(line.Sku) is { } category && policy.InspectCategories.Contains(category))));
    }

    private Rejection? Unknown(LocationId location, IEnumerable<Sku> skus)
    {
        if (!catalog.Has(location))
            return CatalogBook.Unknown(location);
        foreach (var sku in skus)
            if (!catalog.Has(sku))
                return CatalogBook.Unknown(sku);
        return null;
    }

    /// <summary>
    /// Creator (also who accepted what replenishment proposed), approver and receiver are three people. Rules and other systems are none.
    /// </summary>
    private static Rejection? NotTheirs(PurchaseOrder order, string by)
    {
        var what = order.Origin != "outside" && order.CreatedBy == by ? "made" : order.ApprovedBy == by ? "approved" : null;
        return what is null || !PurchaseOrderWords.IsPerson(by) ? null
            : new(RejectionCodes.WrongState, $"{by} {what} purchase order {order.Id}: somebody else receives it");
    }

    private static Rejection? Misplaced(PurchaseOrder order, GoodsReceived.DeliveredLine delivered)
    {
        if (delivered.Number is not { } number)
            return null;
        if (order.Line(number) is not { } line)
            return PurchaseOrderBook.UnknownLine(order, number);
        if (delivered.Discrepancy == ReceiptLine.WrongItem)
            return line.Sku != delivered.Sku ? null
                : new(RejectionCodes.Invalid, $"line {number} of purchase order {order.Id} is of {line.Sku}: it is no wrong item");
        return line.Sku == delivered.Sku ? null
            : new(RejectionCodes.UnknownLine, $"line {number} of purchase order {order.Id} is of {line.Sku}, not of {delivered.Sku}");
    }

    private static Rejection? Mismatched(Receipt receipt, PurchaseOrder order, ReceiptMatched.MatchedLine named)
    {
        if (receipt.Lines.Find(line => line.Number == named.Number) is not { } came)
            return new(RejectionCodes.UnknownLine, $"receipt {receipt.Id} has no line {named.Number}");
        if (order.Line(named.OrderLine) is not { } line)
            return PurchaseOrderBook.UnknownLine(order, named.OrderLine);
        return line.Sku == came.Sku ? null
            : new(RejectionCodes.UnknownLine,
                $"line {line.Number} of purchase order {order.Id} is of {line.Sku}, line {came.Number} of the receipt of {came.Sku}");
    }

    private static bool IsOrdered(PurchaseOrder order, Sku sku) => order.Lines.Exists(line => line.Sku == sku);

    private static Rejection Told(Receipt known) => new(RejectionCodes.AlreadyExists, $"receipt {known.Id} was told before, of other contents"
        + (known.PurchaseOrderId is { } order ? $", of purchase order {order}" : ""));

    private static string ContentOf<TData>(TData data, JsonTypeInfo<TData> json) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(data, json)));
}
