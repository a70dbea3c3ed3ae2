using System.Diagnostics;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.IntegrationTests.Cli;

/// <summary>The program as it is typed, with nothing of the tests' own environment that names a database.</summary>
internal static class TypedLine
{
    public static ProcessStartInfo Start(IReadOnlyDictionary<string, string> environment, params string[] line)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Home.Find().Cli, .. line]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in (string[])["Postgres", "PostgresReader", "ClickHouse"])
            start.Environment.Remove($"ECOMINTEL__ConnectionStrings__{name}");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    public static async Task<(int Code, string Out, string Error)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] line)
    {
        using var process = Process.Start(Start(environment, line))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
