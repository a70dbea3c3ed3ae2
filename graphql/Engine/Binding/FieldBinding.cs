using System.Linq.Expressions;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>Writes a leaf straight from its parent; false when the value is null.</summary>
internal delegate bool LeafResolver(object? parent, object?[] arguments, RequestContext context, ResultWriter writer);

internal delegate object? ValueResolver(object? parent, object?[] arguments, RequestContext context);

internal delegate ValueTask<object?> AsyncResolver(object? parent, object?[] arguments, RequestContext context);

internal delegate IAsyncEnumerable<object?> StreamResolver(object?[] arguments, RequestContext context);

/// <summary>How one field is resolved: exactly one of the resolvers is set. All are compiled when the schema is bound; no reflection per request.</summary>
internal sealed class FieldBinding
{
    public LeafResolver? Leaf { get; init; }
    public ValueResolver? Value { get; init; }
    public AsyncResolver? Async { get; init; }
    public StreamResolver? Stream { get; init; }

    /// <summary>The arguments the C# method takes, in the order of its argument array.</summary>
    public ArgumentBinding[] Arguments { get; init; } = [];

    /// <summary>
    /// The access to the member, by the parent, arguments and context parameters of <see cref="FieldCompiler"/>; null if asynchronous.
    /// <see cref="SelectionCompiler"/> builds on it.
    /// </summary>
    public Expression? Call { get; init; }

    /// <summary>Writes one non-null leaf of the field's type, boxed; set for leaves and lists of them.</summary>
    public Action<ResultWriter, object>? WriteLeaf { get; init; }
}

internal sealed record ArgumentBinding(InputInfo Info, Func<object?, object?> Convert, object? Absent);
