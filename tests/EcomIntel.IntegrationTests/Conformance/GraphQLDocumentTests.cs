using System.Text.Json;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Language;
using EcomIntel.GraphQL.Engine.TypeSystem;

namespace EcomIntel.IntegrationTests.Conformance;

public sealed class GraphQLDocumentTests
{
    [ConformanceFact]
    public async Task Every_document_has_the_verdict_the_locations_and_the_printed_form_of_the_reference()
    {
        var check = new DocumentCheck(SchemaReader.Read(new SdlFile("schema.graphql", Oracle.Sdl)));
        var cases = await Oracle.Cases("document");
        Assert.True(cases.Count >= 800, $"only {cases.Count} documents");
        var differences = new List<string>();
        foreach (var expected in cases)
        {
            var query = expected.GetProperty("query").GetString()!;
            var verdict = expected.GetProperty("validated").GetBoolean() ? check.Check(query) : ParseOnly(query);
            var ours = JsonSerializer.Serialize(new { verdict.Ok, verdict.Phase, At = Sorted(verdict.Errors.Select(Places)), verdict.Printed });
            var theirs = JsonSerializer.Serialize(new
            {
                Ok = expected.GetProperty("ok").GetBoolean(),
                Phase = expected.GetProperty("phase").GetString(),
                At = Sorted(expected.GetProperty("errors").EnumerateArray().Select(Places)),
                Printed = expected.TryGetProperty("printed", out var printed) ? printed.GetString() : null,
            });
            if (ours == theirs) continue;
            var messages = string.Join(" | ", verdict.Errors.Select(error => error.Message));
            differences.Add(
                $"{expected.GetProperty("id")}: {query}\n  ours:   {ours}\n  theirs: {theirs}\n  {messages}\n  {expected.GetProperty("errors")}");
        }
        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} documents differ\n{string.Join('\n', differences.Take(30))}");
    }

    [ConformanceFact]
    public async Task Every_rule_of_the_reference_refuses_some_documents_and_lets_others_pass()
    {
        var refused = Assert.Single(await Oracle.Cases("coverage")).GetProperty("refused");
        Assert.True(refused.EnumerateObject().Count() >= 27);
        Assert.All(refused.EnumerateObject(), rule => Assert.True(rule.Value.GetInt32() >= 2, rule.Name));
        var documents = await Oracle.Cases("document");
        Assert.True(documents.Count(document => document.GetProperty("ok").GetBoolean()) >= 300);
        Assert.True(documents.Count(document => document.GetProperty("phase").GetString() == "parse") >= 200);
    }

    [ConformanceFact]
    public async Task Every_schema_is_accepted_or_refused_as_by_the_reference()
    {
        var differences = new List<string>();
        foreach (var expected in await Oracle.Cases("schema"))
        {
            var (ok, message) = (true, "");
            try
            {
                SchemaReader.Read(new SdlFile("case.graphql", expected.GetProperty("query").GetString()!));
            }
            catch (SchemaException refused)
            {
                (ok, message) = (false, refused.Message);
                Assert.All(refused.Errors, error =>
                    Assert.True(error.Location != null || error.Message.Contains("query root", StringComparison.Ordinal), error.Message));
            }
            if (ok != expected.GetProperty("ok").GetBoolean()) differences.Add($"{expected}: {ok} {message}");
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [ConformanceFact]
    public async Task Each_schema_knows_the_built_in_types_that_the_reference_has_in_it()
    {
        var cases = await Oracle.Cases("own");
        Assert.Contains(cases, expected => !expected.GetProperty("ok").GetBoolean());
        Assert.All(cases, expected =>
        {
            var check = new DocumentCheck(SchemaReader.Read(new SdlFile("case.graphql", expected.GetProperty("sdl").GetString()!)));
            var verdict = check.Check(expected.GetProperty("query").GetString()!);
            var theirs = Sorted(expected.GetProperty("errors").EnumerateArray().Select(Places));
            Assert.True(Sorted(verdict.Errors.Select(Places)).SequenceEqual(theirs, StringComparer.Ordinal), expected.ToString());
        });
    }

    private static DocumentVerdict ParseOnly(string query) => Parser.TryParse(new Source(query), new ParserLimits(), out var document, out var error)
        ? new DocumentVerdict(true, "validate", [], Printer.Print(document!))
        : new DocumentVerdict(false, "parse", [error!], null);

    private static string Places(GraphQLError error) => string.Join(' ', error.Locations.Select(at => $"{at.Line}:{at.Column}"));

    private static string Places(JsonElement error) =>
        string.Join(' ', error.GetProperty("locations").EnumerateArray().Select(at => $"{at.GetProperty("line")}:{at.GetProperty("column")}"));

    private static string[] Sorted(IEnumerable<string> places) => [.. places.Order(StringComparer.Ordinal)];
}
