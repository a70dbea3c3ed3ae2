using System.Collections;
using System.Runtime.CompilerServices;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

internal sealed class ArrayCodec<T>(string typeName, Codec<T> element) : ClassCodec<T[]>(typeName)
{
    public override void Skip(ref RowBinaryReader reader)
    {
        for (var left = reader.Length(); left > 0 && !reader.Short; left--)
            element.Skip(ref reader);
    }

    public override T[] Read(ref RowBinaryReader reader)
    {
        var count = reader.Length();
        var values = new List<T>(Math.Min(count, reader.Left));
        for (; count > 0 && !reader.Short; count--)
            values.Add(element.Read(ref reader));
        return [.. values];
    }

    public override void Write(RowBinaryWriter writer, T[] value)
    {
        writer.WriteLength(value.Length);
        foreach (var one in value)
            element.Write(writer, one);
    }

    public override void WriteBoxed(RowBinaryWriter writer, object? value)
    {
        switch (value)
        {
            case T[] own when own.GetType() == typeof(T[]):
                // The elements too may be null where T is a class and the column is not Nullable: the boxed way says so.
                if (typeof(T).IsValueType)
                    Write(writer, own);
                else
                    WriteAll(writer, own);
                break;
            case string or IDictionary:
                throw Refuse(value);
            case ICollection many:
                WriteAll(writer, many);
                break;
            case IEnumerable some:
                WriteAll(writer, some.Cast<object?>().ToList());
                break;
            default:
                throw Refuse(value);
        }
    }

    private void WriteAll(RowBinaryWriter writer, ICollection values)
    {
        writer.WriteLength(values.Count);
        foreach (var one in values)
            element.WriteBoxed(writer, one);
    }
}

/// <summary>A count and the pairs. ClickHouse allows a key twice and answers with the first: so does the dictionary read.</summary>
internal sealed class MapCodec<TKey, TValue>(string typeName, Codec<TKey> key, Codec<TValue> item) : ClassCodec<Dictionary<TKey, TValue>>(typeName)
    where TKey : notnull
{
    public override void Skip(ref RowBinaryReader reader)
    {
        for (var left = reader.Length(); left > 0 && !reader.Short; left--)
        {
            key.Skip(ref reader);
            item.Skip(ref reader);
        }
    }

    public override Dictionary<TKey, TValue> Read(ref RowBinaryReader reader)
    {
        var map = new Dictionary<TKey, TValue>();
        for (var left = reader.Length(); left > 0 && !reader.Short; left--)
            map.TryAdd(key.Read(ref reader), item.Read(ref reader));
        return map;
    }

    public override void Write(RowBinaryWriter writer, Dictionary<TKey, TValue> value) => WriteBoxed(writer, value);

    public override void WriteBoxed(RowBinaryWriter writer, object? value)
    {
        if (value is not IDictionary pairs)
            throw Refuse(value);
        writer.WriteLength(pairs.Count);
        foreach (DictionaryEntry pair in pairs)
        {
            key.WriteBoxed(writer, pair.Key);
            item.WriteBoxed(writer, pair.Value);
        }
    }
}

/// <summary>The elements one after another. Read as an object array; any tuple or object array of the right length goes in.</summary>
internal sealed class TupleCodec(string typeName, Codec[] elements) : ClassCodec<object?[]>(typeName)
{
    public override void Skip(ref RowBinaryReader reader)
    {
        foreach (var element in elements)
            element.Skip(ref reader);
    }

    public override object?[] Read(ref RowBinaryReader reader)
    {
        var values = new object?[elements.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = elements[i].ReadBoxed(ref reader);
        return values;
    }

    public override void Write(RowBinaryWriter writer, object?[] value)
    {
        if (value.Length != elements.Length)
            throw new InvalidCastException($"{value.Length} values do not go into {TypeName}.");
        for (var i = 0; i < elements.Length; i++)
            elements[i].WriteBoxed(writer, value[i]);
    }

    protected override object?[] From(object value)
    {
        if (value is not ITuple tuple)
            throw Refuse(value);
        var values = new object?[tuple.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = tuple[i];
        return values;
    }
}

/// <summary>The type of a bare NULL and of an empty array's elements: no bytes, no values.</summary>
internal sealed class NothingCodec(string typeName) : ClassCodec<object>(typeName)
{
    public override void Skip(ref RowBinaryReader reader)
    {
    }

    public override object Read(ref RowBinaryReader reader) => DBNull.Value;

    public override void Write(RowBinaryWriter writer, object value) => throw Refuse(value);
}
