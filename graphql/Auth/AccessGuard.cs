using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// Enforces the @access directives of access.graphql. At start: every field declares who may read it. At each request: the caller is authorized.
/// </summary>
internal static class AccessGuard
{
    public const string Forbidden = "FORBIDDEN";

    private const string Directive = "access";

    /// <summary>The guard of one field, for <see cref="SchemaBinding.Guard"/>.</summary>
    public static FieldGuard? For(GuardedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var own = field.Directives.Where(directive => directive.Name == Directive).ToList();
        var rules = own.Count > 0 || field.IsRoot ? own : field.TypeDirectives.Where(directive => directive.Name == Directive).ToList();
        if (rules is not [var rule])
        {
            field.Fault(rules.Count > 1 ? $"has more than one @{Directive}"
                : field.IsRoot ? $"has no @{Directive}: every root field needs its own"
                : $"has no @{Directive}, and neither has its type");
            return null;
        }
        var roles = ((object?[])rule.Arguments["roles"]!).Cast<string>().ToList();
        if (roles.Count == 0)
        {
            field.Fault($"@{Directive} lists no role: no caller could be authorized");
            return null;
        }
        return Of($"{field.Type}.{field.Name}", roles, (string)rule.Arguments["rows"]!);
    }

    /// <summary>The guard declared on a field's type; null where the type leaves it to its fields.</summary>
    public static FieldGuard? OfType(GuardedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.TypeDirectives.Where(directive => directive.Name == Directive).ToList() is [var rule]
            ? Of(field.Type, ((object?[])rule.Arguments["roles"]!).Cast<string>().ToList(), (string)rule.Arguments["rows"]!)
            : null;
    }

    private static FieldGuard Of(string field, List<string> roles, string rows)
    {
        // A role unknown to Caller has no bit, so it grants nothing.
        var allowed = Caller.BitsOf(roles);
        var byChannel = rows is "SHARED" or "BY_CHANNEL" or "BY_CHANNEL_AND_LOCATION";
        var byLocation = rows is "SHARED" or "BY_LOCATION" or "BY_CHANNEL_AND_LOCATION";
        var requiresRole = $"{field} requires {(roles.Count == 1 ? "the role" : "one of the roles")} {string.Join(", ", roles)}.";
        return context =>
        {
            if (context.State is not Caller caller)
                return new GraphQLException("The request is not authenticated.", Forbidden); // the endpoint rejects these; this is the second line of defence
            if ((caller.RoleBits & allowed) == 0)
                return new GraphQLException(requiresRole, Forbidden);
            if (caller.Channels is not null && !byChannel)
                return new GraphQLException($"{field} cannot be filtered by channel, and your access is restricted to channels.", Forbidden);
            if (caller.Locations is not null && !byLocation)
                return new GraphQLException($"{field} cannot be filtered by location, and your access is restricted to locations.", Forbidden);
            return null;
        };
    }
}
