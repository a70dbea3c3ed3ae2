namespace EcomIntel.Embedded.ClickHouse.Native;

/// <summary>A column type, as far as its bytes in the Native format depend on it.</summary>
internal abstract record NativeType
{
    public sealed record Fixed(int Size) : NativeType;

    public sealed record Text : NativeType;

    public sealed record Nullable(NativeType Inner) : NativeType;

    public sealed record Array(NativeType Inner) : NativeType;

    public sealed record Tuple(IReadOnlyList<NativeType> Items) : NativeType;

    public sealed record LowCardinality(NativeType Dictionary) : NativeType;
}

/// <summary>A type whose bytes cannot be measured: an aggregate function's state, Dynamic, JSON, Variant.</summary>
internal sealed class OpaqueTypeException(string type) : Exception($"type {type} cannot be measured in the Native format");
