using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// One operation prepared for execution, for one combination of its @skip and @include conditions: fields merged, fragments expanded, names encoded. It holds
/// no state of a request, so any number of requests run it concurrently.
/// </summary>
internal sealed class OperationPlan(OperationDefinition operation, SelectionPlan root, int argumentSlots, int selections)
{
    public OperationDefinition Operation { get; } = operation;
    public SelectionPlan Root { get; } = root;

    /// <summary>How many fields have arguments that depend on variables.</summary>
    public int ArgumentSlots { get; } = argumentSlots;

    /// <summary>Whether the plan is cached for other requests: only then are its selections worth compiling.</summary>
    public bool Kept { get; set; }

    /// <summary>How many selections there are.</summary>
    public int Selections { get; } = selections;
}

/// <summary>The fields to resolve on objects of one concrete type.</summary>
internal sealed class SelectionPlan(ObjectType type, int number)
{
    public ObjectType Type { get; } = type;

    /// <summary>Its index among the operation's selections.</summary>
    public int Number { get; } = number;

    public FieldPlan[] Fields { get; set; } = [];

    /// <summary>The fields resolved ahead of writing, because they or something below them is asynchronous.</summary>
    public FieldPlan[] Deferred { get; set; } = [];

    /// <summary>The compiled writer, once enough objects were written to be worth it; until then <see cref="ResultBuilder"/> goes field by field.</summary>
    public ObjectWriter? Writer { get; private set; }

    private int _written;
    private int _compiling;

    /// <summary>Counts an object that is written field by field, and starts the compilation in the background when there were enough.</summary>
    /// <returns>The writer, if it was compiled at once.</returns>
    public ObjectWriter? Count(ExecutionOptions options)
    {
        if (++_written <= options.CompileAfter || Interlocked.Exchange(ref _compiling, 1) != 0) return null;
        if (options.CompileAfter == 0) return Writer = SelectionCompiler.Compile(this);
        ThreadPool.UnsafeQueueUserWorkItem(static state => state.Plan.CompileFor(state.Options), (Plan: this, Options: options), preferLocal: false);
        return null;
    }

    private void CompileFor(ExecutionOptions options)
    {
        try
        {
            Writer = SelectionCompiler.Compile(this);
        }
        catch (Exception broken)
        {
            // Reported, and nothing is lost: the objects are still written field by field.
            options.OnMaskedError?.Invoke(broken, $"The compiled writer of {Type}");
        }
    }
}

internal sealed class FieldPlan(FieldInfo info, Field[] nodes, byte[] prefix, FieldBinding binding)
{
    public FieldInfo Info { get; } = info;

    /// <summary>Every place where the document selects this field: its errors name them all.</summary>
    public Field[] Nodes { get; } = nodes;

    /// <summary>The response name as JSON writes it: <c>"name":</c>.</summary>
    public byte[] Prefix { get; } = prefix;

    public FieldBinding Binding { get; } = binding;
    public string ResponseName => Nodes[0].ResponseName;

    /// <summary>Arguments known without variables; null where a slot of the request holds them.</summary>
    public object?[]? Constant { get; set; }

    public int ArgumentSlot { get; set; } = -1;

    /// <summary>Position among the deferred fields of its selection, or -1: then it is resolved while it is written.</summary>
    public int Slot { get; set; } = -1;
    /// <summary>Every place where the document selects this field: its errors list them all.</summary>
    /// <summary>Whether objects below have deferred fields of their own.</summary>
    public bool DefersBelow { get; set; }

    /// <summary>What to select on the objects, where they can be of one type only.</summary>
    public SelectionPlan? Only { get; set; }

    /// <summary>What to select on an object of each type this field can have, by the type's index; null for leaves.</summary>
    public Dictionary<int, SelectionPlan>? Below { get; set; }
}
