namespace EcomIntel.GraphQL.Engine.Language;

internal enum OperationKind { Query, Mutation, Subscription }

internal enum TypeKind { Scalar, Object, Interface, Union, Enum, InputObject }

/// <summary>A name and its byte offset.</summary>
internal readonly record struct Name(string Value, int Start)
{
    public override string ToString() => Value;
}

internal abstract class Node(int start)
{
    /// <summary>Offset of the node's first byte in its source.</summary>
    public int Start { get; } = start;
}

internal sealed class Document(Source source, Definition[] definitions, int tokens) : Node(0)
{
    public Source Source { get; } = source;
    public Definition[] Definitions { get; } = definitions;
    public int Tokens { get; } = tokens;
}

internal abstract class Definition(int start, StringValue? description, Directive[] directives) : Node(start)
{
    public StringValue? Description { get; } = description;
    public Directive[] Directives { get; } = directives;
}

internal sealed class OperationDefinition(
    int start, StringValue? description, OperationKind kind, Name? name, VariableDefinition[] variables, Directive[] directives, SelectionSet selections)
    : Definition(start, description, directives)
{
    public OperationKind Kind { get; } = kind;
    public Name? Name { get; } = name;
    public VariableDefinition[] Variables { get; } = variables;
    public SelectionSet Selections { get; } = selections;
}

internal sealed class FragmentDefinition(int start, StringValue? description, Name name, NamedTypeNode on, Directive[] directives, SelectionSet selections)
    : Definition(start, description, directives)
{
    public Name Name { get; } = name;
    public NamedTypeNode On { get; } = on;
    public SelectionSet Selections { get; } = selections;
}

internal sealed class VariableDefinition(
    int start, StringValue? description, VariableValue variable, TypeNode type, Value? defaultValue, Directive[] directives)
    : Node(start)
{
    public StringValue? Description { get; } = description;
    public VariableValue Variable { get; } = variable;
    public TypeNode Type { get; } = type;
    public Value? Default { get; } = defaultValue;
    public Directive[] Directives { get; } = directives;
}

internal sealed class SelectionSet(int start, Selection[] items) : Node(start)
{
    public Selection[] Items { get; } = items;
}

internal abstract class Selection(int start, Directive[] directives) : Node(start)
{
    public Directive[] Directives { get; } = directives;
}

internal sealed class Field(int start, Name? alias, Name name, Argument[] arguments, Directive[] directives, SelectionSet? selections)
    : Selection(start, directives)
{
    public Name? Alias { get; } = alias;
    public Name Name { get; } = name;
    public string ResponseName => (Alias ?? Name).Value;
    public Argument[] Arguments { get; } = arguments;
    public SelectionSet? Selections { get; } = selections;
}

internal sealed class FragmentSpread(int start, Name name, Directive[] directives) : Selection(start, directives)
{
    public Name Name { get; } = name;
}

internal sealed class InlineFragment(int start, NamedTypeNode? on, Directive[] directives, SelectionSet selections) : Selection(start, directives)
{
    public NamedTypeNode? On { get; } = on;
    public SelectionSet Selections { get; } = selections;
}

internal sealed class Argument(Name name, Value value) : Node(name.Start)
{
    public Name Name { get; } = name;
    public Value Value { get; } = value;
}

internal sealed class Directive(int start, Name name, Argument[] arguments) : Node(start)
{
    public Name Name { get; } = name;
    public Argument[] Arguments { get; } = arguments;
}

internal abstract class Value(int start) : Node(start);

internal sealed class VariableValue(int start, Name name) : Value(start)
{
    public Name Name { get; } = name;
}

internal sealed class IntValue(int start, string raw) : Value(start)
{
    public string Raw { get; } = raw;
}

internal sealed class FloatValue(int start, string raw) : Value(start)
{
    public string Raw { get; } = raw;
}

internal sealed class StringValue(int start, string text, bool block) : Value(start)
{
    public string Text { get; } = text;
    public bool Block { get; } = block;
}

internal sealed class BooleanValue(int start, bool value) : Value(start)
{
    public bool Value { get; } = value;
}

internal sealed class NullValue(int start) : Value(start);

internal sealed class EnumValue(int start, string name) : Value(start)
{
    public string Name { get; } = name;
}

internal sealed class ListValue(int start, Value[] items) : Value(start)
{
    public Value[] Items { get; } = items;
}

internal sealed class ObjectValue(int start, Argument[] fields) : Value(start)
{
    public Argument[] Fields { get; } = fields;
}

internal abstract class TypeNode(int start) : Node(start);

internal sealed class NamedTypeNode(Name name) : TypeNode(name.Start)
{
    public Name Name { get; } = name;
}

internal sealed class ListTypeNode(int start, TypeNode item) : TypeNode(start)
{
    public TypeNode Item { get; } = item;
}

internal sealed class NonNullTypeNode(int start, TypeNode inner) : TypeNode(start)
{
    public TypeNode Inner { get; } = inner;
}
