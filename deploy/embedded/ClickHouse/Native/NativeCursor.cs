using System.Buffers.Binary;

namespace EcomIntel.Embedded.ClickHouse.Native;

/// <summary>
/// Walks over a block that may not have arrived as a whole yet. When it runs out of bytes it is <see cref="Short"/>, and
/// <see cref="Needed"/> says how many there must be at least before another walk is worth while.
/// </summary>
internal ref struct NativeCursor(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int At { get; private set; }

    public bool Short { get; private set; }

    public long Needed { get; private set; }

    public bool Skip(long count)
    {
        if (count < 0)
        {
            throw new InvalidDataException("a length in a Native block is out of range");
        }

        if (Short || count > _bytes.Length - At)
        {
            Needed = Short ? Needed : checked(At + count);
            Short = true;
            return false;
        }

        At += (int)count;
        return true;
    }

    public byte ReadByte() => Skip(1) ? _bytes[At - 1] : (byte)0;

    public ulong ReadUInt64() => Skip(8) ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(At - 8)..]) : 0;

    public long ReadVarInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw new InvalidDataException("a number in a Native block is longer than nine bytes");
    }

    public ReadOnlySpan<byte> ReadText()
    {
        var length = ReadVarInt();
        return Skip(length) ? _bytes.Slice(At - (int)length, (int)length) : [];
    }

    /// <summary>The column's states before its data: one version number for each dictionary in it.</summary>
    public void SkipPrefix(NativeType type)
    {
        switch (type)
        {
            case NativeType.LowCardinality:
                Skip(8);
                break;
            case NativeType.Nullable(var inner):
                SkipPrefix(inner);
                break;
            case NativeType.Array(var inner):
                SkipPrefix(inner);
                break;
            case NativeType.Tuple(var items):
                foreach (var item in items)
                {
                    SkipPrefix(item);
                }
                break;
        }
    }

    public void SkipData(NativeType type, long rows)
    {
        if (rows == 0 || Short)
        {
            return;
        }

        switch (type)
        {
            case NativeType.Fixed(var size):
                Skip(checked(rows * size));
                break;
            case NativeType.Text:
                for (long row = 0; row < rows && !Short; row++)
                {
                    Skip(ReadVarInt());
                }
                break;
            case NativeType.Nullable(var inner):
                Skip(rows);
                SkipData(inner, rows);
                break;
            case NativeType.Array(var inner):
                if (Skip(checked((rows - 1) * 8)))
                {
                    SkipData(inner, checked((long)ReadUInt64()));
                }
                break;
            case NativeType.Tuple({ Count: 0 }):
                Skip(rows);
                break;
            case NativeType.Tuple(var items):
                foreach (var item in items)
                {
                    SkipData(item, rows);
                }
                break;
            case NativeType.LowCardinality(var dictionary):
                SkipDictionaryColumn(dictionary, rows);
                break;
        }
    }

    private void SkipDictionaryColumn(NativeType dictionary, long rows)
    {
        for (long done = 0; done < rows && !Short;)
        {
            var kind = ReadUInt64();
            SkipData(dictionary, checked((long)ReadUInt64()));
            var count = checked((long)ReadUInt64());
            if (!Short && (count <= 0 || count > rows - done))
            {
                throw new InvalidDataException("a LowCardinality column of a Native block has a wrong number of rows");
            }

            Skip(checked(count << (int)(kind & 3))); // the lowest byte: indexes of 1, 2, 4 or 8 bytes
            done += count;
        }
    }
}
