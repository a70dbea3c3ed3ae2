using System.Text.Json;
using System.Text.Json.Serialization;
using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.Benchmarks;

[JsonConverter(typeof(JsonStringEnumConverter<OrderStatus>))]
internal enum OrderStatus { Open, Allocated, Shipped, Delivered, Cancelled }

[GraphQLObject("Order")]
internal sealed record Order(string Id, OrderStatus Status, string Channel, decimal Total, IReadOnlyList<OrderLine> Lines);

[GraphQLObject("OrderLine")]
internal sealed record OrderLine(string Sku, int Qty, decimal Price);

/// <summary>The orders that every server holds in memory, from the one file they all read.</summary>
internal sealed class OrderBook(Order[] orders)
{
    public static async Task<OrderBook> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        var orders = await JsonSerializer.DeserializeAsync<Order[]>(file, JsonSerializerOptions.Web);
        return new(orders ?? throw new InvalidDataException($"{path} holds no orders"));
    }

    public IReadOnlyList<Order> First(int count) => new ArraySegment<Order>(orders, 0, Math.Clamp(count, 0, orders.Length));
}
