using System.Collections;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// What one operation, or one event, may lay out: every list item, every value resolved ahead and every object counts one, before it is kept. The estimate of costs takes lists to have an
/// assumed length; where theirs is another, nesting makes a power of it, and this is what stands between that and the memory. Safe for fields that are resolved beside each other.
/// </summary>
internal sealed class ObjectBudget(int most, CancellationToken cancellation)
{
    private const int CheckEvery = 256;

    private long _taken;

    /// <summary>What was thrown for it, once it is over.</summary>
    public ResultTooLargeException? Broke => Interlocked.Read(ref _taken) > most ? Over() : null;

    /// <exception cref="ResultTooLargeException">It is over, and stays so.</exception>
    public void Take(int count)
    {
        if (Interlocked.Add(ref _taken, count) > most) throw Over();
    }

    /// <summary>The value as a list that can be walked twice and gives the same both times. A sequence is read no further than may be kept.</summary>
    public IList List(object value) => value switch
    {
        IList list => list,
        IEnumerable sequence and not string => Bounded(sequence.Cast<object?>()).ToList(),
        _ => throw new InvalidOperationException($"Expected a list, found {value.GetType().Name}."),
    };

    /// <summary>The items of a sequence, which may be made while they are read and need have no end.</summary>
    public IEnumerable<T> Bounded<T>(IEnumerable<T> items)
    {
        var read = 0;
        foreach (var item in items)
        {
            Room(++read);
            yield return item;
        }
    }

    /// <summary>Whether one more list of this length could be kept at all; it is not counted yet.</summary>
    /// <exception cref="ResultTooLargeException">It could not.</exception>
    public void Room(int length)
    {
        if (length % CheckEvery == 0) cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Read(ref _taken) + length <= most) return;
        Take(length);
    }

    private ResultTooLargeException Over() => new($"The result has more than {most} objects and list items: ask for fewer, or nest them less.");
}
