using System.Linq.Expressions;
using System.Reflection;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// Compiles a selection to a writer: the members that resolve its fields are called one after the other, without delegates or boxing between them, and their
/// values go straight into the buffer after the encoded names. Fields resolved ahead and all failures go to <see cref="ResultBuilder"/>; guards ran before.
/// </summary>
internal static class SelectionCompiler
{
    private static readonly ParameterExpression Builder = Expression.Parameter(typeof(ResultBuilder));
    private static readonly ParameterExpression Writer = Expression.Parameter(typeof(ResultWriter));
    private static readonly ParameterExpression Block = Expression.Parameter(typeof(Block));
    private static readonly ParameterExpression Row = Expression.Parameter(typeof(int));
    private static readonly ParameterExpression Cursor = Expression.Parameter(typeof(Cursor).MakeByRefType());

    /// <summary>Leaves that are written in one call with their name, by SDL and C# type.</summary>
    private static readonly HashSet<(string, Type)> Whole =
    [
        ("Int", typeof(int)), ("Float", typeof(int)), ("Float", typeof(decimal)), ("String", typeof(string)), ("ID", typeof(string)),
    ];

    public static ObjectWriter Compile(SelectionPlan plan)
    {
        var end = Expression.Label(typeof(bool));
        var parents = new Parents();
        var body = new List<Expression> { Expression.Assign(FieldCompiler.Context, Expression.Property(Builder, nameof(ResultBuilder.Context))) };
        for (var i = 0; i < plan.Fields.Length; i++)
        {
            body.Add(Expression.Assign(Expression.Field(Cursor, "Field"), Expression.Constant(i)));
            body.Add(Expression.Assign(Expression.Field(Cursor, "Start"), Expression.Property(Writer, nameof(ResultWriter.Position))));
            body.Add(Field(plan.Fields[i], new FieldPrefix([i == 0 ? (byte)'{' : (byte)',', .. plan.Fields[i].Prefix]), end));
        }
        if (plan.Fields.Length == 0) body.Add(Call(Writer, nameof(ResultWriter.Byte), Expression.Constant((byte)'{')));
        body.Add(Call(Writer, nameof(ResultWriter.Byte), Expression.Constant((byte)'}')));
        body.Add(Expression.Label(end, Expression.Constant(true)));
        var whole = parents.Visit(Expression.Block(body));
        var block = Expression.Block([FieldCompiler.Arguments, FieldCompiler.Context, .. parents.Variables], [.. parents.Casts, whole]);
        return Expression.Lambda<ObjectWriter>(block, FieldCompiler.Parent, Builder, Writer, Block, Row, Cursor).Compile();
    }

    private static Expression Field(FieldPlan field, FieldPrefix prefix, LabelTarget end)
    {
        var (plan, name) = (Expression.Constant(field), Expression.Constant(prefix));
        if (field.Slot >= 0 || field.Binding.Call is not { } call)
            return Must(Call(Builder, nameof(ResultBuilder.General), FieldCompiler.Parent, plan, name, Block, Row), end);
        var steps = new List<Expression>();
        if (field.Binding.Arguments.Length > 0)
            steps.Add(Expression.Assign(FieldCompiler.Arguments, Call(Builder, nameof(ResultBuilder.ArgumentsOf), plan)));
        if (field.Binding.Leaf != null) steps.Add(Leaf(field, call, plan, name, end));
        else if (field.Only != null && ObjectItem(field, call) is { } item)
        {
            var list = Expression.Convert(call, typeof(IEnumerable<>).MakeGenericType(item));
            steps.Add(Must(Expression.Call(Builder, Generic(nameof(ResultBuilder.Objects)).MakeGenericMethod(item), list, plan, name), end));
        }
        else steps.Add(Must(Call(Builder, nameof(ResultBuilder.Value), Expression.Convert(call, typeof(object)), plan, name), end));
        return steps is [var only] ? only : Expression.Block(steps);
    }

    // The C# item type of a list of objects; null for anything else, and for lists of value types.
    private static Type? ObjectItem(FieldPlan field, Expression call) =>
        field.Info.Type.Nullable is ListOf { Item.Nullable: CompositeType }
        && FieldCompiler.Generic(call.Type, typeof(IEnumerable<>)) is { IsValueType: false } item
            ? item
            : null;

    // { var value = member; if (value is null) write null by the builder; else write; }
    private static BlockExpression Leaf(FieldPlan field, Expression call, Expression plan, Expression name, LabelTarget end)
    {
        var bare = Nullable.GetUnderlyingType(call.Type) ?? call.Type;
        var value = Expression.Variable(call.Type);
        Expression given = bare != call.Type ? Expression.Call(value, "GetValueOrDefault", null) : value;
        Expression write = Whole.Contains((field.Info.Type.Named.Name, bare))
            ? Expression.Call(Writer, WriteField(bare), name, given)
            : Expression.Block(Call(Writer, nameof(ResultWriter.Field), name), Invoke(LeafWriters.For(field.Info.Type.Named, bare)!, given));
        var nothing = Must(Call(Builder, nameof(ResultBuilder.Null), plan, name), end);
        if (bare != call.Type) write = Expression.IfThenElse(Expression.Property(value, "HasValue"), write, nothing);
        else if (!call.Type.IsValueType)
            write = Expression.IfThenElse(Expression.ReferenceEqual(value, Expression.Constant(null, call.Type)), nothing, write);
        return Expression.Block([value], Expression.Assign(value, call), write);
    }

    private static MethodCallExpression Invoke(Delegate write, Expression value) => write.Target == null
        ? Expression.Call(write.Method, Writer, value)
        : Expression.Call(Expression.Constant(write.Target), write.Method, Writer, value);

    private static ConditionalExpression Must(Expression written, LabelTarget end) =>
        Expression.IfThen(Expression.Not(written), Expression.Return(end, Expression.Constant(false)));

    private static MethodCallExpression Call(Expression on, string method, params Expression[] arguments)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        return Expression.Call(on, on.Type.GetMethod(method, any, [.. arguments.Select(argument => argument.Type)])!, arguments);
    }

    private static MethodInfo WriteField(Type leaf) =>
        typeof(ResultWriter).GetMethod(nameof(ResultWriter.Field), BindingFlags.Instance | BindingFlags.NonPublic, [typeof(FieldPrefix), leaf])!;

    private static MethodInfo Generic(string method) =>
        typeof(ResultBuilder).GetMethods().Single(candidate => candidate.Name == method && candidate.IsGenericMethod);

    /// <summary>Casts the parent once per C# type instead of once per field.</summary>
    private sealed class Parents : ExpressionVisitor
    {
        private readonly Dictionary<Type, ParameterExpression> _casts = [];

        public IEnumerable<ParameterExpression> Variables => _casts.Values;

        public IEnumerable<Expression> Casts => _casts.Select(cast => Expression.Assign(cast.Value, Expression.Convert(FieldCompiler.Parent, cast.Key)));

        protected override Expression VisitUnary(UnaryExpression node)
        {
            if (node.NodeType != ExpressionType.Convert || node.Operand != FieldCompiler.Parent || node.Type.IsValueType || node.Type == typeof(object))
                return base.VisitUnary(node);
            return _casts.TryGetValue(node.Type, out var known) ? known : _casts[node.Type] = Expression.Variable(node.Type);
        }
    }
}
