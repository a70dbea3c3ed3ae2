using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.Tests.GraphQL;

/// <summary>What a schema has that no file of it says; the conformance tests hold the same against the reference.</summary>
public sealed class BuiltInTests
{
    private const string Json = "scalar JSON type Query { f(x: JSON): String } ";

    [Theory]
    [InlineData("", "query ($i: Int) { f(x: {a: $i}) }", false)]
    [InlineData("", "query ($i: Float) { f(x: {a: $i}) }", false)]
    [InlineData("", "query ($i: [ID!]) { f(x: {a: $i}) }", false)]
    [InlineData("", "query ($i: String) { f(x: {a: $i}) }", true)]
    [InlineData("", "query ($i: Boolean!) { f(x: {a: $i}) }", true)]
    [InlineData("scalar Int", "query ($i: Int) { f(x: {a: $i}) }", true)]
    [InlineData("input I { a: [Int!] }", "query ($i: Int) { f(x: {a: $i}) }", true)]
    [InlineData("directive @d(a: ID) on FIELD", "query ($i: ID) { f(x: {a: $i}) }", true)]
    [InlineData("type T { a(b: Float): String }", "query ($i: Float) { f(x: {a: $i}) }", true)]
    public void A_built_in_scalar_is_known_where_the_schema_refers_to_it(string sdl, string document, bool ok)
    {
        var verdict = new DocumentCheck(SchemaReader.Read(new SdlFile("own.graphql", Json + sdl))).Check(document);
        Assert.True(verdict.Ok == ok, string.Join(' ', verdict.Errors.Select(error => error.Message)));
        if (!ok)
            Assert.StartsWith("Unknown type ", Assert.Single(verdict.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT")]
    [InlineData("\"d\" directive @include(\"e\" if: Boolean!) on INLINE_FRAGMENT | FIELD | FRAGMENT_SPREAD")]
    [InlineData("directive @deprecated(reason: String = \"No longer supported\") on " + Deprecable)]
    [InlineData("directive @deprecated(reason: String! = \"No longer supported\") on " + Deprecable)]
    [InlineData("directive @specifiedBy(url: String!) on SCALAR scalar S @specifiedBy(url: \"https://s.example\")")]
    [InlineData("directive @oneOf on INPUT_OBJECT input C @oneOf { a: Int b: Int }")]
    public void A_directive_of_the_specification_may_be_stated_as_it_is(string stated)
    {
        var schema = SchemaReader.Read(new SdlFile("own.graphql", Json + stated));
        Assert.Single(schema.OrderedDirectives, directive => stated.Contains($"@{directive.Name}", StringComparison.Ordinal));
        Assert.True(new DocumentCheck(schema).Check("query ($b: Boolean!) { f @skip(if: $b) @include(if: true) }").Ok);
        Assert.Contains("directive @", schema.Sdl, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("directive @skip(if: Boolean) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT", "@skip")]
    [InlineData("directive @skip(if: Boolean! = true) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT", "@skip")]
    [InlineData("directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD", "@skip")]
    [InlineData("directive @skip(if: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY", "@skip")]
    [InlineData("directive @skip(if: Boolean!, unless: Boolean) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT", "@skip")]
    [InlineData("directive @include(when: Boolean!) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT", "@include")]
    [InlineData("directive @include on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT", "@include")]
    [InlineData("directive @deprecated(reason: String) on " + Deprecable, "@deprecated")]
    [InlineData("directive @deprecated(reason: String = \"gone\") on " + Deprecable, "@deprecated")]
    [InlineData("directive @specifiedBy(url: String) on SCALAR", "@specifiedBy")]
    [InlineData("directive @oneOf repeatable on INPUT_OBJECT", "@oneOf")]
    public void One_that_is_stated_otherwise_is_refused(string stated, string name)
    {
        var error = Assert.Single(Assert.Throws<SchemaException>(() => SchemaReader.Read(new SdlFile("own.graphql", Json + stated))).Errors);
        Assert.Equal($"The directive \"{name}\" is built in, and can only be stated as the specification has it.", error.Message);
        Assert.Equal(1, error.Location?.Line);
    }

    [Fact]
    public void One_that_is_stated_twice_is_refused()
    {
        const string oneOf = " directive @oneOf on INPUT_OBJECT";
        var error = Assert.Single(Assert.Throws<SchemaException>(() => SchemaReader.Read(new SdlFile("own.graphql", Json + oneOf + oneOf))).Errors);
        Assert.Equal("There can be only one directive named \"@oneOf\".", error.Message);
    }

    private const string Deprecable = "FIELD_DEFINITION | ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION | ENUM_VALUE";
}
