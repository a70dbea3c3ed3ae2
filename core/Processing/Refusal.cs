using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>A message that could not be applied when it was heard: a new dead letter, or a stored one that is at hand again.</summary>
internal sealed class Refusal(Message message, Rejection rejection)
{
    public Message Message { get; } = message;

    /// <summary>Why it was last not applied.</summary>
    public Rejection Rejection { get; set; } = rejection;

    public bool IsApplied { get; set; }

    /// <summary>Until when it waits for what its rejection names, in business time; null where it does not wait.</summary>
    public DateTimeOffset? WaitsUntil { get; set; }

    /// <summary>Once more it is to be looked at by a batch of its own: another may have provided meanwhile what it awaits.</summary>
    public bool Recheck { get; set; }

    /// <summary>How often it was tried by the batch at hand.</summary>
    public int Tries { get; set; }

    /// <summary>The dead letter's, given out when the transaction numbers its rows.</summary>
    public long Number { get; set; }

    /// <summary>How it stands once business time has come to an instant: whose time to wait is over is open.</summary>
    public string StatusAt(DateTimeOffset? clock) => IsApplied ? "applied" : WaitsUntil is { } until && !(until <= clock) ? "waiting" : "open";

    /// <summary>The order in which those that waited for one thing are applied: it does not depend on when they were heard.</summary>
    public static readonly IComparer<Refusal> ByTime = Comparer<Refusal>.Create(static (a, b) =>
    {
        var (one, other) = (a.Message.Decoded.Event!, b.Message.Decoded.Event!);
        var byTime = one.Time.CompareTo(other.Time);
        var byIdentity = byTime != 0 ? byTime : one.Identity.CompareTo(other.Identity);
        return byIdentity != 0 ? byIdentity : a.Message.Fingerprint.CompareTo(b.Message.Fingerprint);
    });
}
