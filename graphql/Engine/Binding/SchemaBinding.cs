using System.Reflection;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;
using FieldInfo = EcomIntel.GraphQL.Engine.TypeSystem.FieldInfo;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>
/// Binds a schema to C#: types to types, fields to methods and properties, scalars to codecs. <see cref="Build"/> compiles everything and throws with all
/// errors at once: fields without a resolver, wrong types, arguments without a parameter, each with its location in the SDL.
/// </summary>
public sealed class SchemaBinding
{
    private readonly Schema _schema;
    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Type>> _resolvers = new(StringComparer.Ordinal);
    private readonly List<SchemaError> _errors = [];
    private Func<GuardedField, FieldGuard?>? _guards;

    public SchemaBinding(Schema schema)
    {
        _schema = schema;
        foreach (var (name, type) in Introspection.Types) _types[name] = type;
        foreach (var resolvers in Introspection.Resolvers) Resolvers(resolvers);
    }

    /// <summary>The C# type behind an object type.</summary>
    public SchemaBinding Object(string name, Type type)
    {
        if (!_types.TryAdd(name, type) && _types[name] != type)
            _errors.Add(new SchemaError($"The type \"{name}\" is bound to both {_types[name].Name} and {type.Name}."));
        if (_schema.Types.GetValueOrDefault(name) is not ObjectType)
            _errors.Add(new SchemaError($"{type.Name} is bound to \"{name}\", which is not an object type of the schema."));
        return this;
    }

    public SchemaBinding Object<T>(string name) => Object(name, typeof(T));

    /// <summary>Adds a static class marked with <see cref="GraphQLResolversAttribute"/>.</summary>
    public SchemaBinding Resolvers(Type resolvers)
    {
        var name = resolvers.GetCustomAttribute<GraphQLResolversAttribute>()?.Name;
        if (name == null) _errors.Add(new SchemaError($"{resolvers.Name} has no [GraphQLResolvers] attribute that names its type."));
        else
        {
            if (_schema.Types.GetValueOrDefault(name) is not ObjectType)
                _errors.Add(new SchemaError($"{resolvers.Name} resolves \"{name}\", which is not an object type of the schema."));
            if (!_resolvers.TryGetValue(name, out var classes)) _resolvers[name] = classes = [];
            classes.Add(resolvers);
        }
        return this;
    }

    public SchemaBinding Scalar(string name, ScalarCodec codec)
    {
        if (_schema.Types.GetValueOrDefault(name) is ScalarType scalar) scalar.Codec = codec;
        else _errors.Add(new SchemaError($"{codec.GetType().Name} is the codec of \"{name}\", which is not a scalar of the schema."));
        return this;
    }

    /// <summary>Adds all types of an assembly with <see cref="GraphQLObjectAttribute"/> or <see cref="GraphQLResolversAttribute"/>.</summary>
    public SchemaBinding Assembly(Assembly assembly)
    {
        foreach (var type in assembly.GetTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            foreach (var named in type.GetCustomAttributes<GraphQLObjectAttribute>()) Object(named.Name, type);
            if (type.IsDefined(typeof(GraphQLResolversAttribute))) Resolvers(type);
        }
        return this;
    }

    /// <summary>
    /// Sets the function that makes guards. It is called once for every field of every object type except introspection's, and returns null where everybody
    /// may read the field.
    /// </summary>
    public SchemaBinding Guard(Func<GuardedField, FieldGuard?> guards)
    {
        _guards = guards;
        return this;
    }

    /// <exception cref="SchemaException">With all errors.</exception>
    public ExecutableSchema Build(ExecutionOptions? options = null, ParserLimits? limits = null, TimeProvider? time = null)
    {
        var compiler = new FieldCompiler(type => _types.GetValueOrDefault(type.Name), new InputConverters());
        foreach (var scalar in _schema.OrderedTypes.OfType<ScalarType>().Where(scalar => scalar.Codec == null))
            _errors.Add(Fault(scalar.Place, $"The scalar \"{scalar}\" has no codec."));
        foreach (var type in _schema.OrderedTypes.OfType<ObjectType>())
            foreach (var field in type.Fields.Values) Bind(type, field, compiler);
        BindRoot();
        if (_errors.Count > 0) throw new SchemaException(_errors);
        var types = new Dictionary<Type, ObjectType>();
        foreach (var (name, type) in _types) types[type] = (ObjectType)_schema.Types[name];
        return new ExecutableSchema(_schema, new Bound(types), options ?? new ExecutionOptions(), limits ?? new ParserLimits(), time ?? TimeProvider.System);
    }

    private void Bind(ObjectType type, FieldInfo field, FieldCompiler compiler)
    {
        if (field.Binding != null)
        {
            _errors.Add(Fault(field.Place, $"{type}.{field.Name} is already bound: a schema can be bound once."));
            return;
        }
        if (Member(type, field) is not { } member)
        {
            var where = _types.TryGetValue(type.Name, out var bound)
                ? $" (no method in its resolvers, no property of {bound.Name})"
                : " (no method in its resolvers)";
            _errors.Add(Fault(field.Place, $"{type}.{field.Name} has no resolver{where}."));
            return;
        }
        void Error(string message) => _errors.Add(Fault(field.Place, $"{type}.{field.Name}: {message}"));
        if (_guards != null && !type.Name.StartsWith("__", StringComparison.Ordinal))
            field.Guard = _guards(new GuardedField(_schema, type, field, Error));
        field.Binding = compiler.Compile(field, member, type == _schema.Subscription, Error);
    }

    private MemberInfo? Member(ObjectType type, FieldInfo field)
    {
        foreach (var resolvers in _resolvers.GetValueOrDefault(type.Name, []))
        {
            var method = resolvers.GetMethods(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(candidate => Named(candidate, field.Name));
            if (method != null) return method;
        }
        if (!_types.TryGetValue(type.Name, out var clr)) return null;
        return clr.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .FirstOrDefault(property => property.GetMethod?.IsPublic == true && Named(property, field.Name));
    }

    private static bool Named(MemberInfo member, string field) => member.GetCustomAttribute<GraphQLNameAttribute>() is { } named
        ? named.Name == field
        : string.Equals(member.Name, field, StringComparison.OrdinalIgnoreCase)
            || string.Equals(member.Name, field + "Async", StringComparison.OrdinalIgnoreCase);

    // __schema and __type are in no SDL; they are resolved from the schema itself.
    private void BindRoot()
    {
        _schema.SchemaField.Binding = new FieldBinding { Value = (_, _, context) => context.Schema };
        var name = _schema.TypeField.Arguments[0];
        _schema.TypeField.Binding = new FieldBinding
        {
            Value = (_, arguments, context) => context.Schema.Types.GetValueOrDefault((string)arguments[0]!),
            Arguments = [new ArgumentBinding(name, value => value, null)],
        };
    }

    private static SchemaError Fault((Source Source, int Start)? place, string message) =>
        place is { } at ? new SchemaError(message, at.Source.Name, at.Source.Locate(at.Start)) : new SchemaError(message);
}
