namespace EcomIntel.GraphQL.Engine.Validation;

/// <summary>Finds the names that were probably meant.</summary>
public static class Suggestions
{
    /// <summary>" Did you mean ...?" with up to three known names similar to the given one, or an empty string.</summary>
    public static string For(string given, IEnumerable<string> known)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(known);
        if (given.Length > 64) return "";
        var allowed = (given.Length * 2 / 5) + 1;
        var near = known.Where(name => !name.StartsWith("__", StringComparison.Ordinal) && Math.Abs(name.Length - given.Length) <= allowed)
            .Select(name => (name, distance: Distance(given.ToUpperInvariant(), name.ToUpperInvariant())))
            .Where(candidate => candidate.distance <= allowed)
            .OrderBy(candidate => candidate.distance).ThenBy(candidate => candidate.name, StringComparer.Ordinal)
            .Take(3).Select(candidate => $"\"{candidate.name}\"").ToList();
        return near.Count == 0 ? "" : $" Did you mean {string.Join(" or ", near)}?";
    }

    private static int Distance(string a, string b)
    {
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            (previous, current) = (current, previous);
        }
        return previous[b.Length];
    }
}
