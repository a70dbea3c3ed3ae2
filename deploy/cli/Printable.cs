namespace EcomIntel.Cli;

/// <summary>What a stranger wrote must not steer the terminal.</summary>
internal static class Printable
{
    public static string Of(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
