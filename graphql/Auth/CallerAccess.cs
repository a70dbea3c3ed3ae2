using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Auth;

internal static class CallerAccess
{
    public static Caller Caller(this RequestContext context) => (Caller)context.State!;
}
