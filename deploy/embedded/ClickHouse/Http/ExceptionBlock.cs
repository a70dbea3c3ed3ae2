using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EcomIntel.Embedded.ClickHouse.Http;

/// <summary>
/// The end of an answer that fails after its beginning went out, as a ClickHouse server writes it since 25.11: the error between two markers
/// with a random tag, which the header X-ClickHouse-Exception-Tag named before. So a client knows it from data, in any format.
/// </summary>
internal static class ExceptionBlock
{
    public const string TagHeader = "X-ClickHouse-Exception-Tag";

    private const string Marker = "__exception__";
    private const int TagLength = 16;
    private const int SizeLimit = 16 * 1024;

    public static string NewTag() => RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz", TagLength);

    /// <param name="message">A message that makes the block larger than 16 KiB, the protocol's limit, is cut.</param>
    public static byte[] Write(string tag, string message)
    {
        var head = $"\r\n{Marker}\r\n{tag}\r\n";
        var text = Encoding.UTF8.GetBytes(message.TrimEnd('\n'));
        var length = Math.Min(text.Length, SizeLimit - (2 * head.Length) - 16);
        while (length < text.Length && (text[length] & 0xc0) == 0x80)
        {
            length--; // not in the middle of a character
        }

        // The length counts the line break behind the message.
        var tail = string.Create(CultureInfo.InvariantCulture, $"\n{length + 1} {tag}\r\n{Marker}\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. text.AsSpan(0, length), .. Encoding.ASCII.GetBytes(tail)];
    }
}

/// <summary>
/// Thrown when the answer has ended in an exception block: the server must close the connection without the chunk that ends a body,
/// so that a client that does not know the block sees a broken answer.
/// </summary>
internal sealed class AnswerBrokenOffException : Exception;
