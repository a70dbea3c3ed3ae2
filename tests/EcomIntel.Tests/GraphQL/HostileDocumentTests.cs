using System.Diagnostics;
using System.Globalization;
using System.Text;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Language;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL;

/// <summary>
/// Malicious documents. Each must be rejected with little work: on a thread with a small stack, with little memory, and with a small response. The time limit
/// is generous, for a busy machine.
/// </summary>
public sealed class HostileDocumentTests
{
    private const int Stack = 512 * 1024;
    private const long MaxAllocated = 64L * 1024 * 1024;
    private const int MaxAnswer = 600 * 1024;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(3);
    private static readonly ExecutableSchema Usual = BookShop.Build();
    private static readonly ExecutableSchema Wide = BookShop.Build(limits: new ParserLimits { MaxBytes = 4 * 1024 * 1024 });

    private static readonly Dictionary<string, string> Documents = Make();

    public static TheoryData<string> Names => [.. Documents.Keys];

    private static Dictionary<string, string> Make()
    {
        var data = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string name, string document) => data.Add(name, document);
        string Times(int count, Func<int, string> part) => string.Concat(Enumerable.Range(0, count).Select(part));
        string Repeat(string part, int count) => new StringBuilder().Insert(0, part, count).ToString();

        Add("a megabyte of braces", Repeat("{", 1_000_000));
        Add("braces within the limit", Repeat("{", 200_000));
        Add("nested selections", Repeat("{a", 40_000));
        Add("nested lists", "{ matrix(rows: " + Repeat("[", 100_000));
        Add("nested objects", "{ books(filter: " + Repeat("{and:", 40_000));
        Add("a nested type", "query ($v: " + Repeat("[", 100_000));
        Add("10,000 aliases", "{" + Times(10_000, i => $" a{i}: slow") + "}");
        Add("one field 14,000 times", "{" + Repeat(" slow", 14_000) + " missing }");
        Add("fields with arguments that conflict", "{" + Times(2_000, i => $" sum(numbers: [{i}])") + "}");
        Add("objects in conflict", "{" + Times(100, i => $" books {{ related {{ related {{ {(i % 2 == 0 ? "x: id" : "x: title")} }} }} }}") + "}");
        Add("a fragment that spreads itself", "{ books { ...A } } fragment A on Book { related { ...A } }");
        Add("a circle of 1,500 fragments", "{ books { ...F0 } }" + Times(1_500, i => $" fragment F{i} on Book {{ ...F{(i + 1) % 1_500} }}"));
        Add("60 fragments that all spread each other", "{ books { ...F0 } }" + Times(60, i => $" fragment F{i} on Book {{ {Times(60, j => $"...F{j} ")} }}"));
        Add(
            "a chain of 1,800 fragments",
            "{ books { ...F0 } }" + Times(1_800, i => $" fragment F{i} on Book {{ ...F{i + 1} }}") + " fragment F1800 on Book { nope }");
        Add(
            "a chain of fragments through fields",
            "{ books { ...F0 } }" + Times(1_200, i => $" fragment F{i} on Book {{ related {{ ...F{i + 1} }} }}") + " fragment F1200 on Book { id }");
        Add(
            "two chains side by side",
            "{ books { ...F0 ...G0 } }"
            + Times(700, i => $" fragment F{i} on Book {{ id ...F{i + 1} }} fragment G{i} on Book {{ title ...G{i + 1} }}")
            + " fragment F700 on Book { x: id } fragment G700 on Book { x: title }");
        Add(
            "fragments that double forty times",
            "{ books { ...F0 } }"
            + Times(40, i => $" fragment F{i} on Book {{ related {{ ...F{i + 1} }} related {{ ...F{i + 1} }} }}")
            + " fragment F40 on Book { id }");
        Add(
            "fragments that double by spreads",
            "{ books { ...F0 } }"
            + Times(40, i => $" fragment F{i} on Book {{ ...F{i + 1} a{i}: related {{ ...F{i + 1} }} }}")
            + " fragment F40 on Book { id }");
        Add("lists in lists in lists", "{ books(first: 100)" + Repeat(" { related(first: 100)", 10) + " { id }" + Repeat(" }", 11));
        Add("as deep as it goes", "{ books" + Repeat(" { related", 60) + " { id }" + Repeat(" }", 61));
        Add("an introspection of introspections", "{ __schema { types" + Repeat(" { fields { type", 20) + " { name }" + Repeat(" } }", 20) + " } }");
        Add("3,000 unknown fields", "{" + Times(3_000, i => $" nope{i}") + "}");
        Add("an unknown field with a long name", "{ " + Repeat("n", 200_000) + " }");
        Add("unknown fragments with long names", "{" + Times(100, i => $" ...{Repeat("n", 2_000)}{i}") + "}");
        Add(
            "1,400 operations over a chain",
            "query Q { ...F0 }"
            + Times(700, i => $" query Q{i} {{ ...F0 }}")
            + Times(700, i => $" fragment F{i} on Query {{ ...F{i + 1} }}")
            + " fragment F700 on Query { nope }");
        Add("2,000 variables nobody uses", "query (" + Times(2_000, i => $" $v{i}: Int") + ") { slow }");
        Add("one variable 3,000 times", "query (" + Repeat(" $v: Int", 3_000) + ") { slow }");
        Add("one argument 3,000 times", "{ sum(" + Repeat(" numbers: 1", 3_000) + ") }");
        Add("10,000 directives", "{ slow" + Repeat(" @skip(if: false)", 10_000) + " }");
        Add("a list of 10,000", "{ sum(numbers: [" + Repeat("1 ", 10_000) + "]) }");
        Add("an integer of 200,000 digits", "{ sum(numbers: [" + Repeat("9", 200_000) + "]) }");
        Add("a number of 200,000 digits", "{ half(value: 1." + Repeat("9", 200_000) + "e999999) }");
        Add("an exponent of 200,000 digits", "{ half(value: 1e" + Repeat("9", 200_000) + ") }");
        Add("a number beyond a decimal", "{ half(value: 1e300) }");
        Add("a string that never ends", "{ choose(choice: \"" + Repeat("x", 250_000));
        Add("block strings", "{" + Repeat(" a(x: \"\"\"\\\"\"\"\"\"\")", 10_000) + "}");
        Add("a block string of blank lines", "{ find(text: \"\"\"" + Repeat("\n ", 120_000) + "\"\"\") { nope } }");
        Add("commas", "{" + Repeat(",", 250_000));
        Add("comments", Repeat("#\n", 120_000) + "{");
        Add("nothing but a sign", "-" + Repeat("-", 100_000));
        Add(
            "braces around conditions",
            "query (" + Times(100, i => $" $v{i}: Boolean!") + ") {" + Times(100, i => $" ... @include(if: $v{i}) {{ slow nope }}") + "}");
        return data;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_little_work(string name)
    {
        var document = Documents[name];
        foreach (var schema in new[] { Usual, Wide })
        {
            var (answer, allocated, took) = OnSmallStack(() => Answer(schema, document));
            Assert.True(answer.Contains("\"errors\":[", StringComparison.Ordinal), name + ": " + answer[..Math.Min(200, answer.Length)]);
            Assert.DoesNotContain("\"INTERNAL\"", answer, StringComparison.Ordinal);
            Assert.True(answer.Length <= MaxAnswer, $"{name}: an answer of {answer.Length} characters");
            Assert.True(allocated <= MaxAllocated, $"{name}: {allocated / 1024} KiB allocated");
            Assert.True(took < MaxTime, $"{name}: took {took.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms");
        }
    }

