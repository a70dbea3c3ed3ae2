using System.Globalization;
using System.Runtime.CompilerServices;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// Estimates the cost of an operation before it runs: 1 for each selected object (or the field's <c>@cost(weight:)</c>), 0 for leaves, times the lengths of the
/// lists around it. The length of a list is the argument named by <c>@listSize(slicingArguments:)</c>, else its <c>assumedSize</c>, else the option's. With
/// <c>sizedFields</c> the length applies to those fields of the object instead, as in connections. The API's SDL defines the directives.
/// </summary>
internal sealed class CostEstimator(Schema schema, Document document, Variables variables, int assumedListSize)
{
    private readonly Dictionary<string, FragmentDefinition> _fragments =
        document.Definitions.OfType<FragmentDefinition>().ToDictionary(fragment => fragment.Name.Value, StringComparer.Ordinal);
    private readonly Dictionary<string, double> _known = new(StringComparer.Ordinal);

    public double Of(OperationDefinition operation, ObjectType root) => Of(operation.Selections, root, null, 1);

    private double Of(SelectionSet set, CompositeType type, HashSet<string>? sized, double size)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var cost = 0.0;
        foreach (var selection in set.Items)
        {
            if (!Conditions.Included(selection, variables)) continue;
            cost += selection switch
            {
                Field field => OfField(field, type, sized, size),
                InlineFragment inline => Of(inline.Selections, inline.On == null ? type : (CompositeType)schema.Types[inline.On.Name.Value], sized, size),
                FragmentSpread spread => OfFragment(spread.Name.Value, sized, size),
                _ => 0,
            };
        }
        return cost;
    }

    private double OfFragment(string name, HashSet<string>? sized, double size)
    {
        var fragment = _fragments[name];
        var type = (CompositeType)schema.Types[fragment.On.Name.Value];
        if (sized != null) return Of(fragment.Selections, type, sized, size);
        if (_known.TryGetValue(name, out var known)) return known;
        return _known[name] = Of(fragment.Selections, type, null, 1);
    }

    private double OfField(Field field, CompositeType parent, HashSet<string>? sized, double size)
    {
        if (schema.Field(parent, field.Name.Value) is not { } info) return 0;
        var isList = info.Type.Nullable is ListOf;
        var listSize = Array.Find(info.Directives, directive => directive.Name.Value == "listSize");
        var weight = Array.Find(info.Directives, directive => directive.Name.Value == "cost") is { } cost && Argument(cost, "weight") is IntValue stated
            ? double.Parse(stated.Raw, CultureInfo.InvariantCulture)
            : info.Type.Named is CompositeType ? 1 : 0;
        var length = listSize != null ? Length(field, info, listSize) : isList ? assumedListSize : 1;
        HashSet<string>? inner = null;
        if (listSize != null && Argument(listSize, "sizedFields") is ListValue names)
            inner = [.. names.Items.OfType<StringValue>().Select(name => name.Text)];
        var times = sized != null && sized.Contains(info.Name) ? size : inner != null ? 1 : length;
        var below = field.Selections == null ? 0 : Of(field.Selections, (CompositeType)info.Type.Named, inner, length);
        return times * (weight + below);
    }

    private double Length(Field field, FieldInfo info, Directive listSize)
    {
        if (Argument(listSize, "slicingArguments") is ListValue names)
        {
            foreach (var name in names.Items.OfType<StringValue>())
            {
                if (info.Argument(name.Text) is not { } argument) continue;
                var value = Array.Find(field.Arguments, given => given.Name.Value == name.Text)?.Value ?? argument.Default;
                if (value != null && ArgumentValues.Literal(value, argument.Type.Nullable, variables, out _) is int length) return Math.Max(0, length);
            }
        }
        return Argument(listSize, "assumedSize") is IntValue assumed ? double.Parse(assumed.Raw, CultureInfo.InvariantCulture) : assumedListSize;
    }

    private static Value? Argument(Directive directive, string name) => Array.Find(directive.Arguments, argument => argument.Name.Value == name)?.Value;
}
