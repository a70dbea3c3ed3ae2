using System.Collections.Concurrent;
using System.Text.Json;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Kpis;

namespace EcomIntel.GraphQL.Schema.Live;

[GraphQLResolvers("Subscription")]
internal static class KpiTicks
{
    public static async IAsyncEnumerable<KpiFigures> KpiTicksAsync(
        RequestContext context, [Service] OperationsFeed feed, [Service] LatestFigures latest, [Service] TimeProvider time,
        string name, DateOnly? from, DateOnly? to, DateOnly? last, KpiGrain grain, string[] groupBy, KpiFilter[] filter, int everySeconds)
    {
        if (everySeconds is < 1 or > 3_600)
            throw new GraphQLException("everySeconds must be 1 to 3600", "BAD_USER_INPUT");
        var contract = KpiRoots.Find(name);
        var query = new KpiQuery(contract, from, KpiFields.End(to, last), grain, groupBy, await KpiFields.FilterAsync(contract, filter, context));
        using var subscriber = feed.Subscribe(latestOnly: true);
        await subscriber.Started.WaitAsync(context.Cancellation);
        KpiFigures? sent = null;
        while (true)
        {
            var figures = KpiFields.VisibleTo(context.Caller(), query, await latest.GetAsync(query, context.Caller().Id, context.Cancellation));
            if (sent is null || !Same(sent, figures))
            {
                yield return figures;
                sent = figures;
            }
            await Task.Delay(TimeSpan.FromSeconds(everySeconds), time, context.Cancellation);
            await latest.WaitForChangeAsync(subscriber, context.Cancellation);
        }
    }

    private static bool Same(KpiFigures before, KpiFigures now) =>
        before.Points.Count == now.Points.Count && before.Points.Zip(now.Points).All(pair => Same(pair.First, pair.Second));

    private static bool Same(KpiFigure before, KpiFigure now) =>
        before.Period == now.Period && before.Currency == now.Currency && before.Dimensions.SequenceEqual(now.Dimensions, StringComparer.Ordinal)
        && before.Point.Numerator == now.Point.Numerator && before.Point.Denominator == now.Point.Denominator
        && before.Point.Measures.SequenceEqual(now.Point.Measures);
}

/// <summary>
/// KPI figures for all subscribers with the same query: ClickHouse is queried once for each new count of KPI facts, and once a minute.
/// </summary>
internal sealed class LatestFigures(KpiReader reader, ReadDatabase database, ApiLimits limits, TimeProvider time)
{
    private const int MaxCached = 1_000;

    /// <summary>In live mode figures also change by time alone.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, (long Counted, DateTimeOffset At, Task<KpiFigures> Figures)> _cache = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Task<long> _counting = Task.FromResult(0L);
    private DateTimeOffset _polledAt;

    public async Task<KpiFigures> GetAsync(KpiQuery query, string caller, CancellationToken token)
    {
        var counted = await CountedAsync(token);
        var key = KeyOf(query);
        Task<KpiFigures> figures;
        lock (_gate)
        {
            if (_cache.Count > MaxCached)
                _cache.Clear();
            var now = time.GetUtcNow();
            // Shared by all subscribers of the query: none of them cancels it by leaving, only the timeout does.
            var isFresh = _cache.TryGetValue(key, out var cached) && cached.Counted == counted && now - cached.At < MaxAge
                && !cached.Figures.IsFaulted && !cached.Figures.IsCanceled;
            figures = isFresh ? cached.Figures : QueryAsync(query, caller);
            _cache[key] = (counted, isFresh ? cached.At : now, figures);
        }
        return await figures.WaitAsync(token);
    }

    /// <summary>Ticks have a share of their own beside that of the caller who first asked for them: others may wait for the same figures.</summary>
    private async Task<KpiFigures> QueryAsync(KpiQuery query, string caller)
    {
        using var timeout = new CancellationTokenSource(limits.Timeout, time);
        return await reader.AskAsync(
            $"ticks of {caller}", queries => KpiFields.AskAsync(queries, query, compare: false, timeout.Token), timeout.Token);
    }

    /// <summary>Returns once a decision newer than those seen is counted, or after <see cref="MaxAge"/>.</summary>
    public async Task WaitForChangeAsync(OperationsFeed.Subscriber subscriber, CancellationToken token)
    {
        using var maxAge = new CancellationTokenSource(MaxAge, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, maxAge.Token);
        try
        {
            var decided = (await subscriber.ReadAsync(either.Token)).Operation.Sequence;
            while (await CountedAsync(either.Token) < decided)
                await Task.Delay(PollInterval, time, either.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // MaxAge has passed.
        }
    }

    /// <summary>How many decisions the KPIs have counted; one statement per poll interval, shared by all.</summary>
    private Task<long> CountedAsync(CancellationToken token)
    {
        lock (_gate)
        {
            if (_counting.IsCompleted && time.GetUtcNow() - _polledAt >= PollInterval)
            {
                _polledAt = time.GetUtcNow();
                _counting = database.FindAsync<long>(
                    "SELECT coalesce(max(confirmed), 0) FROM sink_positions WHERE sink = @sink",
                    new { sink = SinkPosition.Sink },
                    "ticks",
                    CancellationToken.None);
            }
            return _counting.WaitAsync(token);
        }
    }

    /// <summary>As JSON, so that no filter value of a client can produce the key of another query.</summary>
    private static string KeyOf(KpiQuery query)
    {
        var filter = query.Filter ?? new Dictionary<string, IReadOnlyList<string>>();
        return JsonSerializer.Serialize(new
        {
            query.Kpi.Name, query.From, query.To, query.Grain, query.GroupBy,
            Filter = filter.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new { entry.Key, entry.Value }),
        });
    }
}
