using System.Globalization;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Timeline;

/// <summary>Pages of a timeline that is at hand.</summary>
internal static class TimelinePages
{
    private const string Sort = "timeline";

    /// <param name="all">In order.</param>
    public static Connection<TimelineEntry> Of(IReadOnlyList<TimelineEntry> all, int first, string? after)
    {
        var size = new PageArguments(first, after, null, null).Checked().Size;
        var begins = after is null ? 0 : FirstAfter(all, Cursor.Parse(after, "after", Sort, 2));
        var page = all.Skip(begins).Take(size).Select(entry => new Edge<TimelineEntry>(entry, CursorOf(entry))).ToList();
        var info = new PageInfo(begins + page.Count < all.Count, begins > 0, page.FirstOrDefault()?.Cursor, page.LastOrDefault()?.Cursor);
        return new(page, info, () => Task.FromResult(all.Count));
    }

    /// <summary>By what the entries are sorted by, so that a cursor stays good whatever comes in before it.</summary>
    private static int FirstAfter(IReadOnlyList<TimelineEntry> all, string[] keys)
    {
        if (!DateTime.TryParseExact(keys[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            || !long.TryParse(keys[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Cursor.Invalid("after");
        return all.Count(entry => (entry.At, entry.Number).CompareTo((at, number)) <= 0);
    }

    private static string CursorOf(TimelineEntry entry) =>
        Cursor.Of(Sort, [entry.At.ToString("O", CultureInfo.InvariantCulture), entry.Number.ToString(CultureInfo.InvariantCulture)]);
}
