using System.Buffers;
using System.Text;

namespace EcomIntel.Embedded.ClickHouse.Native;

/// <summary>
/// Rewrites Native blocks from the form of one protocol version to that of another. Version 0 is the form of files: no block info, no
/// byte behind the type; it is the one libchdb reads and writes.
/// </summary>
/// <param name="from">client_protocol_version of what comes in.</param>
/// <param name="to">client_protocol_version of what goes out.</param>
internal sealed class NativeFraming(int from, int to)
{
    private const int CustomSerialization = 54454;
    private const int OutOfOrderBuckets = 54480;
    private const int BlockLimit = 512 * 1024 * 1024;
    private const int ColumnLimit = 100_000;

    private long _needed = 1;

    /// <summary>Rewrites the first block of <paramref name="input"/>.</summary>
    /// <returns>The bytes it took, 0 when it is not whole yet.</returns>
    /// <exception cref="OpaqueTypeException">A column whose bytes cannot be measured.</exception>
    /// <exception cref="InvalidDataException">No Native block.</exception>
    public int TryRewrite(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (input.Length < _needed)
        {
            return 0;
        }

        var cursor = new NativeCursor(input);
        SkipBlockInfo(ref cursor);
        var columns = cursor.ReadVarInt();
        var rows = cursor.ReadVarInt();
        if (columns > ColumnLimit)
        {
            throw new InvalidDataException($"a Native block of {columns} columns");
        }

        var parts = new List<(int Start, int Data, int End)>();
        for (long column = 0; column < columns && !cursor.Short; column++)
        {
            var start = cursor.At;
            cursor.ReadText();
            var type = cursor.ReadText();
            var data = cursor.At;
            if (from >= CustomSerialization)
            {
                RefuseCustom(cursor.ReadByte());
            }

            if (!cursor.Short && rows > 0)
            {
                var parsed = NativeTypeParser.Parse(Encoding.UTF8.GetString(type));
                cursor.SkipPrefix(parsed);
                cursor.SkipData(parsed, rows);
            }
            parts.Add((start, data, cursor.At));
        }

        if (cursor.Short)
        {
            // Growing by half at least keeps the walks over a large block of strings few.
            _needed = Math.Max(cursor.Needed, input.Length + (input.Length / 2));
            return _needed <= BlockLimit ? 0 : throw new InvalidDataException($"a Native block of more than {BlockLimit} bytes");
        }

        _needed = 1;
        Write(input, columns, rows, parts, output);
        return cursor.At;
    }

    /// <summary>Rewrites a whole stream, of which <paramref name="first"/> has been read already, handing on its blocks as they become whole.</summary>
    /// <exception cref="RefusedException">It is no Native stream, ends within a block, or has a column that cannot be measured.</exception>
    public async Task CopyAsync(ReadOnlyMemory<byte> first, Stream input, Func<ReadOnlyMemory<byte>, Task> take, CancellationToken token)
    {
        var pending = new ArrayBufferWriter<byte>(128 * 1024);
        pending.Write(first.Span);
        var output = new ArrayBufferWriter<byte>();
        for (var ended = false; !ended;)
        {
            var read = await input.ReadAsync(pending.GetMemory(128 * 1024), token);
            pending.Advance(read);
            ended = read == 0;
            _needed = ended ? 1 : _needed;
            var taken = RewriteAll(pending.WrittenSpan, output);
            if (taken > 0)
            {
                await take(output.WrittenMemory);
                output.ResetWrittenCount();
                var rest = pending.WrittenSpan[taken..].ToArray();
                pending.ResetWrittenCount();
                pending.Write(rest);
            }
        }

        if (pending.WrittenCount > 0)
        {
            throw new RefusedException(ClickHouseError.IncorrectData, "The Native data ends in the middle of a block");
        }
    }

    private int RewriteAll(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        try
        {
            var taken = 0;
            for (int block; taken < input.Length && (block = TryRewrite(input[taken..], output)) > 0;)
            {
                taken += block;
            }
            return taken;
        }
        catch (OpaqueTypeException error)
        {
            throw new RefusedException(ClickHouseError.NotImplemented,
                $"Native with client_protocol_version is not supported by the embedded ClickHouse for this column: {error.Message}; "
                + "leave client_protocol_version out, or convert the column");
        }
        catch (Exception error) when (error is InvalidDataException or OverflowException)
        {
            throw new RefusedException(ClickHouseError.IncorrectData, $"The data are no Native blocks of client_protocol_version {from}: {error.Message}");
        }
    }

    private void SkipBlockInfo(ref NativeCursor cursor)
    {
        for (long field = from > 0 ? cursor.ReadVarInt() : 0; field != 0 && !cursor.Short; field = cursor.ReadVarInt())
        {
            switch (field)
            {
                case 1: // is_overflows
                    cursor.Skip(1);
                    break;
                case 2: // bucket_num
                    cursor.Skip(4);
                    break;
                case 3 when from >= OutOfOrderBuckets:
                    cursor.Skip(checked(cursor.ReadVarInt() * 4));
                    break;
                default:
                    throw new InvalidDataException($"unknown block info field {field}");
            }
        }
    }

    private static void RefuseCustom(byte custom)
    {
        if (custom != 0)
        {
            throw new InvalidDataException("a column of custom (sparse) serialization");
        }
    }

    private void Write(
        ReadOnlySpan<byte> input, long columns, long rows, List<(int Start, int Data, int End)> parts, IBufferWriter<byte> output)
    {
        if (to > 0)
        {
            output.Write<byte>([1, 0, 2, 0xff, 0xff, 0xff, 0xff]);
            output.Write<byte>(to >= OutOfOrderBuckets ? [3, 0, 0] : [0]);
        }

        WriteVarInt(columns, output);
        WriteVarInt(rows, output);
        var behindType = from >= CustomSerialization ? 1 : 0;
        foreach (var (start, data, end) in parts)
        {
            output.Write(input[start..data]);
            if (to >= CustomSerialization)
            {
                output.Write<byte>([(byte)0]);
            }
            output.Write(input[(data + behindType)..end]);
        }
    }

    private static void WriteVarInt(long value, IBufferWriter<byte> output)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Write<byte>([(byte)(value | 0x80)]);
        }
        output.Write<byte>([(byte)value]);
    }
}
