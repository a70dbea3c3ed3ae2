using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using ClickHouse.Driver;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Events;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// A table of facts in ClickHouse: its rows, made from operations alone, and what of it must agree with PostgreSQL. One file says all of it, in the folder of
/// the slice whose operations it is made from.
/// </summary>
/// <param name="table">Made by a ClickHouse migration, with non_replicated_deduplication_window.</param>
public abstract class Fact(string table)
{
    public string Table { get; } = table;

    /// <summary>The same figures asked of both stores, for <c>check</c>.</summary>
    public virtual IReadOnlyList<StoreComparison> Comparisons => [];

    /// <summary>The class of its rows: each public property is a column and names it by <see cref="ClickHouseColumnAttribute"/>.</summary>
    internal abstract Type RowType { get; }

    /// <summary>The types of operation that it is made from.</summary>
    internal abstract IReadOnlyCollection<string> OperationTypes { get; }

    /// <summary>Its rows of a block, none yet.</summary>
    internal abstract FactRows Begin();
}

/// <summary>A fact with its rows.</summary>
/// <typeparam name="TRow">Computed properties are read once, when the row is sent.</typeparam>
internal abstract class Fact<TRow>(string table) : Fact(table) where TRow : class
{
    private readonly Dictionary<string, Func<OperationData, IEnumerable<TRow>>> _projections = new(StringComparer.Ordinal);

    internal override Type RowType => typeof(TRow);

    internal override IReadOnlyCollection<string> OperationTypes => _projections.Keys;

    /// <summary>Says, in the constructor, which rows an operation of a type makes: a function of the operation alone.</summary>
    protected void On<TData>(string operationType, JsonTypeInfo<TData> json, Func<Operation, TData, IEnumerable<TRow>> rows) where TData : class =>
        _projections.Add(operationType, operation => rows(operation.Operation, operation.Read(json)));

    internal override FactRows Begin() => new Rows(this);

    private protected IEnumerable<TRow> Project(OperationData operation) => _projections[operation.Operation.Type](operation);

    private sealed class Rows(Fact<TRow> fact) : FactRows(fact)
    {
        private readonly List<TRow> _rows = [];

        public override int Count => _rows.Count;

        public override void Add(OperationData operation) => _rows.AddRange(fact.Project(operation));

        protected override Task InsertAsync(ClickHouseClient client, string token, CancellationToken cancellationToken) =>
            client.InsertOnceAsync(Fact.Table, _rows, token, cancellationToken);
    }
}

/// <summary>
/// A fact whose rows replace each other (ReplacingMergeTree): of a key only the latest of a block goes out, ClickHouse would drop the others at its next merge.
/// </summary>
internal abstract class ReplacingFact<TRow>(string table) : Fact<TRow>(table) where TRow : class
{
    protected abstract string Key(TRow row);

    /// <summary>The highest stays.</summary>
    protected abstract ulong Version(TRow row);

    internal override FactRows Begin() => new Rows(this);

    private sealed class Rows(ReplacingFact<TRow> fact) : FactRows(fact)
    {
        private readonly Dictionary<string, TRow> _rows = new(StringComparer.Ordinal);

        public override int Count => _rows.Count;

        public override void Add(OperationData operation)
        {
            foreach (var row in fact.Project(operation))
            {
                var key = fact.Key(row);
                if (!_rows.TryGetValue(key, out var known) || fact.Version(known) < fact.Version(row))
                    _rows[key] = row;
            }
        }

        protected override Task InsertAsync(ClickHouseClient client, string token, CancellationToken cancellationToken) =>
            client.InsertOnceAsync(Fact.Table, _rows.Values, token, cancellationToken);
    }
}

/// <summary>A fact's rows of one block of operations.</summary>
internal abstract class FactRows(Fact fact)
{
    public Fact Fact { get; } = fact;

    public abstract int Count { get; }

    public abstract void Add(OperationData operation);

    /// <summary>One insert whose token names the table and the range: it may be sent again.</summary>
    public Task InsertAsync(ClickHouseClient client, long from, long to, CancellationToken token) =>
        InsertAsync(client, string.Create(CultureInfo.InvariantCulture, $"{Fact.Table}/{from}-{to}"), token);

    protected abstract Task InsertAsync(ClickHouseClient client, string token, CancellationToken cancellationToken);
}

/// <summary>An operation whose data is read once, for all the facts that are made from it.</summary>
internal sealed class OperationData(Operation operation)
{
    private object? _data;

    public Operation Operation => operation;

    /// <exception cref="System.Text.Json.JsonException">It is not what its type says: it was not written by the hub.</exception>
    public TData Read<TData>(JsonTypeInfo<TData> json) where TData : class
    {
        if (_data is TData read)
            return read;
        var data = operation.Read(json);
        _data = data;
        return data;
    }
}
