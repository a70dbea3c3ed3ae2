using System.Runtime.InteropServices;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>Progress of a compiled writer: the current field and where it starts. Used when it throws.</summary>
internal struct Cursor
{
    public int Field;
    public int Start;
}

/// <summary>Writes all fields of an object; see <see cref="SelectionCompiler"/>. False if the object must be null instead.</summary>
internal delegate bool ObjectWriter(object? parent, ResultBuilder builder, ResultWriter writer, Block? block, int row, ref Cursor cursor);

// Called by compiled writers, and the recovery when they throw.
internal sealed partial class ResultBuilder
{
    public RequestContext Context => execution.Context;

    private readonly bool?[] _admitted = new bool?[execution.Plan.Selections];

    // Guards see only the request, so they are called once for all objects of a selection. If one refuses, the fields are written one by one, with errors.
    private bool Admits(SelectionPlan plan) => _admitted[plan.Number] ??= Admitted(plan);

    private bool Admitted(SelectionPlan plan)
    {
        try
        {
            return Array.TrueForAll(plan.Fields, field => field.Slot >= 0 || execution.Refusal(field) == null);
        }
        catch (Exception) when (!execution.Context.Cancellation.IsCancellationRequested)
        {
            return false; // a guard that throws will throw again when its field is written
        }
    }

    private bool Compiled(ObjectWriter compiled, object? value, SelectionPlan plan, Block? block, int row)
    {
        var cursor = new Cursor { Start = writer.Position };
        var depth = _depth;
        try
        {
            return compiled(value, this, writer, block, row, ref cursor);
        }
        catch (Exception error) when (error is not ResultTooLargeException && !execution.Context.Cancellation.IsCancellationRequested)
        {
            // One field failed: it is undone, and the rest is written field by field.
            var field = plan.Fields[cursor.Field];
            _depth = depth;
            writer.Rewind(cursor.Start);
            writer.Byte(cursor.Field == 0 ? (byte)'{' : (byte)',');
            writer.Raw(field.Prefix);
            Push(field.ResponseName, 0);
            var written = Failed(error, field, writer.Position);
            _depth--;
            return written && Fields(value, plan, cursor.Field + 1, block, row);
        }
    }

    public object?[] ArgumentsOf(FieldPlan field) => execution.ArgumentsOf(field);

    /// <summary>A field resolved ahead.</summary>
    public bool General(object? parent, FieldPlan field, FieldPrefix prefix, Block? block, int row)
    {
        writer.Field(prefix);
        Push(field.ResponseName, 0);
        var written = Field(parent, field, block, row);
        _depth--;
        return written;
    }

    /// <summary>A leaf that has no value.</summary>
    public bool Null(FieldPlan field, FieldPrefix prefix)
    {
        writer.Field(prefix);
        Push(field.ResponseName, 0);
        var written = NullAt(field.Info.Type, field);
        _depth--;
        return written;
    }

    /// <summary>An object, or a list of any shape.</summary>
    public bool Value(object? value, FieldPlan field, FieldPrefix prefix)
    {
        writer.Field(prefix);
        Push(field.ResponseName, 0);
        var none = 0;
        TakeObject(value, field);
        var written = Complete(value, field.Info.Type, field, null, ref none);
        _depth--;
        return written;
    }

    /// <summary>A list of objects of one type.</summary>
    public bool Objects<T>(IEnumerable<T?>? value, FieldPlan field, FieldPrefix prefix) where T : class
    {
        writer.Field(prefix);
        Push(field.ResponseName, 0);
        var start = writer.Position;
        var written = value == null ? NullAt(field.Info.Type, field) : value switch
        {
            List<T?> list => Objects<T>(CollectionsMarshal.AsSpan(list), field), // first: the array's type check is the slowest
            T?[] array => Objects<T>(array, field),
            ArraySegment<T?> segment => Objects<T>(segment, field),
            _ => Objects<T>(ToArray(value), field),
        } || NullInstead(field.Info.Type, start);
        _depth--;
        return written;
    }

    private T?[] ToArray<T>(IEnumerable<T?> items) where T : class
    {
        if (!items.TryGetNonEnumeratedCount(out var count)) return execution.Context.Objects.Bounded(items).ToArray();
        execution.Context.Objects.EnsureRoom(count);
        return items.ToArray();
    }

    private bool Objects<T>(ReadOnlySpan<T?> items, FieldPlan field) where T : class
    {
        execution.Context.Objects.Take(items.Length);
        writer.Byte((byte)'[');
        if (items.IsEmpty)
        {
            writer.Byte((byte)']');
            return true;
        }
        var type = ((ListOf)field.Info.Type.Nullable).Item;
        var plan = field.Only!;
        Push(null, 0);
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) writer.Byte((byte)',');
            _path[_depth - 1].Index = i;
            var start = writer.Position;
            var written = items[i] is { } item ? Object(item, plan, null, 0) || NullInstead(type, start) : NullAt(type, field);
            if (written) continue;
            _depth--;
            return false;
        }
        _depth--;
        writer.Byte((byte)']');
        return true;
    }

    private bool NullInstead(SchemaType type, int start)
    {
        if (type is NonNull) return false;
        writer.Rewind(start);
        writer.Null();
        return true;
    }
}
