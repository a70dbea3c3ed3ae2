using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Benchmarks.HotPaths;

/// <summary>The engine's answer to an app's usual question, from a document it knows: a page of orders with their lines.</summary>
public class QueryExecution
{
    private const int Page = 100;

    private const string Sdl = """
        type Query { orders(first: Int!): [Order!]! }
        type Order { id: ID!  status: OrderStatus!  channel: String!  total: Float!  lines: [OrderLine!]! }
        type OrderLine { sku: String!  qty: Int!  price: Float! }
        enum OrderStatus { OPEN ALLOCATED SHIPPED DELIVERED CANCELLED }
        """;

    private readonly OrderBook _orders = new([.. Enumerable.Range(1, Page).Select(number => new Order(
        $"O-{number}", (OrderStatus)(number % 5), "web", 119.70m, [.. Enumerable.Range(1, 3).Select(line => new OrderLine($"SKU-{line}", 2, 19.95m))]))]);

    private readonly GraphQLRequest _request = new("{orders(first:100){id status channel total lines{sku qty price}}}");
    private readonly IServiceProvider _services;

    // Its selections are compiled at once, as those of a document in much use are.
    private readonly ExecutableSchema _schema = new SchemaBinding(SchemaReader.Read(new SdlFile("schema.graphql", Sdl)))
        .Assembly(typeof(OrderQueries).Assembly).Build(new ExecutionOptions { CompileAfter = 0 });

    public QueryExecution() => _services = new ServiceCollection().AddSingleton(_orders).BuildServiceProvider();

    /// <summary>The same orders by System.Text.Json.</summary>
    [Benchmark(Baseline = true)]
    public int Write_the_same_orders_as_JSON() => JsonSerializer.SerializeToUtf8Bytes(_orders.First(Page), JsonSerializerOptions.Web).Length;

    [Benchmark, AllocationBudget(7_800)]
    public int Page_of_100_orders_with_their_lines()
    {
        var answer = _schema.ExecuteAsync(_request, _services, CancellationToken.None);
        // What is in memory is answered in the caller's own time, so nothing waits here, and all that is allocated is the caller's.
        using var result = answer.IsCompletedSuccessfully ? answer.Result : throw new InvalidOperationException("the answer was not there at once");
        return result.ErrorCount == 0 ? result.Json.Length : throw new InvalidOperationException(result.ToString());
    }
}
