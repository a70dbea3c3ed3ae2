using System.Collections;
using System.Collections.Immutable;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// The writing half of execution. It walks the plan over the objects and writes every value to the buffer at once, resolving what is not deferred on the way.
/// A method that returns false met a null where none is allowed and recorded the error: its caller rewinds and writes null if it may, or returns false as
/// well.
/// </summary>
internal sealed partial class ResultBuilder(Execution execution, ResultWriter writer)
{
    private const int CheckEvery = 256;

    private (string? Name, int Index)[] _path = new (string?, int)[16];
    private int _depth;
    private int _sinceCheck;

    /// <summary>Writes an object; false if it must be null instead.</summary>
    public bool Object(object? value, SelectionPlan plan, Block? block, int row)
    {
        Check();
        var compiled = plan.Writer ?? (execution.Plan.Kept ? plan.Count(execution.Options) : null);
        if (compiled != null && Admits(plan)) return Compiled(compiled, value, plan, block, row);
        writer.Byte((byte)'{');
        return Fields(value, plan, 0, block, row);
    }

    // The fields from one on, and the end of the object.
    private bool Fields(object? value, SelectionPlan plan, int from, Block? block, int row)
    {
        for (var i = from; i < plan.Fields.Length; i++)
        {
            var field = plan.Fields[i];
            if (i > 0) writer.Byte((byte)',');
            writer.Raw(field.Prefix);
            Push(field.ResponseName, 0);
            var written = Field(value, field, block, row);
            _depth--;
            if (!written) return false;
        }
        writer.Byte((byte)'}');
        return true;
    }

    /// <summary>One root field of a mutation or subscription, its name included.</summary>
    public bool RootField(FieldPlan field, Block block)
    {
        writer.Raw(field.Prefix);
        Push(field.ResponseName, 0);
        var written = Field(null, field, block, 0);
        _depth--;
        return written;
    }

    private bool Field(object? parent, FieldPlan field, Block? block, int row)
    {
        var start = writer.Position;
        try
        {
            if (field.Slot >= 0)
            {
                var column = block!.Columns[field.Slot];
                if (column.Errors?[row] is { } error) return Failed(error, field, start);
                var next = column.First?[row] ?? 0;
                return Complete(column.Values[row], field.Info.Type, field, column, ref next);
            }
            if (execution.Refusal(field) is { } refusal) return Failed(refusal, field, start);
            var binding = field.Binding;
            var arguments = execution.ArgumentsOf(field);
            if (binding.Leaf != null)
                return binding.Leaf(parent, arguments, execution.Context, writer) || NullAt(field.Info.Type, field);
            var none = 0;
            var value = binding.Value!(parent, arguments, execution.Context);
            TakeObject(value, field);
            return Complete(value, field.Info.Type, field, null, ref none);
        }
        catch (Exception error) when (error is not ResultTooLargeException && !execution.Context.Cancellation.IsCancellationRequested)
        {
            return Failed(error, field, start);
        }
    }

    private bool Failed(Exception error, FieldPlan field, int start)
    {
        writer.Rewind(start);
        execution.Fail(error, field, Path());
        if (field.Info.Type is NonNull) return false;
        writer.Null();
        return true;
    }

    // next is the number of the column's next object, as Resolution numbered them; a list left early may leave it behind, but then nothing more of the row is
    // written.
    private bool Complete(object? value, SchemaType type, FieldPlan field, Column? column, ref int next)
    {
        if (value == null) return NullAt(type, field);
        var start = writer.Position;
        var nullable = type.Nullable;
        bool written;
        if (nullable is ListOf list) written = Items(value, list, field, column, ref next);
        else if (nullable is CompositeType composite) written = Composite(value, composite, field, column, ref next);
        else if (value is WrittenLeaf leaf)
        {
            writer.Raw(leaf.Json);
            written = true;
        }
        else
        {
            field.Binding.WriteLeaf!(writer, value);
            written = true;
        }
        if (written) return true;
        writer.Rewind(start);
        if (type is NonNull) return false;
        writer.Null();
        return true;
    }

    private bool Items(object value, ListOf list, FieldPlan field, Column? column, ref int next)
    {
        writer.Byte((byte)'[');
        var items = execution.Context.Objects.List(value);
        // If resolved ahead, it was counted then, or when it was flattened.
        if (column == null || (column.Objects == null && value is not IList)) execution.Context.Objects.Take(items.Count);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) writer.Byte((byte)',');
            Push(null, i);
            var start = writer.Position;
            var first = next;
            bool written;
            try
            {
                written = Complete(items[i], list.Item, field, column, ref next);
            }
            catch (Exception error) when (error is not ResultTooLargeException && !execution.Context.Cancellation.IsCancellationRequested)
            {
                writer.Rewind(start);
                execution.Fail(error, field, Path());
                written = list.Item is not NonNull;
                if (written) writer.Null();
            }
            // An inner list that was left early has not counted all its objects.
            if (column?.Objects != null && list.Item.Nullable is ListOf) next = first + Count(items[i], list.Item.Nullable);
            _depth--;
            if (!written) return false;
        }
        writer.Byte((byte)']');
        return true;
    }

    private bool Composite(object value, CompositeType declared, FieldPlan field, Column? column, ref int next)
    {
        var (block, row) = column?.Objects is { } objects ? objects[next++] : (null, 0);
        if (field.Only is { } only) return Object(value, only, block, row);
        var type = execution.TypeOf(value, declared);
        if (type == null || !field.Below!.TryGetValue(type.Index, out var plan))
        {
            throw new InvalidOperationException(
                $"{field.Info.Owner}.{field.Info.Name} returned a {value.GetType().Name}, which is not a possible type of {declared}.");
        }
        return Object(value, plan, block, row);
    }

    private int Count(object? value, SchemaType type)
    {
        if (value == null) return 0;
        if (type is not ListOf list) return 1;
        var count = 0;
        foreach (var item in execution.Context.Objects.List(value)) count += Count(item, list.Item.Nullable);
        return count;
    }

    // Items of lists are counted with their list, and values resolved ahead were counted then.
    private void TakeObject(object? value, FieldPlan field)
    {
        if (value != null && field.Info.Type.Nullable is CompositeType) execution.Context.Objects.Take(1);
    }

    private bool NullAt(SchemaType type, FieldPlan field)
    {
        if (type is not NonNull)
        {
            writer.Null();
            return true;
        }
        execution.Fail(new GraphQLException($"The non-null field {field.Info.Owner}.{field.Info.Name} has no value."), field, Path());
        return false;
    }

    private void Check()
    {
        if (++_sinceCheck < CheckEvery) return;
        _sinceCheck = 0;
        execution.Context.Cancellation.ThrowIfCancellationRequested();
        if (writer.Position > writer.Limit) throw new ResultTooLargeException(writer.Limit);
    }

    private void Push(string? name, int index)
    {
        if (_depth == _path.Length) Array.Resize(ref _path, _depth * 2);
        _path[_depth++] = (name, index);
    }

    private ImmutableArray<object> Path()
    {
        var path = ImmutableArray.CreateBuilder<object>(_depth);
        for (var i = 0; i < _depth; i++) path.Add(_path[i].Name ?? (object)_path[i].Index);
        return path.MoveToImmutable();
    }
}
