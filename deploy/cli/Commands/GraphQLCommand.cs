using System.CommandLine;
using System.Globalization;
using EcomIntel.Cli.Documents;
using EcomIntel.Cli.Supervisor;
using EcomIntel.GraphQL.Engine;

namespace EcomIntel.Cli.Commands;

/// <summary><c>ecomintel graphql</c>: the API's schema, and documents checked against it or another. Needs no instance.</summary>
internal static class GraphQLCommand
{
    private static readonly Option<string[]> Schema = new("--schema")
    {
        Description = "SDL files that make one schema together; the API's own if not given", HelpName = "FILE", AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string> Documents = new("--documents")
    {
        Description = "A JSON object a line: id, query and, if wanted, variables and operationName, which the document must then be able to run with; "
            + "- reads standard input",
        Required = true, HelpName = "FILE",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Answer every line by a JSON object: id, ok, phase (parse or validate: how far it came), errors, printed",
    };

    public static Command Create()
    {
        var check = new Command(
            "check", "Check documents line by line, in their order. Exit code 0 when all are right, 1 when one is not, 2 when a line holds no document")
        {
            Schema, Documents, Json,
        };
        check.Runs(CheckAsync);
        var schema = new Command("schema", "Print the API's SDL");
        schema.Runs(static async (_, _) =>
        {
            await Console.Out.WriteAsync(SdlSource.Own().Sdl);
            return 0;
        });
        return new("graphql", "The API's schema, and what an app's build checks against it") { check, schema };
    }

    private static async Task<int> CheckAsync(ParseResult parsed, CancellationToken token)
    {
        var schema = parsed.GetValue(Schema) is { Length: > 0 } files ? await SdlSource.ReadAsync(files, token) : SdlSource.Own();
        var path = parsed.GetValue(Documents)!;
        await using var documents = Open(path);
        await using var answers = Console.OpenStandardOutput();
        var json = parsed.GetValue(Json);
        var (ok, faulty, unusable) = await new DocumentChecks(new DocumentCheck(schema), path == "-" ? "standard input" : path, json, answers, Console.Error)
            .RunAsync(documents, token);
        if (!json)
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{ok + faulty} documents: {ok} right, {faulty} not{(unusable > 0 ? $"; {unusable} lines hold none" : "")}"));
        return unusable > 0 ? 2 : faulty > 0 ? 1 : 0;
    }

    private static Stream Open(string path)
    {
        if (path == "-") return Console.OpenStandardInput();
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new InstanceException(wrong.Message, wrong);
        }
    }
}