    [Theory]
    [InlineData("""{"v": 1e999}""")]
    [InlineData("""{"v": -1e400}""")]
    [InlineData("""{"v": "x"}""")]
    [InlineData("""{"v": [1]}""")]
    [InlineData("""{"v": "\ud800"}""")]
    [InlineData("""{"v": 1, "\udfff": 1}""")]
    public async Task A_variable_no_Float_can_hold_is_refused_with_its_name_or_as_no_Unicode(string variables)
    {
        var answer = await BookShop.Ask(BookShop.Build(), "query ($v: Float!) { half(value: $v) }", variables);
        var error = Assert.Single(answer.GetProperty("errors").EnumerateArray());
        Assert.Equal("BAD_USER_INPUT", error.GetProperty("extensions").GetProperty("code").GetString());
        Assert.False(answer.TryGetProperty("data", out _));
    }

    [Fact]
    public async Task A_variable_of_a_hundred_thousand_items_or_fields_is_refused_by_the_first_it_may_not_have()
    {
        var schema = BookShop.Build();
        var list = string.Join(',', Enumerable.Repeat(1, 100_000));
        var items = await BookShop.Ask(schema, "query ($v: [Int!]!) { sum(numbers: $v) }", $$"""{"v": [{{list}}]}""");
        Assert.Contains("1000 items", items.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        var map = string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"f{i}\":1"));
        var fields = await BookShop.Ask(schema, "query ($v: Filter) { books(filter: $v) { id } }", "{\"v\": {" + map + "}}");
        Assert.InRange(fields.GetProperty("errors").GetArrayLength(), 1, 60);
    }

    private static readonly ServiceProvider Services = new ServiceCollection().BuildServiceProvider();

    private static string Answer(ExecutableSchema schema, string document)
    {
        var request = new GraphQLRequest(document) { State = new BookShop.Visitor("WRITER") };
        using var result = schema.ExecuteAsync(request, Services, CancellationToken.None).GetAwaiter().GetResult();
        return result.ToString();
    }

    private static (string Answer, long Allocated, TimeSpan Took) OnSmallStack(Func<string> work)
    {
        var answer = "";
        var allocated = 0L;
        var took = TimeSpan.Zero;
        var thread = new Thread(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            answer = work();
            took = Stopwatch.GetElapsedTime(started);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }, Stack);
        thread.Start();
        thread.Join();
        return (answer, allocated, took);
    }
}
