using System.Runtime.InteropServices;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Engine.Validation;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>A schema bound to its resolvers: executes requests. Thread-safe.</summary>
public sealed partial class ExecutableSchema
{
    private readonly Bound _bound;
    private readonly ExecutionOptions _options;
    private readonly ParserLimits _limits;
    private readonly ValidationOptions _validation;
    private readonly TimeProvider _time;
    private readonly DocumentCache<PreparedDocument> _documents;

    internal ExecutableSchema(Schema schema, Bound bound, ExecutionOptions options, ParserLimits limits, TimeProvider time)
    {
        (Schema, _bound, _options, _limits, _time) = (schema, bound, options, limits, time);
        _validation = new ValidationOptions { Introspection = options.Introspection, Suggest = options.Introspection };
        _documents = new DocumentCache<PreparedDocument>(options.CachedDocuments);
    }

    public Schema Schema { get; }

    /// <summary>Runs a query or mutation.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled; a timeout is a response instead.</exception>
    public Task<ExecutionResult> ExecuteAsync(GraphQLRequest request, IServiceProvider services, CancellationToken cancellation) =>
        ExecuteAsync(Prepare(request), services, cancellation);

    /// <summary>Parses, validates and selects the operation, from the cache where possible.</summary>
    public PreparedRequest Prepare(GraphQLRequest request)
    {
        if (!_documents.TryGet(request.Query, out var document))
        {
            document = PrepareDocument(new Source(request.Query.ToArray(), "GraphQL request"));
            if (request.Query.Length <= _limits.MaxBytes) _documents.Add(request.Query, document);
        }
        if (document!.Errors.Count > 0) return new PreparedRequest(Refused(document.Errors));
        if (request.OperationName is { } name)
        {
            return document.Operations.TryGetValue(name, out var named)
                ? new PreparedRequest(request, document, named)
                : new PreparedRequest(Refused([new GraphQLError("The document has no operation of the given name.", [])]));
        }
        if (document.Only != null) return new PreparedRequest(request, document, document.Only);
        var message = document.Operations.Count > 1
            ? "The document has several operations: \"operationName\" is required."
            : "The document has no operation.";
        return new PreparedRequest(Refused([new GraphQLError(message, [])]));
    }

    public async Task<ExecutionResult> ExecuteAsync(PreparedRequest prepared, IServiceProvider services, CancellationToken cancellation)
    {
        if (prepared.Error != null) return prepared.Error;
        if (prepared.Prepared!.Operation.Kind == OperationKind.Subscription)
        {
            var at = prepared.Document!.Document!.Source.Locate(prepared.Prepared.Operation.Start);
            return Refused([new GraphQLError("Subscriptions require a streaming transport: text/event-stream or graphql-transport-ws.", [at])]);
        }
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        var writer = new ResultWriter(_options.MaxResultBytes, prepared.Prepared.InitialBytes);
        Execution? execution = null;
        try
        {
            if (Admit(prepared, writer, services, both.Token, out execution) is { } refused) return refused;
            execution!.Stop = both;
            var result = await Run(execution, writer, timeout, cancellation);
            prepared.Prepared.Wrote(writer.Position);
            return result;
        }
        catch (Exception broken) when (TooLarge(broken, execution) is { } tooLarge)
        {
            return Failed(writer, prepared, tooLarge);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            var message = $"The operation timed out after {_options.Timeout.TotalSeconds:0.###} s.";
            return Failed(writer, prepared, new GraphQLError(message, [], default, "TIMEOUT"));
        }
    }

    private PreparedDocument PrepareDocument(Source source)
    {
        if (!Parser.TryParse(source, _limits, out var document, out var error)) return new PreparedDocument { Errors = [error!] };
        var errors = Validator.Validate(Schema, document!, _validation);
        if (errors.Count > 0) return new PreparedDocument { Errors = errors };
        var measures = new Measures(document!);
        var conditions = Conditions.VariablesOf(document!);
        var operations = document!.Definitions.OfType<OperationDefinition>().ToList();
        foreach (var operation in operations)
        {
            int depth;
            double fields;
            try
            {
                (depth, fields) = measures.Of(operation);
            }
            catch (InsufficientExecutionStackException)
            {
                return Over(operation, "The operation is nested too deeply.");
            }
            if (depth > _options.MaxDepth) return Over(operation, $"The operation is {depth} fields deep, the limit is {_options.MaxDepth}.");
            if (fields > _options.MaxFields) return Over(operation, $"The operation selects {fields:0} fields, the limit is {_options.MaxFields}.");
        }
        var prepared = operations.ConvertAll(operation => new PreparedOperation(operation, conditions));
        return new PreparedDocument
        {
            Document = document,
            Only = prepared.Count == 1 ? prepared[0] : null,
            Operations = prepared
                .Where(operation => operation.Operation.Name != null)
                .ToDictionary(operation => operation.Operation.Name!.Value.Value, StringComparer.Ordinal),
        };

        PreparedDocument Over(OperationDefinition operation, string message) =>
            new() { Errors = [new GraphQLError(message, [document.Source.Locate(operation.Start)], default, "TOO_COMPLEX")] };
    }

