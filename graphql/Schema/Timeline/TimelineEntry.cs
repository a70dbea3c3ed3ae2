using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Schema.Orders;

namespace EcomIntel.GraphQL.Schema.Timeline;

internal enum TimelineActorKind
{
    Hub,
    Caller,
    Channel,
    Location,
    Carrier,
    Customer,
    Seller,
    Supplier,
    Outside,
}

[GraphQLObject("TimelineActor")]
internal sealed record TimelineActor(TimelineActorKind Kind, string? Name);

/// <param name="Number">Tells entries of one instant apart: the sequence of a decision, or after all of those the entry of the audit log.</param>
[GraphQLObject("TimelineEntry")]
internal sealed record TimelineEntry(
    DateTime At, string Event, string Summary, TimelineActor By, string? Reason, IReadOnlyList<NodeReason> Locations, long? Version, string? Status,
    bool IsRefused, long? Sequence, long Number);
