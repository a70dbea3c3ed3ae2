using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>Rules that follow spreads: cycles, unused fragments, the single root field of a subscription, and the depth of introspection.</summary>
internal sealed partial class Validator
{
    private const int MaxIntrospectionLists = 3;

    private void UnusedFragments(List<OperationDefinition> operations)
    {
        var used = operations.SelectMany(Reached).Select(fragment => fragment.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var fragment in _document.Definitions.OfType<FragmentDefinition>())
            if (!used.Contains(fragment.Name.Value)) Report($"The fragment \"{fragment.Name}\" is never used.", fragment.Start);
    }

    private void FragmentCycles()
    {
        var visited = new HashSet<string>(StringComparer.Ordinal);
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        var path = new List<FragmentSpread>();
        foreach (var fragment in _document.Definitions.OfType<FragmentDefinition>()) Walk(fragment);

        void Walk(FragmentDefinition fragment)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            if (!visited.Add(fragment.Name.Value)) return;
            positions[fragment.Name.Value] = path.Count;
            foreach (var spread in Spreads(fragment.Selections))
            {
                path.Add(spread);
                if (positions.TryGetValue(spread.Name.Value, out var at))
                {
                    var cycle = path.Skip(at).ToList();
                    var via = cycle.Count == 1 ? "" : " via " + string.Join(", ", cycle.SkipLast(1).Select(step => $"\"{step.Name}\""));
                    Report($"The fragment \"{spread.Name}\" spreads itself{via}.", [.. cycle.Select(step => step.Start)]);
                }
                else if (_fragments.TryGetValue(spread.Name.Value, out var next)) Walk(next);
                path.RemoveAt(path.Count - 1);
            }
            positions.Remove(fragment.Name.Value);
        }
    }

    private void SingleRootField(OperationDefinition operation, ObjectType root)
    {
        var groups = new List<(string Name, List<Field> Fields)>();
        Collect(operation.Selections, []);
        var who = operation.Name is { } name ? $"The subscription \"{name}\"" : "The subscription";
        if (groups.Count > 1)
        {
            var others = groups.Skip(1).SelectMany(group => group.Fields);
            Report($"{who} must select only one root field.", [.. others.Select(field => field.Start)]);
        }
        foreach (var (_, fields) in groups)
        {
            if (fields[0].Name.Value.StartsWith("__", StringComparison.Ordinal))
                Report($"{who} must not select an introspection field.", [.. fields.Select(field => field.Start)]);
        }

        void Collect(SelectionSet set, HashSet<string> seen)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (var selection in set.Items)
            {
                if (LeftOut(selection)) continue;
                switch (selection)
                {
                    case Field field:
                        var group = groups.Find(known => known.Name == field.ResponseName);
                        if (group.Fields == null) groups.Add((field.ResponseName, [field]));
                        else group.Fields.Add(field);
                        break;
                    case InlineFragment inline when inline.On == null || Applies(inline.On):
                        Collect(inline.Selections, seen);
                        break;
                    case FragmentSpread spread when seen.Add(spread.Name.Value)
                        && _fragments.TryGetValue(spread.Name.Value, out var fragment)
                        && Applies(fragment.On):
                        Collect(fragment.Selections, seen);
                        break;
                }
            }
        }

        bool Applies(NamedTypeNode on) =>
            _schema.Types.GetValueOrDefault(on.Name.Value) is CompositeType type && _schema.PossibleTypes(type).Contains(root);
    }

    // Excluded by a literal condition, whatever the variables are.
    private static bool LeftOut(Selection selection) => Array.Exists(selection.Directives, directive =>
        directive.Name.Value is "skip" or "include"
        && Array.Find(directive.Arguments, argument => argument.Name.Value == "if")?.Value is BooleanValue condition
        && condition.Value == (directive.Name.Value == "skip"));

    private readonly Dictionary<string, int> _introspectionDeepest = new(StringComparer.Ordinal);

    private bool IntrospectsTooDeep(Field root)
    {
        _introspectionDeepest.Clear();
        return Deep(root, 0);

        bool Deep(Selection selection, int lists)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            switch (selection)
            {
                case FragmentSpread spread:
                    if (_introspectionDeepest.TryGetValue(spread.Name.Value, out var known) && known >= lists) return false;
                    if (!_fragments.TryGetValue(spread.Name.Value, out var fragment)) return false;
                    _introspectionDeepest[spread.Name.Value] = lists;
                    return Array.Exists(fragment.Selections.Items, inner => Deep(inner, lists));
                case InlineFragment inline:
                    return Array.Exists(inline.Selections.Items, inner => Deep(inner, lists));
                case Field field:
                    if (field.Name.Value is "fields" or "interfaces" or "possibleTypes" or "inputFields" && ++lists >= MaxIntrospectionLists) return true;
                    return field.Selections != null && Array.Exists(field.Selections.Items, inner => Deep(inner, lists));
                default:
                    return false;
            }
        }
    }
}