    // Coerces variables, checks the cost and gets the plan. If the request is rejected, returns the response and disposes the writer.
    private ExecutionResult? Admit(
        PreparedRequest prepared, ResultWriter writer, IServiceProvider services, CancellationToken cancellation, out Execution? execution)
    {
        execution = null;
        var (document, operation) = (prepared.Document!.Document!, prepared.Prepared!.Operation);
        var at = document.Source.Locate(operation.Start);
        if (Schema.Root(operation.Kind) is not { } root) return Stop([new GraphQLError($"The schema has no {Printer.Keyword(operation.Kind)} root.", [at])]);
        var errors = new List<GraphQLError>();
        var given = prepared.Request!.Variables;
        if (given.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
            return Stop([new GraphQLError("The variables must be a JSON object.", [])]);
        if (given.ValueKind == JsonValueKind.Object && !JsonText.IsUnicode(JsonMarshal.GetRawUtf8Value(given)))
            return Stop([new GraphQLError("The variables are not valid Unicode.", [], default, "BAD_USER_INPUT")]);
        var variables = Variables.Coerce(Schema, document, operation, given, _options, errors);
        if (errors.Count > 0) return Stop(errors);
        try
        {
            var cost = new CostEstimator(Schema, document, variables, _options.AssumedListSize).Of(operation, root);
            if (cost > _options.MaxCost)
                return TooComplex($"The operation costs {cost:0}, the limit is {_options.MaxCost:0}: select fewer items or fields.");
            var plan = prepared.Prepared.PlanFor(variables, () => new PlanCompiler(Schema, document, variables).Compile(operation, root));
            if (operation.Kind == OperationKind.Mutation && plan.Root.Fields.Length > _options.MaxMutations)
                return TooComplex($"The mutation has {plan.Root.Fields.Length} fields, the limit is {_options.MaxMutations}.");
            var context = new RequestContext(Schema, services, prepared.Request.State, _options.MaxObjects, cancellation);
            execution = new Execution(_bound, document, plan, variables, context, _options);
            return null;
        }
        catch (InsufficientExecutionStackException)
        {
            return TooComplex("The operation is nested too deeply.");
        }
        catch (ExecutionException fault)
        {
            return Stop([new GraphQLError(fault.Message, [fault.Start is { } start ? document.Source.Locate(start) : at], default, fault.Code)]);
        }

        ExecutionResult TooComplex(string message) => Stop([new GraphQLError(message, [at], default, "TOO_COMPLEX")]);

        ExecutionResult Stop(IReadOnlyList<GraphQLError> why)
        {
            writer.Dispose();
            return Refused(why, prepared.Operation);
        }
    }

    private async Task<ExecutionResult> Run(Execution execution, ResultWriter writer, CancellationTokenSource timeout, CancellationToken cancellation)
    {
        var root = execution.Plan.Root;
        writer.Raw("{\"data\":"u8);
        var start = writer.Position;
        if (execution.Plan.Operation.Kind == OperationKind.Mutation) await RunSerially(execution, writer, start, timeout, cancellation);
        else
        {
            var block = root.Deferred.Length > 0 ? await new Resolution(execution).Resolve(root, [null]) : null;
            if (!new ResultBuilder(execution, writer).Object(null, root, block, 0)) NullData(writer, start);
        }
        return Done(execution, writer);
    }

    private static ExecutionResult Done(Execution execution, ResultWriter writer)
    {
        if (execution.Errors.Count > 0)
        {
            writer.Byte((byte)',');
            ErrorWriter.Write(writer, execution.Errors);
        }
        writer.Byte((byte)'}');
        if (writer.Position > writer.Limit) throw new ResultTooLargeException(writer.Limit);
        return new ExecutionResult(writer, ResultKind.Executed, execution.Errors.Count, Printer.Keyword(execution.Plan.Operation.Kind));
    }

    // Fields resolved beside the one that exceeded the limit were cancelled by it, and may fail first.
    private static GraphQLError? TooLarge(Exception broken, Execution? execution)
    {
        var why = broken as ResultTooLargeException ?? execution?.Context.Objects.Exceeded;
        return why == null ? null : new GraphQLError(why.Message, [], default, "RESULT_TOO_LARGE");
    }

    private static void NullData(ResultWriter writer, int start)
    {
        writer.Rewind(start);
        writer.Null();
    }

    private static ExecutionResult Failed(ResultWriter writer, PreparedRequest prepared, GraphQLError error)
    {
        writer.Dispose();
        var fresh = new ResultWriter();
        fresh.Raw("{"u8);
        ErrorWriter.Write(fresh, [error]);
        fresh.Raw(",\"data\":null}"u8);
        return new ExecutionResult(fresh, ResultKind.Executed, 1, prepared.Operation);
    }

    private static ExecutionResult Refused(IReadOnlyList<GraphQLError> errors, string? operation = null)
    {
        var writer = new ResultWriter();
        writer.Byte((byte)'{');
        ErrorWriter.Write(writer, errors);
        writer.Byte((byte)'}');
        return new ExecutionResult(writer, ResultKind.RequestError, errors.Count, operation);
    }
}
