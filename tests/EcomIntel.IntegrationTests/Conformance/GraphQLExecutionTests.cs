using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.IntegrationTests.Conformance;

public sealed class GraphQLExecutionTests
{
    [ConformanceFact]
    public async Task Every_operation_has_the_data_and_the_errors_of_the_reference()
    {
        // Field by field, as a document is run at first, and by compiled writers, as those much in use are.
        await HoldAsync(ConformanceWorld.Build(new ExecutionOptions { CompileAfter = int.MaxValue }));
        await HoldAsync(ConformanceWorld.Build(new ExecutionOptions { CompileAfter = 0 }));
    }

    private static async Task HoldAsync(ExecutableSchema schema)
    {
        var cases = await Oracle.Cases("execution");
        Assert.True(cases.Count >= 200, $"only {cases.Count} cases");
        var differences = new List<string>();
        foreach (var expected in cases)
        {
            var theirs = expected.GetProperty("results").EnumerateArray().Select(Theirs).ToList();
            var ours = (await Run(schema, expected)).Select(json => Ours(JsonDocument.Parse(json).RootElement)).ToList();
            if (ours.SequenceEqual(theirs)) continue;
            var variables = expected.TryGetProperty("variables", out var given) ? given.GetRawText() : "";
            differences.Add(
                $"{expected.GetProperty("id")}: {expected.GetProperty("query")}\n  {variables}\n  ours:   {string.Join("\n          ", ours)}\n"
                + $"  theirs: {string.Join("\n          ", theirs)}");
        }
        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} operations differ\n{string.Join('\n', differences.Take(40))}");
    }

    private static async Task<List<string>> Run(ExecutableSchema schema, JsonElement entry)
    {
        var name = entry.TryGetProperty("operationName", out var given) ? given.GetString() : null;
        var variables = entry.TryGetProperty("variables", out var values) ? values : default;
        var request = new GraphQLRequest(entry.GetProperty("query").GetString()!, variables, name) { State = new ConformanceWorld.Count() };
        await using var services = new ServiceCollection().BuildServiceProvider();
        var prepared = schema.Prepare(request);
        if (prepared.Operation != "subscription")
        {
            using var result = await schema.ExecuteAsync(prepared, services, CancellationToken.None);
            return [result.ToString()];
        }
        var (error, events) = schema.Subscribe(prepared, services, CancellationToken.None);
        if (error != null) return [error.ToString()];
        var results = new List<string>();
        await foreach (var result in events!)
        {
            results.Add(result.ToString());
            result.Dispose();
        }
        return results;
    }

    private static string Ours(JsonElement result)
    {
        var hasData = result.TryGetProperty("data", out var data);
        return Describe(hasData, data, result.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateArray().Select(Place)] : []);
    }

    private static string Theirs(JsonElement result) => Describe(
        result.GetProperty("hasData").GetBoolean(), result.TryGetProperty("data", out var data) ? data : default,
        [.. result.GetProperty("errors").EnumerateArray().Select(Place)]);

    // Messages of resolvers reach the client unchanged; those of the engines differ.
    private static string ResolverMessage(JsonElement error) => error.GetProperty("message").GetString() is { } message
        && (message.StartsWith("It broke", StringComparison.Ordinal) || message.StartsWith("Tick ", StringComparison.Ordinal))
            ? message
            : "";

    private static string Place(JsonElement error)
    {
        var locations = error.TryGetProperty("locations", out var list)
            ? string.Join(' ', list.EnumerateArray().Select(at => $"{at.GetProperty("line")}:{at.GetProperty("column")}"))
            : "";
        var path = error.TryGetProperty("path", out var steps) && steps.ValueKind == JsonValueKind.Array ? string.Join('/', steps.EnumerateArray()) : "";
        return $"{path}@{locations} {ResolverMessage(error)}";
    }

    private static string Describe(bool hasData, JsonElement data, string[] errors)
    {
        var text = new StringBuilder(hasData ? "data " : "no data ");
        if (hasData) Canonical(data, text);
        return text.Append(" errors ").AppendJoin(" | ", errors.Order(StringComparer.Ordinal)).ToString();
    }

    private static void Canonical(JsonElement json, StringBuilder text)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in json.EnumerateObject())
                {
                    text.Append(property.Name).Append(':');
                    Canonical(property.Value, text);
                    text.Append(' ');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in json.EnumerateArray())
                {
                    Canonical(item, text);
                    text.Append(' ');
                }
                text.Append(']');
                break;
            case JsonValueKind.Number:
                text.Append(json.GetDouble().ToString("R", CultureInfo.InvariantCulture));
                break;
            case JsonValueKind.String:
                text.Append('"').Append(json.GetString()).Append('"');
                break;
            default:
                text.Append(json.ValueKind);
                break;
        }
    }
}
