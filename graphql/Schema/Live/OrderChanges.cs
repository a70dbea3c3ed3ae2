using System.Globalization;
using System.Runtime.CompilerServices;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

[GraphQLObject("OrderChange")]
internal sealed record OrderChange(long Sequence, DateTime At, string Event, OperationEvents.OrderState State)
{
    public string Cursor => Paging.Cursor.Of(OrderChanges.Sort, [Sequence.ToString(CultureInfo.InvariantCulture)]);
    public string OrderId => State.OrderId.Value;
    public long Version => State.Version;
    public string Status => State.Status;
    public string Channel => State.Channel;
    public long Units => State.Units;
    public long WaitingUnits => State.WaitingUnits;
    public int Shipments => State.Shipments;
    public IReadOnlyList<string> Holds => State.Holds;
    public DateTime PromisedAt => State.PromisedAt.UtcDateTime;
    public DateTime? ClosedAt => State.ClosedAt?.UtcDateTime;
}

/// <summary>See the SDL: conditions are combined with AND.</summary>
internal sealed record OrderChangeFilter(string[]? OrderIds, string[]? Channels, string[]? Locations, string[]? Statuses, string[]? Events)
{
    /// <summary>Whether the caller may see the change, and the filter, if any, matches.</summary>
    public static bool Selects(OrderChangeFilter? filter, Caller caller, string name, OperationEvents.OrderState state) =>
        (caller.Channels is null || caller.Channels.Contains(state.Channel))
        && IsAtLocation(filter, caller, state)
        && (filter is null || filter.Matches(name, state));

    // One location must satisfy both: the caller's restriction and the filter.
    private static bool IsAtLocation(OrderChangeFilter? filter, Caller caller, OperationEvents.OrderState state) =>
        (caller.Locations is null && filter?.Locations is null)
        || state.Locations.Any(location =>
            caller.Locations?.Contains(location.Value) != false && filter?.Locations?.Contains(location.Value) != false);

    private bool Matches(string name, OperationEvents.OrderState state) =>
        OrderIds?.Contains(state.OrderId.Value) != false
        && Channels?.Contains(state.Channel) != false
        && Statuses?.Contains(state.Status) != false
        && Events?.Contains(name) != false;
}

[GraphQLResolvers("Subscription")]
internal static class OrderChanges
{
    public const string Sort = "operation";

    /// <summary>
    /// Decisions that are replayed while those made meanwhile wait in the subscriber's buffer, which is bounded. A client further behind is told the older ones
    /// first, and subscribed again.
    /// </summary>
    private const long MaxBehind = 10_000;

    public static async IAsyncEnumerable<OrderChange> OrderChangesAsync(
        RequestContext context, [Service] OperationsFeed feed, [Service] NpgsqlDataSource postgres, OrderChangeFilter? filter, string? after)
    {
        await CheckAsync(filter, context);
        var caller = context.Caller();
        var from = after is null ? (long?)null : SequenceOf(after) + 1;
        while (true)
        {
            using var subscriber = feed.Subscribe();
            var started = await subscriber.Started.WaitAsync(context.Cancellation);
            var behind = from < started ? started - from.Value : 0;
            if (behind > MaxBehind)
                subscriber.Dispose();
            if (behind > 0)
                await foreach (var operation in ReplayAsync(postgres, from!.Value, started, context.Cancellation))
                    if (Selected(operation, OrderStates.Of(operation)) is { } replayed)
                        yield return replayed;
            if (behind > MaxBehind)
            {
                from = started;
                continue;
            }
            await foreach (var live in LiveAsync(subscriber, context.Cancellation))
            {
                // The cursor may come from another copy of the API that is ahead of this one.
                if (live.Operation.Sequence >= from.GetValueOrDefault() && Selected(live.Operation, live.Order) is { } change)
                    yield return change;
            }
            yield break;
        }

        OrderChange? Selected(Operation operation, OperationEvents.OrderState? state) =>
            state is not null && OrderChangeFilter.Selects(filter, caller, operation.Type, state)
                ? new(operation.Sequence, operation.Time.UtcDateTime, operation.Type, state)
                : null;
    }

    private static async Task CheckAsync(OrderChangeFilter? filter, RequestContext context)
    {
        KnownNames.Check("event", filter?.Events, OrderStates.EventTypes);
        if (filter?.Channels is null && filter?.Locations is null)
            return;
        var names = context.Services.GetRequiredService<KnownNames>();
        await names.CheckChannelsAsync(filter.Channels, context);
        await names.CheckLocationsAsync(filter.Locations, context);
    }

    private static long SequenceOf(string after)
    {
        var text = Cursor.Parse(after, "after", Sort, 1)[0];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence < long.MaxValue
            ? sequence
            : throw Cursor.Invalid("after");
    }

    private static async IAsyncEnumerable<Operation> ReplayAsync(
        NpgsqlDataSource postgres, long from, long before, [EnumeratorCancellation] CancellationToken token)
    {
        while (from < before)
        {
            var rows = await ReadAsync(postgres, from, (int)Math.Min(1_000, before - from), token);
            if (rows.Count == 0 || rows[0].Sequence != from)
                throw new GraphQLException(
                    "decisions taken since are not kept any more: ask for the orders as they are, and subscribe without after", "TOO_FAR_BEHIND");
            foreach (var row in rows)
                yield return Operation.Parse(row.Payload);
            from = rows[^1].Sequence + 1;
        }
    }

    /// <summary>Returns the connection to the pool before anything goes to the subscriber, who may be slow.</summary>
    private static async Task<List<OutboxRow>> ReadAsync(NpgsqlDataSource postgres, long from, int limit, CancellationToken token)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(token);
            return await OutboxReader.ReadAsync(connection, from, limit, token);
        }
        catch (Exception outage) when (TransientErrors.Includes(outage) && !token.IsCancellationRequested)
        {
            throw new GraphQLException("PostgreSQL is unavailable; subscribe again with the last cursor as after", "UNAVAILABLE", outage);
        }
    }

    private static async IAsyncEnumerable<LiveOperation> LiveAsync(OperationsFeed.Subscriber subscriber, [EnumeratorCancellation] CancellationToken token)
    {
        await using var operations = subscriber.ReadAllAsync(token).GetAsyncEnumerator(token);
        while (true)
        {
            try
            {
                if (!await operations.MoveNextAsync())
                    yield break;
            }
            catch (FellBehindException behind)
            {
                throw new GraphQLException($"{behind.Message}; subscribe again with the last cursor as after", "FELL_BEHIND", behind);
            }
            yield return operations.Current;
        }
    }
}

[GraphQLResolvers("OrderChange")]
internal static class OrderChangeFields
{
    /// <summary>Only the caller's own, where the caller is restricted to locations.</summary>
    public static IReadOnlyList<string> Locations([Parent] OrderChange change, RequestContext context) =>
        [.. change.State.Locations.Select(location => location.Value).Where(location => context.Caller().Locations?.Contains(location) != false)];

    public static Task<Order?> Order([Parent] OrderChange change, RequestContext context) =>
        context.Batch<string, Order>(change.OrderId, OrderLoads.Orders);
}
