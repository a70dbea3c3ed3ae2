using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>
/// Introspection as an API like any other: its SDL is in <see cref="BuiltIn"/>, its resolvers are here, and both are bound like the rest.
/// </summary>
internal static class Introspection
{
    public static readonly IReadOnlyList<(string Name, Type Type)> Types =
    [
        ("__Schema", typeof(Schema)), ("__Type", typeof(SchemaType)), ("__Field", typeof(FieldInfo)), ("__InputValue", typeof(InputInfo)),
        ("__EnumValue", typeof(EnumMember)), ("__Directive", typeof(DirectiveInfo)),
    ];

    public static readonly IReadOnlyList<Type> Resolvers =
        [typeof(OfSchema), typeof(OfType), typeof(OfField), typeof(OfInput), typeof(OfEnumValue), typeof(OfDirective)];

    [GraphQLResolvers("__Schema")]
    internal static class OfSchema
    {
        public static string? Description([Parent] Schema schema) => schema.Description;
        public static IReadOnlyList<SchemaType> Types([Parent] Schema schema) => schema.OrderedTypes;
        public static SchemaType QueryType([Parent] Schema schema) => schema.Query!;
        public static SchemaType? MutationType([Parent] Schema schema) => schema.Mutation;
        public static SchemaType? SubscriptionType([Parent] Schema schema) => schema.Subscription;
        public static IReadOnlyList<DirectiveInfo> Directives([Parent] Schema schema) => schema.OrderedDirectives;
    }

    [GraphQLResolvers("__Type")]
    internal static class OfType
    {
        public static string Kind([Parent] SchemaType type) => type switch
        {
            ListOf => "LIST",
            NonNull => "NON_NULL",
            ScalarType => "SCALAR",
            ObjectType => "OBJECT",
            InterfaceType => "INTERFACE",
            UnionType => "UNION",
            EnumType => "ENUM",
            _ => "INPUT_OBJECT",
        };

        public static string? Name([Parent] SchemaType type) => (type as NamedType)?.Name;
        public static string? Description([Parent] SchemaType type) => (type as NamedType)?.Description;
        public static string? SpecifiedByURL([Parent] SchemaType type) => (type as ScalarType)?.SpecifiedBy;

        public static IReadOnlyList<FieldInfo>? Fields([Parent] SchemaType type, bool? includeDeprecated) =>
            type is FieldsType fields ? [.. fields.Fields.Values.Where(field => includeDeprecated == true || field.DeprecationReason == null)] : null;

        public static IReadOnlyList<SchemaType>? Interfaces([Parent] SchemaType type) => type is FieldsType fields ? fields.Interfaces : null;

        public static IReadOnlyList<SchemaType>? PossibleTypes([Parent] SchemaType type, Execution.RequestContext context) =>
            type is UnionType or InterfaceType ? context.Schema.PossibleTypes((CompositeType)type) : null;

        public static IReadOnlyList<EnumMember>? EnumValues([Parent] SchemaType type, bool? includeDeprecated) =>
            type is EnumType values ? [.. values.Values.Values.Where(value => includeDeprecated == true || value.DeprecationReason == null)] : null;

        public static IReadOnlyList<InputInfo>? InputFields([Parent] SchemaType type, bool? includeDeprecated) =>
            type is InputObjectType input ? Current(input.Fields.Values, includeDeprecated) : null;

        [GraphQLName("ofType")]
        public static SchemaType? Inner([Parent] SchemaType type) => type switch
        {
            ListOf list => list.Item,
            NonNull required => required.Inner,
            _ => null,
        };

        public static bool? IsOneOf([Parent] SchemaType type) => (type as InputObjectType)?.OneOf;
    }

    [GraphQLResolvers("__Field")]
    internal static class OfField
    {
        public static string Name([Parent] FieldInfo field) => field.Name;
        public static string? Description([Parent] FieldInfo field) => field.Description;
        public static IReadOnlyList<InputInfo> Args([Parent] FieldInfo field, bool? includeDeprecated) => Current(field.Arguments, includeDeprecated);
        public static SchemaType Type([Parent] FieldInfo field) => field.Type;
        public static bool IsDeprecated([Parent] FieldInfo field) => field.DeprecationReason != null;
        public static string? DeprecationReason([Parent] FieldInfo field) => field.DeprecationReason;
    }

    [GraphQLResolvers("__InputValue")]
    internal static class OfInput
    {
        public static string Name([Parent] InputInfo input) => input.Name;
        public static string? Description([Parent] InputInfo input) => input.Description;
        public static SchemaType Type([Parent] InputInfo input) => input.Type;
        public static string? DefaultValue([Parent] InputInfo input) => input.Default == null ? null : Printer.Print(input.Default);
        public static bool IsDeprecated([Parent] InputInfo input) => input.DeprecationReason != null;
        public static string? DeprecationReason([Parent] InputInfo input) => input.DeprecationReason;
    }

    [GraphQLResolvers("__EnumValue")]
    internal static class OfEnumValue
    {
        public static string Name([Parent] EnumMember value) => value.Name;
        public static string? Description([Parent] EnumMember value) => value.Description;
        public static bool IsDeprecated([Parent] EnumMember value) => value.DeprecationReason != null;
        public static string? DeprecationReason([Parent] EnumMember value) => value.DeprecationReason;
    }

    [GraphQLResolvers("__Directive")]
    internal static class OfDirective
    {
        public static string Name([Parent] DirectiveInfo directive) => directive.Name;
        public static string? Description([Parent] DirectiveInfo directive) => directive.Description;
        public static bool IsRepeatable([Parent] DirectiveInfo directive) => directive.Repeatable;
        public static IReadOnlyList<string> Locations([Parent] DirectiveInfo directive) => directive.Locations;
        public static IReadOnlyList<InputInfo> Args([Parent] DirectiveInfo directive, bool? includeDeprecated) =>
            Current(directive.Arguments, includeDeprecated);
    }

    private static InputInfo[] Current(IEnumerable<InputInfo> inputs, bool? includeDeprecated) =>
        [.. inputs.Where(input => includeDeprecated == true || input.DeprecationReason == null)];
}
