namespace EcomIntel.Cli.Replay.Retail;

/// <summary>
/// Reads why units were written off out of what somebody typed ("damages", "wet/rusty", "sold as set on dotcom", "?"). The first rule with a word in the text
/// says it.
/// </summary>
internal static class WriteOffReason
{
    private static readonly (string Reason, string[] Words)[] Rules =
    [
        ("damaged",
            ["damag", "broke", "crush", "smash", "crack", "wet", "damp", "rust", "mould", "dirty", "fault", "smudge", "discolo", "bad quality", "unsale"]),
        ("lost", ["missing", "lost", "mia", "gone", "can't find", "no stock", "short"]),
        ("scrapped", ["throw", "thrown", "destroy", "dispos"]),
        ("given_away", ["given", "give away", "donat", "charity", "sample", "mailout", "display"]),
        ("sold_elsewhere", ["ebay", "amazon", "dotcom", "sold as"]),
        ("miscounted", ["count", "check", "found"]),
        ("booking_error", ["wrong", "code", "mix", "adjust", "error", "invcd", "invoice", "revers"]),
    ];

    public static string Of(string description)
    {
        foreach (var (reason, words) in Rules)
            foreach (var word in words)
                if (description.Contains(word, StringComparison.OrdinalIgnoreCase))
                    return reason;
        return "unexplained";
    }
}
