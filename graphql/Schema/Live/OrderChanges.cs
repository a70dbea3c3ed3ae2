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

/// <summary>See the SDL: all that is given must hold.</summary>
internal sealed record OrderChangeFilter(string[]? OrderIds, string[]? Channels, string[]? Locations, string[]? Statuses, string[]? Events)
{
    public static bool Shows(OrderChangeFilter? filter, Caller caller, string name, OperationEvents.OrderState state) =>
        (caller.Channels is null || caller.Channels.Contains(state.Channel))
        && ((caller.Locations ?? filter?.Locations) is null || state.Locations.Any(location => caller.Locations?.Contains(location.Value) != false && filter?.Locations?.Contains(location.Value) != false))
        && (filter is null || filter.Matches(name, state));

    private bool Matches(string name, OperationEvents.OrderState state) =>
        OrderIds?.Contains(state.OrderId.Value) != false && Channels?.Contains(state.Channel) != false && Statuses?.Contains(state.Status) != false && Events?.Contains(name) != false;
}

[GraphQLResolvers("Subscription")]
internal static class OrderChanges
{
    public const string Sort = "operation";

    /// <summary>Decisions that are read again for one who was away; more are no interruption any more.</summary>
    private const long MostMissed = 200_000;

    public static async IAsyncEnumerable<OrderChange> OrderChangesAsync(
        RequestContext context, [Service] OperationsFeed feed, [Service] NpgsqlDataSource postgres, OrderChangeFilter? filter, string? after)
    {
        var caller = context.Caller();
        var from = after is null ? (long?)null : SequenceOf(after) + 1;
        using var subscriber = feed.Subscribe();
        var began = await subscriber.Began.WaitAsync(context.Cancellation);
        if (from < began)
        {
            if (began - from > MostMissed)
                throw new GraphQLException($"{began - from} decisions were taken since: ask for the orders as they are, and subscribe without after", "TOO_FAR_BEHIND");
            await foreach (var operation in MissedAsync(postgres, from.Value, began, context.Cancellation))
                if (Shown(operation, OrderStates.Of(operation)) is { } missed)
                    yield return missed;
        }
        await foreach (var live in LiveAsync(subscriber, context.Cancellation))
        {
            // Another copy of the API may have been further on than this one.
            if (live.Operation.Sequence >= from.GetValueOrDefault() && Shown(live.Operation, live.Order) is { } change)
                yield return change;
        }

        OrderChange? Shown(Operation operation, OperationEvents.OrderState? state) =>
            state is not null && OrderChangeFilter.Shows(filter, caller, operation.Type, state) ? new(operation.Sequence, operation.Time.UtcDateTime, operation.Type, state) : null;
    }

    private static long SequenceOf(string after) =>
        long.TryParse(Cursor.Parse(after, "after", Sort, 1)[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) && sequence < long.MaxValue
            ? sequence : throw new GraphQLException("after is no cursor of a change", "BAD_USER_INPUT");

    private static async IAsyncEnumerable<Operation> MissedAsync(NpgsqlDataSource postgres, long from, long before, [EnumeratorCancellation] CancellationToken token)
    {
        while (from < before)
        {
            var rows = await ReadAsync(postgres, from, (int)Math.Min(1_000, before - from), token);
            if (rows.Count == 0)
                yield break;
            foreach (var row in rows)
                yield return Operation.Parse(row.Payload);
            from = rows[^1].Sequence + 1;
        }
    }

    /// <summary>On a connection that is given back before the subscriber, who may be slow, is given anything.</summary>
    private static async Task<List<OutboxRow>> ReadAsync(NpgsqlDataSource postgres, long from, int most, CancellationToken token)
    {
        try
        {
            await using var connection = await postgres.OpenConnectionAsync(token);
            return await OutboxReader.ReadAsync(connection, from, most, token);
        }
        catch (Exception away) when (TransientErrors.Includes(away) && !token.IsCancellationRequested)
        {
            throw new GraphQLException("the database does not answer; subscribe again with the last cursor as after", "UNAVAILABLE", away);
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
    /// <summary>Of the caller's own where it is restricted to some.</summary>
    public static IReadOnlyList<string> Locations([Parent] OrderChange change, RequestContext context) =>
        [.. change.State.Locations.Select(location => location.Value).Where(location => context.Caller().Locations?.Contains(location) != false)];

    public static Task<Order?> Order([Parent] OrderChange change, RequestContext context) => context.Batch<string, Order>(change.OrderId, OrderLoads.Orders);
}
