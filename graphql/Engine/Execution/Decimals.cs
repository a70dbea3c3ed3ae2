using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// Formats decimals as <see cref="decimal.ToString(IFormatProvider)"/> does. Prices and amounts fit 64 bits, and then two integers with a point between them
/// are enough.
/// </summary>
internal static class Decimals
{
    private static readonly uint[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    /// <summary>The two digits of each number below 100, as they are in memory.</summary>
    private static readonly ushort[] Pairs =
        [.. Enumerable.Range(0, 100).Select(pair => MemoryMarshal.Read<ushort>([(byte)('0' + (pair / 10)), (byte)('0' + (pair % 10))]))];

    /// <param name="target">At least 32 bytes.</param>
    public static int Write(decimal value, Span<byte> target)
    {
        var bits = Unsafe.BitCast<decimal, Bits>(value);
        var (digits, scale) = (bits.Low, (bits.Flags >> 16) & 0xFF);
        // Zero has a sign and a scale of its own to keep.
        if (bits.High != 0 || scale >= Powers.Length || digits == 0) return Slow(value, target);
        var at = 0;
        if (bits.Flags < 0) target[at++] = (byte)'-';
        ulong whole;
        uint part;
        if (digits <= uint.MaxValue)
        {
            whole = (uint)digits / Powers[scale];
            part = (uint)digits - ((uint)whole * Powers[scale]);
        }
        else
        {
            whole = digits / Powers[scale];
            part = (uint)(digits - (whole * Powers[scale]));
        }
        if (whole < 10) target[at++] = (byte)('0' + whole);
        else if (whole < 100)
        {
            Unsafe.WriteUnaligned(ref target[at], Pairs[whole]);
            at += 2;
        }
        else if (Utf8Formatter.TryFormat(whole, target[at..], out var length)) at += length;
        else return Slow(value, target);
        if (scale == 0) return at;
        target[at] = (byte)'.';
        var left = scale;
        for (; left >= 2; left -= 2)
        {
            var next = part / 100;
            Unsafe.WriteUnaligned(ref target[at + left - 1], Pairs[part - (next * 100)]);
            part = next;
        }
        if (left > 0) target[at + 1] = (byte)('0' + part);
        return at + scale + 1;
    }

    /// <summary>The memory layout of a .NET decimal: sign and scale, then the 96 bits of its digits.</summary>
    private readonly record struct Bits(int Flags, uint High, ulong Low);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Slow(decimal value, Span<byte> target) =>
        value.TryFormat(target, out var length, provider: CultureInfo.InvariantCulture)
            ? length
            : throw new InvalidOperationException("A number did not fit the reserved buffer.");
}
