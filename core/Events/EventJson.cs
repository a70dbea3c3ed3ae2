using System.Buffers.Text;
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
    Converters = [typeof(InstantConverter), typeof(ExactDecimalConverter)],
    MaxDepth = EventCodec.MaxDepth)]
[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(PaymentAuthorized))]
[JsonSerializable(typeof(PaymentChanged))]
[JsonSerializable(typeof(HoldRequested))]
[JsonSerializable(typeof(PromiseChanged))]
[JsonSerializable(typeof(OrderFlagged))]
[JsonSerializable(typeof(OrderCleared))]
[JsonSerializable(typeof(OrderCancelled))]
[JsonSerializable(typeof(OrderLineCancelled))]
[JsonSerializable(typeof(OrderResourceRequested))]
[JsonSerializable(typeof(ReturnRequested))]
[JsonSerializable(typeof(ReturnAuthorized))]
[JsonSerializable(typeof(ReturnRefused))]
[JsonSerializable(typeof(ReturnReceived))]
[JsonSerializable(typeof(ReturnInspected))]
[JsonSerializable(typeof(ReturnClosed))]
[JsonSerializable(typeof(RefundPaid))]
[JsonSerializable(typeof(StockReceived))]
[JsonSerializable(typeof(StockAdjusted))]
[JsonSerializable(typeof(StockCounted))]
[JsonSerializable(typeof(StockMoved))]
[JsonSerializable(typeof(TransferDispatched))]
[JsonSerializable(typeof(TransferReceived))]
[JsonSerializable(typeof(TransferLost))]
[JsonSerializable(typeof(TransferClosed))]
[JsonSerializable(typeof(AdjustmentRequested))]
[JsonSerializable(typeof(AdjustmentDecided))]
[JsonSerializable(typeof(PickConfirmed))]
[JsonSerializable(typeof(PickShort))]
[JsonSerializable(typeof(PartnerStockReported))]
[JsonSerializable(typeof(ShipmentLabelled))]
[JsonSerializable(typeof(ShipmentMoved))]
[JsonSerializable(typeof(ShipmentException))]
[JsonSerializable(typeof(ShipmentLost))]
[JsonSerializable(typeof(ShipmentReceivedBack))]
[JsonSerializable(typeof(ShipmentResendRequested))]
[JsonSerializable(typeof(ShipmentRefundRequested))]
[JsonSerializable(typeof(ItemUpdated))]
[JsonSerializable(typeof(LocationUpdated))]
[JsonSerializable(typeof(ChannelUpdated))]
[JsonSerializable(typeof(CarrierUpdated))]
[JsonSerializable(typeof(PolicyUpdated))]
[JsonSerializable(typeof(SupplierUpdated))]
[JsonSerializable(typeof(SupplierItemUpdated))]
[JsonSerializable(typeof(RateUpdated))]
[JsonSerializable(typeof(PurchaseOrderPlaced))]
[JsonSerializable(typeof(PurchaseOrderDecided))]
[JsonSerializable(typeof(PurchaseOrderAcknowledged))]
[JsonSerializable(typeof(PurchaseOrderDateChanged))]
[JsonSerializable(typeof(PurchaseOrderCancelled))]
[JsonSerializable(typeof(PurchaseOrderLineClosed))]
[JsonSerializable(typeof(AsnSent))]
[JsonSerializable(typeof(PurchaseOrderMilestone))]
[JsonSerializable(typeof(GoodsReceived))]
[JsonSerializable(typeof(GoodsInspected))]
[JsonSerializable(typeof(BlindReceived))]
[JsonSerializable(typeof(ReceiptMatched))]
[JsonSerializable(typeof(ClaimAnswered))]
[JsonSerializable(typeof(ClaimCredited))]
[JsonSerializable(typeof(InvoiceReceived))]
[JsonSerializable(typeof(InvoiceDecided))]
[JsonSerializable(typeof(ChargeReceived))]
[JsonSerializable(typeof(ProposalAccepted))]
[JsonSerializable(typeof(ProposalDismissed))]
[JsonSerializable(typeof(ForecastUpdated))]
[JsonSerializable(typeof(CaseDecided))]
[JsonSerializable(typeof(CaseAssigned))]
[JsonSerializable(typeof(CaseResolved))]
[JsonSerializable(typeof(CaseActed))]
[JsonSerializable(typeof(ExpediteRequested))]
[JsonSerializable(typeof(CaseDuplicated))]
[JsonSerializable(typeof(AlertDecided))]
[JsonSerializable(typeof(AlertActioned))]
[JsonSerializable(typeof(AlertDismissed))]
[JsonSerializable(typeof(FindingRaised))]
[JsonSerializable(typeof(FindingCleared))]
[JsonSerializable(typeof(DelayRiskAssessed))]
[JsonSerializable(typeof(IReadOnlyList<DelayQuantile>))]
[JsonSerializable(typeof(IReadOnlyList<FindingFeature>))]
[JsonSerializable(typeof(ClockTicked))]
internal sealed partial class EventJson : JsonSerializerContext;

