using System.Collections;

namespace EcomIntel.GraphQL.Engine.Execution;

/// <summary>
/// The budget of objects of one operation, or one event: every list item, every value resolved ahead and every object counts one, before it is kept. The cost
/// estimate assumes list lengths; where real lists are longer, nesting multiplies the difference, and this budget protects the memory. Thread-safe.
/// </summary>
internal sealed class ObjectBudget(int max, CancellationToken cancellation)
{
    private const int CheckEvery = 256;

    private long _taken;

    /// <summary>The exception for an exceeded budget; null while it is not.</summary>
    public ResultTooLargeException? Exceeded => Interlocked.Read(ref _taken) > max ? TooLarge() : null;

    /// <exception cref="ResultTooLargeException">The budget is exceeded, and stays so.</exception>
    public void Take(int count)
    {
        if (Interlocked.Add(ref _taken, count) > max) throw TooLarge();
    }

    /// <summary>The value as a list that can be enumerated twice with the same items. A sequence is read no further than the budget allows.</summary>
    public IList List(object value) => value switch
    {
        IList list => list,
        IEnumerable sequence and not string => Bounded(sequence.Cast<object?>()).ToList(),
        _ => throw new InvalidOperationException($"Expected a list, found {value.GetType().Name}."),
    };

    /// <summary>The items of a sequence, which may be lazy or infinite, within the budget.</summary>
    public IEnumerable<T> Bounded<T>(IEnumerable<T> items)
    {
        var read = 0;
        foreach (var item in items)
        {
            EnsureRoom(++read);
            yield return item;
        }
    }

    /// <summary>Throws if a list of this length would exceed the budget; does not count it.</summary>
    /// <exception cref="ResultTooLargeException">It would.</exception>
    public void EnsureRoom(int length)
    {
        if (length % CheckEvery == 0) cancellation.ThrowIfCancellationRequested();
        if (Interlocked.Read(ref _taken) + length <= max) return;
        Take(length);
    }

    private ResultTooLargeException TooLarge() => new($"The result has more than {max} objects and list items: select fewer, or nest them less.");
}
