namespace EcomIntel.Ml.Anomaly;

/// <summary>How looks become a score.</summary>
/// <param name="Agreement">Power of each rarity before they are added: the smaller, the more it counts that several agree.</param>
/// <param name="RecordWeight">Of the look for records.</param>
/// <param name="HeldBack">A score must beat those of this share of what has been seen.</param>
internal readonly record struct StreamShape(double Agreement, double RecordWeight, double HeldBack);

/// <summary>
/// One detector for any stream of numbers, without settings of the stream's own. Three memories, half as long, as long and twice as long as usual, look at
/// each value (<see cref="StreamLooks"/>); where several looks agree the score is high, and it is the mean of the three. A score that does not beat those
/// before it is held back: what goes on has been told.
/// </summary>
internal sealed class GeneralDetector(StreamShape shape)
{
    public static readonly IReadOnlyList<double> Memories = [0.5, 1, 2];

    public static readonly StreamShape Usual = new(0.4, 1, 1.0 / 14);

    private const int HeldBackAtLeast = 30;

    private readonly StreamLooks[] _memories = [.. Memories.Select(memory => new StreamLooks(memory))];
    private readonly LinkedList<(int At, double Score)> _held = new();
    private int _seen;

    public GeneralDetector()
        : this(Usual)
    {
    }

    /// <summary>Takes the next value.</summary>
    /// <returns>Zero or more; larger the stranger. An alarm is a score above a threshold.</returns>
    public double Score(DateTime time, double value)
    {
        Span<double> rarities = stackalloc double[StreamLooks.Count * Memories.Count];
        for (var memory = 0; memory < _memories.Length; memory++)
            _memories[memory].Take(time, value, rarities.Slice(memory * StreamLooks.Count, StreamLooks.Count));
        return Score(rarities);
    }

    /// <param name="rarities">Of each memory, one after the other.</param>
    public double Score(ReadOnlySpan<double> rarities)
    {
        double sum = 0;
        for (var at = 0; at < rarities.Length; at++)
            sum += at % StreamLooks.Count == StreamLooks.Count - 1 ? shape.RecordWeight * rarities[at] : Math.Pow(rarities[at], shape.Agreement);
        return HeldBack(sum / Memories.Count);
    }

    /// <summary>The score where it is larger than all of the last stretch, which grows with what has been seen; else 0.</summary>
    private double HeldBack(double score)
    {
        var stretch = Math.Max(HeldBackAtLeast, (int)(_seen * shape.HeldBack));
        while (_held.First is { } oldest && oldest.Value.At < _seen - stretch)
            _held.RemoveFirst();
        var beaten = _held.First is not { } largest || largest.Value.Score < score;
        // Only those that no later one beats can hold anything back.
        while (_held.Last is { } last && last.Value.Score <= score)
            _held.RemoveLast();
        _held.AddLast((_seen, score));
        _seen++;
        return beaten ? score : 0;
    }
}
