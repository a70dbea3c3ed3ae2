using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Cli.Replay.Retail.Attention;

/// <summary>Short marks of ids that may be too long to stand in an event's.</summary>
internal static class Marks
{
    public static string Of(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 12));
}
