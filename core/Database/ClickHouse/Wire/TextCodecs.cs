using System.Net;
using System.Text;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

internal sealed class StringCodec(string typeName) : ClassCodec<string>(typeName)
{
    public override void Skip(ref RowBinaryReader reader) => reader.Skip(reader.Length());

    public override string Read(ref RowBinaryReader reader) => Encoding.UTF8.GetString(reader.Bytes());

    public override void Write(RowBinaryWriter writer, string value) => writer.Text(value);

    /// <summary>Bytes go in and come out as they are: a ClickHouse String need not be text.</summary>
    public override void WriteBoxed(RowBinaryWriter writer, object? value)
    {
        if (value is byte[] bytes)
        {
            writer.WriteLength(bytes.Length);
            writer.Bytes(bytes);
        }
        else
        {
            base.WriteBoxed(writer, value);
        }
    }

    protected override string From(object value) => value switch
    {
        char one => one.ToString(),
        Enum => value.ToString()!,
        _ => base.From(value),
    };
}

/// <summary>Always its full length; a shorter value is padded with zero bytes, which stay when read.</summary>
internal sealed class FixedStringCodec(string typeName, int size) : ClassCodec<string>(typeName)
{
    public int Size => size;

    public override void Skip(ref RowBinaryReader reader) => reader.Skip(size);

    public override string Read(ref RowBinaryReader reader) => Encoding.UTF8.GetString(reader.Take(size));

    public override void Write(RowBinaryWriter writer, string value) => WriteBytes(writer, Encoding.UTF8.GetBytes(value));

    public override void WriteBoxed(RowBinaryWriter writer, object? value)
    {
        if (value is byte[] bytes)
            WriteBytes(writer, bytes);
        else
            base.WriteBoxed(writer, value);
    }

    private void WriteBytes(RowBinaryWriter writer, byte[] value)
    {
        if (value.Length > size)
            throw new OverflowException($"{value.Length} bytes do not fit {TypeName}.");
        var room = writer.Room(size)[..size];
        room.Clear();
        value.CopyTo(room);
        writer.Advance(size);
    }
}

/// <summary>Two little-endian 64-bit halves, high half first.</summary>
internal sealed class UuidCodec(string typeName) : StructCodec<Guid>(typeName)
{
    public override void Skip(ref RowBinaryReader reader) => reader.Skip(16);

    public override Guid Read(ref RowBinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[16];
        reader.Take(16).CopyTo(bytes);
        bytes[..8].Reverse();
        bytes[8..].Reverse();
        return new(bytes, bigEndian: true);
    }

    public override void Write(RowBinaryWriter writer, Guid value)
    {
        var room = writer.Room(16)[..16];
        value.TryWriteBytes(room, bigEndian: true, out _);
        room[..8].Reverse();
        room[8..].Reverse();
        writer.Advance(16);
    }

    protected override Guid From(object value) => value is string text ? Guid.Parse(text) : base.From(value);
}

/// <summary>IPv4 is a little-endian number, IPv6 sixteen bytes in network order.</summary>
internal sealed class IpCodec(string typeName, bool v6) : ClassCodec<IPAddress>(typeName)
{
    public override void Skip(ref RowBinaryReader reader) => reader.Skip(v6 ? 16 : 4);

    public override IPAddress Read(ref RowBinaryReader reader)
    {
        Span<byte> bytes = stackalloc byte[v6 ? 16 : 4];
        reader.Take(bytes.Length).CopyTo(bytes);
        if (!v6)
            bytes.Reverse();
        return new(bytes);
    }

    public override void Write(RowBinaryWriter writer, IPAddress value)
    {
        var bytes = (v6 ? value.MapToIPv6() : value.IsIPv4MappedToIPv6 ? value.MapToIPv4() : value).GetAddressBytes();
        if (bytes.Length != (v6 ? 16 : 4))
            throw new OverflowException($"{value} is no {TypeName}.");
        if (!v6)
            Array.Reverse(bytes);
        writer.Bytes(bytes);
    }

    protected override IPAddress From(object value) => value is string text ? IPAddress.Parse(text) : base.From(value);
}

/// <summary>Enum8 and Enum16: a number on the wire, its name in the CLR.</summary>
internal sealed class EnumCodec : ClassCodec<string>
{
    private readonly bool wide;
    private readonly Dictionary<string, short> numbers = [];
    private readonly Dictionary<short, string> names = [];

    public EnumCodec(string typeName, bool wide, IEnumerable<(string Name, short Number)> values)
        : base(typeName)
    {
        this.wide = wide;
        foreach (var (name, number) in values)
        {
            numbers[name] = number;
            names[number] = name;
        }
    }

    public override void Skip(ref RowBinaryReader reader) => reader.Skip(wide ? 2 : 1);

    public override string Read(ref RowBinaryReader reader)
    {
        var number = wide ? reader.Number<short>() : reader.Number<sbyte>();
        return names.TryGetValue(number, out var name) || reader.Short ? name ?? "" : throw new InvalidDataException($"ClickHouse sent {number}, which {TypeName} does not have.");
    }

    public override void Write(RowBinaryWriter writer, string value)
    {
        if (!numbers.TryGetValue(value, out var number))
            throw new OverflowException($"'{value}' is none of {TypeName}.");
        if (wide)
            writer.Number(number);
        else
            writer.Number((sbyte)number);
    }

    /// <summary>A CLR enum goes in by its name: its numbers are its own affair.</summary>
    protected override string From(object value) => value is Enum ? value.ToString()! : base.From(value);
}
