using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>The order in which orders are served where stock is short: tier, promise, channel, age; the id, so that no two are equal.</summary>
internal readonly record struct OrderPriority(int Tier, DateTimeOffset PromisedAt, int ChannelPriority, DateTimeOffset PlacedAt, OrderId Id)
    : IComparable<OrderPriority>
{
    public int CompareTo(OrderPriority other)
    {
        if (Tier != other.Tier)
            return Tier.CompareTo(other.Tier);
        if (PromisedAt != other.PromisedAt)
            return PromisedAt.CompareTo(other.PromisedAt);
        if (ChannelPriority != other.ChannelPriority)
            return ChannelPriority.CompareTo(other.ChannelPriority);
        return PlacedAt != other.PlacedAt ? PlacedAt.CompareTo(other.PlacedAt) : Id.CompareTo(other.Id);
    }
}
