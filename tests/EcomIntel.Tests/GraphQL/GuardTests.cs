using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.Tests.GraphQL;

public sealed class GuardTests
{
    [Theory]
    [InlineData("{ book(id: 1) { title secret } }", """{"book":{"title":"Lamp","secret":null}}""", "book/secret")]
    [InlineData("{ book(id: 1) { title code } }", """{"book":null}""", "book/code")]
    [InlineData("{ books(first: 2) { secret } }", """{"books":[{"secret":null},{"secret":null}]}""", "books/0/secret books/1/secret")]
    [InlineData("{ item(id: 1) { ... on Book { secret id } } }", """{"item":{"secret":null,"id":"1"}}""", "item/secret")]
    [InlineData("mutation { rename(id: 1, title: \"x\") { id } }", """{"rename":null}""", "rename")]
    public async Task A_field_the_caller_may_not_ask_for_is_an_error_at_its_place_and_its_resolver_is_not_called(string query, string data, string paths)
    {
        var schema = BookShop.Build();
        var refused = await BookShop.Ask(schema, query, visitor: new BookShop.Visitor("READER"));
        Assert.Equal(data, refused.GetProperty("data").GetRawText());
        var errors = refused.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(paths, string.Join(' ', errors.Select(error => string.Join('/', error.GetProperty("path").EnumerateArray()))));
        Assert.All(errors, error => Assert.Equal("FORBIDDEN", error.GetProperty("extensions").GetProperty("code").GetString()));
        Assert.False((await BookShop.Ask(schema, query, visitor: new BookShop.Visitor("WRITER"))).TryGetProperty("errors", out _));
    }

    [Fact]
    public async Task A_directive_on_a_type_guards_each_of_its_fields()
    {
        var answer = await BookShop.Ask(BookShop.Build(), "{ book(id: 1) { author { name } } }", visitor: new BookShop.Visitor("NOBODY"));
        Assert.Equal("""{"book":{"author":null}}""", answer.GetProperty("data").GetRawText());
    }

    [Fact]
    public void A_guard_sees_every_field_once_with_its_directives_and_their_defaults_and_can_refuse_the_schema()
    {
        var seen = new List<string>();
        var refused = Assert.Throws<SchemaException>(() => new SchemaBinding(SchemaReader.Read(new SdlFile("a.graphql", """
            directive @allow(roles: [String!]!, level: Int = 3) on FIELD_DEFINITION | OBJECT
            type Query { open: Int @allow(roles: ["A", "B"])
              bare: Int }
            extend type Query @allow(roles: [])
            """))).Resolvers(typeof(Fields)).Guard(field =>
        {
            seen.Add($"{field.Type}.{field.Name} root={field.IsRoot} mutation={field.IsMutation} [{Text(field.Directives)}] [{Text(field.TypeDirectives)}]");
            if (field.Directives.Count == 0) field.Fault("has no rule.");
            return null;
        }).Build());
        string[] expected =
        [
            "Query.open root=True mutation=False [@allow roles=A|B level=3] [@allow roles= level=3]",
            "Query.bare root=True mutation=False [] [@allow roles= level=3]",
        ];
        Assert.Equal(expected, seen);
        var error = Assert.Single(refused.Errors);
        Assert.Equal(("Query.bare: has no rule.", "a.graphql", 3), (error.Message, error.File, error.Location?.Line));
    }

    private static string Text(IEnumerable<AppliedDirective> directives) => string.Join(' ', directives.Select(directive =>
        $"@{directive.Name} {string.Join(' ', directive.Arguments.Select(argument => $"{argument.Key}={Text(argument.Value)}"))}"));

    private static object? Text(object? value) => value is object?[] list ? string.Join('|', list) : value;

    [GraphQLResolvers("Query")]
    internal static class Fields
    {
        public static int? Open() => 1;
        public static int? Bare() => 2;
    }
}
