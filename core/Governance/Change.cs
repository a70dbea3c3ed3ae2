namespace EcomIntel.Core.Governance;

/// <summary>A change that a person or a program asks for.</summary>
/// <param name="Actor">Who: <c>key:ID</c>, <c>user:SUBJECT</c>, <c>cli:USER</c>.</param>
/// <param name="Action">What is done, as <c>order.cancel</c>.</param>
/// <param name="Subject">To what: the aggregate's id.</param>
/// <param name="IdempotencyKey">The same key of the same actor is done once, and free again where it was refused; null where a repetition is another
/// change.</param>
/// <param name="Input">All that was asked, in one canonical form: a key that comes with another input is refused.</param>
/// <param name="Reason">In the actor's words.</param>
public sealed record ChangeRequest(string Actor, string Action, string Subject, string? IdempotencyKey, string Input, string? Reason = null)
{
    /// <summary>Most letters of what clients choose.</summary>
    public const int LongestKey = 200, LongestReason = 2_000, LongestSubject = 500;

    /// <summary>Why it cannot be kept as it is, in one line; null if it can.</summary>
    public string? Invalid() =>
        !Text.IsKept(Actor, 300) ? "the actor's name cannot be kept"
        : !Text.IsKept(Action, 100) ? "the action's name cannot be kept"
        : !Text.IsKept(Subject, LongestSubject) ? $"the subject must be 1 to {LongestSubject} characters"
        : IdempotencyKey is not null && !Text.IsKept(IdempotencyKey, LongestKey) ? $"the idempotency key must be 1 to {LongestKey} characters"
        : Reason is not null && !Text.IsKept(Reason, LongestReason) ? $"the reason must be 1 to {LongestReason} characters"
        : null;

    private static class Text
    {
        /// <summary>PostgreSQL keeps no U+0000, and half a surrogate pair is no character.</summary>
        public static bool IsKept(string text, int most)
        {
            if (text.Length == 0 || text.Length > most || text.Contains('\0', StringComparison.Ordinal))
                return false;
            for (var at = 0; at < text.Length; at++)
            {
                if (!char.IsSurrogate(text[at]))
                    continue;
                if (at + 1 == text.Length || !char.IsSurrogatePair(text[at], text[at + 1]))
                    return false;
                at++;
            }
            return true;
        }
    }
}

/// <summary>The result of a change, as its maker returns it. Before, After and Payload are JSON.</summary>
/// <param name="Code">Why it was refused, in capitals as <c>NOT_FOUND</c>; null where it is done.</param>
/// <param name="Message">For people, one line.</param>
/// <param name="Before">What the change found; kept in the audit log, so without secrets.</param>
/// <param name="After">What it left, or would have left where it is refused; likewise.</param>
/// <param name="Payload">The answer to the same request once it is done; kept, so without secrets.</param>
public sealed record ChangeResult(string? Code, string? Message, string? Before, string? After, string? Payload)
{
    public static ChangeResult Done(string? before = null, string? after = null, string? payload = null) => new(null, null, before, after, payload);

    public static ChangeResult Refused(string code, string message, string? before = null, string? after = null) => new(code, message, before, after, null);
}

/// <summary>The answer to who asked.</summary>
/// <param name="Code">Null where the change is done; else one of the change's own codes, or of <see cref="ChangeCodes"/>.</param>
/// <param name="Entry">Of the audit log; null only for <see cref="ChangeCodes.BadRequest"/>.</param>
/// <param name="Repeated">The same request was done before, with this answer; nothing was done now.</param>
public sealed record ChangeOutcome(string? Code, string? Message, string? Payload, long? Entry, bool Repeated)
{
    public bool IsDone => Code is null;
}

public static class ChangeCodes
{
    /// <summary>Something else was done with the idempotency key.</summary>
    public const string IdempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED";

    /// <summary>The request itself cannot be kept: too long, or no text. It is not in the audit log.</summary>
    public const string BadRequest = "BAD_REQUEST";
}
