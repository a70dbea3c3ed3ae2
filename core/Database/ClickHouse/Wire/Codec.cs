namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>One ClickHouse type in RowBinary, both ways.</summary>
internal abstract class Codec(string typeName)
{
    /// <summary>The type as ClickHouse names it.</summary>
    public string TypeName { get; } = typeName;

    /// <summary>The CLR type of a value that is not NULL.</summary>
    public abstract Type ClrType { get; }

    /// <summary>What follows the byte that says "not NULL", when this is Nullable; null otherwise.</summary>
    public virtual Codec? InNullable => null;

    public abstract void Skip(ref RowBinaryReader reader);

    /// <summary>The value, null for NULL.</summary>
    public abstract object? ReadBoxed(ref RowBinaryReader reader);

    /// <summary>
    /// Writes a value of any CLR type that holds one of this type. What does not fit is an <see cref="InvalidCastException"/>,
    /// <see cref="OverflowException"/> or <see cref="FormatException"/>; part of it may be written then.
    /// </summary>
    public abstract void WriteBoxed(RowBinaryWriter writer, object? value);

    // The wrapping codecs are made here rather than by reflection: only a codec knows its own CLR type.
    public abstract Codec AsNullable(string typeName);

    public abstract Codec AsArray(string typeName);

    public abstract Codec AsMapTo(string typeName, Codec value);

    protected internal abstract Codec AsMapFrom<TKey>(string typeName, Codec<TKey> key)
        where TKey : notnull;

    protected InvalidCastException Refuse(object? value) =>
        new(value is null or DBNull ? $"NULL does not go into {TypeName}." : $"A {value.GetType().Name} does not go into {TypeName}.");
}

/// <summary>A type whose values are <typeparamref name="T"/>: reads and writes them unboxed.</summary>
internal abstract class Codec<T>(string typeName) : Codec(typeName)
{
    public override Type ClrType => typeof(T);

    public abstract T Read(ref RowBinaryReader reader);

    public abstract void Write(RowBinaryWriter writer, T value);

    /// <summary>A value of another CLR type as a T, where nothing is lost by it.</summary>
    protected virtual T From(object value) => throw Refuse(value);

    public override object? ReadBoxed(ref RowBinaryReader reader) => Read(ref reader);

    public override void WriteBoxed(RowBinaryWriter writer, object? value) =>
        Write(writer, value switch { T own => own, null or DBNull => throw Refuse(value), _ => From(value) });

    public override Codec AsArray(string typeName) => new ArrayCodec<T>(typeName, this);

    protected internal override Codec AsMapFrom<TKey>(string typeName, Codec<TKey> key) => new MapCodec<TKey, T>(typeName, key, this);
}

internal abstract class StructCodec<T>(string typeName) : Codec<T>(typeName)
    where T : struct
{
    public override Codec AsNullable(string typeName) => new NullableStructCodec<T>(typeName, this);

    public override Codec AsMapTo(string typeName, Codec value) => value.AsMapFrom(typeName, this);
}

internal abstract class ClassCodec<T>(string typeName) : Codec<T>(typeName)
    where T : class
{
    public override Codec AsNullable(string typeName) => new NullableClassCodec<T>(typeName, this);

    public override Codec AsMapTo(string typeName, Codec value) => value.AsMapFrom(typeName, this);
}

internal abstract class NullableCodec<T>(string typeName, Codec inner) : Codec<T?>(typeName)
{
    public override Type ClrType => inner.ClrType;

    public override Codec InNullable => inner;

    public override void Skip(ref RowBinaryReader reader)
    {
        if (reader.Byte() == 0)
            inner.Skip(ref reader);
    }

    public override void WriteBoxed(RowBinaryWriter writer, object? value)
    {
        if (value is null or DBNull)
        {
            writer.Byte(1);
            return;
        }

        writer.Byte(0);
        inner.WriteBoxed(writer, value);
    }

    public override Codec AsNullable(string typeName) => throw new NotSupportedException($"ClickHouse type '{typeName}' is Nullable twice.");

    public override Codec AsMapTo(string typeName, Codec value) => throw new NotSupportedException($"ClickHouse type '{typeName}' has a Nullable key.");
}

internal sealed class NullableStructCodec<T>(string typeName, Codec<T> inner) : NullableCodec<T?>(typeName, inner)
    where T : struct
{
    public override T? Read(ref RowBinaryReader reader) => reader.Byte() == 0 ? inner.Read(ref reader) : null;

    public override void Write(RowBinaryWriter writer, T? value)
    {
        writer.Byte(value is null ? (byte)1 : (byte)0);
        if (value is { } present)
            inner.Write(writer, present);
    }
}

internal sealed class NullableClassCodec<T>(string typeName, Codec<T> inner) : NullableCodec<T>(typeName, inner)
    where T : class
{
    public override T? Read(ref RowBinaryReader reader) => reader.Byte() == 0 ? inner.Read(ref reader) : null;

    public override void Write(RowBinaryWriter writer, T? value)
    {
        writer.Byte(value is null ? (byte)1 : (byte)0);
        if (value is not null)
            inner.Write(writer, value);
    }
}
