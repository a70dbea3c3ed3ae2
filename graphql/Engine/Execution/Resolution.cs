using System.Collections;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>Resolved values of the deferred fields of many objects of one type: a column per field, a row per object.</summary>
internal sealed class Block(SelectionPlan plan, IReadOnlyList<object?> parents)
{
    public SelectionPlan Plan { get; } = plan;
    public IReadOnlyList<object?> Parents { get; } = parents;
    public Column[] Columns { get; } = new Column[plan.Deferred.Length];
}

/// <summary>
/// One deferred field over the rows of a block. The objects of all rows, with lists flattened, are numbered in document order; <see cref="First"/> is the
/// number of each row's first object.
/// </summary>
internal sealed class Column(int rows)
{
    public object?[] Values { get; } = new object?[rows];
    public Exception?[]? Errors { get; private set; }
    public List<(int Row, Task<object?> Task)>? Pending { get; set; }
    public int[]? First { get; set; }
    public List<(Block? Block, int Row)>? Objects { get; set; }

    public void FailAll(Exception error)
    {
        for (var row = 0; row < Values.Length; row++) Fail(row, error);
    }

    public void Fail(int row, Exception error) => (Errors ??= new Exception?[Values.Length])[row] = error;
}

/// <summary>
/// The asynchronous half of execution. It descends the plan level by level, and only where something is asynchronous: a field's resolvers are called for all
/// objects of a level before any is awaited, which lets batches form. Everything else is resolved by <see cref="ResultBuilder"/> while it writes.
/// </summary>
internal sealed class Resolution(Execution execution)
{
    private const int CheckEvery = 256;

    public async Task<Block> Resolve(SelectionPlan plan, IReadOnlyList<object?> parents)
    {
        var block = new Block(plan, parents);
        await Fill(block, plan.Deferred);
        return block;
    }

    /// <summary>Resolves some of a block's fields, with everything deferred below them.</summary>
    public async Task Fill(Block block, ReadOnlyMemory<FieldPlan> fields)
    {
        execution.Context.Cancellation.ThrowIfCancellationRequested();
        execution.Context.Batches.EnterLevel();
        try
        {
            foreach (var field in fields.Span) Start(block, field);
        }
        catch (ResultTooLargeException)
        {
            // Before the level's end, so that the collected keys are not loaded any more.
            await execution.StopAsync();
            throw;
        }
        finally
        {
            execution.Context.Batches.LeaveLevel();
        }
        if (fields.Length == 1)
        {
            await Finish(fields.Span[0], block.Columns[fields.Span[0].Slot]);
            return;
        }
        var finishing = new Task[fields.Length];
        for (var i = 0; i < finishing.Length; i++) finishing[i] = Finish(fields.Span[i], block.Columns[fields.Span[i].Slot]);
        await Task.WhenAll(finishing);
    }

    public async Task Finish(FieldPlan field, Column column)
    {
        if (column.Pending != null)
        {
            foreach (var (row, task) in column.Pending)
            {
                try
                {
                    column.Values[row] = await task.WaitAsync(execution.Context.Cancellation);
                }
                catch (Exception error) when (IsOfField(error))
                {
                    column.Fail(row, error);
                }
            }
        }
        if (!field.DefersBelow) return;
        List<Block> groups;
        try
        {
            groups = Flatten(field, column);
        }
        catch (ResultTooLargeException)
        {
            await execution.StopAsync();
            throw;
        }
        if (groups.Count == 1) await Fill(groups[0], groups[0].Plan.Deferred);
        else await Task.WhenAll(groups.Select(group => Fill(group, group.Plan.Deferred)));
    }

