using EcomIntel.Core.Events;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Orders;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Live;

[GraphQLObject("OrderChange")]
internal sealed record OrderChange(Change<OperationEvents.OrderState> Change)
{
    public OperationEvents.OrderState State => Change.State;
    public string Cursor => Change.Cursor;
    public DateTime At => Change.Operation.Time.UtcDateTime;
    public string Event => Change.Operation.Type;
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
    public static async IAsyncEnumerable<OrderChange> OrderChangesAsync(
        RequestContext context, [Service] OperationsFeed feed, [Service] NpgsqlDataSource postgres, OrderChangeFilter? filter, string? after)
    {
        await CheckAsync(filter, context);
        var caller = context.Caller();
        var choice = new ChangeChoice<OperationEvents.OrderState>(
            "orders", (operation, state) => OrderChangeFilter.Selects(filter, caller, operation.Type, state));
        await foreach (var change in ChangeStream.FollowAsync(context, feed, postgres, choice, after))
            yield return new(change);
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
