using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>
/// Checks whether fields with one response name can be merged. Comparing a set with itself and with every fragment it spreads is quadratic, so collected sets
/// and compared pairs are cached and the whole has a budget of steps.
/// </summary>
internal sealed class OverlappingFields(Schema schema, Dictionary<string, FragmentDefinition> fragments, int budget)
{
    private const int MaxNodes = 20;

    private readonly Dictionary<SelectionSet, Collected> _collected = [];
    private readonly Dictionary<(string, string), bool> _pairs = [];
    private int _budget = budget;

    internal sealed record Conflict(string ResponseName, string Reason, List<Field> First, List<Field> Second)
    {
        public IEnumerable<int> Starts => First.Concat(Second).Select(node => node.Start);
    }

    private sealed record Entry(CompositeType? Parent, Field Node, FieldInfo? Info);

    private sealed class Collected
    {
        public Dictionary<string, List<Entry>> Fields { get; } = new(StringComparer.Ordinal);
        public List<string> Fragments { get; } = [];
        public Dictionary<string, bool> Compared { get; } = new(StringComparer.Ordinal);
    }

    private sealed class OutOfBudgetException : Exception;

    /// <summary>The conflicts within one set; null if the document needs more comparisons than the budget allows.</summary>
    public List<Conflict>? Conflicts(SelectionSet set, CompositeType? parent)
    {
        if (set.Items.Length <= 1 && set.Items[0] is not InlineFragment) return [];
        try
        {
            var conflicts = new List<Conflict>();
            var own = Collect(set, parent);
            foreach (var (name, entries) in own.Fields)
                for (var i = 0; i < entries.Count; i++)
                    for (var j = i + 1; j < entries.Count; j++)
                        Compare(conflicts, false, name, entries[i], entries[j]);
            for (var i = 0; i < own.Fragments.Count; i++)
            {
                FieldsWithFragment(conflicts, false, own, own.Fragments[i]);
                for (var j = i + 1; j < own.Fragments.Count; j++) FragmentWithFragment(conflicts, false, own.Fragments[i], own.Fragments[j]);
            }
            return conflicts;
        }
        catch (OutOfBudgetException)
        {
            return null;
        }
    }

    private void FieldsWithFragment(List<Conflict> conflicts, bool exclusive, Collected fields, string name)
    {
        Spend(1);
        if (fields.Fields.Count == 0 || (fields.Compared.TryGetValue(name, out var before) && (!before || exclusive))) return;
        fields.Compared[name] = exclusive;
        if (!fragments.TryGetValue(name, out var fragment)) return;
        var other = Collect(fragment);
        if (ReferenceEquals(fields, other)) return;
        Between(conflicts, exclusive, fields, other);
        foreach (var nested in other.Fragments) FieldsWithFragment(conflicts, exclusive, fields, nested);
    }

    private void FragmentWithFragment(List<Conflict> conflicts, bool exclusive, string first, string second)
    {
        Spend(2);
        if (first == second) return;
        var key = string.CompareOrdinal(first, second) < 0 ? (first, second) : (second, first);
        if (_pairs.TryGetValue(key, out var before) && (!before || exclusive)) return;
        _pairs[key] = exclusive;
        if (!fragments.TryGetValue(first, out var one) || !fragments.TryGetValue(second, out var two)) return;
        var (a, b) = (Collect(one), Collect(two));
        Between(conflicts, exclusive, a, b);
        foreach (var nested in b.Fragments) FragmentWithFragment(conflicts, exclusive, first, nested);
        foreach (var nested in a.Fragments) FragmentWithFragment(conflicts, exclusive, nested, second);
    }

    private void Between(List<Conflict> conflicts, bool exclusive, Collected a, Collected b)
    {
        if (b.Fields.Count == 0) return;
        foreach (var (name, entries) in a.Fields)
        {
            Spend(1);
            if (!b.Fields.TryGetValue(name, out var others)) continue;
            foreach (var entry in entries)
                foreach (var other in others) Compare(conflicts, exclusive, name, entry, other);
        }
    }

