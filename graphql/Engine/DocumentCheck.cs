using System.Runtime.InteropServices;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Engine.Validation;

namespace EcomIntel.GraphQL.Engine;

/// <summary>
/// The result of checking one document. <paramref name="Phase"/> is how far it came, "parse" or "validate"; <paramref name="Printed"/> is the document in
/// canonical form, null where it does not parse.
/// </summary>
public sealed record DocumentVerdict(bool Ok, string Phase, IReadOnlyList<GraphQLError> Errors, string? Printed);

/// <summary>Checks documents against a schema without resolvers, as an app's build does against a published SDL.</summary>
public sealed class DocumentCheck(Schema schema, ParserLimits? limits = null, ValidationOptions? options = null)
{
    private static readonly ExecutionOptions Execution = new();

    private readonly ParserLimits _limits = limits ?? new ParserLimits();
    private readonly ValidationOptions _options = options ?? new ValidationOptions();

    public DocumentVerdict Check(string document) => Check(System.Text.Encoding.UTF8.GetBytes(document));

    /// <param name="variables">
    /// Undefined or null: only the document is checked. An object: a valid document's operation must accept it; each invalid value is an error of phase
    /// "validate". A scalar without a codec accepts any value.
    /// </param>
    /// <param name="operationName">A valid document must have an operation of this name. Null: with variables it must have exactly one operation.</param>
    public DocumentVerdict Check(ReadOnlyMemory<byte> document, JsonElement variables = default, string? operationName = null)
    {
        if (!Parser.TryParse(new Source(document, "GraphQL request"), _limits, out var parsed, out var error))
            return new DocumentVerdict(false, "parse", [error!], null);
        IReadOnlyList<GraphQLError> errors = Validator.Validate(schema, parsed!, _options);
        if (errors.Count == 0) errors = Run(parsed!, variables, operationName);
        return new DocumentVerdict(errors.Count == 0, "validate", errors, Printer.Print(parsed!));
    }

    // Errors that would keep the operation from running with these variables.
    private List<GraphQLError> Run(Document document, JsonElement variables, string? name)
    {
        var given = variables.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);
        if (name == null && !given) return [];
        var operations = document.Definitions.OfType<OperationDefinition>().Where(operation => name == null || operation.Name?.Value == name).ToList();
        if (operations is not [var operation])
            return [new GraphQLError(NoOperation(name, operations.Count), [])];
        if (!given) return [];
        if (variables.ValueKind != JsonValueKind.Object) return [new GraphQLError("The variables must be a JSON object.", [])];
        if (!JsonText.IsUnicode(JsonMarshal.GetRawUtf8Value(variables))) return [new GraphQLError("The variables are not valid Unicode.", [])];
        var errors = new List<GraphQLError>();
        Variables.Coerce(schema, document, operation, variables, Execution, errors);
        return errors;
    }

    private static string NoOperation(string? name, int operations) =>
        name != null ? "The document has no operation of the given name."
        : operations > 1 ? "The document has several operations: \"operationName\" is required."
        : "The document has no operation.";
}
