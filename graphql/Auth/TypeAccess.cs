using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Auth;

/// <summary>What the SDL says of whole types: asked where an object is found by its id, before it is looked for, so that not even its being there is told.</summary>
internal sealed class TypeAccess
{
    private readonly Dictionary<string, FieldGuard> _types = new(StringComparer.Ordinal);

    /// <summary>Learns the type of each field that is bound.</summary>
    public FieldGuard? For(GuardedField field)
    {
        if (AccessGuard.OfType(field) is { } guard)
            _types[field.Type] = guard;
        return AccessGuard.For(field);
    }

    public bool MayAsk(RequestContext context, string type) => _types.TryGetValue(type, out var guard) && guard(context) is null;
}
