using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL;

public sealed class ExecutionTests
{
    [Fact]
    public async Task Keys_of_one_level_are_loaded_at_once_however_many_objects_ask()
    {
        var visitor = new BookShop.Visitor("WRITER");
        var schema = BookShop.Build();
        await BookShop.Ask(schema, "{ books(first: 1) { author { name } again: author { name } related(first: 3) { author { name } } } }", visitor: visitor);
        Assert.Equal(2, visitor.Loads);
    }

    [Theory]
    [InlineData("{ books(first: 100) { related(first: 100) { id } } }", true)]
    [InlineData("{ books(first: 100) { related(first: 10) { id } } }", false)]
    [InlineData("query ($n: Int = 100) { books(first: $n) { related(first: $n) { id } } }", true)]
    [InlineData("query ($n: Int = 10) { books(first: $n) { related(first: $n) { id } } }", false)]
    public async Task What_costs_too_much_is_refused_before_a_resolver_is_called(string query, bool refused)
    {
        var answer = await BookShop.Ask(BookShop.Build(new ExecutionOptions { MaxCost = 5_000 }), query);
        var code = answer.TryGetProperty("errors", out var errors) ? errors[0].GetProperty("extensions").GetProperty("code").GetString() : null;
        Assert.Equal(refused, code == "TOO_COMPLEX");
        Assert.Equal(!refused, answer.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task Time_over_is_an_answer_and_a_caller_who_left_is_not()
    {
        var schema = BookShop.Build(new ExecutionOptions { Timeout = TimeSpan.FromMilliseconds(50) });
        var late = await BookShop.Ask(schema, "{ loads slow }");
        Assert.Equal("TIMEOUT", late.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
        using var gone = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BookShop.Ask(BookShop.Build(), "{ slow }", cancellation: gone.Token));
    }

    [Fact]
    public async Task A_fault_of_a_resolver_is_masked_for_the_client_and_reported_to_the_host()
    {
        var reported = new List<string>();
        var schema = BookShop.Build(new ExecutionOptions { OnMaskedError = (error, field) => reported.Add($"{field} {error.Message}") });
        var answer = await BookShop.Ask(schema, "{ broken loads }");
        const string masked = """
            [{"message":"An internal error occurred.","locations":[{"line":1,"column":3}],"path":["broken"],"extensions":{"code":"INTERNAL"}}]
            """;
        Assert.Equal(masked, answer.GetProperty("errors").GetRawText());
        Assert.Equal("""{"broken":null,"loads":0}""", answer.GetProperty("data").GetRawText());
        Assert.Equal(["Query.broken password=hunter2"], reported);
    }

    [Theory]
    [InlineData("true", 2)]
    [InlineData("false", 1)]
    public async Task A_subscription_whose_conditions_leave_nothing_is_refused(string with, int results)
    {
        var schema = BookShop.Build();
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var variables = JsonDocument.Parse($"{{\"with\": {with}}}");
        var request = new GraphQLRequest("subscription ($with: Boolean!) { ticks(count: 2) @include(if: $with) }", variables.RootElement);
        var (error, events) = schema.Subscribe(schema.Prepare(request), services, CancellationToken.None);
        Assert.Equal(results == 2, error == null);
        if (error != null) Assert.Contains("must select exactly one field", error.ToString(), StringComparison.Ordinal);
        else Assert.Equal(results, await events!.CountAsync());
    }

    [Fact]
    public async Task An_event_too_large_is_an_error_of_its_own_and_the_stream_goes_on()
    {
        var schema = BookShop.Build(new ExecutionOptions { MaxResultBytes = 20 });
        await using var services = new ServiceCollection().BuildServiceProvider();
        var (_, events) = schema.Subscribe(schema.Prepare(new GraphQLRequest("subscription { ticks(count: 12) }")), services, CancellationToken.None);
        var results = new List<string>();
        await foreach (var result in events!)
        {
            results.Add(result.ToString());
            result.Dispose();
        }
        Assert.Equal(12, results.Count);
        Assert.All(results[..9], result => Assert.StartsWith("{\"data\":{\"ticks\":", result, StringComparison.Ordinal));
        Assert.All(results[9..], result => Assert.Contains("RESULT_TOO_LARGE", result, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_prepared_document_serves_many_requests_at_the_same_time()
    {
        var schema = BookShop.Build();
        const string query = "query ($id: ID!, $with: Boolean!) { book(id: $id) { id title @include(if: $with) author { name } } }";
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() =>
            BookShop.Ask(schema, query, $$"""{"id": {{(i % 4) + 1}}, "with": {{(i % 2 == 0 ? "true" : "false")}}}"""))));
        for (var i = 0; i < answers.Length; i++)
        {
            var book = answers[i].GetProperty("data").GetProperty("book");
            Assert.Equal(((i % 4) + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), book.GetProperty("id").GetString());
            Assert.Equal(i % 2 == 0, book.TryGetProperty("title", out _));
            Assert.Equal(JsonValueKind.Object, book.GetProperty("author").ValueKind);
        }
    }
}
