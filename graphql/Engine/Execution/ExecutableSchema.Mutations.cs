using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

public sealed partial class ExecutableSchema
{
    /// <summary>
    /// The fields of a mutation's root one after the other, each with the whole time to itself. One that ends the operation is null and says why; what was done before it stays told, for it
    /// was done, and those after it are not begun and say that.
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
            // The time may run out in the moment between two fields: the one before is done then, and the next not begun.
            if (ended != null || (i > 0 && timeout.IsCancellationRequested)) ended = new GraphQLException("Not run: an earlier field of the mutation ended it.", "NOT_RUN");
            else
            {
                timeout.CancelAfter(_options.Timeout);
                // What was loaded for an earlier field may be what it changed.
                execution.Context.ForgetLoads();
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
                    ended = new GraphQLException($"The field took longer than {_options.Timeout.TotalSeconds:0.###} s: whether it was done is not known.", "TIMEOUT");
                }
            }
            if (ended != null)
            {
                execution.Fail(ended, field, [field.ResponseName]);
                writer.GoBackTo(at);
                writer.Raw(field.Prefix);
                writer.Null();
                written = field.Info.Type is not NonNull;
            }
            if (written) continue;
            if (ended != null)
                foreach (var left in root.Fields.AsSpan(i + 1)) execution.Fail(new GraphQLException("Not run: an earlier field of the mutation ended it.", "NOT_RUN"), left, [left.ResponseName]);
            NullData(writer, start);
            return;
        }
        writer.Byte((byte)'}');
    }
}
