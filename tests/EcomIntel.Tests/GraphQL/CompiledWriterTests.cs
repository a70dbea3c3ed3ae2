using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL;

/// <summary>Selections that are much in use are compiled; nobody may see the difference but by the clock.</summary>
public sealed class CompiledWriterTests
{
    [Theory]
    [InlineData("{ books { id title pages price author { name books { id } } related(first: 1) { title related { id } } code secret __typename } }", "WRITER")]
    [InlineData("{ books { id code title secret pages } }", "READER")]
    [InlineData(
        "{ item(id: 2) { __typename id ... on Book { pages related { price } } } "
        + "find(text: \"a\") { ... on Book { t: title } ... on Author { name books { id } } } }",
        "WRITER")]
    [InlineData(
        "{ __schema { types { name kind fields { name args { name defaultValue type { name ofType { name } } } type { name } isDeprecated } "
        + "enumValues { name } possibleTypes { name } } } }",
        "WRITER")]
    [InlineData(
        "query ($first: Int = 3, $skip: Boolean = true) "
        + "{ books(first: $first) { id @skip(if: $skip) } sum(numbers: [1, 2]) shelf broken book(id: 9) { id } half(value: 3) }",
        "WRITER")]
    [InlineData("mutation { rename(id: 1, title: \"\\u0001 ü\") { id title } }", "WRITER")]
    public async Task Every_answer_is_the_one_given_field_by_field(string query, string role)
    {
        var (apart, compiled) = Build();
        for (var i = 0; i < 2; i++)
        {
            var expected = await BookShop.Ask(apart, query, visitor: new(role));
            Assert.Equal(expected.GetRawText(), (await BookShop.Ask(compiled, query, visitor: new(role))).GetRawText());
        }
    }

    [Fact]
    public async Task Who_asks_is_looked_at_in_every_request()
    {
        const string query = "{ books { id secret author { name } } }";
        var (apart, compiled) = Build();
        foreach (var role in new[] { "WRITER", "READER", "NOBODY", "WRITER", "NOBODY", "READER" })
        {
            var answer = (await BookShop.Ask(compiled, query, visitor: new(role))).GetRawText();
            Assert.Equal((await BookShop.Ask(apart, query, visitor: new(role))).GetRawText(), answer);
            Assert.Equal(role == "WRITER", answer.Contains("s3cret", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("{ boxes { name first second third } }")]
    [InlineData("{ boxes { first } }")]
    [InlineData("{ boxes { third inner { second first } name } }")]
    [InlineData("{ boxes { inner { must first } name } }")]
    [InlineData("{ boxes { name inner { inner { must } } lazy { name first } many { name } } }")]
    [InlineData("{ boxes { lazy { must } } }")]
    [InlineData("{ strict { name } }")]
    [InlineData("{ boxes { number wide amount text color holes { name } } }")]
    public async Task A_failure_costs_the_same_fields_and_is_told_of_the_same_places(string query)
    {
        var (apart, compiled) = (await AskAsync(query, int.MaxValue), await AskAsync(query, 0));
        Assert.Equal(apart.Answer, compiled.Answer);
        Assert.Equal(apart.Masked, compiled.Masked);
    }

    [Fact]
    public async Task A_selection_is_compiled_when_it_has_been_written_often_and_goes_on_answering_meanwhile()
    {
        var schema = BookShop.Build(new ExecutionOptions { CompileAfter = 50 });
        await using var services = new ServiceCollection().BuildServiceProvider();
        var request = new GraphQLRequest("{ books { id title } }") { State = new BookShop.Visitor("WRITER") };
        var prepared = schema.Prepare(request);
        string? first = null;
        var plan = (SelectionPlan?)null;
        var patience = Stopwatch.StartNew();
        while (plan?.Writer == null)
        {
            using var result = await schema.ExecuteAsync(prepared, services, CancellationToken.None);
            Assert.Equal(first ??= result.ToString(), result.ToString());
            plan = prepared.Prepared!.PlanFor(Variables.None, () => throw new InvalidOperationException("planned before")).Root.Fields[0].Only;
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), "it is never compiled");
        }
        using var last = await schema.ExecuteAsync(prepared, services, CancellationToken.None);
        Assert.Equal(first, last.ToString());
    }

    [Fact]
    public void Decimals_are_written_as_dotnet_writes_them()
    {
        var random = new Random(5);
        decimal[] edges =
        [
            0m, -0.0m, 0.00m, 1m, -1m, 9m, 10m, 0.1m, 0.01m, 1.10m, 4294967295m, 4294967296m, 42949672.95m, 18446744073709551615m, 1844674407370955.1615m,
            decimal.MaxValue, decimal.MinValue, 0.0000000000000000000000000001m, 0.000000001m, 0.0000000001m,
        ];
        foreach (var value in edges.Concat(Enumerable.Range(0, 20_000).Select(_ => Any(random))))
        {
            using var writer = new ResultWriter();
            writer.Number(value);
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetString(writer.Written.Span));
        }

        static decimal Any(Random random) => new(
            lo: random.Next(),
            mid: random.Next(4) == 0 ? random.Next() : 0,
            hi: random.Next(8) == 0 ? random.Next() : 0,
            isNegative: random.Next(2) == 0,
            scale: (byte)random.Next(random.Next(4) == 0 ? 29 : 5));
    }

