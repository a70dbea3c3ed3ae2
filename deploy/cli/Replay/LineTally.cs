namespace EcomIntel.Cli.Replay;

/// <summary>A line of a source that is not applied.</summary>
/// <param name="Origin">File name, or what made it.</param>
/// <param name="Number">Line of the file, the first being 1.</param>
/// <param name="Reason">Snake case; reports count by it.</param>
internal readonly record struct RejectedLine(string Origin, long Number, string Reason, string Detail);

/// <summary>Counts source lines: read = applied + rejected, to the unit, once the source is at its end.</summary>
internal sealed class LineTally(Action<RejectedLine>? report = null)
{
    private readonly SortedDictionary<string, long> _rejected = new(StringComparer.Ordinal);

    public long Read { get; private set; }

    public long Applied { get; private set; }

    public IReadOnlyDictionary<string, long> Rejected => _rejected;

    public void CountRead() => Read++;

    public void CountApplied() => Applied++;

    public void Reject(RejectedLine line)
    {
        _rejected[line.Reason] = _rejected.GetValueOrDefault(line.Reason) + 1;
        report?.Invoke(line);
    }
}
