using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Auth;

/// <summary>Holds the schema to the rules of access.graphql: at start that every field says who may ask for it, at a request that the caller is one of them.</summary>
internal static class AccessGuard
{
    public const string Forbidden = "FORBIDDEN";

    private const string Directive = "access";

    /// <summary>To be given to <see cref="SchemaBinding.Guard"/>.</summary>
    public static FieldGuard? For(GuardedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var own = field.Directives.Where(directive => directive.Name == Directive).ToList();
        var rules = own.Count > 0 || field.IsRoot ? own : field.TypeDirectives.Where(directive => directive.Name == Directive).ToList();
        if (rules is not [var rule])
        {
            field.Fault(rules.Count > 1 ? $"has more than one @{Directive}"
                : field.IsRoot ? $"does not say who may ask for it: each field of a root needs an @{Directive} of its own"
                : $"does not say who may ask for it: it needs an @{Directive}, or its type does");
            return null;
        }
        var roles = ((object?[])rule.Arguments["roles"]!).Cast<string>().ToList();
        if (roles.Count == 0)
        {
            field.Fault($"@{Directive} names no role: nobody could ask for it");
            return null;
        }
        return Of($"{field.Type}.{field.Name}", roles, (string)rule.Arguments["rows"]!);
    }

    /// <summary>What a field's type says of itself; null where it leaves it to its fields.</summary>
    public static FieldGuard? OfType(GuardedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.TypeDirectives.Where(directive => directive.Name == Directive).ToList() is [var rule]
            ? Of(field.Type, ((object?[])rule.Arguments["roles"]!).Cast<string>().ToList(), (string)rule.Arguments["rows"]!)
            : null;
    }

    private static FieldGuard Of(string field, List<string> roles, string rows)
    {
        // A role that Caller knows nothing of would have no bit: then nobody gets in by it.
        var may = Caller.BitsOf(roles);
        var byChannel = rows is "SHARED" or "BY_CHANNEL" or "BY_CHANNEL_AND_LOCATION";
        var byLocation = rows is "SHARED" or "BY_LOCATION" or "BY_CHANNEL_AND_LOCATION";
        var forRoles = $"{field} is for {(roles.Count == 1 ? "the role" : "the roles")} {string.Join(", ", roles)}.";
        return context =>
        {
            if (context.State is not Caller caller)
                return new GraphQLException("Nobody is known to ask.", Forbidden); // the endpoint admits none; should one come, it gets nothing
            if ((caller.RoleBits & may) == 0)
                return new GraphQLException(forRoles, Forbidden);
            if (caller.Channels is not null && !byChannel)
                return new GraphQLException($"{field} cannot be restricted to channels, and you are restricted to some.", Forbidden);
            if (caller.Locations is not null && !byLocation)
                return new GraphQLException($"{field} cannot be restricted to locations, and you are restricted to some.", Forbidden);
            return null;
        };
    }
}