    private void Compare(List<Conflict> conflicts, bool parentsExclusive, string name, Entry a, Entry b)
    {
        Spend(2);
        var exclusive = parentsExclusive || (a.Parent != b.Parent && a.Parent is ObjectType && b.Parent is ObjectType);
        if (!exclusive)
        {
            var reason = a.Node.Name.Value != b.Node.Name.Value ? $"\"{a.Node.Name}\" and \"{b.Node.Name}\" are different fields"
                : SameArguments(a.Node.Arguments, b.Node.Arguments) ? null
                : "their arguments differ";
            if (reason != null)
            {
                conflicts.Add(new Conflict(name, reason, [a.Node], [b.Node]));
                return;
            }
        }
        if (a.Info != null && b.Info != null && Clash(a.Info.Type, b.Info.Type))
        {
            conflicts.Add(new Conflict(name, $"they return the different types \"{a.Info.Type}\" and \"{b.Info.Type}\"", [a.Node], [b.Node]));
            return;
        }
        if (a.Node.Selections == null || b.Node.Selections == null) return;
        var inner = new List<Conflict>();
        var first = Collect(a.Node.Selections, a.Info?.Type.Named as CompositeType);
        var second = Collect(b.Node.Selections, b.Info?.Type.Named as CompositeType);
        Between(inner, exclusive, first, second);
        foreach (var fragment in second.Fragments) FieldsWithFragment(inner, exclusive, first, fragment);
        foreach (var fragment in first.Fragments) FieldsWithFragment(inner, exclusive, second, fragment);
        foreach (var one in first.Fragments)
            foreach (var two in second.Fragments) FragmentWithFragment(inner, exclusive, one, two);
        if (inner.Count == 0) return;
        var because = string.Join(" and ", inner.Take(5).Select(conflict => $"their fields \"{conflict.ResponseName}\" conflict because {conflict.Reason}"));
        conflicts.Add(new Conflict(name, because.Length > 1000 ? because[..1000] + "..." : because,
            Nodes(a.Node, inner, conflict => conflict.First), Nodes(b.Node, inner, conflict => conflict.Second)));
    }

    private static List<Field> Nodes(Field node, List<Conflict> inner, Func<Conflict, List<Field>> side)
    {
        var nodes = new List<Field> { node };
        foreach (var conflict in inner)
        {
            nodes.AddRange(side(conflict).TakeLast(MaxNodes - nodes.Count));
            if (nodes.Count == MaxNodes) break;
        }
        return nodes;
    }

    private Collected Collect(FragmentDefinition fragment) =>
        Collect(fragment.Selections, schema.Types.GetValueOrDefault(fragment.On.Name.Value) as CompositeType);

    private Collected Collect(SelectionSet set, CompositeType? parent)
    {
        if (_collected.TryGetValue(set, out var collected)) return collected;
        collected = new Collected();
        Gather(set, parent, collected, new HashSet<string>(StringComparer.Ordinal));
        return _collected[set] = collected;
    }

    private void Gather(SelectionSet set, CompositeType? parent, Collected collected, HashSet<string> spread)
    {
        foreach (var selection in set.Items)
        {
            switch (selection)
            {
                case Field field:
                    if (!collected.Fields.TryGetValue(field.ResponseName, out var entries)) collected.Fields[field.ResponseName] = entries = [];
                    entries.Add(new Entry(parent, field, (parent as FieldsType)?.Fields.GetValueOrDefault(field.Name.Value)));
                    break;
                case FragmentSpread named:
                    if (spread.Add(named.Name.Value)) collected.Fragments.Add(named.Name.Value);
                    break;
                case InlineFragment inline:
                    var type = inline.On == null ? parent : schema.Types.GetValueOrDefault(inline.On.Name.Value) as CompositeType;
                    Gather(inline.Selections, type, collected, spread);
                    break;
            }
        }
    }

    private bool SameArguments(Argument[] a, Argument[] b)
    {
        if (a.Length != b.Length) return false;
        foreach (var argument in a)
        {
            Spend(1);
            if (Array.FindLast(b, other => other.Name.Value == argument.Name.Value) is not { } same || !SameValue(argument.Value, same.Value))
                return false;
        }
        return true;
    }

    private bool SameValue(Value a, Value b)
    {
        Spend(1);
        return (a, b) switch
        {
            (VariableValue x, VariableValue y) => x.Name.Value == y.Name.Value,
            (IntValue x, IntValue y) => x.Raw == y.Raw,
            (FloatValue x, FloatValue y) => x.Raw == y.Raw,
            (StringValue x, StringValue y) => x.Text == y.Text && x.Block == y.Block,
            (BooleanValue x, BooleanValue y) => x.Value == y.Value,
            (NullValue, NullValue) => true,
            (EnumValue x, EnumValue y) => x.Name == y.Name,
            (ListValue x, ListValue y) => x.Items.Length == y.Items.Length && x.Items.Zip(y.Items).All(pair => SameValue(pair.First, pair.Second)),
            (ObjectValue x, ObjectValue y) => x.Fields.Length == y.Fields.Length
                && Sorted(x).Zip(Sorted(y)).All(pair => pair.First.Name.Value == pair.Second.Name.Value && SameValue(pair.First.Value, pair.Second.Value)),
            _ => false,
        };
    }

    private static IEnumerable<Argument> Sorted(ObjectValue value) => value.Fields.OrderBy(field => field.Name.Value, StringComparer.Ordinal);

    private static bool Clash(SchemaType a, SchemaType b)
    {
        if (a == b) return false;
        if (a is ListOf || b is ListOf) return a is not ListOf x || b is not ListOf y || Clash(x.Item, y.Item);
        if (a is NonNull || b is NonNull) return a is not NonNull x || b is not NonNull y || Clash(x.Inner, y.Inner);
        return a is not CompositeType || b is not CompositeType;
    }

    private void Spend(int steps)
    {
        // Every recursion spends, so this is the place to check the stack as well.
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _budget -= steps;
        if (_budget < 0) throw new OutOfBudgetException();
    }
}
