using System.Linq.Expressions;
using System.Reflection;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;
using FieldInfo = EcomIntel.GraphQL.Engine.TypeSystem.FieldInfo;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>Compiles the member that resolves a field into a delegate, after checking its types against the SDL.</summary>
internal sealed class FieldCompiler(Func<CompositeType, Type?> clrType, InputConverters inputs)
{
    internal static readonly ParameterExpression Parent = Expression.Parameter(typeof(object), "parent");
    internal static readonly ParameterExpression Arguments = Expression.Parameter(typeof(object[]), "arguments");
    internal static readonly ParameterExpression Context = Expression.Parameter(typeof(RequestContext), "context");
    private static readonly ParameterExpression Writer = Expression.Parameter(typeof(ResultWriter), "writer");

    // One for each look: it keeps what it has seen in a dictionary that threads may not share, and schemas may be bound side by side.
    private static NullabilityInfoContext Nullability => new();

    public FieldBinding? Compile(FieldInfo field, MemberInfo member, bool stream, Action<string> error)
    {
        var faults = 0;
        void Fault(string message)
        {
            faults++;
            error($"{member.DeclaringType?.Name}.{member.Name}: {message}");
        }

        var arguments = new List<ArgumentBinding>();
        Expression call;
        Type returned;
        NullabilityInfo nullability;
        if (member is PropertyInfo property)
        {
            foreach (var argument in field.Arguments)
                Fault($"the argument \"{argument.Name}\" is not supported: a property resolves the field.");
            call = Expression.Property(Expression.Convert(Parent, property.DeclaringType!), property);
            (returned, nullability) = (property.PropertyType, Nullability.Create(property));
        }
        else
        {
            var method = (MethodInfo)member;
            call = Expression.Call(method, method.GetParameters().Select(parameter => Parameter(field, parameter, arguments, Fault)).ToList());
            foreach (var left in field.Arguments.Where(argument => !Array.Exists(method.GetParameters(), parameter => parameter.Name == argument.Name)))
                Fault($"the argument \"{left.Name}\" has no parameter.");
            (returned, nullability) = (method.ReturnType, Nullability.Create(method.ReturnParameter));
        }
        if (stream) return faults == 0 ? Streamed(field, call, returned, [.. arguments], Fault) : null;
        var async = IsTask(returned) || Generic(returned, typeof(IAsyncEnumerable<>)) != null;
        var value = IsTask(returned) ? returned.GetGenericArguments()[0] : returned;
        if (IsTask(returned)) nullability = nullability.GenericTypeArguments[0];
        CheckOutput(field.Type, value, nullability, Fault);
        if (faults > 0) return null;
        return Bound(field, call, returned, value, async, [.. arguments]);
    }

    private static FieldBinding Bound(FieldInfo field, Expression call, Type returned, Type value, bool async, ArgumentBinding[] arguments)
    {
        var leaf = field.Type.Named is CompositeType ? null : Boxed(field.Type.Named, LeafClr(value));
        if (async)
        {
            var stream = Generic(returned, typeof(IAsyncEnumerable<>));
            var box = stream != null ? nameof(BoxStream) : returned.GetGenericTypeDefinition() == typeof(Task<>) ? nameof(BoxTask) : nameof(BoxValueTask);
            var boxed = stream != null
                ? Expression.Call(typeof(FieldCompiler), box, [stream], call, Context)
                : Expression.Call(typeof(FieldCompiler), box, [value], call);
            var resolver = Expression.Lambda<AsyncResolver>(boxed, Parent, Arguments, Context).Compile();
            return new FieldBinding { Async = resolver, Arguments = arguments, WriteLeaf = leaf };
        }
        if (field.Type.Nullable is ListOf || field.Type.Named is CompositeType)
        {
            var resolve = Expression.Lambda<ValueResolver>(Expression.Convert(call, typeof(object)), Parent, Arguments, Context).Compile();
            return new FieldBinding { Value = resolve, Call = call, Arguments = arguments, WriteLeaf = leaf };
        }
        return new FieldBinding { Leaf = LeafOf(field.Type.Named, call, value), Call = call, Arguments = arguments, WriteLeaf = leaf };
    }

