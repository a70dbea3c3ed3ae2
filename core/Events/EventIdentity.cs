using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Core.Events;

internal static class EventIdentity
{
    /// <summary>The separator cannot stand in either part, so no two pairs share their bytes.</summary>
    public static Guid Of(string source, string id)
    {
        Span<byte> text = stackalloc byte[1024];
        var length = Encoding.UTF8.GetBytes(source, text);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(id, text[length..]);
        return Of(text[..length]);
    }

    /// <summary>What makes two refused messages the same dead letter.</summary>
    public static Guid OfMessage(string topic, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(topic));
        hash.AppendData([0]);
        hash.AppendData(payload);
        Span<byte> result = stackalloc byte[32];
        hash.GetHashAndReset(result);
        return new Guid(result[..16], bigEndian: true);
    }

    private static Guid Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
