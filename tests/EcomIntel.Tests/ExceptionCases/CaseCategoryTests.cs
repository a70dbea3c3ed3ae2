using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.ExceptionCases;

namespace EcomIntel.Tests.ExceptionCases;

public sealed partial class CaseCategoryTests
{
    [Fact]
    public void Each_stands_in_the_table_of_its_page_once_and_no_other_does()
    {
        var page = File.ReadLines(Path.Combine(Home.Find().Root, "core/ExceptionCases/README.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        var told = page.SelectMany(line => Word().Matches(line.Split(" | ")[0]).Select(match => match.Groups["word"].Value));
        Assert.Equal(CaseCategory.All.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("`(?<word>[a-z_.]+)`", RegexOptions.None, 5000)]
    private static partial Regex Word();
}
