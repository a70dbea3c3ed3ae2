using System.Text.Json;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Commands;

/// <summary>Results for programs: one JSON object on standard output, which a terminal shows without acting on it.</summary>
internal static class Output
{
    public static void Json<T>(T result) => Console.Out.WriteLine(Printable.Json(JsonSerializer.Serialize(result, JsonFile.Format)));
}
