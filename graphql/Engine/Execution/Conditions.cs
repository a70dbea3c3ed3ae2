using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>@skip and @include, and the variables they depend on.</summary>
internal static class Conditions
{
    public static bool Included(Selection selection, Variables variables)
    {
        foreach (var directive in selection.Directives)
        {
            var skip = directive.Name.Value == "skip";
            if (!skip && directive.Name.Value != "include") continue;
            if (Holds(directive, variables) == skip) return false;
        }
        return true;
    }

    /// <summary>The names of the variables that conditions of the document depend on, in a fixed order.</summary>
    public static string[] VariablesOf(Document document)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var definition in document.Definitions)
        {
            if (definition is OperationDefinition operation) Gather(operation.Selections, names);
            else if (definition is FragmentDefinition fragment) Gather(fragment.Selections, names);
        }
        return [.. names];
    }

    private static bool Holds(Directive directive, Variables variables)
    {
        var value = directive.Arguments[0].Value;
        if (value is BooleanValue literal) return literal.Value;
        var name = ((VariableValue)value).Name.Value;
        // By a default or null, a variable of a nullable type can have no Boolean value here.
        return variables.TryGet(name, out var given) && given is bool truth
            ? truth
            : throw new ExecutionException(
                $"The argument \"if\" of \"@{directive.Name}\" needs a value, but the variable \"${name}\" has none.", value.Start);
    }

    private static void Gather(SelectionSet set, SortedSet<string> names)
    {
        foreach (var selection in set.Items)
        {
            foreach (var directive in selection.Directives)
            {
                if (directive.Name.Value is "skip" or "include" && directive.Arguments is [{ Value: VariableValue variable }, ..])
                    names.Add(variable.Name.Value);
            }
            if (selection is Field { Selections: { } inner }) Gather(inner, names);
            else if (selection is InlineFragment inline) Gather(inline.Selections, names);
        }
    }
}

/// <summary>An error at one place in the document that shows only at execution.</summary>
internal sealed class ExecutionException(string message, int? start, string? code = null) : Exception(message)
{
    public int? Start { get; } = start;
    public string? Code { get; } = code;
}
