using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>The JSON in front of a field's value: a brace or comma, the name, a colon. Padded, so that it is copied in steps of 16 bytes.</summary>
internal sealed class FieldPrefix
{
    public FieldPrefix(ReadOnlySpan<byte> text)
    {
        Length = text.Length;
        Padded = new byte[(text.Length + 15) / 16 * 16];
        text.CopyTo(Padded);
    }

    public byte[] Padded { get; }

    public int Length { get; }
}

public sealed partial class ResultWriter
{
    // Whole fields: the buffer grows once for name and value.

    internal void Field(FieldPrefix prefix, string value)
    {
        Reserve(prefix.Padded.Length + value.Length + 2);
        Begin(prefix);
        if (PlainText.TryWrite(value, _buffer.AsSpan(Position), out var length)) Position += length;
        else String(value);
    }

    internal void Field(FieldPrefix prefix, int value)
    {
        Reserve(prefix.Padded.Length + 11);
        Begin(prefix);
        if ((uint)value < 10) _buffer[Position++] = (byte)('0' + value);
        else Number(value);
    }

    internal void Field(FieldPrefix prefix, decimal value)
    {
        Reserve(prefix.Padded.Length + 32);
        Begin(prefix);
        Position += Decimals.Write(value, _buffer.AsSpan(Position));
    }

    internal void Field(FieldPrefix prefix, byte[] json)
    {
        Reserve(prefix.Padded.Length + json.Length);
        Begin(prefix);
        json.AsSpan().CopyTo(_buffer.AsSpan(Position));
        Position += json.Length;
    }

    internal void Field(FieldPrefix prefix)
    {
        Reserve(prefix.Padded.Length);
        Begin(prefix);
    }

    // The padding is overwritten by what follows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(FieldPrefix prefix)
    {
        ref var from = ref MemoryMarshal.GetArrayDataReference(prefix.Padded);
        ref var to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), Position);
        for (nuint i = 0; i < (nuint)prefix.Padded.Length; i += 16) Vector128.StoreUnsafe(Vector128.LoadUnsafe(ref from, i), ref to, i);
        Position += prefix.Length;
    }
}