/// <summary>Reads a number as it is written: one with more decimals than a decimal keeps (1e-400) would become another one in silence.</summary>
internal sealed class ExactDecimalConverter : JsonConverter<decimal>
{
    private const int MaxDecimals = 28;

    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var value) && Decimals(reader.ValueSpan) <= MaxDecimals
            ? value : throw new JsonException("must be a number of at most 28 digits");

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) => writer.WriteNumberValue(value);

    private static long Decimals(ReadOnlySpan<byte> number)
    {
        var exponent = number.IndexOfAny((byte)'e', (byte)'E');
        var mantissa = exponent < 0 ? number : number[..exponent];
        var point = mantissa.IndexOf((byte)'.');
        var fraction = point < 0 ? 0 : mantissa[(point + 1)..].TrimEnd((byte)'0').Length;
        if (exponent < 0 || mantissa.IndexOfAnyExcept("-0."u8) < 0)
            return fraction;
        return Utf8Parser.TryParse(number[(exponent + 1)..], out int power, out _) ? fraction - (long)power : MaxDecimals + 1;
    }
}

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
[JsonSerializable(typeof(OperationEvents.OrderDeallocated))]
[JsonSerializable(typeof(OperationEvents.OrderRejected))]
[JsonSerializable(typeof(OperationEvents.OrderStatusChanged))]
[JsonSerializable(typeof(OperationEvents.OrderShipped))]
[JsonSerializable(typeof(OperationEvents.OrderDelivered))]
[JsonSerializable(typeof(OperationEvents.OrderCancelled))]
[JsonSerializable(typeof(OperationEvents.HoldChanged))]
[JsonSerializable(typeof(PaymentRecorded))]
[JsonSerializable(typeof(ReservationEnded))]
[JsonSerializable(typeof(OrderPromised))]
[JsonSerializable(typeof(OperationEvents.StockChanged))]
[JsonSerializable(typeof(OperationEvents.ReturnChanged))]
[JsonSerializable(typeof(OperationEvents.ReturnRefunded))]
[JsonSerializable(typeof(OrderRefunded))]
[JsonSerializable(typeof(ShipmentLossReported))]
[JsonSerializable(typeof(ShipmentChanged))]
[JsonSerializable(typeof(TransferChanged))]
[JsonSerializable(typeof(OrderExpected))]
[JsonSerializable(typeof(AdjustmentChanged))]
[JsonSerializable(typeof(SupplierChanged))]
[JsonSerializable(typeof(SupplierItemChanged))]
[JsonSerializable(typeof(RateChanged))]
[JsonSerializable(typeof(SupplierScored))]
[JsonSerializable(typeof(PurchaseOrderChanged))]
[JsonSerializable(typeof(ReceiptChanged))]
[JsonSerializable(typeof(ClaimChanged))]
[JsonSerializable(typeof(ProposalChanged))]
[JsonSerializable(typeof(StockProjectedOut))]
[JsonSerializable(typeof(PurchaseOrderDelayAssessed))]
[JsonSerializable(typeof(ForecastMade))]
[JsonSerializable(typeof(ExceptionChanged))]
[JsonSerializable(typeof(AlertChanged))]
[JsonSerializable(typeof(FindingDecided))]
[JsonSerializable(typeof(FindingTold))]
[JsonSerializable(typeof(OperationEvents.CatalogChanged))]
[JsonSerializable(typeof(InvoiceChanged))]
[JsonSerializable(typeof(ChargeSpread))]
[JsonSerializable(typeof(StockValued))]
[JsonSerializable(typeof(OrderStates.Part))]
internal sealed partial class OperationJson : JsonSerializerContext;
