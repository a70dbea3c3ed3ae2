using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Auth;

/// <summary>
/// The @access rules of whole types, checked where an object is looked up by its id: before the lookup, so that not even the object's existence leaks.
/// </summary>
internal sealed class TypeAccess
{
    private readonly Dictionary<string, FieldGuard> _types = new(StringComparer.Ordinal);

    /// <summary>Records the type's rule and returns the field's guard.</summary>
    public FieldGuard? For(GuardedField field)
    {
        if (AccessGuard.OfType(field) is { } guard)
            _types[field.Type] = guard;
        return AccessGuard.For(field);
    }

    public bool Allows(RequestContext context, string type) => _types.TryGetValue(type, out var guard) && guard(context) is null;
}
