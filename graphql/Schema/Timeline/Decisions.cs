using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.ExceptionCases;
using EcomIntel.GraphQL.Schema.Orders;
using static EcomIntel.GraphQL.Schema.Timeline.OperationData;

namespace EcomIntel.GraphQL.Schema.Timeline;

/// <summary>What of an order its reader may see.</summary>
/// <param name="Own">Locations; null for all.</param>
/// <param name="Shipments">Those at such locations, each with its carrier.</param>
internal sealed record Sight(IReadOnlyList<string>? Own, IReadOnlyDictionary<string, string?> Shipments)
{
    public bool Sees(string? location) => location is null || Own?.Contains(location) != false;

    public bool SeesShipment(string shipment) => Own is null || Shipments.ContainsKey(shipment);
}

/// <summary>
/// A decision of the hub as an entry of a timeline. It is read by the names that all decisions share, so one of a type that this program does not know is told
/// as well, in plainer words.
/// </summary>
internal static class Decisions
{
    /// <summary>Lines of one decision that are named; of more their number is told.</summary>
    private const int MaxLines = 10;

    /// <returns>Null where it is of a location that the caller may not see, or of another order.</returns>
    public static TimelineEntry? Entry(Operation operation, string orderId, Sight sight)
    {
        using var json = JsonDocument.Parse(operation.Data);
        var data = json.RootElement;
        var order = Object(data, "order");
        if ((Text(order, "orderId") ?? Text(data, "orderId")) is { } about && about != orderId)
            return null;
        // What it is about may be written as an order is.
        if (IsOfCase(operation.Type) ? !ExceptionCaseStore.AboutOrders.Contains(Text(data, "category")?.Split('.')[0] ?? "") : IsOfOthers(operation.Type))
            return null;
        var location = Text(data, "location");
        if (!sight.Sees(location) || (Text(data, "shipmentId") is { } shipment && !sight.SeesShipment(shipment)))
            return null;
        var lines = Items(data, "lines").Where(line => sight.Sees(Text(line, "location"))).ToList();
        var reasons = Items(data, "reasons")
            .Select(node => new NodeReason(Text(node, "location") ?? "", Is(node, "chosen"), Text(node, "reason") ?? ""))
            .Where(node => sight.Sees(node.Location)).ToList();
        return new(
            operation.Time.UtcDateTime, operation.Type, Summary(operation.Type, data, order, lines), By(operation.Type, data, order, sight),
            Text(data, "reason") ?? (IsOfCase(operation.Type) ? Text(data, "note") ?? Text(data, "detail") : null), reasons,
            Number(order, "version"), Text(order, "status") ?? Text(data, "status"), false, operation.Sequence, operation.Sequence);
    }

    /// <summary>What stands before an operation's dot says what it is about.</summary>
    private static bool IsOfOthers(string type) => type.Split('.')[0] is "transfer" or "item" or "location"
        or "po" or "purchase_order" or "receipt" or "claim" or "invoice" or "charge" or "supplier" or "supplier_item" or "proposal" or "rate" or "stock"
        or "alert" or "finding";

    private static string Summary(string type, JsonElement data, JsonElement order, List<JsonElement> lines)
    {
        var (location, shipment, hold) = (Text(data, "location"), Text(data, "shipmentId"), Words(Text(data, "hold")));
        var units = Units(lines);
        return type switch
        {
            OperationEvents.Captured => $"placed by {Text(order, "channel")}, promised for {Text(order, "promisedAt")}: {units}",
            OperationEvents.Allocated => $"promised from stock: {units}",
            OperationEvents.Backordered => $"waits for stock: {units}",
            OperationEvents.Released => $"released to {location} as shipment {shipment}: {units}",
            OperationEvents.Rejected => $"{location} rejected {Number(data, "quantity")} x {Text(data, "sku")} of shipment {shipment}",
            OperationEvents.Shipped => $"shipment {shipment} was handed over at {location}: {units}",
            OperationEvents.Delivered => $"shipment {shipment} was delivered",
            OperationEvents.Cancelled => $"cancelled: {units}",
            OperationEvents.StatusChanged => $"{Words(Text(data, "from"))} before, {Words(Text(order, "status"))} after",
            OperationEvents.HoldPlaced => $"held: {hold}",
            OperationEvents.HoldReleased => $"not held any more: {hold}",
            ExceptionChanged.Opened => $"a case was opened: {Text(data, "category")} of {Text(data, "subject")}",
            _ when IsOfCase(type) => $"a case was {type[ExceptionChanged.Prefix.Length..]}: {Text(data, "category")} of {Text(data, "subject")}",
            _ => string.Concat(
                Words(type), Text(data, "returnId") is { } id ? $", return {id}" : "", shipment is null ? "" : $", shipment {shipment}",
                location is null ? "" : $", at {location}", hold.Length == 0 ? "" : $", {hold}", lines.Count == 0 ? "" : $": {units}"),
        };
    }

    private static TimelineActor By(string type, JsonElement data, JsonElement order, Sight sight)
    {
        var location = Text(data, "location");
        var carrier = Text(data, "carrier") ?? (Text(data, "shipmentId") is { } shipment ? sight.Shipments.GetValueOrDefault(shipment) : null);
        return type switch
        {
            OperationEvents.Captured => new(TimelineActorKind.Channel, Text(order, "channel")),
            OperationEvents.Allocated => new(TimelineActorKind.Hub, $"allocation {Number(data, "policyVersion")}"),
            OperationEvents.Backordered or OperationEvents.Released => new(TimelineActorKind.Hub, null),
            _ when IsOfCase(type) && Text(data, "by") is null => new(TimelineActorKind.Hub, null),
            OperationEvents.Rejected or OperationEvents.ReturnReceivedType or OperationEvents.ReturnDispositioned => new(TimelineActorKind.Location, location),
            OperationEvents.Shipped or OperationEvents.Delivered => new(TimelineActorKind.Carrier, carrier),
            OperationEvents.Cancelled => new(
                Text(data, "by") switch
                {
                    "customer" => TimelineActorKind.Customer,
                    "seller" or "stock" => TimelineActorKind.Seller,
                    _ => TimelineActorKind.Outside,
                },
                null),
            OperationEvents.StatusChanged when Text(order, "status") is "PICKED" or "PACKED" => new(TimelineActorKind.Location, null),
            OperationEvents.StatusChanged when Text(order, "status") is "SHIPPED" or "DELIVERED" => new(TimelineActorKind.Carrier, null),
            _ => Text(data, "carrier") is { } its ? new(TimelineActorKind.Carrier, its)
                : location is not null ? new(TimelineActorKind.Location, location)
                : new(TimelineActorKind.Outside, null),
        };
    }

    private static bool IsOfCase(string type) => type.StartsWith(ExceptionChanged.Prefix, StringComparison.Ordinal);

    private static string Units(List<JsonElement> lines)
    {
        var named = lines.Take(MaxLines).Select(line =>
            $"{Number(line, "quantity")} x {Text(line, "sku")}{(Text(line, "location") is { } at ? $" at {at}" : "")}");
        return string.Join(", ", named) + (lines.Count > MaxLines ? $" and {lines.Count - MaxLines} lines more" : "");
    }
}
