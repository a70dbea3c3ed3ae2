using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Core.Events;

internal static class EventIdentity
{
    /// <summary>The separator cannot stand in either part, so no two pairs share their bytes.</summary>
    public static Guid Of(string source, string id)
    {
        Span<byte> text = stackalloc byte[1024];
        return Of(text[..Write(source, id, text)]);
    }

    /// <summary>What identified an event as long as the UTC day of its time was a part of it; what was applied then is kept by it.</summary>
    public static Guid OfDay(string source, string id, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[1024];
        var length = Write(source, id, text);
        text[length++] = 0;
        BinaryPrimitives.WriteInt64LittleEndian(text[length..], time.UtcTicks / TimeSpan.TicksPerDay);
        return Of(text[..(length + sizeof(long))]);
    }

    /// <summary>
    /// What makes two refused messages the same dead letter. The key is part of it: what was refused for its key must not be taken for the same bytes sent
    /// again under the right one.
    /// </summary>
    public static Guid OfMessage(string topic, string? key, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var name = Encoding.UTF8.GetBytes(key is null ? topic : $"{topic}\0{key}");
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, name.Length);
        hash.AppendData(length);
        hash.AppendData(name);
        hash.AppendData(payload);
        Span<byte> result = stackalloc byte[32];
        hash.GetHashAndReset(result);
        return new Guid(result[..16], bigEndian: true);
    }

    private static int Write(string source, string id, Span<byte> text)
    {
        var length = Encoding.UTF8.GetBytes(source, text);
        text[length++] = 0;
        return length + Encoding.UTF8.GetBytes(id, text[length..]);
    }

    private static Guid Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
