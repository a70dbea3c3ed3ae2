using System.Runtime.CompilerServices;
using System.Text;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// Compiles a valid document to an <see cref="OperationPlan"/>. Selections of the same nodes on the same type are compiled once, so nested abstract types do
/// not multiply.
/// </summary>
internal sealed class PlanCompiler(Schema schema, Document document, Variables conditions)
{
    private readonly Dictionary<string, FragmentDefinition> _fragments =
        document.Definitions.OfType<FragmentDefinition>().ToDictionary(fragment => fragment.Name.Value, StringComparer.Ordinal);
    private readonly Dictionary<Key, SelectionPlan> _known = [];
    private int _slots;

    public OperationPlan Compile(OperationDefinition operation, ObjectType root)
    {
        var plan = Selection(root, [operation.Selections], deferAll: operation.Kind != OperationKind.Query);
        return new OperationPlan(operation, plan, _slots, _known.Count);
    }

    private readonly record struct Key(ObjectType Type, SelectionSet[] Sets)
    {
        public bool Equals(Key other) => Type == other.Type && Sets.AsSpan().SequenceEqual(other.Sets);

        public override int GetHashCode()
        {
            var hash = Type.Index;
            foreach (var set in Sets) hash = HashCode.Combine(hash, RuntimeHelpers.GetHashCode(set));
            return hash;
        }
    }

    private SelectionPlan Selection(ObjectType type, SelectionSet[] sets, bool deferAll)
    {
        var key = new Key(type, sets);
        if (_known.TryGetValue(key, out var known)) return known;
        var plan = _known[key] = new SelectionPlan(type, _known.Count);
        var groups = new List<List<Field>>();
        var byName = new Dictionary<string, List<Field>>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var set in sets) Collect(type, set, groups, byName, seen);
        plan.Fields = [.. groups.Select(nodes => Plan(type, [.. nodes]))];
        var deferred = new List<FieldPlan>();
        foreach (var field in plan.Fields)
        {
            if (!deferAll && field.Binding.Async == null && !field.DefersBelow) continue;
            field.Slot = deferred.Count;
            deferred.Add(field);
        }
        plan.Deferred = [.. deferred];
        return plan;
    }

    private FieldPlan Plan(ObjectType type, Field[] nodes)
    {
        var info = schema.Field(type, nodes[0].Name.Value)
            ?? throw new InvalidOperationException($"{type} has no field {nodes[0].Name}: the document was not validated.");
        var binding = info == schema.TypeNameField
            ? TypeName(type)
            : info.Binding ?? throw new InvalidOperationException($"{type}.{info.Name} is not bound.");
        var field = new FieldPlan(info, nodes, Encoding.UTF8.GetBytes($"\"{nodes[0].ResponseName}\":"), binding);
        Arguments(field);
        if (info.Type.Named is not CompositeType composite) return field;
        var sets = nodes.Select(node => node.Selections!).ToArray();
        field.Below = [];
        foreach (var possible in schema.PossibleTypes(composite))
        {
            var below = Selection(possible, sets, deferAll: false);
            field.Below[possible.Index] = below;
            field.DefersBelow |= below.Deferred.Length > 0;
            field.Only = composite is ObjectType ? below : null;
        }
        return field;
    }

    private void Arguments(FieldPlan field)
    {
        if (field.Binding.Arguments.Length == 0)
        {
            field.Constant = [];
            return;
        }
        if (Array.Exists(field.Nodes[0].Arguments, argument => HasVariable(argument.Value))) field.ArgumentSlot = _slots++;
        else field.Constant = ArgumentValues.Of(field, Variables.None);
    }

    private static bool HasVariable(Value value) => value switch
    {
        VariableValue => true,
        ListValue list => Array.Exists(list.Items, HasVariable),
        ObjectValue fields => Array.Exists(fields.Fields, field => HasVariable(field.Value)),
        _ => false,
    };

    private void Collect(ObjectType type, SelectionSet set, List<List<Field>> groups, Dictionary<string, List<Field>> byName, HashSet<string> seen)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var selection in set.Items)
        {
            if (!Conditions.Included(selection, conditions)) continue;
            switch (selection)
            {
                case Field field:
                    if (!byName.TryGetValue(field.ResponseName, out var group)) groups.Add(byName[field.ResponseName] = group = []);
                    group.Add(field);
                    break;
                case InlineFragment inline:
                    if (inline.On == null || Applies(inline.On, type)) Collect(type, inline.Selections, groups, byName, seen);
                    break;
                case FragmentSpread spread:
                    if (seen.Add(spread.Name.Value) && Applies(_fragments[spread.Name.Value].On, type))
                        Collect(type, _fragments[spread.Name.Value].Selections, groups, byName, seen);
                    break;
            }
        }
    }

    private bool Applies(NamedTypeNode on, ObjectType type) =>
        Array.IndexOf(schema.PossibleTypes((CompositeType)schema.Types[on.Name.Value]), type) >= 0;

    private static FieldBinding TypeName(ObjectType type)
    {
        var written = Encoding.UTF8.GetBytes($"\"{type.Name}\"");
        return new FieldBinding
        {
            Leaf = (_, _, _, writer) =>
            {
                writer.Raw(written);
                return true;
            },
            WriteLeaf = (writer, value) => writer.String((string)value),
        };
    }
}
