using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Auth;

[GraphQLObject("Viewer")]
internal sealed record Viewer(
    string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string>? Channels, IReadOnlyList<string>? Locations);

[GraphQLResolvers("Query")]
internal static class ViewerQueries
{
    public static Viewer Viewer(RequestContext context)
    {
        var caller = context.Caller();
        return new(caller.Id, caller.Name, [.. caller.Roles.Order(StringComparer.Ordinal)], caller.Channels, caller.Locations);
    }
}
