using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EcomIntel.Core.Database.ClickHouse.Wire;

/// <summary>
/// Reads RowBinary from bytes already here. Running out of them is no error but sets <see cref="Short"/>, after which every read gives zero:
/// the caller fetches more and starts the row again. So one synchronous decoder serves streaming, and a value is never decoded twice.
/// </summary>
internal ref struct RowBinaryReader(ReadOnlySpan<byte> data, int position = 0)
{
    private static readonly byte[] Zeros = new byte[32];
    private readonly ReadOnlySpan<byte> data = data;

    public int Position { get; private set; } = position;

    public bool Short { get; private set; }

    /// <summary>A count of things of at least one byte each cannot usefully exceed this.</summary>
    public readonly int Left => data.Length - Position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (Short || count > Left)
        {
            Short = true;
            return count <= Zeros.Length ? Zeros.AsSpan(0, count) : default;
        }

        var taken = data.Slice(Position, count);
        Position += count;
        return taken;
    }

    public void Skip(int count)
    {
        if (Short || count > Left)
            Short = true;
        else
            Position += count;
    }

    public byte Byte() => Take(1)[0];

    public T Number<T>()
        where T : unmanaged
    {
        return MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));
    }

    /// <summary>An unsigned LEB128 number: a length or a count.</summary>
    public int Length()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value <= int.MaxValue ? (int)value : throw new InvalidDataException($"ClickHouse sent a length of {value} bytes or elements: beyond what one value may have.");
        }

        throw new InvalidDataException("ClickHouse sent a length of more than 64 bits.");
    }

    public ReadOnlySpan<byte> Bytes() => Take(Length());
}
