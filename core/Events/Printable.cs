using System.Globalization;
using System.Text;

namespace EcomIntel.Core.Events;

/// <summary>
/// What a stranger wrote must not steer who reads it, and what it hides is to be seen: control characters, direction marks and others without a shape of their
/// own, line separators, halves of surrogate pairs are written as <c>\u202E</c>.
/// </summary>
public static class Printable
{
    /// <summary>On one line.</summary>
    public static string Of(string text) => Of(text, "");

    /// <summary>Line ends and tabs stay, for text that has lines of its own.</summary>
    public static string Lines(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Of(text.ReplaceLineEndings("\n"), "\n\t");
    }

    /// <summary>The same JSON: only in its strings are there such characters, and JSON writes them so too.</summary>
    public static string Json(string json) => Of(json, "\r\n\t");

    private static string Of(string text, string kept)
    {
        StringBuilder? escaped = null;
        for (var at = 0; at < text.Length;)
        {
            var whole = Rune.TryGetRuneAt(text, at, out var rune);
            var length = whole ? rune.Utf16SequenceLength : 1;
            if (whole && (kept.Contains(text[at]) || !Acts(rune)))
            {
                escaped?.Append(text, at, length);
            }
            else
            {
                escaped ??= new StringBuilder(text, 0, at, text.Length + 16);
                foreach (var unit in text.AsSpan(at, length))
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
            }
            at += length;
        }
        return escaped?.ToString() ?? text;
    }

    private static bool Acts(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
