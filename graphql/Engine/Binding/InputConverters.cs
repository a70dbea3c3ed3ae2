using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>
/// Converts coerced input (scalar values, enum names, arrays, name-value maps) to the C# type of a resolver's parameter. Impossible conversions are reported
/// when the schema is bound; at run time only a Float beyond a decimal's range can fail.
/// </summary>
internal sealed class InputConverters
{
    private readonly Dictionary<(InputObjectType, Type), Func<object?, object?>> _objects = [];

    /// <summary>The converter, or null with the reason.</summary>
    public Func<object?, object?>? For(SchemaType type, Type target, bool mayBeNull, out string? reason)
    {
        reason = null;
        if (target.IsGenericType && target.GetGenericTypeDefinition() == typeof(Optional<>))
        {
            var inner = For(type, target.GetGenericArguments()[0], mayBeNull, out reason);
            if (inner == null) return null;
            var value = Expression.Parameter(typeof(object));
            var make = Expression.New(target.GetConstructors().Single(constructor => constructor.GetParameters().Length == 2),
                Expression.Constant(true), Expression.Convert(Expression.Invoke(Expression.Constant(inner), value), target.GetGenericArguments()[0]));
            return Expression.Lambda<Func<object?, object?>>(Expression.Convert(make, typeof(object)), value).Compile();
        }
        var bare = Nullable.GetUnderlyingType(target);
        if (bare == null && target.IsValueType && mayBeNull) return No($"is nullable, but {Name(target)} is not", out reason);
        var convert = NonNullFor(type.Nullable, bare ?? target, out reason);
        return convert == null ? null : value => value == null ? null : convert(value);
    }

    /// <summary>The value of a parameter whose argument is absent and has no default.</summary>
    public static object? Absent(Type target) => target.IsValueType ? Activator.CreateInstance(target) : null;

    private Func<object, object?>? NonNullFor(SchemaType type, Type target, out string? reason)
    {
        reason = null;
        if (type is ListOf list) return ListFor(list, target, out reason);
        if (type is InputObjectType input) return ObjectFor(input, target, out reason);
        if (type is EnumType values)
        {
            if (target == typeof(string)) return value => value;
            if (!target.IsEnum || LeafWriters.EnumNames(values, target) is not { } names)
                return No($"is the enum {values}, whose values {Name(target)} does not have", out reason);
            return value => names[(string)value];
        }
        if (type is not ScalarType { Codec: { } codec } scalar) return No($"is the scalar {type}, which has no codec", out reason);
        if (codec.ValueType == target) return value => value;
        return (scalar.Name, target) switch
        {
            ("Int", _) when target == typeof(long) => value => (long)(int)value!,
            ("Int" or "Float", _) when target == typeof(double) => value => Convert.ToDouble(value, null),
            ("Float", _) when target == typeof(decimal) => value => Decimal((double)value!),
            _ => No($"is {type}, which cannot be converted to {Name(target)}", out reason),
        };
    }

    private Func<object, object?>? ListFor(ListOf list, Type target, out string? reason)
    {
        var item = target.IsArray ? target.GetElementType()! : target.IsGenericType && target.GetGenericArguments() is [var only] ? only : null;
        if (item == null || !target.IsAssignableFrom(item.MakeArrayType()))
            return No($"is the list {list}, which cannot be converted to {Name(target)} (use an array or IReadOnlyList)", out reason);
        if (For(list.Item, item, list.Item is not NonNull, out reason) is not { } convert) return null;
        return value =>
        {
            var items = (object?[])value;
            var array = Array.CreateInstance(item, items.Length);
            for (var i = 0; i < items.Length; i++) array.SetValue(convert(items[i]), i);
            return array;
        };
    }

    private Func<object, object?>? ObjectFor(InputObjectType input, Type target, out string? reason)
    {
        reason = null;
        if (target.IsAssignableFrom(typeof(Dictionary<string, object?>))) return value => value;
        if (_objects.TryGetValue((input, target), out var known)) return value => known(value);
        if (target.GetConstructors().OrderByDescending(candidate => candidate.GetParameters().Length).FirstOrDefault() is not { } constructor)
            return No($"is the input {input}, and {Name(target)} has no public constructor", out reason);
        // An input may contain itself: the entry must exist before the fields are converted.
        Func<object?, object?>? made = null;
        _objects[(input, target)] = value => made!(value);
        var value = Expression.Parameter(typeof(object));
        var map = Expression.Convert(value, typeof(Dictionary<string, object?>));
        var arguments = new List<Expression>();
        var matched = new HashSet<string>(StringComparer.Ordinal);
        foreach (var parameter in constructor.GetParameters())
        {
            var field = input.Fields.Values.FirstOrDefault(candidate => string.Equals(candidate.Name, parameter.Name, StringComparison.OrdinalIgnoreCase));
            if (field == null) return No($"is the input {input}, which has no field for the parameter \"{parameter.Name}\" of {Name(target)}", out reason);
            matched.Add(field.Name);
            if (For(field.Type, parameter.ParameterType, field.Type is not NonNull, out var inner) is not { } convert)
                return No($"has the field {input}.{field.Name}, which {inner}", out reason);
            var absent = Expression.Constant(Absent(parameter.ParameterType), typeof(object));
            var argument = Expression.Call(Take, map, Expression.Constant(field.Name), Expression.Constant(convert), absent);
            arguments.Add(Expression.Convert(argument, parameter.ParameterType));
        }
        if (input.Fields.Keys.FirstOrDefault(field => !matched.Contains(field)) is { } left)
            return No($"is the input {input}, whose field \"{left}\" has no parameter in {Name(target)}", out reason);
        made = Expression.Lambda<Func<object?, object?>>(Expression.Convert(Expression.New(constructor, arguments), typeof(object)), value).Compile();
        return given => made(given);
    }

    private static readonly MethodInfo Take = typeof(InputConverters).GetMethod(nameof(Value), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static object? Value(Dictionary<string, object?> map, string name, Func<object?, object?> convert, object? absent) =>
        map.TryGetValue(name, out var value) ? convert(value) : absent;

    private static decimal Decimal(double value) => Math.Abs(value) < (double)decimal.MaxValue
        ? (decimal)value
        : throw new ExecutionException(
            $"The number {value.ToString("R", CultureInfo.InvariantCulture)} is out of range for a decimal.", null, "BAD_USER_INPUT");

    private static Func<object?, object?>? No(string why, out string? reason)
    {
        reason = why;
        return null;
    }

    internal static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } bare ? Name(bare) + "?"
        : !type.IsGenericType ? type.Name
        : $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
}
