using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>Rules about variables: their definitions, and their usages in every fragment an operation reaches.</summary>
internal sealed partial class Validator
{
    private void UniqueVariables(OperationDefinition operation)
    {
        if (operation.Variables.Length < 2) return;
        foreach (var group in operation.Variables.GroupBy(variable => variable.Variable.Name.Value))
        {
            if (group.Skip(1).Any())
                Report($"There can be only one variable named \"${group.Key}\".", [.. group.Select(variable => variable.Variable.Name.Start)]);
        }
    }

    private void Variable(VariableDefinition variable)
    {
        NamedTypes(variable.Type);
        var type = _schema.Resolve(variable.Type);
        if (type is { IsInput: false })
        {
            var name = variable.Variable.Name;
            Report($"The variable \"${name}\" cannot have the type \"{Printer.Print(variable.Type)}\": it is not an input type.", variable.Type.Start);
            type = null;
        }
        if (variable.Default != null) Value(variable.Default, type, false, null);
        Directives(variable.Directives, "VARIABLE_DEFINITION", null);
    }

    private void Variables(OperationDefinition operation, Dictionary<Definition, List<VariableUsage>> usages)
    {
        var all = usages[operation].Concat(Reached(operation).SelectMany(fragment => usages[fragment])).ToList();
        var defined = new Dictionary<string, VariableDefinition>(StringComparer.Ordinal);
        foreach (var variable in operation.Variables) defined[variable.Variable.Name.Value] = variable;
        var suffix = operation.Name is { } name ? $" in the operation \"{name}\"" : "";
        foreach (var usage in all)
        {
            if (!defined.ContainsKey(usage.Node.Name.Value))
                Report($"The variable \"${usage.Node.Name}\" is not defined{suffix}.", usage.Node.Start, operation.Start);
        }
        var used = all.Select(usage => usage.Node.Name.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var variable in operation.Variables)
        {
            if (!used.Contains(variable.Variable.Name.Value))
                Report($"The variable \"${variable.Variable.Name}\" is never used{suffix}.", variable.Start);
        }
        foreach (var usage in all)
        {
            if (usage.Type == null || !defined.TryGetValue(usage.Node.Name.Value, out var definition)) continue;
            if (_schema.Resolve(definition.Type) is not { } type) continue;
            var variable = $"The variable \"${usage.Node.Name}\" of type \"{type}\"";
            if (!Fits(type, definition.Default, usage))
                Report($"{variable} is used where \"{usage.Type}\" is expected.", definition.Start, usage.Node.Start);
            if (usage.Parent is { OneOf: true } && type is not NonNull)
                Report($"{variable} must not be nullable to be used in the @oneOf input \"{usage.Parent}\".", definition.Start, usage.Node.Start);
        }
    }

    private bool Fits(SchemaType type, Value? defaultValue, VariableUsage usage)
    {
        if (usage.Type is not NonNull required || type is NonNull) return _schema.IsSubType(type, usage.Type!);
        return (defaultValue is not (null or NullValue) || usage.HasDefault) && _schema.IsSubType(type, required.Inner);
    }

    /// <summary>Every fragment an operation reaches, each once.</summary>
    private List<FragmentDefinition> Reached(OperationDefinition operation)
    {
        var reached = new List<FragmentDefinition>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<SelectionSet>([operation.Selections]);
        while (open.TryPop(out var set))
        {
            foreach (var spread in Spreads(set))
            {
                if (!seen.Add(spread.Name.Value) || !_fragments.TryGetValue(spread.Name.Value, out var fragment)) continue;
                reached.Add(fragment);
                open.Push(fragment.Selections);
            }
        }
        return reached;
    }

    private readonly Dictionary<SelectionSet, List<FragmentSpread>> _spreads = [];

    /// <summary>The spreads in a set and its nested sets: outer ones first, deeper sets from the last to the first.</summary>
    private List<FragmentSpread> Spreads(SelectionSet root)
    {
        if (_spreads.TryGetValue(root, out var spreads)) return spreads;
        spreads = [];
        var open = new Stack<SelectionSet>([root]);
        while (open.TryPop(out var set))
        {
            foreach (var selection in set.Items)
            {
                switch (selection)
                {
                    case FragmentSpread spread:
                        spreads.Add(spread);
                        break;
                    case Field { Selections: { } inner }:
                        open.Push(inner);
                        break;
                    case InlineFragment inline:
                        open.Push(inline.Selections);
                        break;
                }
            }
        }
        return _spreads[root] = spreads;
    }
}
