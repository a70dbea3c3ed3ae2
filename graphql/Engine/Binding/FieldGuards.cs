using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Binding;

/// <summary>
/// Authorizes a field, before its resolver. A returned error becomes the field's error, sent to the client as it is, and the field is null as with any error;
/// null allows the field. It may be called once for many objects of one request.
/// </summary>
public delegate GraphQLException? FieldGuard(RequestContext context);

/// <summary>A directive applied in the SDL. Arguments have their defaults filled in: numbers, strings, enum names, arrays, and maps for objects.</summary>
public sealed record AppliedDirective(string Name, IReadOnlyDictionary<string, object?> Arguments);

/// <summary>A field of an object type as the SDL declares it, passed once, when the schema is bound, to the function that makes its guard.</summary>
public sealed class GuardedField
{
    private readonly Action<string> _fault;

    internal GuardedField(Schema schema, ObjectType type, TypeSystem.FieldInfo field, Action<string> fault)
    {
        (Type, Name, _fault) = (type.Name, field.Name, fault);
        IsRoot = type == schema.Query || type == schema.Mutation || type == schema.Subscription;
        IsMutation = type == schema.Mutation;
        TypeDirectives = Applied(schema, type.Directives);
        Directives = Applied(schema, field.Directives);
    }

    public string Type { get; }
    public string Name { get; }

    /// <summary>Whether the field is one of the query, mutation or subscription root.</summary>
    public bool IsRoot { get; }

    public bool IsMutation { get; }

    /// <summary>The directives on the field itself.</summary>
    public IReadOnlyList<AppliedDirective> Directives { get; }

    /// <summary>The directives on its type and on the type's extensions.</summary>
    public IReadOnlyList<AppliedDirective> TypeDirectives { get; }

    /// <summary>Rejects the schema at start, with the field's location in the SDL: for a missing directive, for example.</summary>
    public void Fault(string message) => _fault(message);

    private static List<AppliedDirective> Applied(Schema schema, IEnumerable<Directive> directives) => directives.Select(directive =>
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var argument in schema.Directives[directive.Name.Value].Arguments)
        {
            var literal = Array.Find(directive.Arguments, given => given.Name.Value == argument.Name)?.Value ?? argument.Default;
            values[argument.Name] = literal == null ? null : ArgumentValues.Literal(literal, argument.Type, Variables.None, out _);
        }
        return new AppliedDirective(directive.Name.Value, values);
    }).ToList();
}
