namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>The C# type behind an object type: its properties resolve the fields of the same name.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, AllowMultiple = true, Inherited = false)]
public sealed class GraphQLObjectAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>
/// A static class whose public methods resolve the fields of the same name of one object type; they take precedence over properties of its C# type.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class GraphQLResolversAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Sets the field's name where it is not the member's.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>Marks the parameter for the object whose field is resolved.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>Marks a parameter injected from the request's services.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>An argument or input field that may be omitted, distinguished from an explicit null.</summary>
public readonly record struct Optional<T>(bool HasValue, T? Value);
