using System.Globalization;
using EcomIntel.Core.Events;
using EcomIntel.Ml.Anomaly;
using EcomIntel.Ml.Series;

namespace EcomIntel.Ml.Watch;

/// <summary>A finding in words that a planner understands; without amounts of money, which not everyone may read.</summary>
internal static class WatchText
{
    private const int Longest = 480;

    public static string Of(WatchWords words, FindingAbout about, IReadOnlyDictionary<string, WatchedItem> items, Finding finding, Grain grain = Grain.Day)
    {
        var when = grain == Grain.Hour ? $"from {Hour(finding.From)} to {Hour(finding.Until.AddHours(1))} UTC"
            : finding.From == finding.Until ? $"on {Day(finding.Until)}" : $"from {Day(finding.From)} to {Day(finding.Until)}";
        var figures = finding.Kind == AnomalyKind.Vanished
            ? $"nothing {Past(words)} {when}, where about {Units(finding.Expected)} {(finding.Expected < 1.5 ? "unit was" : "units were")} to be expected"
            : $"{Units(finding.Sold)} units {words.Verb} {when}, where about {Units(finding.Expected)} were to be expected";
        return Cut($"{Who(words, about, items)}: {figures}. {words.What} {Change(finding.Kind, grain)}.");
    }

    /// <summary>The same of something that moved with another.</summary>
    public static string Short(WatchWords words, FindingAbout about, IReadOnlyDictionary<string, WatchedItem> items, Finding finding) =>
        Cut($"{Who(words, about, items)}: {Units(finding.Sold)} units, about {Units(finding.Expected)} expected");

    private static string Who(WatchWords words, FindingAbout about, IReadOnlyDictionary<string, WatchedItem> items)
    {
        if (about.Feed is { } feed)
            return $"What {feed.Replace('/', ' ')} sends";
        if (about.Category is { } category)
            return $"Category {category}";
        if (about.Sku is not { } sku)
            return "All items together";
        var name = items.TryGetValue(sku, out var item) && item.Name != sku ? $"{item.Name} ({sku})" : sku;
        return (about.Channel ?? about.Location) is { } part ? $"{name} {words.Of} {part}" : name;
    }

    private static string Past(WatchWords words) => words.Verb.StartsWith("were ", StringComparison.Ordinal) ? "was " + words.Verb[5..] : words.Verb;

    private static string Change(AnomalyKind kind, Grain grain) => kind switch
    {
        AnomalyKind.Spike => grain == Grain.Hour ? "peaked within an hour" : "peaked in a single day",
        AnomalyKind.Drop => "dropped",
        AnomalyKind.ShiftUp => "rose to another level",
        AnomalyKind.ShiftDown => "fell to another level",
        AnomalyKind.DriftUp => "has been growing slowly",
        AnomalyKind.DriftDown => "has been fading slowly",
        _ => "has stopped",
    };

    private static string Hour(DateTime hour) => hour.ToString("d MMMM yyyy HH:mm", CultureInfo.InvariantCulture);

    private static string Day(DateTime day) => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string Units(double units) => Math.Round(units, units < 10 && units != Math.Round(units) ? 1 : 0).ToString(CultureInfo.InvariantCulture);

    private static string Cut(string text) => text.Length <= Longest ? text : text[..(Longest - 1)] + "…";
}
