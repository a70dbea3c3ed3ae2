namespace EcomIntel.GraphQL.Engine.Language;

internal sealed partial class Printer
{
    private void Schema(SchemaDefinition schema)
    {
        Description(schema.Description);
        Text(schema.Extension ? "extend schema" : "schema");
        Directives(schema.Directives);
        Block(schema.Operations, operation => Text(Keyword(operation.Kind)).Text(": ").Text(operation.Type.Name.Value));
    }

    private void Type(TypeDefinition type)
    {
        Description(type.Description);
        if (type.Extension) Text("extend ");
        Text(type.Kind switch
        {
            TypeKind.Object => "type ",
            TypeKind.Interface => "interface ",
            TypeKind.Union => "union ",
            TypeKind.Enum => "enum ",
            TypeKind.InputObject => "input ",
            _ => "scalar ",
        });
        Text(type.Name.Value);
        if (type.Interfaces.Length > 0) Text(" implements ").Text(string.Join(" & ", type.Interfaces.Select(named => named.Name.Value)));
        Directives(type.Directives);
        if (type.Members.Length > 0) Text(" = ").Text(string.Join(" | ", type.Members.Select(named => named.Name.Value)));
        Block(type.Fields, Field);
        Block(type.InputFields, InputValue);
        Block(type.Values, value =>
        {
            Description(value.Description);
            Text(value.Name.Value);
            Directives(value.Directives);
        });
    }

    private void Field(FieldDefinition field)
    {
        Description(field.Description);
        Text(field.Name.Value);
        ArgumentDefinitions(field.Arguments);
        Text(": ").Text(Print(field.Type));
        Directives(field.Directives);
    }

    private void InputValue(InputValueDefinition input)
    {
        Description(input.Description);
        Text(input.Name.Value).Text(": ").Text(Print(input.Type));
        if (input.Default != null)
        {
            Text(" = ");
            Value(input.Default);
        }
        Directives(input.Directives);
    }

    private void Directive(DirectiveDefinition directive)
    {
        Description(directive.Description);
        Text("directive @").Text(directive.Name.Value);
        ArgumentDefinitions(directive.Arguments);
        Text(directive.Repeatable ? " repeatable on " : " on ").Text(string.Join(" | ", directive.Locations.Select(location => location.Value)));
    }

    private void ArgumentDefinitions(InputValueDefinition[] arguments)
    {
        if (arguments.Length == 0) return;
        var printed = Array.ConvertAll(arguments, argument => Apart(printer => printer.InputValue(argument)));
        Text("(");
        if (Array.Exists(printed, text => text.Contains('\n'))) Indented(printed);
        else Text(string.Join(", ", printed));
        Text(")");
    }

    private void Block<T>(T[] items, Action<T> print)
    {
        if (items.Length == 0) return;
        Text(" ");
        Open();
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) Text("\n");
            print(items[i]);
        }
        Close();
    }
}
