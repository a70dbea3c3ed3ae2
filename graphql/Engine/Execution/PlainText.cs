using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>Writes JSON strings that are ASCII without escapes, as most are: checked and narrowed in one pass.</summary>
internal static class PlainText
{
    /// <summary>
    /// Writes the text in quotes; false if a character needs more, and then nothing written counts. The target must have two bytes more than the text has
    /// characters.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryWrite(ReadOnlySpan<char> text, Span<byte> target, out int written)
    {
        written = text.Length + 2;
        ref var from = ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text));
        ref var to = ref MemoryMarshal.GetReference(target);
        to = (byte)'"';
        to = ref Unsafe.Add(ref to, 1);
        if (text.Length < Vector128<ushort>.Count || !Vector128.IsHardwareAccelerated)
        {
            for (var i = 0; i < text.Length; i++)
            {
                var letter = Unsafe.Add(ref from, i);
                if (letter - 0x20u >= 0x5Fu || letter is '"' or '\\') return false;
                Unsafe.Add(ref to, i) = (byte)letter;
            }
        }
        else
        {
            // The last eight overlap the previous ones if the length is not a multiple of eight.
            var last = text.Length - Vector128<ushort>.Count;
            for (var i = 0; ; i += Vector128<ushort>.Count)
            {
                if (i > last) i = last;
                var letters = Vector128.LoadUnsafe(ref from, (nuint)i);
                var special = Vector128.GreaterThanOrEqual(letters - Vector128.Create((ushort)0x20), Vector128.Create((ushort)0x5F))
                    | Vector128.Equals(letters, Vector128.Create((ushort)'"')) | Vector128.Equals(letters, Vector128.Create((ushort)'\\'));
                if (special != Vector128<ushort>.Zero) return false;
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, i), Vector128.Narrow(letters, letters).AsUInt64().ToScalar());
                if (i == last) break;
            }
        }
        Unsafe.Add(ref to, text.Length) = (byte)'"';
        return true;
    }
}
