using System.Text.Json;

namespace EcomIntel.Cli.Supervisor;

/// <summary>A line of a process's log for people to read.</summary>
internal static class LogLine
{
    /// <returns>Of a role's JSON what it says and the first line of the exception's message; any other line as it is.</returns>
    public static string Readable(string line)
    {
        if (!line.StartsWith('{'))
            return line;
        try
        {
            using var json = JsonDocument.Parse(line);
            var exception = Text(json.RootElement, "Exception")?.Split('\n', 2)[0].TrimEnd();
            // Its type stands before its message.
            var message = exception?.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? exception[(colon + 2)..] : exception;
            return Text(json.RootElement, "Message") is { } says ? (message is null ? says : $"{says}: {message}") : line;
        }
        catch (JsonException)
        {
            return line;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
