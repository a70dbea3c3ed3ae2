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

    public static Guid Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(bytes, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}
