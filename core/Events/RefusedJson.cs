using System.Text.Json;
using System.Text.RegularExpressions;

namespace EcomIntel.Core.Events;

/// <summary>Why JSON is not what it should be, in the words of whoever wrote it: the reader's own name the code's types.</summary>
internal static partial class RefusedJson
{
    private static readonly (string Type, string Words)[] Expected =
    [
        ("System.Int32", "a whole number"), ("System.Int64", "a whole number"), ("System.Decimal", "a number"), ("System.Boolean", "true or false"),
        ("System.String", "a text"), ("System.DateTimeOffset", "an RFC 3339 instant with its zone"), ("System.TimeSpan", "a duration"),
        ("List`1", "a list"), ("[]", "a list"),
    ];

    /// <param name="whole">What the JSON is, as <c>data</c>.</param>
    public static string Reason(JsonException wrong, string whole)
    {
        var place = wrong.Path is { Length: > 0 } path ? whole + path[1..] : whole;
        var said = wrong.Message;
        if (Missing().Match(said) is { Success: true } missing)
            return $"{place} lacks {missing.Groups["names"].Value.TrimEnd('.')}";
        if (NotNull().Match(said) is { Success: true } isNull)
            return $"{place}: '{isNull.Groups["name"].Value}' must not be null";
        if (Twice().Match(said) is { Success: true } twice)
            return $"{place}: '{twice.Groups["name"].Value}' stands twice";
        if (Converted().Match(said) is { Success: true } converted)
        {
            var type = converted.Groups["type"].Value;
            var words = Expected.FirstOrDefault(each => type.Contains(each.Type, StringComparison.Ordinal)).Words;
            return $"{place} must be {words ?? "an object, as its schema says"}";
        }
        return wrong.Path is null or "$" ? said : $"{place} {said}";
    }

    [GeneratedRegex("missing required properties including: (?<names>.+)$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Missing();

    [GeneratedRegex(
        "(parameter|property|field) '(?<name>[^']+)' on type '.*' (doesn't|does not) allow (getting |setting )?null", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex NotNull();

    [GeneratedRegex("Duplicate property '(?<name>[^']+)'", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Twice();

    [GeneratedRegex("could not be converted to (?<type>[^ ]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Converted();
}
