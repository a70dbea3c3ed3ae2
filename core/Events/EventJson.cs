using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>Source-generated JSON of all event data: camel case, required members required, nulls not written, no member twice.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    Converters = [typeof(InstantConverter)],
    MaxDepth = EventCodec.MaxDepth)]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(PaymentAuthorized))]
[JsonSerializable(typeof(OrderFlagged))]
[JsonSerializable(typeof(OrderCleared))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(OrderLineCancelled))]
[JsonSerializable(typeof(ReturnRequested))]
[JsonSerializable(typeof(ReturnReceived))]
[JsonSerializable(typeof(ReturnInspected))]
[JsonSerializable(typeof(RefundPaid))]
[JsonSerializable(typeof(StockReceived))]
[JsonSerializable(typeof(StockAdjusted))]
[JsonSerializable(typeof(StockCounted))]
[JsonSerializable(typeof(StockMoved))]
[JsonSerializable(typeof(TransferDispatched))]
[JsonSerializable(typeof(TransferReceived))]
[JsonSerializable(typeof(PickConfirmed))]
[JsonSerializable(typeof(PickShort))]
[JsonSerializable(typeof(PartnerStockReported))]
[JsonSerializable(typeof(ShipmentLabelled))]
[JsonSerializable(typeof(ShipmentMoved))]
[JsonSerializable(typeof(ShipmentException))]
[JsonSerializable(typeof(ItemUpdated))]
[JsonSerializable(typeof(LocationUpdated))]
[JsonSerializable(typeof(ChannelUpdated))]
[JsonSerializable(typeof(CarrierUpdated))]
[JsonSerializable(typeof(PolicyUpdated))]
[JsonSerializable(typeof(ClockTicked))]
internal sealed partial class EventJson : JsonSerializerContext;

/// <summary>The same for what leaves on topic <c>operations</c>, but nulls are written: every member stands in every operation.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.Strict,
    MaxDepth = EventCodec.MaxDepth)]
[JsonSerializable(typeof(ClockTicked))]
[JsonSerializable(typeof(OperationEvents.OrderCaptured))]
[JsonSerializable(typeof(OperationEvents.OrderAllocated))]
[JsonSerializable(typeof(OperationEvents.OrderBackordered))]
[JsonSerializable(typeof(OperationEvents.OrderReleased))]
[JsonSerializable(typeof(OperationEvents.OrderRejected))]
[JsonSerializable(typeof(OperationEvents.OrderStatusChanged))]
[JsonSerializable(typeof(OperationEvents.OrderShipped))]
[JsonSerializable(typeof(OperationEvents.OrderDelivered))]
[JsonSerializable(typeof(OperationEvents.OrderCancelled))]
[JsonSerializable(typeof(OperationEvents.HoldChanged))]
[JsonSerializable(typeof(OperationEvents.StockChanged))]
[JsonSerializable(typeof(OperationEvents.ReturnChanged))]
[JsonSerializable(typeof(OperationEvents.ExceptionOpened))]
[JsonSerializable(typeof(OperationEvents.CatalogChanged))]
[JsonSerializable(typeof(OrderStates.Part))]
internal sealed partial class OperationJson : JsonSerializerContext;
