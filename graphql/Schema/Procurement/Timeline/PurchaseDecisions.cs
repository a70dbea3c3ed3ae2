using System.Globalization;
using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Schema.Timeline;
using static EcomIntel.GraphQL.Schema.Timeline.OperationData;

namespace EcomIntel.GraphQL.Schema.Procurement.Timeline;

/// <summary>What of the outbox is about a purchase order.</summary>
internal enum PurchaseSubject
{
    Order,
    Receipt,
    Claim,
    Invoice,
}

/// <summary>
/// A decision about a purchase order, its receipts, claims or invoices as an entry of the order's timeline. None tells an amount of money: not every role that
/// reads purchase orders may read those.
/// </summary>
internal static class PurchaseDecisions
{
    /// <summary>Lines of one decision that are told; of more their number is.</summary>
    private const int MaxLines = 10;

    /// <param name="kind">What the operation's subject is.</param>
    /// <param name="before">The order's state before it; undefined where that is not known.</param>
    /// <param name="own">The caller's locations; null for all.</param>
    /// <returns>Null where it is about something else that is written alike, or at a location that the caller may not see.</returns>
    public static TimelineEntry? Entry(
        Operation operation, PurchaseSubject kind, JsonElement data, JsonElement before, string orderId, IReadOnlyList<string>? own)
    {
        var isCase = operation.Type.StartsWith(ExceptionChanged.Prefix, StringComparison.Ordinal);
        if ((isCase ? Text(data, "category") : operation.Type)?.Split('.')[0] is not { } about || KindOf(about) != kind)
            return null;
        if (isCase && own is not null && Text(data, "location") is { } location && !own.Contains(location))
            return null;
        var state = StateOf(data, kind);
        var (at, order) = (operation.Time.UtcDateTime, kind == PurchaseSubject.Order ? state : default);
        if (isCase)
            return new(
                at, operation.Type, $"a case was {operation.Type[ExceptionChanged.Prefix.Length..]}: {Text(data, "category")} of {operation.Subject}",
                Text(data, "by") is { } person ? By(person, null) : new(TimelineActorKind.Hub, null), Text(data, "note") ?? Text(data, "detail"), [],
                null, null, false, operation.Sequence, operation.Sequence);
        var summary = kind switch
        {
            PurchaseSubject.Order => OfOrder(operation.Type, data, order, before),
            PurchaseSubject.Receipt => OfReceipt(operation.Type, state),
            PurchaseSubject.Claim => OfClaim(operation.Type, state),
            _ => OfInvoice(operation.Type, state, orderId),
        };
        return new(
            at, operation.Type, summary, By(Text(data, "by"), Text(state, "supplierId")), Reason(operation.Type, data), [], Number(order, "version"),
            Text(order, "status"), false, operation.Sequence, operation.Sequence);
    }

    /// <summary>The subject of a decision as it stands after it; undefined in a case.</summary>
    public static JsonElement StateOf(JsonElement data, PurchaseSubject kind) => Object(data, kind switch
    {
        PurchaseSubject.Order => "order",
        PurchaseSubject.Receipt => "receipt",
        PurchaseSubject.Claim => "claim",
        _ => "invoice",
    });

    private static PurchaseSubject? KindOf(string about) => about switch
    {
        "po" or "purchase_order" => PurchaseSubject.Order,
        "receipt" => PurchaseSubject.Receipt,
        "claim" => PurchaseSubject.Claim,
        "invoice" => PurchaseSubject.Invoice,
        _ => null,
    };

