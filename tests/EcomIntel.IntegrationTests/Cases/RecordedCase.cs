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

/// <inheritdoc cref="CaseTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CaseFactAttribute : FactAttribute
{
    public CaseFactAttribute() => Skip = new CaseTheoryAttribute().Skip;
}

/// <summary>A small file of events, told by its number, and the end it must come to.</summary>
internal static class RecordedCase
{
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Home.Find().Root, "../shared/cases"));

    public static string PathOf(string number) => Directory.GetFiles(Folder, $"{number}-*.jsonl").Single();

    /// <summary>Its events in the order of its lines.</summary>
    public static List<CloudEvent> Events(string number) =>
        [.. File.ReadLines(PathOf(number)).Select(line => EventCodec.Decode(System.Text.Encoding.UTF8.GetBytes(line.TrimStart('\uFEFF'))).Event!)];

    /// <summary>What a round promises of goods of which it is heard later that they had left is promised: no round runs before all is heard.</summary>
    public static IReadOnlyList<string> DecidedOnce { get; } = ["19"];

    /// <summary>What the hub itself decides (a shipment it has released) comes before what is told about that: the first round parts the two.</summary>
    public static IEnumerable<IReadOnlyList<CloudEvent>> Phases(List<CloudEvent> events)
    {
        if (!events.Exists(e => e.Subject.Contains("-S1", StringComparison.Ordinal) || e.Data is PickShort))
            return [events];
        var placed = events.First(e => e.Data is OrderPlaced).Time;
        var round = new DateTimeOffset(((placed.UtcTicks / TimeSpan.TicksPerHour) + 1) * TimeSpan.TicksPerHour, TimeSpan.Zero);
        return [[.. events.Where(e => e.Time < round)], [.. events.Where(e => e.Time >= round)]];
    }
}
