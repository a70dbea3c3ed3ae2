using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>What customers send back of an order's lines; known of the orders that <see cref="OrdersSlice.WithReturns"/> names.</summary>
internal interface IReturnClaims
{
    /// <summary>Units that the customer may have, and that no return has claimed. Below zero where claimed units came back otherwise.</summary>
    long Unclaimed(Order order, OrderLine line);

    /// <summary>Units that came back by returns so far.</summary>
    long Received(OrderId orderId, int line);
}
