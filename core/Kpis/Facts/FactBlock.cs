using EcomIntel.Core.Events;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>The facts that a range of operations makes. A function of the operations alone: the same range gives the same rows.</summary>
public sealed class FactBlock
{
    private readonly FactRows[] _facts;

    private FactBlock(long from, long to, IReadOnlyList<Fact> facts) => (From, To, _facts) = (from, to, [.. facts.Select(fact => fact.Begin())]);

    /// <summary>First and last sequence.</summary>
    public long From { get; }

    public long To { get; }

    /// <summary>Of each fact, in the order in which they are written.</summary>
    internal IReadOnlyList<FactRows> Facts => _facts;

    public int Rows => _facts.Sum(fact => fact.Count);

    /// <param name="operations">In order, without a gap.</param>
    /// <param name="facts">In the order in which they are written.</param>
    /// <exception cref="System.Text.Json.JsonException">One is not what its type says: it was not written by the hub.</exception>
    public static FactBlock Of(IReadOnlyList<Operation> operations, IReadOnlyList<Fact> facts)
    {
        ArgumentNullException.ThrowIfNull(operations);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentOutOfRangeException.ThrowIfZero(operations.Count);
        var block = new FactBlock(operations[0].Sequence, operations[^1].Sequence, facts);
        var readers = block._facts.SelectMany(rows => rows.Fact.OperationTypes, (rows, type) => (Type: type, Rows: rows))
            .GroupBy(each => each.Type, each => each.Rows, StringComparer.Ordinal)
            .ToDictionary(each => each.Key, each => each.ToArray(), StringComparer.Ordinal);
        foreach (var operation in operations)
        {
            // Types that make no fact are passed over: a sink of an older version must not stop at an operation it does not know.
            if (!readers.TryGetValue(operation.Type, out var made))
                continue;
            var data = new OperationData(operation);
            foreach (var rows in made)
                rows.Add(data);
        }
        return block;
    }
}
