namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>The C# type behind an object type: its properties resolve the fields of the same name.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class GraphQLObjectAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>A static class whose public methods resolve the fields of the same name of one object type; they come before the properties of its C# type.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GraphQLResolversAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Another name than the member's own for a field.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The parameter that takes the object whose field is resolved.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>A parameter taken from the request's services.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>An argument or input field that may be left out, told apart from one given as null.</summary>
public readonly record struct Optional<T>(bool HasValue, T? Value);
