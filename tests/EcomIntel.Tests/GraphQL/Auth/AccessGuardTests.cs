using System.Text.Json;
using EcomIntel.Core.Governance;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using EcomIntel.GraphQL.Schema;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL.Auth;

public sealed class AccessGuardTests
{
    private static readonly string Access = ReadAccess();

    [Theory]
    [InlineData("type Query { shared: Int }", "Query.shared: has no @access: every root field needs its own")]
    [InlineData("type Query @access(roles: [ADMIN], rows: SHARED) { shared: Int }", "Query.shared: has no @access: every root field needs its own")]
    [InlineData(
        "type Query { thing: Thing @access(roles: [ADMIN], rows: SHARED) } type Thing { name: String }",
        "Thing.name: has no @access, and neither has its type")]
    [InlineData("type Query { shared: Int @access(roles: [], rows: SHARED) }", "Query.shared: @access lists no role: no caller could be authorized")]
    [InlineData(
        "type Query { thing: Thing @access(roles: [ADMIN], rows: SHARED) } type Thing @access(roles: [], rows: SHARED) { name: String }",
        "Thing.name: @access lists no role: no caller could be authorized")]
    public void A_field_without_an_access_rule_keeps_the_API_from_starting(string sdl, string message)
    {
        var refused = Assert.Throws<SchemaException>(() => Bind(sdl));
        Assert.Contains(refused.Errors, error => error.Message == message && error.File == "b.graphql" && error.Location is not null);
    }

    [Theory]
    [InlineData("type Query { shared: Int @access(roles: [ADMIN]) }")]
    [InlineData("type Query { shared: Int @access(roles: [BOSS], rows: SHARED) }")]
    [InlineData("type Query { shared: Int @access(roles: [ADMIN], rows: SOME) }")]
    [InlineData("type Query { shared: Int @access(roles: [ADMIN], rows: SHARED) @access(roles: [BUYER], rows: SHARED) }")]
    public void A_rule_that_is_none_keeps_the_API_from_starting(string sdl) => Assert.Throws<SchemaException>(() => Bind(sdl));

    [Fact]
    public void The_roles_of_the_API_are_those_that_keys_can_have()
    {
        var schema = SchemaReader.Read([new SdlFile("a.graphql", Access), new SdlFile("b.graphql", "type Query { a: Int }")]);
        Assert.Equal(RoleNames.All, ((EnumType)schema.Types["Role"]).Values.Keys);
    }

    [Theory]
    [InlineData("shared", "ADMIN", false, false, null)]
    [InlineData("shared", "PLANNER", true, true, null)]
    [InlineData("shared", "BUYER", false, false, "Query.shared requires one of the roles ADMIN, PLANNER.")]
    [InlineData("shared", "", false, false, "Query.shared requires one of the roles ADMIN, PLANNER.")]
    [InlineData("shared", "admin", false, false, "Query.shared requires one of the roles ADMIN, PLANNER.")]
    [InlineData("byChannel", "ADMIN", true, false, null)]
    [InlineData("byChannel", "ADMIN", false, true, "Query.byChannel cannot be filtered by location, and your access is restricted to locations.")]
    [InlineData("byChannel", "ADMIN", true, true, "Query.byChannel cannot be filtered by location, and your access is restricted to locations.")]
    [InlineData("byLocation", "ADMIN", false, true, null)]
    [InlineData("byLocation", "ADMIN", true, false, "Query.byLocation cannot be filtered by channel, and your access is restricted to channels.")]
    [InlineData("byBoth", "ADMIN", true, true, null)]
    [InlineData("byBoth", "PLANNER", true, true, "Query.byBoth requires the role ADMIN.")]
    [InlineData("whole", "ADMIN", false, false, null)]
    [InlineData("whole", "ADMIN", true, false, "Query.whole cannot be filtered by channel, and your access is restricted to channels.")]
    [InlineData("whole", "ADMIN", false, true, "Query.whole cannot be filtered by location, and your access is restricted to locations.")]
    [InlineData("thing { own }", "BUYER", false, false, null)]
    [InlineData("thing { own }", "ADMIN", false, false, "Thing.own requires the role BUYER.")]
    [InlineData("thing { its }", "ADMIN", false, false, null)]
    [InlineData("thing { its }", "BUYER", false, false, "Thing.its requires the role ADMIN.")]
    public async Task Who_may_is_let_through_and_who_may_not_is_told_who_may(string field, string role, bool channels, bool locations, string? refusal)
    {
        var schema = Bind("""
            type Query {
                shared: Int @access(roles: [ADMIN, PLANNER], rows: SHARED)
                byChannel: Int @access(roles: [ADMIN], rows: BY_CHANNEL)
                byLocation: Int @access(roles: [ADMIN], rows: BY_LOCATION)
                byBoth: Int @access(roles: [ADMIN], rows: BY_CHANNEL_AND_LOCATION)
                whole: Int @access(roles: [ADMIN], rows: WHOLE)
                thing: Thing @access(roles: [ADMIN, BUYER], rows: SHARED)
            }
            type Thing @access(roles: [ADMIN], rows: SHARED) {
                its: Int
                own: Int @access(roles: [BUYER], rows: SHARED)
            }
            """);
        var roles = role.Length == 0 ? new HashSet<string>() : new HashSet<string> { role };
        var caller = new Caller("key:x", "x", roles, channels ? ["web"] : null, locations ? ["DC-1"] : null, null);
        var answer = await AskAsync(schema, $"{{ {field} }}", caller);
        if (refusal is null)
        {
            Assert.False(answer.TryGetProperty("errors", out _), answer.GetRawText());
            return;
        }
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal((refusal, "FORBIDDEN"), (error.GetProperty("message").GetString(), error.GetProperty("extensions").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Nobody_gets_nothing()
    {
        var answer = await AskAsync(Bind("type Query { shared: Int @access(roles: [ADMIN], rows: SHARED) }"), "{ shared }", null);
        Assert.Equal("""{"shared":null}""", answer.GetProperty("data").GetRawText());
        Assert.Equal("FORBIDDEN", answer.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    private static async Task<JsonElement> AskAsync(ExecutableSchema schema, string query, Caller? caller)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var result = await schema.ExecuteAsync(new GraphQLRequest(query, default) { State = caller }, services, default);
        using var json = JsonDocument.Parse(result.Json);
        return json.RootElement.Clone();
    }

    private static ExecutableSchema Bind(string sdl) =>
        new SchemaBinding(SchemaReader.Read([new SdlFile("a.graphql", Access), new SdlFile("b.graphql", sdl)]))
            .Resolvers(typeof(Fields))
            .Object<Thing>("Thing", sdl)
            .Guard(AccessGuard.For)
            .Build();

    private static string ReadAccess()
    {
        using var reader = new StreamReader(typeof(ApiSchema).Assembly.GetManifestResourceStream("Schema/access.graphql")!);
        return reader.ReadToEnd();
    }

    internal sealed record Thing(int Its, int Own, string Name);

    [GraphQLResolvers("Query")]
    internal static class Fields
    {
        public static int? Shared() => 1;
        public static int? ByChannel() => 1;
        public static int? ByLocation() => 1;
        public static int? ByBoth() => 1;
        public static int? Whole() => 1;
        public static Thing? Thing() => new(1, 2, "x");
    }
}

file static class Maybe
{
    /// <summary>Only where the SDL has it.</summary>
    public static SchemaBinding Object<T>(this SchemaBinding binding, string name, string sdl) =>
        sdl.Contains($"type {name} ", StringComparison.Ordinal) ? binding.Object<T>(name) : binding;
}
