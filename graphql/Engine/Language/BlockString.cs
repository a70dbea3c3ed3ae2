using System.Text;

namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>Converts block strings: from raw bytes to the value (common indent and blank first and last lines removed), and back to source text.</summary>
internal static class BlockString
{
    public static string Value(ReadOnlySpan<byte> raw)
    {
        var lines = SplitLines(Encoding.UTF8.GetString(raw).Replace("\\\"\"\"", "\"\"\""));
        var indent = int.MaxValue;
        int first = -1, last = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            var leading = Leading(lines[i]);
            if (leading == lines[i].Length) continue;
            if (first < 0) first = i;
            last = i;
            if (i > 0) indent = Math.Min(indent, leading);
        }
        if (first < 0) return "";
        for (var i = 1; i < lines.Length; i++) lines[i] = indent < lines[i].Length ? lines[i][indent..] : "";
        return string.Join('\n', lines[first..(last + 1)]);
    }

    public static string Print(string value)
    {
        var escaped = value.Replace("\"\"\"", "\\\"\"\"");
        var lines = SplitLines(escaped);
        var single = lines.Length == 1;
        var leadingBreak = !single && lines.Skip(1).All(line => line.Length == 0 || IsBlank(line[0]));
        var endsInTriple = escaped.EndsWith("\\\"\"\"", StringComparison.Ordinal);
        var trailingBreak = (value.EndsWith('"') && !endsInTriple) || value.EndsWith('\\');
        var tall = !single || value.Length > 70 || trailingBreak || leadingBreak || endsInTriple;
        var startsBlank = single && value.Length > 0 && IsBlank(value[0]);
        return "\"\"\"" + ((tall && !startsBlank) || leadingBreak ? "\n" : "") + escaped + (tall || trailingBreak ? "\n" : "") + "\"\"\"";
    }

    private static string[] SplitLines(string text) => text.Split(["\r\n", "\n", "\r"], StringSplitOptions.None);

    private static int Leading(string line)
    {
        var i = 0;
        while (i < line.Length && IsBlank(line[i])) i++;
        return i;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t';
}
