using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace EcomIntel.Tests.GraphQL;

/// <summary>What was done stays told, whatever becomes of the fields after it.</summary>
public sealed class MutationTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(600), Slow = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_field_whose_time_is_up_is_null_the_ones_before_keep_their_data_and_the_ones_after_are_not_begun()
    {
        const string mutation = "mutation { a: note(text: \"a\") b: hang(text: \"b\") c: note(text: \"c\") d: must(text: \"d\") }";
        var (answer, done) = await AskAsync(mutation, new ExecutionOptions { Timeout = Short });
        Assert.Equal(["a", "b"], done);
        const string timeout = "The field timed out after 0.6 s: whether the change was made is unknown.";
        const string notRun = "Not run: an earlier field of the mutation failed and ended it.";
        Assert.Equal($$$"""
            {"data":null,"errors":[
            {"message":"{{{timeout}}}","locations":[{"line":1,"column":31}],"path":["b"],"extensions":{"code":"TIMEOUT"}},
            {"message":"{{{notRun}}}","locations":[{"line":1,"column":50}],"path":["c"],"extensions":{"code":"NOT_RUN"}},
            {"message":"{{{notRun}}}","locations":[{"line":1,"column":69}],"path":["d"],"extensions":{"code":"NOT_RUN"}}]}
            """.ReplaceLineEndings(""), answer);
    }

    [Theory]
    [InlineData("mutation { a: note(text: \"a\") b: hang(text: \"b\") c: note(text: \"c\") }", """{"a":"a","b":null,"c":null}""", "TIMEOUT NOT_RUN")]
    [InlineData("mutation { a: must(text: \"a\") b: hang(text: \"b\") }", """{"a":"a","b":null}""", "TIMEOUT")]
    [InlineData("mutation { a: note(text: \"a\") b: many { id } c: note(text: \"c\") }", """{"a":"a","b":null,"c":null}""", "RESULT_TOO_LARGE NOT_RUN")]
    [InlineData("mutation { a: note(text: \"a\") b: long c: note(text: \"c\") }", """{"a":"a","b":null,"c":null}""", "RESULT_TOO_LARGE NOT_RUN")]
    [InlineData("mutation { a: note(text: \"a\") b: mustHang(text: \"b\") c: note(text: \"c\") }", "null", "TIMEOUT NOT_RUN")]
    public async Task Null_goes_up_no_further_than_types_ask_for(string mutation, string data, string codes)
    {
        var (answer, done) = await AskAsync(mutation, new ExecutionOptions { Timeout = Short, MaxObjects = 100, MaxResultBytes = 10_000 });
        using var json = System.Text.Json.JsonDocument.Parse(answer);
        Assert.Equal(data, json.RootElement.GetProperty("data").GetRawText());
        var errors = json.RootElement.GetProperty("errors").EnumerateArray();
        Assert.Equal(codes, string.Join(' ', errors.Select(error => error.GetProperty("extensions").GetProperty("code").GetString())));
        Assert.DoesNotContain("c", done);
    }

    [Fact]
    public async Task Each_field_has_the_whole_time()
    {
        // Eight of them take longer together than one may.
        var fields = string.Join(' ', Enumerable.Range(0, 8).Select(i => $"f{i}: slow(text: \"{i}\")"));
        var (answer, done) = await AskAsync($"mutation {{ {fields} }}", new ExecutionOptions { Timeout = 2 * Slow });
        Assert.DoesNotContain("errors", answer, StringComparison.Ordinal);
        Assert.Equal(8, done.Count);
    }

    [Fact]
    public async Task A_client_that_leaves_gets_no_answer_and_nothing_more_is_begun()
    {
        using var gone = new CancellationTokenSource();
        var done = new List<string>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            AskAsync("mutation { a: leave(text: \"a\") b: note(text: \"b\") }", new ExecutionOptions(), done, gone));
        Assert.Equal(["a"], done);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public async Task More_fields_than_allowed_are_refused_before_the_first_is_run(int fields, bool refused)
    {
        var selections = string.Join(' ', Enumerable.Range(0, fields).Select(i => $"f{i}: note(text: \"{i}\")"));
        var (answer, done) = await AskAsync($"mutation {{ {selections} }}", new ExecutionOptions { MaxMutations = 3 });
        Assert.Equal(refused, answer.Contains("TOO_COMPLEX", StringComparison.Ordinal));
        Assert.Equal(refused ? 0 : fields, done.Count);
    }

    [Fact]
    public async Task What_a_field_has_loaded_is_loaded_anew_for_the_one_after_it()
    {
        var (answer, _) = await AskAsync("mutation { a: keep(text: \"a\") { kept same: kept } b: keep(text: \"b\") { kept } }", new ExecutionOptions());
        Assert.Equal("""{"data":{"a":{"kept":1,"same":1},"b":{"kept":2}}}""", answer);
    }

    private static async Task<(string Answer, List<string> Done)> AskAsync(
        string mutation, ExecutionOptions options, List<string>? done = null, CancellationTokenSource? client = null)
    {
        done ??= [];
        var time = new FakeTimeProvider();
        await using var services = new ServiceCollection()
            .AddSingleton(time)
            .AddSingleton(done)
            .AddSingleton(client ?? new CancellationTokenSource())
            .BuildServiceProvider();
        const string sdl = """
            type Query { none: Int }
            type Thing { id: Int! }
            type Shelf { kept: Int! }
            type Mutation {
              note(text: String!): String
              must(text: String!): String!
              slow(text: String!): String
              hang(text: String!): String
              mustHang(text: String!): String!
              leave(text: String!): String
              many: [Thing!]
              long: String
              keep(text: String!): Shelf
            }
            """;
        var schema = new SchemaBinding(SchemaReader.Read(new SdlFile("notes.graphql", sdl)))
            .Object<Thing>("Thing")
            .Object<Shelf>("Shelf")
            .Resolvers(typeof(Queries))
            .Resolvers(typeof(Shelves))
            .Resolvers(typeof(Mutations))
            .Build(options, time: time);
        using var result = await schema.ExecuteAsync(new GraphQLRequest(mutation), services, client?.Token ?? default);
        return (result.ToString(), done);
    }

    internal sealed record Thing(int Id);

    internal sealed record Shelf(string Name);

    [GraphQLResolvers("Shelf")]
    internal static class Shelves
    {
        public static Task<int> Kept([Parent] Shelf shelf, RequestContext context) => context.Batch<string, int>(shelf.Name, Load);

        private static Task<IReadOnlyDictionary<string, int>> Load(IReadOnlyList<string> keys, RequestContext context) =>
            Task.FromResult<IReadOnlyDictionary<string, int>>(keys.ToDictionary(key => key, _ => context.Services.GetRequiredService<List<string>>().Count));
    }

    [GraphQLResolvers("Query")]
    internal static class Queries
    {
        public static int? None() => null;
    }

    [GraphQLResolvers("Mutation")]
    internal static class Mutations
    {
        public static Shelf Keep(string text, [Service] List<string> done)
        {
            done.Add(text);
            return new("the only one");
        }

        public static string? Note(string text, [Service] List<string> done)
        {
            done.Add(text);
            return text;
        }

        public static string Must(string text, [Service] List<string> done) => Note(text, done)!;

        [GraphQLName("slow")]
        public static async Task<string?> TakeLong(string text, [Service] List<string> done, [Service] FakeTimeProvider time, CancellationToken cancellation)
        {
            time.Advance(Slow);
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            return Note(text, done);
        }

        public static Task<string?> Hang(string text, [Service] List<string> done, [Service] FakeTimeProvider time, CancellationToken cancellation)
        {
            done.Add(text);
            time.Advance(Short);
            return NeverAsync(cancellation);
        }

        public static async Task<string> MustHang(
            string text, [Service] List<string> done, [Service] FakeTimeProvider time, CancellationToken cancellation) =>
            (await Hang(text, done, time, cancellation))!;

        public static Task<string?> Leave(string text, [Service] List<string> done, [Service] CancellationTokenSource client, CancellationToken cancellation)
        {
            done.Add(text);
            client.Cancel();
            return NeverAsync(cancellation);
        }

        private static async Task<string?> NeverAsync(CancellationToken cancellation)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return null;
        }

        public static IEnumerable<Thing>? Many() => Enumerable.Range(0, 1_000).Select(id => new Thing(id));

        public static string? Long() => new('x', 100_000);
    }
}
