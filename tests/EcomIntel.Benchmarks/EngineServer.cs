using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Http;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Benchmarks;

/// <summary>The engine over orders in memory.</summary>
internal static class EngineServer
{
    public static void AddTo(WebApplicationBuilder builder, OrderBook orders) => builder.Services.AddSingleton(orders).AddGraphQLDrain(TimeSpan.Zero);

    public static void MapTo(WebApplication app, string sdl) => app.MapGraphQL(
        "/graphql",
        new SchemaBinding(SchemaReader.Read(new SdlFile("schema.graphql", sdl))).Assembly(typeof(EngineServer).Assembly).Build(),
        new GraphQLHttpOptions { OperationsPerSecond = 0 });
}

[GraphQLResolvers("Query")]
internal static class OrderQueries
{
    public static IReadOnlyList<Order> Orders(int first, [Service] OrderBook book) => book.First(first);
}