    private static string OfOrder(string type, JsonElement data, JsonElement order, JsonElement before)
    {
        var (supplier, to) = (Text(order, "supplierId"), $"to arrive at {Text(order, "location")}");
        var lines = Items(order, "lines").ToList();
        var units = Join([.. lines.Select(line => $"{Number(line, "ordered") - Number(line, "cancelled")} x {Text(line, "sku")}")], ", ");
        if (type == PurchaseOrderChanged.Drafted)
            return $"made for supplier {supplier}, {to}: {units}";
        if (type == PurchaseOrderChanged.Sent)
            return Number(order, "version") == 1 ? $"another system placed it with supplier {supplier}, {to}: {units}"
                : $"sent to supplier {supplier}: {units}";
        var asn = Object(data, "asn");
        var told = type switch
        {
            PurchaseOrderChanged.Submitted => "submitted for approval",
            PurchaseOrderChanged.Acknowledged => $"supplier {supplier} has taken it on",
            PurchaseOrderChanged.Promised => $"supplier {supplier} promised another date",
            PurchaseOrderChanged.Announced => $"ASN {Text(asn, "asnId")} was announced for {Time(asn, "expectedAt")}",
            PurchaseOrderChanged.MilestoneReached => $"on its way: {Words(Text(data, "note"))}",
            PurchaseOrderChanged.LineClosed => "closed short",
            PurchaseOrderChanged.ConsignmentMissing => $"units of ASN {Text(data, "note")} did not come",
            PurchaseOrderChanged.ConsignmentNotMissing => $"units of ASN {Text(data, "note")} are not missed any more",
            _ => Done(type),
        };
        List<string> changes =
            [.. Items(asn, "lines").Select(line => $"line {Number(line, "line")}, {Number(line, "quantity")} units"), .. Changes(lines, before)];
        return changes.Count == 0 ? told : $"{told}: {Join(changes, "; ")}";
    }

    /// <summary>How lines stand otherwise than before.</summary>
    private static List<string> Changes(List<JsonElement> lines, JsonElement before)
    {
        var known = Items(before, "lines").ToDictionary(line => Number(line, "line") ?? 0);
        var changes = new List<string>();
        foreach (var line in lines)
        {
            if (!known.TryGetValue(Number(line, "line") ?? 0, out var was))
                continue;
            var (parts, sku) = (new List<string>(), Text(line, "sku"));
            bool Differs(string member) => Number(line, member) != Number(was, member);
            if (Differs("received") || Differs("over"))
                parts.Add($"{Number(line, "received")} of {Number(line, "ordered") - Number(line, "cancelled")} received"
                    + (Number(line, "over") > 0 ? $" and {Number(line, "over")} beyond" : ""));
            if (Differs("cancelled"))
                parts.Add($"{Number(line, "cancelled")} cancelled");
            if (Differs("closedShort"))
                parts.Add($"{Number(line, "closedShort")} not to come");
            var (promised, expected) = (Time(line, "promisedAt"), Time(line, "expectedAt"));
            if (promised != Time(was, "promisedAt"))
                parts.Add(Moved("promised for", promised, Time(was, "promisedAt")));
            var open = Number(line, "ordered") - Number(line, "cancelled") - Number(line, "closedShort") - Number(line, "received");
            if (open > 0 && expected != Time(was, "expectedAt") && (expected != promised || promised == Time(was, "promisedAt")))
                parts.Add(Moved("expected", expected, Time(was, "expectedAt")));
            if (parts.Count > 0)
                changes.Add($"line {Number(line, "line")}, {sku}: {string.Join(", ", parts)}");
        }
        return changes;

        static string Moved(string what, string? to, string? from) => from is null ? $"{what} {to}" : $"{what} {to}, before {from}";
    }

    private static string OfReceipt(string type, JsonElement receipt)
    {
        var units = Join([.. Items(receipt, "lines").Select(Received)], ", ");
        var receiptId = Text(receipt, "receiptId");
        return type switch
        {
            ReceiptChanged.Recorded => $"receipt {receiptId} at {Text(receipt, "location")}" + (Text(receipt, "asnId") is { } asn ? $", ASN {asn}" : "")
                + (Text(receipt, "purchaseOrderId") is null ? ", of no known order" : "") + $": {units}",
            ReceiptChanged.Matched => $"receipt {receiptId} was found to be of this order: {units}",
            ReceiptChanged.Inspected => $"receipt {receiptId} was inspected: {units}",
            ReceiptChanged.Counted => $"receipt {receiptId} counts otherwise: {units}",
            _ => $"{Words(type)}, {receiptId}: {units}",
        };
    }

