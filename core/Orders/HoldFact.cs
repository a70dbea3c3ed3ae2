using EcomIntel.Core.Database;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Orders;

/// <summary>
/// What was told about a hold: that something stops the order, or that it does no more. From these (and the payments, for awaiting_payment) the holds follow,
/// in whatever order they are heard.
/// </summary>
internal sealed class HoldFact : Row
{
    public static readonly Table<HoldFact> Table = new Table<HoldFact>("hold_facts")
        .Key(fact => fact.OrderId).Key(fact => fact.Kind).Key(fact => fact.At).Key(fact => fact.Opens)
        .Column(fact => fact.Reason);

    public required OrderId OrderId { get; init; }
    public required string Kind { get; init; }

    /// <summary>When it was so.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>False: it clears the order of it.</summary>
    public required bool Opens { get; init; }
    public string? Reason { get; set; }
}

/// <summary>From when till when a hold stands.</summary>
/// <param name="ReleasedAt">Null while it does.</param>
internal sealed record HoldSpan(DateTimeOffset OpenedAt, string? Reason, DateTimeOffset? ReleasedAt)
{
    /// <summary>
    /// A hold stands from the first that opens it to the first that clears it. Of one instant, what clears wins: checks are often told together with their
    /// outcome.
    /// </summary>
    public static List<HoldSpan> Of(IEnumerable<HoldFact> facts)
    {
        var spans = new List<HoldSpan>();
        foreach (var fact in facts.OrderBy(fact => fact.At).ThenBy(fact => !fact.Opens))
            if (fact.Opens && !IsOpen(spans))
                spans.Add(new(fact.At, fact.Reason, null));
            else if (!fact.Opens && IsOpen(spans))
                spans[^1] = spans[^1] with { ReleasedAt = fact.At };
        return spans;
    }

    internal static bool IsOpen(List<HoldSpan> spans) => spans is [.., { ReleasedAt: null }];
}