    private void Start(Block block, FieldPlan field)
    {
        execution.Context.Objects.Take(block.Parents.Count);
        var column = block.Columns[field.Slot] = new Column(block.Parents.Count);
        object?[] arguments;
        try
        {
            if (execution.Refusal(field) is { } refusal)
            {
                column.FailAll(refusal);
                return;
            }
            arguments = execution.ArgumentsOf(field);
        }
        catch (Exception error) when (!execution.Context.Cancellation.IsCancellationRequested)
        {
            column.FailAll(error);
            return;
        }
        for (var row = 0; row < column.Values.Length; row++)
        {
            if (row % CheckEvery == 0) execution.Context.Cancellation.ThrowIfCancellationRequested();
            try
            {
                if (field.Binding.Async is { } resolve)
                {
                    var task = resolve(block.Parents[row], arguments, execution.Context);
                    if (task.IsCompletedSuccessfully) column.Values[row] = execution.Taken(task.Result, field);
                    else (column.Pending ??= []).Add((row, field.Info.Type.Nullable is ListOf ? Counted(task, field) : task.AsTask()));
                }
                else column.Values[row] = execution.Taken(Synchronous(field.Binding, block.Parents[row], arguments), field);
            }
            catch (Exception error) when (IsOfField(error))
            {
                column.Fail(row, error);
            }
        }
    }

    // A list is counted as soon as it is complete, not when it is awaited: the others must not continue meanwhile.
    private async Task<object?> Counted(ValueTask<object?> pending, FieldPlan field)
    {
        try
        {
            return execution.Taken(await pending, field);
        }
        catch (ResultTooLargeException)
        {
            await execution.StopAsync();
            throw;
        }
    }

    // Any other exception ends the operation.
    private bool IsOfField(Exception error) => error is not ResultTooLargeException && !execution.Context.Cancellation.IsCancellationRequested;

    // A leaf is deferred only as a root field of a mutation. It is written to a buffer of its own, and copied later.
    private object? Synchronous(FieldBinding binding, object? parent, object?[] arguments)
    {
        if (binding.Value != null) return binding.Value(parent, arguments, execution.Context);
        using var apart = new ResultWriter(execution.Options.MaxResultBytes);
        return binding.Leaf!(parent, arguments, execution.Context, apart) ? new WrittenLeaf(apart.Written.ToArray()) : null;
    }

    private List<Block> Flatten(FieldPlan field, Column column)
    {
        var groups = new List<(SelectionPlan Plan, List<object?> Parents, Block Block)>();
        column.First = new int[column.Values.Length];
        var objects = column.Objects = [];
        for (var row = 0; row < column.Values.Length; row++)
        {
            column.First[row] = objects.Count;
            if (column.Errors?[row] != null || column.Values[row] is not { } value) continue;
            try
            {
                column.Values[row] = Walk(value, field.Info.Type.Nullable);
            }
            catch (Exception error) when (IsOfField(error))
            {
                // A nested sequence that throws while it is enumerated.
                column.Fail(row, error);
            }
        }
        return groups.ConvertAll(group => group.Block);

        object Walk(object value, SchemaType type)
        {
            if (type is ListOf list)
            {
                var items = execution.Context.Objects.List(value);
                if (value is not IList) execution.Context.Objects.Take(items.Count);
                // A nested sequence is enumerated here only: the writer would get other items.
                var kept = list.Item.Nullable is ListOf ? new object?[items.Count] : null;
                for (var i = 0; i < items.Count; i++)
                {
                    if (items[i] is not { } item) continue;
                    var walked = Walk(item, list.Item.Nullable);
                    if (kept != null) kept[i] = walked;
                }
                return kept ?? items;
            }
            if (objects.Count % CheckEvery == 0) execution.Context.Cancellation.ThrowIfCancellationRequested();
            // An object of no possible type is reported by the writer; here it only takes its number.
            var concrete = execution.TypeOf(value, (CompositeType)type);
            if (concrete == null || !field.Below!.TryGetValue(concrete.Index, out var plan) || plan.Deferred.Length == 0)
            {
                objects.Add((null, 0));
                return value;
            }
            var at = groups.FindIndex(group => group.Plan == plan);
            if (at < 0)
            {
                var parents = new List<object?>();
                groups.Add((plan, parents, new Block(plan, parents)));
                at = groups.Count - 1;
            }
            objects.Add((groups[at].Block, groups[at].Parents.Count));
            groups[at].Parents.Add(value);
            return value;
        }
    }
}

/// <summary>A leaf that is already JSON.</summary>
internal sealed record WrittenLeaf(byte[] Json);