    // { var value = member; if (value is null) return false; write(writer, value); return true; }
    private static LeafResolver LeafOf(NamedType leaf, Expression call, Type type)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        var write = LeafWriters.For(leaf, bare)!;
        var value = Expression.Variable(type);
        Expression present = bare != type ? Expression.Property(value, "HasValue")
            : type.IsValueType ? Expression.Constant(true)
            : Expression.NotEqual(value, Expression.Constant(null, type));
        Expression given = bare != type ? Expression.Call(value, "GetValueOrDefault", null) : value;
        var body = Expression.Block([value], Expression.Assign(value, call),
            Expression.AndAlso(present, Expression.Block(Expression.Invoke(Expression.Constant(write), Writer, given), Expression.Constant(true))));
        return Expression.Lambda<LeafResolver>(body, Parent, Arguments, Context, Writer).Compile();
    }

    private static FieldBinding? Streamed(FieldInfo field, Expression call, Type returned, ArgumentBinding[] arguments, Action<string> fault)
    {
        if (Generic(returned, typeof(IAsyncEnumerable<>)) is not { } item)
        {
            fault("a subscription field must be resolved by a method that returns IAsyncEnumerable.");
            return null;
        }
        var boxed = Expression.Call(typeof(FieldCompiler), nameof(BoxEvents), [item], call, Context);
        var resolve = Expression.Lambda<StreamResolver>(boxed, Arguments, Context).Compile();
        var leaf = field.Type.Named is CompositeType ? null : Boxed(field.Type.Named, LeafClr(item));
        return new FieldBinding { Stream = resolve, Arguments = arguments, WriteLeaf = leaf };
    }

    private Expression Parameter(FieldInfo field, ParameterInfo parameter, List<ArgumentBinding> arguments, Action<string> fault)
    {
        var type = parameter.ParameterType;
        if (type == typeof(RequestContext)) return Context;
        if (type == typeof(CancellationToken)) return Expression.Property(Context, nameof(RequestContext.Cancellation));
        if (parameter.IsDefined(typeof(ServiceAttribute)))
        {
            const string get = nameof(ServiceProviderServiceExtensions.GetRequiredService);
            return Expression.Call(typeof(ServiceProviderServiceExtensions), get, [type], Expression.Property(Context, nameof(RequestContext.Services)));
        }
        if (parameter.IsDefined(typeof(ParentAttribute)))
        {
            var owner = clrType(field.Owner!);
            if (owner == null || !type.IsAssignableFrom(owner))
            {
                var parent = owner == null ? "unknown" : InputConverters.Name(owner);
                fault($"the parent is {parent}, but the parameter \"{parameter.Name}\" is {InputConverters.Name(type)}.");
            }
            return Expression.Convert(Parent, type);
        }
        if (field.Argument(parameter.Name!) is not { } argument)
        {
            fault($"the parameter \"{parameter.Name}\" is not an argument of the field, and has neither [Parent] nor [Service].");
            return Expression.Default(type);
        }
        var mayBeNull = argument.Type is not NonNull && (argument.Default == null || !type.IsValueType || Nullable.GetUnderlyingType(type) != null);
        // A default does not keep a client from sending an explicit null, so a value type needs a non-null argument.
        var isOptional = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);
        if (argument.Type is not NonNull && type.IsValueType && Nullable.GetUnderlyingType(type) == null && !isOptional) mayBeNull = true;
        if (argument.Type is not NonNull && !type.IsValueType && Nullability.Create(parameter).WriteState == NullabilityState.NotNull)
            fault($"the argument \"{argument.Name}\" is nullable, but the parameter is not.");
        if (inputs.For(argument.Type, type, mayBeNull, out var reason) is not { } convert)
        {
            fault($"the argument \"{argument.Name}\" {reason}.");
            return Expression.Default(type);
        }
        arguments.Add(new ArgumentBinding(argument, convert, InputConverters.Absent(type)));
        return Expression.Convert(Expression.ArrayIndex(Arguments, Expression.Constant(arguments.Count - 1)), type);
    }

    private void CheckOutput(SchemaType type, Type clr, NullabilityInfo nullability, Action<string> fault)
    {
        if (type is NonNull && (Nullable.GetUnderlyingType(clr) != null || nullability.ReadState == NullabilityState.Nullable))
            fault($"the SDL says {type}, but {InputConverters.Name(clr)} is nullable here.");
        var bare = Nullable.GetUnderlyingType(clr) ?? clr;
        switch (type.Nullable)
        {
            case ListOf list:
                if (bare == typeof(string) || ItemOf(bare) is not { } item)
                    fault($"the SDL says {type}, but {InputConverters.Name(bare)} is not a list.");
                else CheckOutput(list.Item, item, nullability.ElementType ?? ItemNullability(nullability), fault);
                break;
            case ObjectType self:
                if (clrType(self) is not { } bound) fault($"the type {self} has no C# type (Object<T>(\"{self}\") or [GraphQLObject]).");
                else if (!bound.IsAssignableFrom(bare))
                    fault($"the SDL says {type}, whose C# type is {InputConverters.Name(bound)}, not {InputConverters.Name(bare)}.");
                break;
            case CompositeType:
                if (bare.IsValueType) fault($"the SDL says {type}, but {InputConverters.Name(bare)} is a value type.");
                break;
            default:
                if (LeafWriters.For(type.Named, bare) == null)
                    fault($"the SDL says {type}, which cannot be written from {InputConverters.Name(bare)}.");
                break;
        }
    }

    private static NullabilityInfo ItemNullability(NullabilityInfo list) => list.GenericTypeArguments is [var only]
        ? only
        : Nullability.Create(typeof(FieldCompiler).GetProperty(nameof(Unknown), BindingFlags.NonPublic | BindingFlags.Static)!);

    private static object Unknown => new();

    private static Type LeafClr(Type type)
    {
        while (type != typeof(string) && ItemOf(type) is { } item) type = item;
        return Nullable.GetUnderlyingType(type) ?? type;
    }

    private static Type? ItemOf(Type type) => Generic(type, typeof(IEnumerable<>)) ?? Generic(type, typeof(IAsyncEnumerable<>));

    internal static Type? Generic(Type type, Type definition)
    {
        if (type.IsGenericType && type.GetGenericTypeDefinition() == definition) return type.GetGenericArguments()[0];
        return type.GetInterfaces().FirstOrDefault(face => face.IsGenericType && face.GetGenericTypeDefinition() == definition)?.GetGenericArguments()[0];
    }

    private static bool IsTask(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Task<>) || type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    private static Action<ResultWriter, object>? Boxed(NamedType leaf, Type type)
    {
        if (LeafWriters.For(leaf, type) is not { } write) return null;
        var value = Expression.Parameter(typeof(object));
        var body = Expression.Invoke(Expression.Constant(write), Writer, Expression.Convert(value, type));
        return Expression.Lambda<Action<ResultWriter, object>>(body, Writer, value).Compile();
    }

    private static async ValueTask<object?> BoxTask<T>(Task<T> task) => await task;

    private static ValueTask<object?> BoxValueTask<T>(ValueTask<T> task) =>
        task.IsCompletedSuccessfully ? new ValueTask<object?>(task.Result) : BoxTask(task.AsTask());

    private static async ValueTask<object?> BoxStream<T>(IAsyncEnumerable<T> items, RequestContext context)
    {
        var list = new List<object?>();
        await foreach (var item in items.WithCancellation(context.Cancellation))
        {
            context.Objects.EnsureRoom(list.Count + 1);
            list.Add(item);
        }
        return list;
    }

    private static async IAsyncEnumerable<object?> BoxEvents<T>(IAsyncEnumerable<T> items, RequestContext context)
    {
        await foreach (var item in items.WithCancellation(context.Cancellation)) yield return item;
    }
}
