using System.Globalization;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;

namespace EcomIntel.GraphQL.Schema.Timeline;

/// <param name="All">In order.</param>
[GraphQLObject("OrderTimeline")]
internal sealed record OrderTimeline(DateTime? PrunedBefore, bool IsCut, IReadOnlyList<TimelineEntry> All);

[GraphQLResolvers("Order")]
internal static class TimelineFields
{
    public static Task<OrderTimeline?> Timeline([Parent] Order order, RequestContext context) =>
        context.Batch<string, OrderTimeline>(order.OrderId, TimelineLoads.Timelines);
}

[GraphQLResolvers("OrderTimeline")]
internal static class OrderTimelineFields
{
    private const string Sort = "timeline";

    public static Connection<TimelineEntry> Entries([Parent] OrderTimeline timeline, int first, string? after)
    {
        var size = new PageArguments(first, after, null, null).Checked().Size;
        var begins = after is null ? 0 : FirstAfter(timeline.All, Cursor.Parse(after, "after", Sort, 2));
        var page = timeline.All.Skip(begins).Take(size).Select(entry => new Edge<TimelineEntry>(entry, CursorOf(entry))).ToList();
        var info = new PageInfo(begins + page.Count < timeline.All.Count, begins > 0, page.FirstOrDefault()?.Cursor, page.LastOrDefault()?.Cursor);
        return new(page, info, () => Task.FromResult(timeline.All.Count));
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
