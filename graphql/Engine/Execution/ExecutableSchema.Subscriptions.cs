using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>A subscription: the error that rejected it, or its responses, one per event. The caller disposes the responses.</summary>
public sealed record Subscription(ExecutionResult? Error, IAsyncEnumerable<ExecutionResult>? Events);

public sealed partial class ExecutableSchema
{
    /// <summary>Starts a subscription; its stream ends when the source ends or the token is cancelled.</summary>
    public Subscription Subscribe(PreparedRequest prepared, IServiceProvider services, CancellationToken cancellation)
    {
        if (prepared.Error != null) return new Subscription(prepared.Error, null);
        if (prepared.Prepared!.Operation.Kind != OperationKind.Subscription)
            return new Subscription(Refused([new GraphQLError("The operation is not a subscription.", [])]), null);
        var writer = new ResultWriter();
        if (Admit(prepared, writer, services, cancellation, out var execution) is { } refused) return new Subscription(refused, null);
        writer.Dispose();
        if (execution!.Plan.Root.Fields is not [var field])
        {
            var at = prepared.Document!.Document!.Source.Locate(prepared.Prepared.Operation.Start);
            return new Subscription(Refused([new GraphQLError("With @skip and @include applied, a subscription must select exactly one field.", [at])]), null);
        }
        try
        {
            if (execution.Refusal(field) is { } refusal) throw refusal;
            var source = field.Binding.Stream!(execution.ArgumentsOf(field), execution.Context);
            return new Subscription(null, Events(prepared, source, services, cancellation));
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            execution.Fail(error, field, [field.ResponseName]);
            return new Subscription(Refused(execution.Errors), null);
        }
    }

    private async IAsyncEnumerable<ExecutionResult> Events(
        PreparedRequest prepared, IAsyncEnumerable<object?> source, IServiceProvider services, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var events = source.GetAsyncEnumerator(cancellation);
        while (true)
        {
            using var timeout = new CancellationTokenSource(System.Threading.Timeout.InfiniteTimeSpan, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
            var writer = new ResultWriter(_options.MaxResultBytes);
            if (Admit(prepared, writer, services, both.Token, out var execution) is { } refused)
            {
                yield return refused;
                yield break;
            }
            execution!.Stop = both;
            var field = execution.Plan.Root.Fields[0];
            ExecutionResult result;
            var ended = false;
            try
            {
                if (!await events.MoveNextAsync())
                {
                    writer.Dispose();
                    yield break;
                }
                timeout.CancelAfter(_options.Timeout);
                result = await RunEvent(execution, field, events.Current, writer);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                writer.Dispose();
                yield break;
            }
            catch (Exception broken) when (TooLarge(broken, execution) is { } tooLarge)
            {
                result = Failed(writer, prepared, tooLarge);
            }
            catch (OperationCanceledException) when (timeout.IsCancellationRequested)
            {
                var message = $"The event timed out after {_options.Timeout.TotalSeconds:0.###} s.";
                result = Failed(writer, prepared, new GraphQLError(message, [], default, "TIMEOUT"));
            }
            catch (Exception error)
            {
                // The source failed: one error, and the stream ends.
                execution.Fail(error, field, [field.ResponseName]);
                result = Failed(writer, prepared, execution.Errors[^1]);
                ended = true;
            }
            yield return result;
            if (ended) yield break;
        }
    }

    private static async Task<ExecutionResult> RunEvent(Execution execution, FieldPlan field, object? value, ResultWriter writer)
    {
        var block = new Block(execution.Plan.Root, [null]);
        var column = block.Columns[field.Slot] = new Column(1);
        column.Values[0] = execution.Taken(value, field);
        await new Resolution(execution).Finish(field, column);
        writer.Raw("{\"data\":"u8);
        var start = writer.Position;
        if (!new ResultBuilder(execution, writer).Object(null, execution.Plan.Root, block, 0)) NullData(writer, start);
        return Done(execution, writer);
    }
}
