namespace EcomIntel.Cli;

/// <summary>Lists of words in a sentence, and what somebody may have meant who wrote another word.</summary>
internal static class Words
{
    private const int MaxLength = 64, Shown = 3;

    /// <returns><c>a</c>, <c>a and b</c>, <c>a, b and c</c>.</returns>
    public static string And(IEnumerable<string> words) => Listed(words, "and");

    /// <returns><c>a</c>, <c>a or b</c>, <c>a, b or c</c>.</returns>
    public static string Or(IEnumerable<string> words) => Listed(words, "or");

    /// <summary>The end of a sentence about a word that is not known.</summary>
    /// <param name="otherwise">The end where no known word is near.</param>
    /// <returns><c>; did you mean a or b?</c></returns>
    public static string DidYouMean(string given, IEnumerable<string> known, string otherwise = "") =>
        Near(given, known) is { Count: > 0 } near ? $"; did you mean {Or(near)}?" : otherwise;

    /// <summary>Up to three known words that differ by a slip of the hand or that it is the beginning of; only the nearest.</summary>
    internal static IReadOnlyList<string> Near(string given, IEnumerable<string> known)
    {
        if (given.TrimStart('-').Length == 0 || given.Length > MaxLength)
            return [];
        var candidates = known.Distinct(StringComparer.Ordinal).Select(word => (Word: word, Distance: Distance(given, word))).ToList();
        var nearest = candidates.Where(candidate => candidate.Distance <= Allowed(given, candidate.Word)).ToList();
        if (nearest.Count == 0)
            return [.. candidates.Where(each => each.Word.StartsWith(given, StringComparison.OrdinalIgnoreCase)).Select(each => each.Word).Take(Shown)];
        var least = nearest.Min(candidate => candidate.Distance);
        return [.. nearest.Where(candidate => candidate.Distance == least).Select(candidate => candidate.Word).Take(Shown)];
    }

    /// <summary>A third of the letters, and at least one, may be wrong; in a word of one or two letters every other would be near.</summary>
    private static int Allowed(string given, string word)
    {
        var letters = Math.Max(given.TrimStart('-').Length, word.TrimStart('-').Length);
        return letters < 3 ? 0 : Math.Max(1, letters / 3);
    }

    /// <summary>Letters added, dropped, replaced, or swapped with their neighbour, whatever their case (optimal string alignment).</summary>
    private static int Distance(string one, string other)
    {
        var (a, b) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        return table[a.Length, b.Length];
    }

    private static string Listed(IEnumerable<string> words, string last) => words.ToList() switch
    {
        [] => "",
        [var only] => only,
        [.. var first, var end] => $"{string.Join(", ", first)} {last} {end}",
    };
}
