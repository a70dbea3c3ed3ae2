namespace EcomIntel.Ingest.Relay;

/// <summary>How topic <c>operations</c> differs from what the relay sent, in messages.</summary>
/// <param name="Malformed">No operation.</param>
/// <param name="Unknown">Numbers that the outbox does not have: beyond its end, or pruned.</param>
/// <param name="Differs">Numbers that the outbox has with other content.</param>
/// <param name="Unread">Of others, but too many to be read, or Kafka does not let the relay read.</param>
/// <param name="Lost">Acknowledged to the relay, and gone.</param>
/// <param name="Repeated">As the outbox has them: a relay sent them and ended before it had noted it, or somebody copied them. Readers drop them.</param>
internal readonly record struct TopicAnomalies(long Malformed = 0, long Unknown = 0, long Differs = 0, long Unread = 0, long Lost = 0, long Repeated = 0)
{
    public bool None => this == default;

    public bool OnlyRepeated => this == new TopicAnomalies(Repeated: Repeated);

    /// <summary>Those that there are, under the names that the metric gives them.</summary>
    public IEnumerable<(string Kind, long Messages)> Kinds =>
        new[]
        {
            ("malformed", Malformed), ("unknown", Unknown), ("differs", Differs), ("unread", Unread), ("lost", Lost), ("repeated", Repeated),
        }.Where(kind => kind.Item2 > 0);

    public override string ToString() => string.Join(", ", Kinds.Select(kind => $"{kind.Messages} {kind.Kind}"));

    public static TopicAnomalies operator +(TopicAnomalies a, TopicAnomalies b) => new(
        a.Malformed + b.Malformed, a.Unknown + b.Unknown, a.Differs + b.Differs, a.Unread + b.Unread, a.Lost + b.Lost, a.Repeated + b.Repeated);
}
