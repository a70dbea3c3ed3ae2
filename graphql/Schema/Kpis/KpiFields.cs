using System.Collections;
using System.Globalization;
using EcomIntel.Core.Kpis;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Kpis;

[GraphQLResolvers("Query")]
internal static class KpiRoots
{
    public static IReadOnlyList<Kpi> Kpis() => [.. KpiCatalogue.All.Select(contract => new Kpi(contract))];

    public static Kpi? Kpi(string name) => new(Find(name));

    /// <exception cref="GraphQLException">There is no such KPI.</exception>
    public static KpiContract Find(string name) =>
        KpiCatalogue.Find(name) ?? throw KnownNames.Unknown("KPI", name, KpiCatalogue.All.Select(known => known.Name));
}

[GraphQLResolvers("Kpi")]
internal static class KpiFields
{
    private const string RowSort = "kpi-row", Channel = "channel", Location = "location";

    public static async Task<KpiFigures> Figures(
        [Parent] Kpi kpi, RequestContext context, [Service] KpiReader reader, DateOnly? from, DateOnly? to, DateOnly? last, KpiGrain grain, string[] groupBy,
            KpiFilter[] filter, bool compare)
    {
        if (compare && from is null)
            throw Wrong("compare takes a from: without it there is no range before");
        var query = new KpiQuery(kpi.Contract, from, End(to, last), grain, groupBy, await FilterAsync(kpi.Contract, filter, context));
        var figures = await reader.AskAsync(
            context.Caller().Id, queries => AskAsync(queries, query, compare, context.Cancellation), context.Cancellation);
        return VisibleTo(context.Caller(), query, figures);
    }

    public static async Task<KpiFigures> AskAsync(KpiQueries queries, KpiQuery query, bool compare, CancellationToken token)
    {
        var now = await queries.BusinessNowAsync(token);
        var points = await queries.QueryAsync(query, token);
        PreviousRange? range = null;
        var previous = new Dictionary<(int, string), KpiPoint>();
        if (compare)
        {
            range = PreviousRange.Of(query.From!.Value, query.To ?? DateOnly.FromDateTime(now.UtcDateTime).AddDays(1), query.Grain, now);
            foreach (var point in await queries.QueryAsync(query with { From = range.From, To = range.To, AsOf = range.AsOf }, token))
                previous[(range.PlaceOfPrevious(point.Period), Key(point))] = point;
        }
        return new(now.UtcDateTime, range?.From, range?.To, [.. points.Select(point => new KpiFigure(
            point, KpiStandings.Of(query.Kpi, point.Value),
            range is not null && previous.TryGetValue((range.PlaceOf(point.Period), Key(point)), out var before) ? new(before) : null))]);
    }

    public static async Task<Connection<KpiRow>> Rows(
        [Parent] Kpi kpi, RequestContext context, [Service] KpiReader reader, DateOnly? from, DateOnly? to, DateOnly? last, KpiFilter[] filter, int first,
            string? after)
    {
        if (first is < 0 or > PageArguments.MaxSize)
            throw Wrong($"first must be 0 to {PageArguments.MaxSize}");
        var offset = 0;
        if (after is not null
            && (!int.TryParse(Cursor.Parse(after, "after", RowSort, 1)[0], NumberStyles.None, CultureInfo.InvariantCulture, out offset) || offset > 10_000_000))
            throw Wrong("after is no cursor of this list in this order");
        var query = new KpiQuery(kpi.Contract, from, End(to, last), Filter: await FilterAsync(kpi.Contract, filter, context));
        var rows = await reader.AskAsync(
            context.Caller().Id, queries => queries.RowsAsync(query, first + 1, offset, context.Cancellation), context.Cancellation);
        var edges = rows.Take(first)
            .Select((row, index) => new Edge<KpiRow>(RowOf(row), Cursor.Of(RowSort, [(offset + index + 1).ToString(CultureInfo.InvariantCulture)]))).ToList();
        return new(edges, new(rows.Count > first, offset > 0, edges.FirstOrDefault()?.Cursor, edges.LastOrDefault()?.Cursor), () =>
            throw new NotSupportedException("the contract's figure is the count"));
    }

    /// <summary>The day after the range: a client says that, or the last day.</summary>
    public static DateOnly? End(DateOnly? to, DateOnly? last) => (to, last) switch
    {
        (not null, not null) => throw Wrong("a range ends with last (its last day) or with to (the day after): give one of them"),
        (_, { } day) => day == DateOnly.MaxValue ? day : day.AddDays(1),
        _ => to,
    };

    /// <summary>What is asked for, of the caller's channels and locations only.</summary>
    /// <exception cref="GraphQLException">A name does not exist, or the KPI cannot be filtered as the caller is restricted.</exception>
    public static async Task<Dictionary<string, IReadOnlyList<string>>> FilterAsync(KpiContract kpi, KpiFilter[] given, RequestContext context)
    {
        var filter = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (dimension, values) in given)
        {
            if (!filter.TryAdd(dimension, values))
                throw Wrong($"the dimension {dimension} is filtered twice");
            await CheckAsync(kpi.Dimension(dimension), values, context);
        }
        Restrict(Channel, context.Caller().Channels);
        Restrict(Location, context.Caller().Locations);
        return filter;

        void Restrict(string dimension, IReadOnlyList<string>? own)
        {
            if (own is null)
                return;
            if (kpi.Dimension(dimension) is null)
                throw new GraphQLException($"{kpi.Name} cannot be told by {dimension}, and your access is restricted to {dimension}s", AccessGuard.Forbidden);
            filter[dimension] = filter.TryGetValue(dimension, out var wanted) ? [.. wanted.Intersect(own, StringComparer.Ordinal)] : own;
        }
    }

    private static Task CheckAsync(KpiDimension? dimension, string[] values, RequestContext context)
    {
        if (dimension?.Values is { } all)
            KnownNames.Check(dimension.Name, values, all);
        var names = context.Services.GetRequiredService<KnownNames>();
        string[] named = [.. values.Where(value => value.Length > 0)]; // empty: the thing has none
        return dimension?.Name switch
        {
            Channel => names.CheckChannelsAsync(named, context),
            Location => names.CheckLocationsAsync(named, context),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>A thing that counts under several locations also stands under those of others, where it is told by location.</summary>
    public static KpiFigures VisibleTo(Caller caller, KpiQuery query, KpiFigures figures)
    {
        var place = query.GroupBy?.ToList().IndexOf(Location) ?? -1;
        return caller.Locations is not { } own || place < 0
            ? figures
            : figures with { Points = [.. figures.Points.Where(point => own.Contains(point.Dimensions[place]))] };
    }

    private static string Key(KpiPoint point) => string.Join('\u001f', point.Dimensions.Append(point.Currency));

    private static KpiRow RowOf(IReadOnlyDictionary<string, object?> row) =>
        new(row.GetValueOrDefault("order_id") as string, [.. row.Select(cell => new KpiCell(cell.Key, Text(cell.Value)))]);

    private static string? Text(object? value) => value switch
    {
        null or DBNull => null,
        string text => text,
        decimal number => DecimalCodec.Text(number),
        bool truth => truth ? "true" : "false",
        DateTime instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTimeOffset instant => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(',', list.Cast<object?>().Select(Text)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static GraphQLException Wrong(string message) => new(message, "BAD_USER_INPUT");
}

[GraphQLResolvers("KpiRow")]
internal static class KpiRowFields
{
    public static Task<Order?> Order([Parent] KpiRow row, RequestContext context) =>
        row.OrderId is { } id ? context.Batch<string, Order>(id, OrderLoads.Orders) : Task.FromResult<Order?>(null);
}
