using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Engine.Http;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.Tests.GraphQL;

/// <summary>
/// Documents, variables, bodies and schemas broken at random, from a fixed seed. Nothing may crash, hang, grow without end or be masked as an internal error.
/// ECOMINTEL_FUZZ_MINUTES runs the four that long in all, with the seed of ECOMINTEL_FUZZ_SEED, and
/// ECOMINTEL_FUZZ_ROUND begins at the round that failed.
/// </summary>
public sealed class FuzzTests
{
    private const int Rounds = 4_000;
    private const long MaxGrowth = 256L * 1024 * 1024;
    private static readonly TimeSpan RoundTimeout = TimeSpan.FromSeconds(10);
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("ECOMINTEL_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20_260;
    private static readonly ServiceProvider Services = new ServiceCollection().BuildServiceProvider();

    // What the round at hand is given, to be told when it fails.
    private readonly List<string> _inputs = [];

    private static readonly string[] Documents =
    [
        "{ books(first: 2, filter: {title: \"Lamp\", shelf: BACK, range: {from: 1, to: 2.5}, ids: [1, \"2\"], and: [{}]}) "
        + "{ id title author { name books { pages } } related(first: 1) { price } } }",
        "query Q($id: ID! = \"1\", $with: Boolean!, $f: Filter) "
        + "{ book(id: $id) @include(if: $with) { ...B } books(filter: $f) { ...B @skip(if: $with) code } } "
        + "fragment B on Book { id ... on Item { title } secret }",
        "{ find(text: \"\"\"a\n  b\"\"\") { __typename ... on Book { id x: title } ... on Author { name } } item(id: 3) { id ... on Book { pages } } }",
        "query ($c: Choice, $n: [Int!]! = [1, 2], $m: [[Int]], $v: Float! = 1.5e3) { choose(choice: $c) sum(numbers: $n) matrix(rows: $m) half(value: $v) }",
        "mutation M($t: String!) { a: rename(id: \"1\", title: $t) { title } b: rename(id: 2, title: \"\\u00e4\\uD83D\\uDE00\\n\") { id } }",
        "subscription ($n: Int! = 3) { ticks(count: $n) }",
        "{ __schema { types { name fields(includeDeprecated: true) { name args { name defaultValue } type { kind ofType { name } } } } directives { name } } "
        + "__type(name: \"Book\") { name } }",
        "subscription ($with: Boolean!) { ticks(count: 1) @include(if: $with) }",
        "# a comment\n{ shelf(value: FRONT) flag(value: true) loads slow: loads long(size: 3) choose(choice: {range: {from: -0.5}}) }",
        "\"described\" query A { ...X } query B { loads } fragment X on Query { books { ...Y } } fragment Y on Book { author { books { id } } }",
    ];

    private static readonly string[] Variables =
    [
        "{}",
        "{\"id\": \"2\", \"with\": true, \"f\": {\"title\": null, \"and\": [{\"ids\": [1, \"x\"]}]}}",
        "{\"with\": false, \"id\": null}",
        "{\"c\": {\"id\": 1}, \"n\": [1, 2], \"m\": [[1, null], null], \"v\": 2}",
        "{\"c\": {\"range\": {\"to\": 1e3}}, \"n\": 7, \"v\": 1e308}", "{\"t\": \"\\u00e4\\ud83d\\ude00\"}", "{\"n\": 2}", "null",
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "(", ")", "[", "]", "...", "on", "Book", "Query", "fragment F on Book", "query", "mutation", "subscription", "$v", "$", ":", "=", "!",
        "@skip(if: true)", "@", "\"", "\"\"\"", "\\", "\\u{1F600}", "#", ",", "|", "&", "-", "0", "1.5e999", "-2147483649", "null", "true", "BACK",
        "__typename", "__schema", "id", "title", "related", "books", "\n", "\r", "\t", "\0", "\uFEFF", "😀", "ä", "type", "extend", "input", "union",
        "enum", "implements", "directive", "\\ud800", "\"x\":", "{}", "[]", "1e400",
    ];

    [Fact]
    public async Task No_document_and_no_variables_break_the_engine()
    {
        var schema = BookShop.Build(new ExecutionOptions { CachedDocuments = 100, Timeout = TimeSpan.FromSeconds(1), MaxResultBytes = 1024 * 1024 });
        await Repeat(async random =>
        {
            var document = Broken(random, Documents);
            var variables = Broken(random, Variables);
            JsonElement given = default;
            try
            {
                given = JsonDocument.Parse(variables, RequestReader.Strict).RootElement;
            }
            catch (JsonException)
            {
                // No JSON never gets as far as the engine.
            }
            var prepared = schema.Prepare(new GraphQLRequest(document, given) { State = new BookShop.Visitor(random.Next(2) == 0 ? "READER" : "WRITER") });
            if (prepared.Operation == "subscription")
            {
                var (error, events) = schema.Subscribe(prepared, Services, CancellationToken.None);
                if (error != null) Check(error);
                else
                {
                    var left = 5;
                    await foreach (var result in events!)
                    {
                        Check(result);
                        if (--left == 0) break;
                    }
                }
            }
            else Check(await schema.ExecuteAsync(prepared, Services, CancellationToken.None));
        });
    }

    [Fact]
    public async Task What_parses_is_printed_so_that_it_parses_to_the_same() => await Repeat(random =>
    {
        var document = Broken(random, [.. Documents, BookShop.Sdl]);
        if (Parser.TryParse(new Source(document, "fuzz"), new ParserLimits(), out var first, out var error))
        {
            var printed = Printer.Print(first!);
            // An anonymous query after a type without fields would be parsed as its fields: the canonical form has the same ambiguity.
            var isMixed = first!.Definitions.Any(definition => definition is OperationDefinition)
                && first.Definitions.Any(definition => definition is not (OperationDefinition or FragmentDefinition));
            if (isMixed) return Task.CompletedTask;
            var parses = Parser.TryParse(new Source(printed), new ParserLimits { MaxBytes = int.MaxValue }, out var second, out var fault);
            Assert.True(parses, $"{fault?.Message}\n{printed}");
            Assert.Equal(printed, Printer.Print(second!));
        }
        else
        {
            var at = Assert.Single(error!.Locations);
            Assert.True(at is { Line: >= 1, Column: >= 1 });
        }
        return Task.CompletedTask;
    });

    [Fact]
    public async Task No_body_is_more_than_a_bad_request()
    {
        var persisted = new Dictionary<string, string>(StringComparer.Ordinal) { ["abc"] = "{ loads }" };
        var reader = new RequestReader(new GraphQLHttpOptions { MaxBatch = 3, PersistedQueries = persisted });
        string[] bodies =
        [
            """{"query": "{ loads }", "variables": {"a": [1, {"b": null}]}, "operationName": "Q", "extensions": {"persistedQuery": {"sha256Hash": "abc"}}}""",
            """[{"query": "{ loads }"}, {"query": "\u007b loads \ud83d\ude00 }", "other": {"x": []}}]""",
            """{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x"}}, "query": null}""",
        ];
        await Repeat(random =>
        {
            var body = Broken(random, bodies);
            try
            {
                Assert.NotEmpty(reader.Requests(body, null, out _));
            }
            catch (BadRequestException refused)
            {
                Assert.Equal(400, refused.Status);
            }
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task No_schema_is_more_than_refused() => await Repeat(random =>
    {
        const string small = """
            type Query { a(x: I = {b: [1]}): [Int!]! @deprecated } input I { b: [Int] c: I } interface J { a: Int }
            extend type Query implements J { d: S } scalar S @specifiedBy(url: "x") union U = Query enum E { A B }
            """;
        var sdl = Encoding.UTF8.GetString(Broken(random, [BookShop.Sdl, small]));
        try
        {
            Assert.NotNull(SchemaReader.Read(new SdlFile("fuzz.graphql", sdl)).Sdl);
        }
        catch (SchemaException refused)
        {
            Assert.NotEmpty(refused.Errors);
        }
        return Task.CompletedTask;
    });

    private static void Check(ExecutionResult result)
    {
        using (result)
        {
            using var json = JsonDocument.Parse(result.Json);
            if (!json.RootElement.TryGetProperty("errors", out var errors))
            {
                Assert.True(json.RootElement.TryGetProperty("data", out _));
                return;
            }
            Assert.NotEqual(0, errors.GetArrayLength());
            foreach (var error in errors.EnumerateArray())
                if (error.TryGetProperty("extensions", out var extensions)) Assert.NotEqual("INTERNAL", extensions.GetProperty("code").GetString());
        }
    }

    private async Task Repeat(Func<Random, Task> round)
    {
        var isTimed = double.TryParse(Environment.GetEnvironmentVariable("ECOMINTEL_FUZZ_MINUTES"), CultureInfo.InvariantCulture, out var given);
        var minutes = isTimed ? given / 4 : 0;
        var began = Stopwatch.GetTimestamp();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var first = int.TryParse(Environment.GetEnvironmentVariable("ECOMINTEL_FUZZ_ROUND"), CultureInfo.InvariantCulture, out var from) ? from : 0;
        for (var i = first; minutes > 0 ? Stopwatch.GetElapsedTime(began) < TimeSpan.FromMinutes(minutes) : i < first + Rounds; i++)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                _inputs.Clear();
                await round(new Random(unchecked((Seed * 1_000_003) + i))).WaitAsync(RoundTimeout);
                Assert.True(Stopwatch.GetElapsedTime(started) < RoundTimeout, "It took too long.");
            }
            catch (Exception broken)
            {
                throw new InvalidOperationException($"Seed {Seed}, round {i}: {broken.Message}\n{string.Join("\n", _inputs)}", broken);
            }
        }
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < MaxGrowth, $"{growth / 1024} KiB more are held than at the beginning");
    }

    // One to six faults in one of the samples: pieces put in, cut out, doubled, exchanged or taken from another sample, and bytes that are wrong.
    private byte[] Broken(Random random, string[] samples)
    {
        var bytes = Encoding.UTF8.GetBytes(samples[random.Next(samples.Length)]).ToList();
        for (var faults = random.Next(7); faults > 0; faults--)
        {
            var at = random.Next(bytes.Count + 1);
            var length = Math.Min(random.Next(12), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes.RemoveRange(at, length);
                    break;
                case 1 or 2 or 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 4:
                    bytes.InsertRange(at, [.. bytes.GetRange(at, length)]);
                    break;
                case 5:
                    if (at < bytes.Count) bytes[at] = (byte)random.Next(256);
                    break;
                case 6:
                    var other = Encoding.UTF8.GetBytes(samples[random.Next(samples.Length)]);
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..Math.Min(other.Length, from + random.Next(60))]);
                    break;
                default:
                    if (random.Next(4) == 0) bytes.RemoveRange(at, bytes.Count - at);
                    else bytes.InsertRange(at, Repeated(Encoding.UTF8.GetBytes(Pieces[random.Next(Pieces.Length)]), random.Next(300)));
                    break;
            }
        }
        _inputs.Add(Encoding.UTF8.GetString([.. bytes]));
        return [.. bytes];

        static IEnumerable<byte> Repeated(byte[] piece, int count) => Enumerable.Repeat(piece, count).SelectMany(bytes => bytes);
    }
}