    [Fact]
    public void Texts_of_every_length_with_anything_anywhere_read_back_as_they_were()
    {
        string[] special = ["\"", "\\", "\n", "\u0000", "\u001f", "\u007f", "\u0080", "ü", "€", "😀", "\u2028", "~", " "];
        for (var length = 0; length <= 40; length++)
        {
            Hold(new string('a', length));
            foreach (var odd in special)
                for (var at = 0; at <= length; at++) Hold(new string('a', at) + odd + new string('z', length - at));
        }

        static void Hold(string text)
        {
            using var writer = new ResultWriter();
            writer.String(text);
            Assert.Equal(text, JsonSerializer.Deserialize<string>(writer.Written.Span));
            writer.Field(new FieldPrefix(",\"n\":"u8), text);
            Assert.Equal(text, JsonDocument.Parse("{\"x\":" + Encoding.UTF8.GetString(writer.Written.Span) + "}").RootElement.GetProperty("n").GetString());
        }
    }

    // Written field by field, and compiled at once.
    private static (ExecutableSchema Apart, ExecutableSchema Compiled) Build() =>
        (BookShop.Build(new ExecutionOptions { CompileAfter = int.MaxValue }), BookShop.Build(new ExecutionOptions { CompileAfter = 0 }));

    private static async Task<(string Answer, List<string> Masked)> AskAsync(string query, int compileAfter)
    {
        var masked = new List<string>();
        const string sdl = """
            enum Color { RED GREEN }
            type Query { boxes: [Box]! strict: [Box!] }
            type Box {
              name: String! first: Int second: Float third: Int must: Int! inner: Box lazy: [Box!] many: [Box] holes: [Box!] number: Int!
              wide: Float amount: Float text: ID color: Color!
            }
            """;
        var options = new ExecutionOptions { CompileAfter = compileAfter, OnMaskedError = (error, field) => masked.Add($"{field}: {error.Message}") };
        var schema = new SchemaBinding(SchemaReader.Read(new SdlFile("boxes.graphql", sdl))).Object<Box>("Box").Resolvers(typeof(Boxes)).Build(options);
        await using var services = new ServiceCollection().BuildServiceProvider();
        using var result = await schema.ExecuteAsync(new GraphQLRequest(query), services, CancellationToken.None);
        return (result.ToString(), masked);
    }

    internal enum Color { Red = 5, Green = 500 }

    internal sealed class Box(int number)
    {
        public string Name => $"box {number}";
        public int? First => number % 2 == 0 ? number : throw new InvalidOperationException($"first of {number}");
        public double? Second => number % 3 == 0 ? double.NaN : number / 2.0;
        public int? Third => number % 4 == 0 ? null : number;
        // A C# type cannot say that it may be null here; the engine finds out.
        public string Text => number % 5 == 0 ? null! : "t\"" + number;
        public int Must => number == 4 ? throw new GraphQLException("must not", "NO") : number;
        public Box? Inner => number < 12 ? new Box(number * 2) : null;
        public IEnumerable<Box> Lazy => Enumerable.Range(1, 3).Select(i =>
            i == 3 && number == 3 ? throw new InvalidOperationException("the list broke") : new Box(number + i));
        public Box?[] Many => [new Box(1), null, new Box(2)];
        public List<Box> Holes => [new Box(1), null!];
        public int Number => number - 3;
        public double Wide => number * 1e20;
        public decimal? Amount => number % 2 == 0 ? number / 100m : null;
        public Color Color => number == 1 ? Color.Red : number == 2 ? (Color)7 : Color.Green;
    }

    [GraphQLResolvers("Query")]
    internal static class Boxes
    {
        [GraphQLName("boxes")]
        public static IReadOnlyList<Box?> All() => [.. Enumerable.Range(0, 8).Select(number => number == 6 ? null : new Box(number))];

        public static List<Box> Strict() => [new Box(1), null!];
    }
}
