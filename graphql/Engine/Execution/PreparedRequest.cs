using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>A request that was prepared but not run: either the error response, or its operation.</summary>
public sealed class PreparedRequest
{
    internal PreparedRequest(ExecutionResult error) => Error = error;

    internal PreparedRequest(GraphQLRequest request, PreparedDocument document, PreparedOperation operation)
    {
        (Request, Document, Prepared) = (request, document, operation);
    }

    /// <summary>Set if the document does not parse or validate, or the operation cannot be selected.</summary>
    public ExecutionResult? Error { get; }

    /// <summary>"query", "mutation" or "subscription".</summary>
    public string? Operation => Prepared == null ? null : Printer.Keyword(Prepared.Operation.Kind);

    public string? OperationName => Prepared?.Operation.Name?.Value;

    internal GraphQLRequest? Request { get; }
    internal PreparedDocument? Document { get; }
    internal PreparedOperation? Prepared { get; }
}
