using System.Globalization;
using System.Text;

namespace EcomIntel.GraphQL.Engine.Language;

/// <summary>
/// Prints a document in the canonical form: two spaces of indent, and arguments on lines of their own where a field's first line would exceed 80 characters.
/// </summary>
internal sealed partial class Printer
{
    private const int LineWidth = 80;
    private readonly StringBuilder _text = new();
    private int _indent;

    public static string Print(Document document)
    {
        var printer = new Printer();
        for (var i = 0; i < document.Definitions.Length; i++)
        {
            if (i > 0) printer._text.Append("\n\n");
            printer.Definition(document.Definitions[i]);
        }
        return printer._text.ToString();
    }

    public static string Print(Value value)
    {
        var printer = new Printer();
        printer.Value(value);
        return printer._text.ToString();
    }

    public static string Print(TypeNode type) => type switch
    {
        NamedTypeNode named => named.Name.Value,
        ListTypeNode list => $"[{Print(list.Item)}]",
        _ => Print(((NonNullTypeNode)type).Inner) + "!",
    };

    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\b':
                    quoted.Append("\\b");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\f':
                    quoted.Append("\\f");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case < ' ' or >= '\x7F' and <= '\x9F':
                    quoted.Append("\\u").Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
                    break;
                default:
                    quoted.Append(c);
                    break;
            }
        }
        return quoted.Append('"').ToString();
    }

    private void Definition(Definition definition)
    {
        switch (definition)
        {
            case OperationDefinition operation:
                Operation(operation);
                break;
            case FragmentDefinition fragment:
                Description(fragment.Description);
                Text("fragment ").Text(fragment.Name.Value).Text(" on ").Text(fragment.On.Name.Value);
                Directives(fragment.Directives);
                Text(" ");
                Selections(fragment.Selections);
                break;
            case SchemaDefinition schema:
                Schema(schema);
                break;
            case TypeDefinition type:
                Type(type);
                break;
            case DirectiveDefinition directive:
                Directive(directive);
                break;
        }
    }

    private void Operation(OperationDefinition operation)
    {
        Description(operation.Description);
        var bare = operation.Kind == OperationKind.Query && operation.Name == null && operation.Variables.Length == 0 && operation.Directives.Length == 0
            && operation.Description == null;
        if (!bare)
        {
            Text(Keyword(operation.Kind));
            // Without name and variables, but with a description or directives: the keyword stands alone.
            if (operation.Name != null || operation.Variables.Length > 0) Text(" ").Text(operation.Name?.Value ?? "");
            Variables(operation.Variables);
            Directives(operation.Directives);
            Text(" ");
        }
        Selections(operation.Selections);
    }

    public static string Keyword(OperationKind kind) => kind switch
    {
        OperationKind.Query => "query",
        OperationKind.Mutation => "mutation",
        _ => "subscription",
    };

    private void Variables(VariableDefinition[] variables)
    {
        if (variables.Length == 0) return;
        var printed = Array.ConvertAll(variables, variable => Apart(printer =>
        {
            printer.Description(variable.Description);
            printer.Text("$").Text(variable.Variable.Name.Value).Text(": ").Text(Print(variable.Type));
            if (variable.Default != null)
            {
                printer.Text(" = ");
                printer.Value(variable.Default);
            }
            printer.Directives(variable.Directives);
        }));
        if (Array.Exists(printed, text => text.Contains('\n'))) Text("(\n").Text(string.Join('\n', printed)).Text("\n)");
        else Text("(").Text(string.Join(", ", printed)).Text(")");
    }

    private void Selections(SelectionSet selections)
    {
        Open();
        for (var i = 0; i < selections.Items.Length; i++)
        {
            if (i > 0) Text("\n");
            Selection(selections.Items[i]);
        }
        Close();
    }

    private void Selection(Selection selection)
    {
        switch (selection)
        {
            case Field field:
                Field(field);
                break;
            case FragmentSpread spread:
                Text("...").Text(spread.Name.Value);
                Directives(spread.Directives);
                break;
            case InlineFragment inline:
                Text("...");
                if (inline.On != null) Text(" on ").Text(inline.On.Name.Value);
                Directives(inline.Directives);
                Text(" ");
                Selections(inline.Selections);
                break;
        }
    }

    private void Field(Field field)
    {
        var head = field.Alias == null ? field.Name.Value : field.Alias + ": " + field.Name;
        Text(head);
        if (field.Arguments.Length > 0)
        {
            var printed = Array.ConvertAll(field.Arguments, argument => Apart(printer => printer.NamedValue(argument)));
            var line = string.Join(", ", printed);
            if (head.Length + line.Length + 2 > LineWidth)
            {
                Text("(");
                Indented(printed);
                Text(")");
            }
            else Text("(").Text(line).Text(")");
        }
        Directives(field.Directives);
        if (field.Selections == null) return;
        Text(" ");
        Selections(field.Selections);
    }

    private void Directives(Directive[] directives)
    {
        foreach (var directive in directives)
        {
            Text(" @").Text(directive.Name.Value);
            if (directive.Arguments.Length == 0) continue;
            Text("(");
            for (var i = 0; i < directive.Arguments.Length; i++)
            {
                if (i > 0) Text(", ");
                NamedValue(directive.Arguments[i]);
            }
            Text(")");
        }
    }

    private void NamedValue(Argument argument)
    {
        Text(argument.Name.Value).Text(": ");
        Value(argument.Value);
    }

    private void Value(Value value)
    {
        switch (value)
        {
            case VariableValue variable:
                Text("$").Text(variable.Name.Value);
                break;
            case IntValue integer:
                Text(integer.Raw);
                break;
            case FloatValue number:
                Text(number.Raw);
                break;
            case StringValue text:
                Text(text.Block ? BlockString.Print(text.Text) : Quote(text.Text));
                break;
            case BooleanValue boolean:
                Text(boolean.Value ? "true" : "false");
                break;
            case NullValue:
                Text("null");
                break;
            case EnumValue word:
                Text(word.Name);
                break;
            case ListValue list:
                Text("[");
                for (var i = 0; i < list.Items.Length; i++)
                {
                    if (i > 0) Text(", ");
                    Value(list.Items[i]);
                }
                Text("]");
                break;
            case ObjectValue fields:
                Text("{");
                for (var i = 0; i < fields.Fields.Length; i++)
                {
                    if (i > 0) Text(", ");
                    NamedValue(fields.Fields[i]);
                }
                Text("}");
                break;
        }
    }

    private void Description(StringValue? description)
    {
        if (description == null) return;
        Value(description);
        Text("\n");
    }

    private void Indented(string[] lines)
    {
        _indent += 2;
        Text("\n").Text(string.Join('\n', lines));
        _indent -= 2;
        Text("\n");
    }

    private void Open()
    {
        _indent += 2;
        Text("{\n");
    }

    private void Close()
    {
        _indent -= 2;
        Text("\n}");
    }

    private static string Apart(Action<Printer> print)
    {
        var printer = new Printer();
        print(printer);
        return printer._text.ToString();
    }

    // A line break inside a block string is indented like any other.
    private Printer Text(string text)
    {
        if (_indent == 0 || !text.Contains('\n'))
        {
            _text.Append(text);
            return this;
        }
        foreach (var c in text)
        {
            _text.Append(c);
            if (c == '\n') _text.Append(' ', _indent);
        }
        return this;
    }
}
