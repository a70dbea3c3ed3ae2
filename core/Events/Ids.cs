using System.Text.Json;
using System.Text.Json.Serialization;

namespace EcomIntel.Core.Events;

/// <summary>An id as the outside world writes it: 1 to 100 printable characters, compared ordinally.</summary>
public interface IIdentifier<TSelf> where TSelf : struct, IIdentifier<TSelf>
{
    string Value { get; }

    static abstract TSelf From(string value);
}

/// <summary>Stock-keeping unit: what is bought, stored and sold as one thing.</summary>
[JsonConverter(typeof(IdentifierConverter<Sku>))]
public readonly record struct Sku(string Value) : IIdentifier<Sku>, IComparable<Sku>
{
    public static Sku From(string value) => new(value);
    public int CompareTo(Sku other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

/// <summary>A place that holds stock: a warehouse, a store, a third-party logistics partner.</summary>
[JsonConverter(typeof(IdentifierConverter<LocationId>))]
public readonly record struct LocationId(string Value) : IIdentifier<LocationId>, IComparable<LocationId>
{
    public static LocationId From(string value) => new(value);
    public int CompareTo(LocationId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<OrderId>))]
public readonly record struct OrderId(string Value) : IIdentifier<OrderId>, IComparable<OrderId>
{
    public static OrderId From(string value) => new(value);
    public int CompareTo(OrderId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<ShipmentId>))]
public readonly record struct ShipmentId(string Value) : IIdentifier<ShipmentId>, IComparable<ShipmentId>
{
    public static ShipmentId From(string value) => new(value);
    public int CompareTo(ShipmentId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<ReturnId>))]
public readonly record struct ReturnId(string Value) : IIdentifier<ReturnId>, IComparable<ReturnId>
{
    public static ReturnId From(string value) => new(value);
    public int CompareTo(ReturnId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<SupplierId>))]
public readonly record struct SupplierId(string Value) : IIdentifier<SupplierId>, IComparable<SupplierId>
{
    public static SupplierId From(string value) => new(value);
    public int CompareTo(SupplierId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<PurchaseOrderId>))]
public readonly record struct PurchaseOrderId(string Value) : IIdentifier<PurchaseOrderId>, IComparable<PurchaseOrderId>
{
    public static PurchaseOrderId From(string value) => new(value);
    public int CompareTo(PurchaseOrderId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<ReceiptId>))]
public readonly record struct ReceiptId(string Value) : IIdentifier<ReceiptId>, IComparable<ReceiptId>
{
    public static ReceiptId From(string value) => new(value);
    public int CompareTo(ReceiptId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

/// <summary>A claim on a supplier: told by the hub.</summary>
[JsonConverter(typeof(IdentifierConverter<ClaimId>))]
public readonly record struct ClaimId(string Value) : IIdentifier<ClaimId>, IComparable<ClaimId>
{
    public static ClaimId From(string value) => new(value);
    public int CompareTo(ClaimId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

[JsonConverter(typeof(IdentifierConverter<InvoiceId>))]
public readonly record struct InvoiceId(string Value) : IIdentifier<InvoiceId>, IComparable<InvoiceId>
{
    public static InvoiceId From(string value) => new(value);
    public int CompareTo(InvoiceId other) => string.CompareOrdinal(Value, other.Value);
    public override string ToString() => Value;
}

/// <summary>What every id must be, whatever it names.</summary>
public static class Identifier
{
    /// <summary>Longest id, in UTF-16 characters: index rows stay small whatever a producer sends.</summary>
    public const int MaxLength = 100;

    public static bool IsValid(string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxLength || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
            return false;
        foreach (var c in value)
            if (char.IsControl(c) || char.IsSurrogate(c))
                return false;
        return true;
    }
}

/// <summary>Reads and writes an id as a JSON string; anything but a valid id is a <see cref="JsonException"/>.</summary>
public sealed class IdentifierConverter<TId> : JsonConverter<TId> where TId : struct, IIdentifier<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw new JsonException("must be a string");
        var value = reader.GetString();
        return Identifier.IsValid(value)
            ? TId.From(value!)
            : throw new JsonException($"must be 1 to {Identifier.MaxLength} printable characters");
    }

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Value);
    }
}