    private static string Received(JsonElement line)
    {
        List<string> parts = [.. from name in (string[])["damaged", "inspection", "accepted", "rejected"]
            where Number(line, name) > 0 select $"{Number(line, name)} {(name == "inspection" ? "held" : name)}"];
        if (Text(line, "discrepancy") is { } discrepancy)
            parts.Add(Words(discrepancy));
        return $"{Number(line, "quantity")} x {Text(line, "sku")}{(Number(line, "orderLine") is { } of ? $" of line {of}" : "")}"
            + (parts.Count > 0 ? $" ({string.Join(", ", parts)})" : "");
    }

    private static string OfClaim(string type, JsonElement claim)
    {
        var about = $"{Number(claim, "quantity")} x {Text(claim, "sku")} {Words(Text(claim, "kind"))}"
            + (Number(claim, "orderLine") is { } line ? $" of line {line}" : "");
        var done = type == ClaimChanged.Changed && Number(claim, "quantity") == 0 ? "withdrawn" : Done(type);
        return $"claim {Text(claim, "claimId")} {done}: {about}";
    }

    private static string OfInvoice(string type, JsonElement invoice, string orderId)
    {
        var lines = Items(invoice, "lines").Where(line => Text(line, "purchaseOrderId") == orderId)
            .Select(line => $"{Number(line, "quantity")} units of line {Number(line, "orderLine")}, {Number(line, "matched")} matched").ToList();
        return $"invoice {Text(invoice, "number")} {Done(type)}: {Join(lines, "; ")}";
    }

    /// <summary>What was done, by an operation's type.</summary>
    private static string Done(string type) => Words(type[(type.IndexOf('.') + 1)..]);

    private static string? Reason(string type, JsonElement data) => type switch
    {
        // Their notes are what they are about.
        PurchaseOrderChanged.Announced or PurchaseOrderChanged.MilestoneReached or PurchaseOrderChanged.ConsignmentMissing
            or PurchaseOrderChanged.ConsignmentNotMissing => null,
        InvoiceChanged.Received => Text(data, "note"),
        _ => Text(data, "note") ?? (Reasons(Object(data, "invoice")) is { Length: > 0 } reasons ? reasons : null),
    };

    private static string Reasons(JsonElement invoice) =>
        invoice.ValueKind == JsonValueKind.Object && invoice.TryGetProperty("reasons", out var reasons) && reasons.ValueKind == JsonValueKind.Array
            ? string.Join(", ", reasons.EnumerateArray().Select(reason => Words(reason.ToString()))) : "";

    /// <param name="by">As operations write it: a person, <c>rule:...</c>, <c>supplier</c>, another system.</param>
    private static TimelineActor By(string? by, string? supplier) => by switch
    {
        null => new(TimelineActorKind.Outside, null),
        "supplier" => new(TimelineActorKind.Supplier, supplier),
        _ when by.StartsWith("rule:", StringComparison.Ordinal) => new(TimelineActorKind.Hub, by),
        _ when by.StartsWith(Caller.KeyPrefix, StringComparison.Ordinal) || by.StartsWith(Caller.UserPrefix, StringComparison.Ordinal) =>
            new(TimelineActorKind.Caller, by),
        _ => new(TimelineActorKind.Outside, by),
    };

    private static string? Time(JsonElement of, string name) => Text(of, name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) : text;

    private static string Join(List<string> parts, string separator) =>
        string.Join(separator, parts.Take(MaxLines)) + (parts.Count > MaxLines ? $" and {parts.Count - MaxLines} lines more" : "");
}
