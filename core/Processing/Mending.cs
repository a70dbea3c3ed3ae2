using EcomIntel.Core.Events;

namespace EcomIntel.Core.Processing;

/// <summary>
/// What may stand in a refused message's place: the same fact, as it should have been reported. Whoever mends could otherwise report whatever they like, in
/// the name of any producer.
/// </summary>
internal static class Mending
{
    /// <summary>How far a producer's clock may be ahead while business time is the wall clock.</summary>
    public static readonly TimeSpan Ahead = TimeSpan.FromDays(1);

    /// <summary>Refusals that leave in doubt what kind of event it was meant to be.</summary>
    private static readonly HashSet<string> OfTheType =
        [RejectionCodes.UnknownType, RejectionCodes.UnknownVersion, RejectionCodes.WrongTopic, RejectionCodes.Malformed];

    /// <summary>Why not, in one line; null if it may.</summary>
    /// <param name="came">The message as it was refused, with its topic and key. It is read anew: what is kept beside it was shortened, and its reason may be
    /// that of an earlier mending.</param>
    /// <param name="isCut">It is only the beginning of what came: that it ends too early is no doubt about what it was meant to be.</param>
    /// <param name="latest">What has happened has not happened after this.</param>
    public static string? Refuse(ReadOnlySpan<byte> came, bool isCut, string topic, string? key, CloudEvent mended, DateTimeOffset latest)
    {
        ArgumentNullException.ThrowIfNull(mended);
        var said = EventCodec.Decode(came, topic, key);
        return Moved("id", said.Id, mended.Id)
            ?? Moved("source", said.Source, mended.Source)
            ?? (!Identifier.IsValid(said.Source) && IsOwn(mended.Source) ? $"source {mended.Source} is the hub's own" : null)
            ?? (!isCut && said.Rejection is { } refused && OfTheType.Contains(refused.Code) ? null : Moved("type", said.Type, mended.Type.WireName))
            ?? (mended.Time > latest ? $"time {mended.Time:O} is later than {latest:O}" : null);
    }

    private static string? Moved(string what, string? came, string mended) =>
        Identifier.IsValid(came) && came != mended ? $"{what} came as '{came}' and stays so, it cannot become '{mended}'" : null;

    private static bool IsOwn(string source) => source.Equals(Outbox.Source, StringComparison.OrdinalIgnoreCase)
        || source.StartsWith(Outbox.Source + "/", StringComparison.OrdinalIgnoreCase);
}
