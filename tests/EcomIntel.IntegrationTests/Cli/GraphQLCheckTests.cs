using System.Diagnostics;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;
using EcomIntel.IntegrationTests.Conformance;

namespace EcomIntel.IntegrationTests.Cli;

/// <summary><c>ecomintel graphql</c> as an app's build runs it.</summary>
public sealed class GraphQLCheckTests
{
    [ConformanceFact]
    public async Task Every_document_is_answered_as_by_the_reference()
    {
        var cases = (await Oracle.Cases("document")).Where(document => document.GetProperty("validated").GetBoolean()).ToList();
        Assert.True(cases.Count >= 400, $"only {cases.Count} documents");
        var lines = cases.Select(document => JsonSerializer.Serialize(new { id = document.GetProperty("id"), query = document.GetProperty("query") }));
        var (code, answers, complaints) =
            await RunAsync(string.Join('\n', lines), "check", "--schema", Path.Combine(Oracle.Folder, "graphql", "schema.graphql"), "--documents", "-",
            "--json");
        Assert.Equal((1, ""), (code, complaints));
        var differences = cases.Zip(
            answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement),
            (theirs, ours) => (Theirs: Told(theirs), Ours: Told(ours)))
            .Where(pair => pair.Theirs != pair.Ours).Select(pair => $"{pair.Theirs}\n  {pair.Ours}").ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences.Take(20)));
    }

    [Fact]
    public async Task The_exit_code_tells_right_from_wrong()
    {
        const string good = """{"id":1,"query":"{ __typename }"}""", faulty = """{"id":2,"query":"{ nothing_of_this_name }"}""";
        Assert.Equal(0, (await RunAsync(good, "check", "--documents", "-")).Code);
        Assert.Equal(1, (await RunAsync(good + "\n" + faulty, "check", "--documents", "-")).Code);
        var (code, answers, complaints) = await RunAsync(good + "\nnonsense\n" + faulty, "check", "--documents", "-", "--json");
        Assert.Equal((2, 2), (code, answers.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Contains("standard input:2: ", complaints, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync("", "check", "--documents", "/no/such/file.jsonl")).Code);
        Assert.Equal(2, (await RunAsync("", "check", "--documents", "-", "--schema", "/no/such/file.graphql")).Code);
        Assert.Equal(2, (await RunAsync("", "check")).Code);
    }

    [Fact]
    public async Task The_schema_it_prints_is_one_to_check_against()
    {
        var (code, sdl, complaints) = await RunAsync("", "schema");
        Assert.Equal((0, ""), (code, complaints));
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, sdl);
            Assert.Equal(0, (await RunAsync("""{"id":1,"query":"{ viewer { id } }"}""", "check", "--schema", file, "--documents", "-")).Code);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static string Told(JsonElement answer) => JsonSerializer.Serialize(new
    {
        Id = answer.GetProperty("id"),
        Ok = answer.GetProperty("ok"),
        Phase = answer.GetProperty("phase"),
        At = answer.GetProperty("errors").EnumerateArray()
            .Select(error => string.Join(
            ' ', error.GetProperty("locations").EnumerateArray().Select(at => $"{at.GetProperty("line")}:{at.GetProperty("column")}")))
            .Order(StringComparer.Ordinal),
        Printed = answer.TryGetProperty("printed", out var printed) ? printed.GetString() : null,
    });

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string input, params string[] words)
    {
        using var cli = Process.Start(
            new ProcessStartInfo("dotnet", [Home.Find().Cli, "graphql", .. words]) { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true, UseShellExecute = false })!;
        var (output, errors) = (cli.StandardOutput.ReadToEndAsync(), cli.StandardError.ReadToEndAsync());
        await cli.StandardInput.WriteAsync(input);
        cli.StandardInput.Close();
        await cli.WaitForExitAsync();
        return (cli.ExitCode, await output, await errors);
    }
}
