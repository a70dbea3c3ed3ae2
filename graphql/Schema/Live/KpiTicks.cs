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
        string name, DateOnly? from, DateOnly? to, KpiGrain grain, string[] groupBy, KpiFilter[] filter, int everySeconds)
    {
        if (everySeconds is < 1 or > 3_600)
            throw new GraphQLException("everySeconds must be 1 to 3600", "BAD_USER_INPUT");
        var contract = KpiCatalogue.Find(name) ?? throw new GraphQLException($"there is no KPI {name}; there are {string.Join(", ", KpiCatalogue.All.Select(known => known.Name))}", "BAD_USER_INPUT");
        var query = new KpiQuery(contract, from, to, grain, groupBy, KpiFields.Filter(filter, context.Caller()));
        using var subscriber = feed.Subscribe(latestOnly: true);
        await subscriber.Began.WaitAsync(context.Cancellation);
        KpiFigures? told = null;
        while (true)
        {
            var figures = await latest.AskAsync(query, context.Cancellation);
            if (told is null || !Same(told, figures))
            {
                yield return figures;
                told = figures;
            }
            await Task.Delay(TimeSpan.FromSeconds(everySeconds), time, context.Cancellation);
            await latest.SomethingNewAsync(subscriber, context.Cancellation);
        }
    }

    private static bool Same(KpiFigures before, KpiFigures now) => before.Points.Count == now.Points.Count && before.Points.Zip(now.Points).All(pair =>
        pair.First.Period == pair.Second.Period && pair.First.Dimensions.SequenceEqual(pair.Second.Dimensions, StringComparer.Ordinal)
        && pair.First.Numerator == pair.Second.Numerator && pair.First.Denominator == pair.Second.Denominator);
}

/// <summary>Figures for any number of subscribers who ask the same: the analytics are asked once for each state of theirs, and each minute.</summary>
internal sealed class LatestFigures(KpiReader reader, ReadDatabase database, ApiLimits limits, TimeProvider time)
{
    private const int MostKept = 1_000;

    /// <summary>Live, figures also change with time alone.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, (long Counted, DateTimeOffset At, Task<KpiFigures> Figures)> _known = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private Task<long> _counting = Task.FromResult(0L);
    private DateTimeOffset _asked;

    public async Task<KpiFigures> AskAsync(KpiQuery query, CancellationToken token)
    {
        var counted = await CountedAsync(token);
        var key = KeyOf(query);
        Task<KpiFigures> asking;
        lock (_gate)
        {
            if (_known.Count > MostKept)
                _known.Clear();
            var now = time.GetUtcNow();
            // Asked on behalf of all who ask the same: nobody's leaving cancels it, only its time limit.
            asking = _known.TryGetValue(key, out var known) && known.Counted == counted && now - known.At < Stale && !known.Figures.IsFaulted && !known.Figures.IsCanceled
                ? known.Figures
                : AskForAllAsync(query);
            _known[key] = (counted, asking == known.Figures ? known.At : now, asking);
        }
        return await asking.WaitAsync(token);
    }

    private async Task<KpiFigures> AskForAllAsync(KpiQuery query)
    {
        using var limit = new CancellationTokenSource(limits.Timeout, time);
        return await reader.AskAsync(queries => KpiFields.AskAsync(queries, query, compare: false, limit.Token), limit.Token);
    }

    /// <summary>Returns when a decision after those seen is counted, or a minute has passed.</summary>
    public async Task SomethingNewAsync(OperationsFeed.Subscriber subscriber, CancellationToken token)
    {
        using var minute = new CancellationTokenSource(Stale, time);
        using var passing = CancellationTokenSource.CreateLinkedTokenSource(token, minute.Token);
        try
        {
            var decided = (await subscriber.ReadAsync(passing.Token)).Operation.Sequence;
            while (await CountedAsync(passing.Token) < decided)
                await Task.Delay(Glance, time, passing.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // The minute has passed.
        }
    }

    /// <summary>How many decisions the KPIs have counted, asked at most once a glance by all together.</summary>
    private Task<long> CountedAsync(CancellationToken token)
    {
        lock (_gate)
        {
            if (_counting.IsCompleted && time.GetUtcNow() - _asked >= Glance)
            {
                _asked = time.GetUtcNow();
                _counting = database.FindAsync<long>("SELECT coalesce(max(confirmed), 0) FROM sink_positions WHERE sink = @sink", new { sink = SinkPosition.Sink }, CancellationToken.None);
            }
            return _counting.WaitAsync(token);
        }
    }

    /// <summary>As JSON: what clients write in their values cannot pass for another question.</summary>
    private static string KeyOf(KpiQuery query) => JsonSerializer.Serialize(new
    {
        query.Kpi.Name, query.From, query.To, query.Grain, query.GroupBy,
        Filter = (query.Filter ?? new Dictionary<string, IReadOnlyList<string>>()).OrderBy(filter => filter.Key, StringComparer.Ordinal).Select(filter => new { filter.Key, filter.Value }),
    });
}
