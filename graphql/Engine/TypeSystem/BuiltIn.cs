using EcomIntel.GraphQL.Engine.Language;

namespace EcomIntel.GraphQL.Engine.TypeSystem;

/// <summary>Present in every schema: the five scalars, the specified directives, and the introspection types.</summary>
internal static class BuiltIn
{
    /// <summary>Names of the specified directives.</summary>
    public static readonly IReadOnlySet<string> Directives =
        new HashSet<string>(["include", "skip", "deprecated", "specifiedBy", "oneOf"], StringComparer.Ordinal);

    public static readonly Source Source = new(
        """
        "Whole numbers of 32 bits with a sign."
        scalar Int
        "Numbers with a fraction, of double precision."
        scalar Float
        "Text."
        scalar String
        "true or false."
        scalar Boolean
        "A unique identifier, written as a String; an Int is read as one too."
        scalar ID

        "Takes the field or fragment in only when `if` is true."
        directive @include("Taken in when true." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
        "Leaves the field or fragment out when `if` is true."
        directive @skip("Left out when true." if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT
        "Marks an element of the schema that should not be used any more."
        directive @deprecated("Why, and what to use instead." reason: String! = "No longer supported")
            on FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE
        "Where the behaviour of this scalar is specified."
        directive @specifiedBy("The address of the specification." url: String!) on SCALAR
        "Exactly one field of the input object must be given, and it must not be null."
        directive @oneOf on INPUT_OBJECT

        "The types, entry points and directives of an API."
        type __Schema {
          description: String
          "All types, in the order of the schema."
          types: [__Type!]!
          queryType: __Type!
          mutationType: __Type
          subscriptionType: __Type
          directives: [__Directive!]!
        }

        "A type, a list of one, or a non-null one; `kind` says which fields have a value."
        type __Type {
          kind: __TypeKind!
          name: String
          description: String
          specifiedByURL: String
          fields(includeDeprecated: Boolean = false): [__Field!]
          interfaces: [__Type!]
          possibleTypes: [__Type!]
          enumValues(includeDeprecated: Boolean = false): [__EnumValue!]
          inputFields(includeDeprecated: Boolean = false): [__InputValue!]
          ofType: __Type
          isOneOf: Boolean
        }

        enum __TypeKind { SCALAR OBJECT INTERFACE UNION ENUM INPUT_OBJECT LIST NON_NULL }

        type __Field {
          name: String!
          description: String
          args(includeDeprecated: Boolean = false): [__InputValue!]!
          type: __Type!
          isDeprecated: Boolean!
          deprecationReason: String
        }

        type __InputValue {
          name: String!
          description: String
          type: __Type!
          "The default as a GraphQL literal."
          defaultValue: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        type __EnumValue {
          name: String!
          description: String
          isDeprecated: Boolean!
          deprecationReason: String
        }

        type __Directive {
          name: String!
          description: String
          isRepeatable: Boolean!
          locations: [__DirectiveLocation!]!
          args(includeDeprecated: Boolean = false): [__InputValue!]!
        }

        enum __DirectiveLocation {
          QUERY MUTATION SUBSCRIPTION FIELD FRAGMENT_DEFINITION FRAGMENT_SPREAD INLINE_FRAGMENT VARIABLE_DEFINITION SCHEMA SCALAR OBJECT FIELD_DEFINITION
          ARGUMENT_DEFINITION INTERFACE UNION ENUM ENUM_VALUE INPUT_OBJECT INPUT_FIELD_DEFINITION
        }
        """,
        "built-in types");
}
