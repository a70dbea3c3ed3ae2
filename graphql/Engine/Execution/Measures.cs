using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>Depth and size of an operation with fragments expanded. A fragment is measured once, however often it is spread.</summary>
internal sealed class Measures(Document document)
{
    private readonly Dictionary<string, FragmentDefinition> _fragments =
        document.Definitions.OfType<FragmentDefinition>().ToDictionary(fragment => fragment.Name.Value, StringComparer.Ordinal);
    private readonly Dictionary<string, (int Depth, double Fields)> _measured = new(StringComparer.Ordinal);

    public (int Depth, double Fields) Of(OperationDefinition operation) => Of(operation.Selections);

    private (int Depth, double Fields) Of(SelectionSet set)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var (depth, fields) = (0, 0.0);
        foreach (var selection in set.Items)
        {
            var (below, more) = selection switch
            {
                Field { Selections: { } inner } => Of(inner),
                InlineFragment inline => Of(inline.Selections),
                FragmentSpread spread => OfFragment(spread.Name.Value),
                _ => (0, 0.0),
            };
            if (selection is Field) (below, more) = (below + 1, more + 1);
            depth = Math.Max(depth, below);
            fields += more;
        }
        return (depth, fields);
    }

    private (int Depth, double Fields) OfFragment(string name)
    {
        if (_measured.TryGetValue(name, out var known)) return known;
        return _measured[name] = Of(_fragments[name].Selections);
    }
}
