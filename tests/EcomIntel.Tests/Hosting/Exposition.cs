using System.Globalization;
using System.Text.RegularExpressions;

namespace EcomIntel.Tests.Hosting;

/// <summary>A page of <c>/metrics</c>, read as strictly as the format is written.</summary>
internal sealed partial class Exposition
{
    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value, string Series);

    internal sealed record Family(string Name, string Type, string Help, List<Sample> Samples)
    {
        /// <summary>Of all its series, but for a histogram's <c>le</c>.</summary>
        public IEnumerable<string> Labels =>
            Samples.SelectMany(sample => sample.Labels.Keys).Where(label => label != "le").Distinct().Order(StringComparer.Ordinal);

        public IEnumerable<string> Bounds => Samples.Where(sample => sample.Labels.ContainsKey("le")).Select(sample => sample.Labels["le"]).Distinct();
    }

    public Dictionary<string, Family> Families { get; } = new(StringComparer.Ordinal);

    public static Exposition Read(string text)
    {
        var page = new Exposition();
        Assert.DoesNotContain('\r', text);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Family? family = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                var (name, said) = (comment.Groups["name"].Value, comment.Groups["said"].Value);
                if (comment.Groups["kind"].Value == "HELP")
                    Assert.True(page.Families.TryAdd(name, family = new(name, "", said, [])), $"{name} stands twice");
                else if (comment.Groups["kind"].Value == "TYPE")
                    page.Families[name] = family = family! with { Type = said };
                Assert.Equal(name, family!.Name);
            }
            else if (line != "# EOF")
            {
                var match = Line().Match(line);
                Assert.True(match.Success, $"'{line}' is no sample");
                var (name, labels) = (match.Groups["name"].Value, match.Groups["labels"].Value);
                Assert.StartsWith(family!.Name, name, StringComparison.Ordinal);
                Assert.Contains(name[family.Name.Length..], family.Type == "histogram" ? ["_bucket", "_sum", "_count"] : (string[])["", "_total"]);
                Assert.DoesNotContain(family.Samples, sample => sample.Series == name + labels);
                var value = match.Groups["value"].Value.Replace("Inf", "Infinity", StringComparison.Ordinal);
                family.Samples.Add(new(name, Label().Matches(labels).ToDictionary(label => label.Groups["name"].Value, label => label.Groups["value"].Value),
                    double.Parse(value, CultureInfo.InvariantCulture), name + labels));
            }
        }
        return page;
    }

    [GeneratedRegex("^# (?<kind>HELP|TYPE|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<said>.*)$", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?<labels>\{([a-z_]+="([^"\\]|\\["\\n])*",?)+\})? """
        + "(?<value>-?[0-9.]+([eE][+-]?[0-9]+)?|[+-]Inf|NaN)$", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Line();

    [GeneratedRegex("""(?<name>[a-z_]+)="(?<value>([^"\\]|\\["\\n])*)",?""", RegexOptions.ExplicitCapture, 5_000)]
    private static partial Regex Label();
}
