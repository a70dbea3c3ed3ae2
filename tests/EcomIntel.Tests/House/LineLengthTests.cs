using System.Text.RegularExpressions;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Tests.House;

/// <summary>
/// RCS0056 keeps lines short where .editorconfig makes it an error, but looks at no comment and no long string: these are kept here, in the same folders.
/// </summary>
public sealed partial class LineLengthTests
{
    private const int Max = 160;

    private static readonly string Root = Home.Find().Root;

    [Fact]
    public void No_line_is_longer_than_the_analyzer_allows()
    {
        var sections = Section().Matches(File.ReadAllText(Path.Combine(Root, ".editorconfig"))).ToLookup(match => match.Groups["severity"].Value, Folders);
        var checkedFolders = sections["error"].SelectMany(folders => folders).ToList();
        var excluded = sections["none"].SelectMany(folders => folders).ToList();
        Assert.NotEmpty(checkedFolders);
        var files = checkedFolders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Root, file))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)
                && !excluded.Exists(folder => file.StartsWith(folder + "/", StringComparison.Ordinal)))
            .ToList();
        Assert.NotEmpty(files);
        var tooLong = files.SelectMany(file => File.ReadLines(Path.Combine(Root, file)).Select((line, index) => (Line: line, Place: $"{file}:{index + 1}")))
            .Where(each => each.Line.Length > Max).Select(each => each.Place);
        Assert.Empty(tooLong);
    }

    /// <summary>Of a section's <c>{a,b}/**.cs</c> or <c>a/**.cs</c>.</summary>
    private static string[] Folders(Match section) => section.Groups["glob"].Value.Replace("/**.cs", "", StringComparison.Ordinal).Trim('{', '}').Split(',');

    [GeneratedRegex(@"^\[(?<glob>[^\]]+/\*\*\.cs)\]\n(?:(?!\[).*\n)*?dotnet_diagnostic\.RCS0056\.severity = (?<severity>\w+)", RegexOptions.Multiline, 5000)]
    private static partial Regex Section();
}
