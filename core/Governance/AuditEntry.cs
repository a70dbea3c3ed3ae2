using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Core.Governance;

/// <summary>One row of the audit log, and the hash that ties it to the one before.</summary>
/// <param name="At">Wall clock, to the microsecond.</param>
/// <param name="Before">JSON.</param>
/// <param name="After">JSON.</param>
/// <param name="Outcome"><see cref="Done"/>, or the code of the refusal.</param>
internal sealed record AuditEntry(
    long Entry, DateTimeOffset At, string Actor, string Action, string Subject, string? Before, string? After, string? Reason, string Outcome)
{
    public const string Done = "done";

    /// <summary>What the first entry follows.</summary>
    public static byte[] Genesis => new byte[SHA256.HashSizeInBytes];

    /// <summary>
    /// SHA-256 over the hash of the entry before and every column: numbers as 8 bytes, big-endian, times as microseconds since 1970; texts in UTF-8 behind
    /// their length in bytes as 4 bytes, -1 where there is none. So no two rows are written alike.
    /// </summary>
    public byte[] Hash(ReadOnlySpan<byte> previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        Append(hash, Entry);
        Append(hash, (At.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
        foreach (var text in (ReadOnlySpan<string?>)[Actor, Action, Subject, Before, After, Reason, Outcome])
            Append(hash, text);
        return hash.GetHashAndReset();
    }

    /// <summary>Of the texts one after the other, told apart as in <see cref="Hash"/>.</summary>
    public static byte[] HashOf(params ReadOnlySpan<string?> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts)
            Append(hash, text);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        var utf8 = text is null ? null : Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, utf8?.Length ?? -1);
        hash.AppendData(length);
        if (utf8 is not null)
            hash.AppendData(utf8);
    }
}
