using System.Globalization;
using System.Text.Json;

namespace EcomIntel.Cli.Supervisor;

/// <summary>A line of a process's log for people to read.</summary>
/// <param name="At">When it was written; null where it does not say so, as a stack's second line.</param>
/// <param name="Level">Of a role's line: Information, Warning, Error, Critical; null where it has none.</param>
/// <param name="Text">Of a role's JSON what it says and the first line of the exception's message; of any other line what follows its time.</param>
internal sealed record LogLine(DateTimeOffset? At, string? Level, string Text)
{
    private const string PostgresZone = "UTC";

    public static LogLine Read(string line)
    {
        if (line.StartsWith('{') && OfRole(line) is { } said)
            return said;
        // A supervisor's time is one word, PostgreSQL's three.
        var words = line.Split(' ', 4);
        if (words is [var stamp, _, ..] && stamp.Contains('T') && Time(stamp) is { } at)
            return new(at, null, line[(stamp.Length + 1)..]);
        return words is [var date, var time, PostgresZone, var text] && Time($"{date} {time}") is { } written
            ? new(written, null, text)
            : new(null, null, line);
    }

    /// <returns>Of a role's JSON what it says and the first line of the exception's message; any other line as it is.</returns>
    public static string Readable(string line) => (line.StartsWith('{') ? OfRole(line)?.Text : null) ?? line;

    private static LogLine? OfRole(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var exception = Value(json.RootElement, "Exception")?.Split('\n', 2)[0].TrimEnd();
            // Its type stands before its message.
            var message = exception?.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon ? exception[(colon + 2)..] : exception;
            return Value(json.RootElement, "Message") is { } says
                ? new(Time(Value(json.RootElement, "Timestamp")), Value(json.RootElement, "LogLevel"), message is null ? says : $"{says}: {message}")
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time : null;

    private static string? Value(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
