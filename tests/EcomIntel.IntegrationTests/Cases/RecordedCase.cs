using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Events;

namespace EcomIntel.IntegrationTests.Cases;

/// <summary>Needs the recorded cases, which lie beside some checkouts.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaseTheoryAttribute : TheoryAttribute
{
    public CaseTheoryAttribute()
    {
        if (!Directory.Exists(RecordedCase.Folder))
            Skip = "no cases: ../shared/cases is not beside the checkout";
    }
}

/// <summary>A small file of events, told by its number, and the end it must come to.</summary>
internal static class RecordedCase
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Home.Find().Root, "../shared/cases"));

    public static string PathOf(string number) => Directory.GetFiles(Folder, $"{number}-*.jsonl").Single();

    /// <summary>Its events in the order of its lines.</summary>
    public static List<CloudEvent> Events(string number) =>
        [.. File.ReadLines(PathOf(number)).Select(line => EventCodec.Decode(System.Text.Encoding.UTF8.GetBytes(line.TrimStart('\uFEFF'))).Event!)];
}
