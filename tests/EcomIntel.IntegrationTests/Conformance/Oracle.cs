using System.Diagnostics;
using System.Text.Json;

namespace EcomIntel.IntegrationTests.Conformance;

/// <summary>Runs where the npm packages of tests/conformance are installed; elsewhere it is skipped by name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConformanceFactAttribute : FactAttribute
{
    public ConformanceFactAttribute()
    {
        if (!Directory.Exists(Path.Combine(Oracle.Folder, "node_modules", "graphql")))
            Skip = "tests/conformance has no node_modules: run `npm ci --ignore-scripts` there.";
    }
}

/// <summary>The reference implementation, as a node process that prints one JSON object per case.</summary>
internal static class Oracle
{
    public static string Folder { get; } = Path.Combine(Root(), "tests", "conformance");

    public static string Sdl => File.ReadAllText(Path.Combine(Folder, "graphql", "schema.graphql"));

    private static readonly Lazy<Task<IReadOnlyList<JsonElement>>> Run = new(Ask);

    public static async Task<IReadOnlyList<JsonElement>> Cases(string kind) =>
        [.. (await Run.Value).Where(entry => entry.GetProperty("kind").GetString() == kind)];

    private static async Task<IReadOnlyList<JsonElement>> Ask()
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["graphql/oracle.mjs"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        })!;
        var errors = node.StandardError.ReadToEndAsync();
        var cases = new List<JsonElement>();
        while (await node.StandardOutput.ReadLineAsync() is { } line) cases.Add(JsonDocument.Parse(line).RootElement);
        await node.WaitForExitAsync();
        return node.ExitCode == 0 ? cases : throw new InvalidOperationException("The oracle failed: " + await errors);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder != null && !File.Exists(Path.Combine(folder.FullName, "EcomIntel.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository: EcomIntel.sln is in no folder above.");
    }
}
