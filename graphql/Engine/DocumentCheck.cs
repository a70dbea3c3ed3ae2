using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Engine.Validation;

namespace EcomIntel.GraphQL.Engine;

/// <summary>What a check of one document found. <paramref name="Phase"/> is "parse" or "validate": how far it came; <paramref name="Printed"/> is the document in canonical form, unset where it does not parse.</summary>
public sealed record DocumentVerdict(bool Ok, string Phase, IReadOnlyList<GraphQLError> Errors, string? Printed);

/// <summary>Checks documents against a schema without resolvers, as the build of an app does against a published SDL.</summary>
public sealed class DocumentCheck(Schema schema, ParserLimits? limits = null, ValidationOptions? options = null)
{
    private readonly ParserLimits _limits = limits ?? new ParserLimits();
    private readonly ValidationOptions _options = options ?? new ValidationOptions();

    public DocumentVerdict Check(ReadOnlyMemory<byte> document) => Check(new Source(document, "GraphQL request"));

    public DocumentVerdict Check(string document) => Check(new Source(document));

    private DocumentVerdict Check(Source source)
    {
        if (!Parser.TryParse(source, _limits, out var document, out var error)) return new DocumentVerdict(false, "parse", [error!], null);
        var errors = Validator.Validate(schema, document!, _options);
        return new DocumentVerdict(errors.Count == 0, "validate", errors, Printer.Print(document!));
    }
}
