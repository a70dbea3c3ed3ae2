using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>State shared by the two halves of one execution: plan, variables, context, and the errors so far.</summary>
internal sealed class Execution(Bound bound, Document document, OperationPlan plan, Variables variables, RequestContext context, ExecutionOptions options)
{
    private readonly object?[]?[] _arguments = new object?[plan.ArgumentSlots][];

    public OperationPlan Plan { get; } = plan;
    public RequestContext Context { get; } = context;
    public ExecutionOptions Options { get; } = options;
    public List<GraphQLError> Errors { get; } = [];

    /// <summary>Cancels <see cref="RequestContext.Cancellation"/>.</summary>
    public CancellationTokenSource? Stop { get; set; }

    /// <exception cref="ExecutionException">A variable leaves a required argument without a value.</exception>
    public object?[] ArgumentsOf(FieldPlan field)
    {
        if (field.Constant != null) return field.Constant;
        return _arguments[field.ArgumentSlot] ??= ArgumentValues.Of(field, variables);
    }

    /// <summary>The guard's error, or null.</summary>
    public Exception? Refusal(FieldPlan field) => field.Info.Guard?.Invoke(Context);

    /// <summary>
    /// A value resolved ahead of writing. A list is counted with its nested lists, except for sequences in it that are not read yet, and can be enumerated
    /// twice.
    /// </summary>
    /// <exception cref="ResultTooLargeException">The budget is exceeded.</exception>
    public object? Taken(object? value, FieldPlan field)
    {
        if (value == null || field.Info.Type.Nullable is not ListOf list) return value;
        var items = Context.Objects.List(value);
        Take(items, list);
        return items;
    }

    private void Take(IList items, ListOf list)
    {
        Context.Objects.Take(items.Count);
        if (list.Item.Nullable is not ListOf inner) return;
        foreach (var item in items)
            if (item is IList known) Take(known, inner);
    }

    /// <summary>Cancels what still runs beside a failure that ends the operation: it would be awaited otherwise, and the timeout has not passed.</summary>
    public Task StopAsync() =>
        Context.Cancellation.IsCancellationRequested || Stop == null ? Task.CompletedTask : Stop.CancelAsync();

    public ObjectType? TypeOf(object value, CompositeType declared) => declared as ObjectType ?? bound.ObjectTypeOf(value.GetType());

    public void Fail(Exception error, FieldPlan field, ImmutableArray<object> path)
    {
        var start = (error as ExecutionException)?.Start;
        ImmutableArray<SourceLocation> locations = start is { } at
            ? [document.Source.Locate(at)]
            : [.. field.Nodes.Select(node => document.Source.Locate(node.Start))];
        switch (error)
        {
            case GraphQLException visible:
                Errors.Add(new GraphQLError(visible.Message, locations, path, visible.Code));
                break;
            case ExecutionException visible:
                Errors.Add(new GraphQLError(visible.Message, locations, path, visible.Code));
                break;
            default:
                Options.OnMaskedError?.Invoke(error, $"{field.Info.Owner}.{field.Info.Name}");
                Errors.Add(new GraphQLError("An internal error occurred.", locations, path, "INTERNAL"));
                break;
        }
    }
}

/// <summary>The object type of a C# object, by its C# type or the nearest base type.</summary>
internal sealed class Bound(IReadOnlyDictionary<Type, ObjectType> types)
{
    private readonly ConcurrentDictionary<Type, ObjectType?> _known = new();

    public ObjectType? ObjectTypeOf(Type type) => _known.GetOrAdd(type, static (candidate, types) =>
    {
        for (var at = candidate; at != null; at = at.BaseType)
            if (types.TryGetValue(at, out var known)) return known;
        return null;
    }, types);
}
