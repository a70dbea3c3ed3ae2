using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.Tests.GraphQL;

/// <summary>A mismatch between the SDL and C# fails the start, with the field's name and location.</summary>
public sealed class BindingTests
{
    [Theory]
    [InlineData("type Query { nobody: Int }", "Query.nobody has no resolver")]
    [InlineData("type Query { text: Int }", "cannot be written from String")]
    [InlineData("type Query { maybe: Int! }", "is nullable here")]
    [InlineData("type Query { text: [String] }", "is not a list")]
    [InlineData("type Query { texts: [String!]! }", "is nullable")]
    [InlineData("type Query { takes(number: Int!, more: Int): Int }", "the argument \"more\" has no parameter")]
    [InlineData("type Query { takes: Int }", "the parameter \"number\" is not an argument of the field")]
    [InlineData("type Query { takes(number: Int): Int }", "is nullable, but Int32 is not")]
    [InlineData("type Query { takes(number: String!): Int }", "which cannot be converted to Int32")]
    [InlineData("type Query { takes(number: In!): Int } input In { a: Int }", "and Int32 has no public constructor")]
    [InlineData("type Query { thing: Thing } type Thing { a: Int }", "has no C# type")]
    [InlineData("type Query { when: Date } scalar Date", "The scalar \"Date\" has no codec.")]
    [InlineData("type Query { pick: Pick } enum Pick { ONE THREE }", "cannot be written from Pick")]
    [InlineData("type Query { text: String } type Subscription { text: String }", "IAsyncEnumerable")]
    public void Fails_the_start_and_says_what_and_where(string sdl, string message)
    {
        var binding = new SchemaBinding(SchemaReader.Read(new SdlFile("api.graphql", sdl))).Resolvers(typeof(Fields));
        if (sdl.Contains("Subscription", StringComparison.Ordinal)) binding.Resolvers(typeof(Streams));
        var refused = Assert.Throws<SchemaException>(() => binding.Build());
        Assert.Contains(refused.Errors, error => error.Message.Contains(message, StringComparison.Ordinal));
        Assert.All(refused.Errors, error => Assert.Equal(("api.graphql", 1), (error.File, error.Location?.Line)));
        Assert.StartsWith("api.graphql:1:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_every_error_at_once()
    {
        var sdl = new SdlFile("api.graphql", "type Query { nobody: Int text: Int maybe: Int! }");
        var binding = new SchemaBinding(SchemaReader.Read(sdl)).Resolvers(typeof(Fields));
        Assert.Equal(3, Assert.Throws<SchemaException>(() => binding.Build()).Errors.Count);
    }

    internal enum Pick { One, Two }

    internal sealed record Unfit(string Other);

    [GraphQLResolvers("Query")]
    internal static class Fields
    {
        public static string? Text() => "";
        public static int? Maybe() => null;
        public static string?[] Texts() => [];
        public static int? Takes(int number) => number;
        public static Unfit? Thing() => null;
        public static DateTime? When() => null;
        public static Pick? Pick() => BindingTests.Pick.Two;
    }

    [GraphQLResolvers("Subscription")]
    internal static class Streams
    {
        public static string? Text() => "";
    }
}
