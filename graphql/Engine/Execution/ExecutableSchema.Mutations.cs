using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

public sealed partial class ExecutableSchema
{
    private static readonly GraphQLException NotRun = new("Not run: an earlier field of the mutation failed and ended it.", "NOT_RUN");

    /// <summary>
    /// Runs the root fields of a mutation one after the other, each with the whole timeout. A field that ends the operation is null with an error; the data of
    /// those before it stays, for they were done, and those after it are not run and say so.
    /// </summary>
    private async Task RunSerially(Execution execution, ResultWriter writer, int start, CancellationTokenSource timeout, CancellationToken cancellation)
    {
        var root = execution.Plan.Root;
        var (block, resolution, builder) = (new Block(root, [null]), new Resolution(execution), new ResultBuilder(execution, writer));
        GraphQLException? ended = null;
        writer.Byte((byte)'{');
        for (var i = 0; i < root.Fields.Length; i++)
        {
            if (i > 0) writer.Byte((byte)',');
            var (field, at) = (root.Fields[i], writer.Position);
            var written = false;
            // The timeout may pass between two fields: then the one before is done and the next is not run.
            if (ended != null || (i > 0 && timeout.IsCancellationRequested)) ended = NotRun;
            else
            {
                timeout.CancelAfter(_options.Timeout);
                // An earlier field may have changed what was loaded for it.
                execution.Context.ClearLoaders();
                try
                {
                    await resolution.Fill(block, root.Deferred.AsMemory(field.Slot, 1));
                    written = builder.RootField(field, block);
                    if (writer.Position > writer.Limit) throw new ResultTooLargeException(writer.Limit);
                    timeout.CancelAfter(System.Threading.Timeout.InfiniteTimeSpan);
                }
                catch (Exception broken) when (TooLarge(broken, execution) is { } tooLarge)
                {
                    ended = new GraphQLException(tooLarge.Message, tooLarge.Code);
                }
                catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
                {
                    var seconds = _options.Timeout.TotalSeconds;
                    ended = new GraphQLException($"The field timed out after {seconds:0.###} s: whether the change was made is unknown.", "TIMEOUT");
                }
            }
            if (ended != null)
            {
                execution.Fail(ended, field, [field.ResponseName]);
                writer.Rewind(at);
                writer.Raw(field.Prefix);
                writer.Null();
                written = field.Info.Type is not NonNull;
            }
            if (written) continue;
            if (ended != null)
                foreach (var left in root.Fields.AsSpan(i + 1)) execution.Fail(NotRun, left, [left.ResponseName]);
            NullData(writer, start);
            return;
        }
        writer.Byte((byte)'}');
    }
}
