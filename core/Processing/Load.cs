using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>
/// When something is loaded. Each stage is one round trip, and may name what the next ones load. Locks are taken in one order everywhere: what has an id of
/// its own by id, then skus.
/// </summary>
internal enum Stage
{
    /// <summary>Small tables, and the ids of what else to load. Locks nothing.</summary>
    References,

    /// <summary>The ids of what due work looks at, where some may fall due in the batch. Locks nothing.</summary>
    DueWork,

    /// <summary>The ids of what is looked at beside all that is named by then. Locks nothing; asked only where a policy wants it.</summary>
    Companions,

    /// <summary>Orders and what else is locked by its id.</summary>
    Aggregates,

    /// <summary>Items, by whose rows stock is locked, and their stock.</summary>
    Skus,

    /// <summary>What happened after an event that comes late, where it matters to what is made of the event. Locks nothing.</summary>
    Late,
}

/// <summary>The business time that passes in a batch, and in which due work may run.</summary>
/// <param name="From">How far it had come; null where it begins.</param>
/// <param name="Until">How far it comes.</param>
/// <param name="Sweep">
/// Once an hour, and in a replay always: what due work looks at is looked for wholly, and not by what was noted down for it. So what nobody noted (an older
/// version that works beside this one, a rule that holds from now on) waits an hour at most.
/// </param>
/// <param name="LoadAll">Whatever due work looks at must be at hand: it is known to run, or live, the hour's sweep is due.</param>
internal sealed record PassingTime(DateTimeOffset? From, DateTimeOffset Until, bool Sweep, bool LoadAll)
{
    /// <summary>As of <see cref="MostDue"/>.</summary>
    public const int UsualMostDue = 2_000;

    private readonly HashSet<IDueWork> _taken = [], _left = [];
    private DateTimeOffset _completeUntil = DateTimeOffset.MaxValue, _first = DateTimeOffset.MaxValue;

    /// <summary>
    /// Most of what is due by itself (a reservation, a return) that one batch takes, so that what has piled up is no load that cannot be carried. Live the rest
    /// is for the next. In a replay each is done at its own instant: there time passes in parts, each in a transaction of its own.
    /// </summary>
    public int MostDue { get; init; } = UsualMostDue;

    /// <summary>As of <see cref="PartOfTime.AtOnce"/>.</summary>
    public bool AtOnce { get; init; }

    /// <summary>More is due by itself than was taken.</summary>
    public bool HasMore => _left.Count > 0;

    public bool HasMoreOf(IDueWork work) => _left.Contains(work);

    /// <summary>It is due by itself, and was taken as far as <see cref="MostDue"/> goes.</summary>
    public bool Takes(IDueWork work) => _taken.Contains(work);

    /// <exception cref="MoreDueException">Not all of what is due by then was taken.</exception>
    public void AssertComplete(DateTimeOffset until, DateTimeOffset? clock)
    {
        if (until <= _completeUntil)
            return;
        throw new MoreDueException(_completeUntil > clock ? new(_completeUntil, AtOnce: false) : new(Instant.Later(clock, _first), AtOnce: true));
    }

    public void Take(IDueWork work) => _taken.Add(work);

    /// <param name="first">The instant of the first that was taken.</param>
    /// <param name="rest">And of the first that was not.</param>
    public void LeaveRest(IDueWork work, DateTimeOffset first, DateTimeOffset rest)
    {
        _left.Add(work);
        var complete = rest.AddTicks(-TimeSpan.TicksPerMicrosecond);
        (_completeUntil, _first) = (complete < _completeUntil ? complete : _completeUntil, first < _first ? first : _first);
    }
}

/// <summary>A part of the time that passes in a replay, where more falls due by itself than one batch takes.</summary>
/// <param name="Until">All that is due up to then is taken.</param>
/// <param name="AtOnce">As much as is taken of what is due then, or was before: business time does not come there yet.</param>
internal readonly record struct PartOfTime(DateTimeOffset Until, bool AtOnce);

/// <summary>In a replay more falls due by itself than one batch takes: the batch is undone, and first a part of the time passes.</summary>
internal sealed class MoreDueException(PartOfTime part) : Exception($"more falls due by {part.Until:u} than one batch takes")
{
    public PartOfTime Part { get; } = part;
}

/// <summary>Due work fell due that was not foreseen when the batch was loaded: the batch is undone and tried again with what it looks at.</summary>
internal sealed class DueWorkNotLoadedException() : Exception("what falls due was not loaded");

/// <summary>The statements of one stage: they go to PostgreSQL together.</summary>
/// <param name="passing">As <see cref="Passing"/>.</param>
internal sealed class Load(Keys keys, PassingTime? passing, NpgsqlBatch batch)
{
    private readonly List<Action<NpgsqlDataReader>> _readers = [];
    private readonly List<Action<NpgsqlDataReader>> _wholeReaders = [];
    private NpgsqlBatch? _whole;

    /// <summary>What is named so far; readers may name more for the next stage.</summary>
    public Keys Keys { get; } = keys;

    /// <summary>The time that passes; null where no due work runs in this batch.</summary>
    public PassingTime? Passing { get; } = passing;

    /// <param name="read">Called for each row.</param>
    public void Query(string sql, object[] parameters, Action<NpgsqlDataReader> read)
    {
        batch.Add(sql, parameters);
        _readers.Add(read);
    }

    /// <summary>
    /// A question over whole tables, asked now and then: planned each time by how large they are then, where a plan that was kept may be of when they were
    /// small. They go together after the others of their stage.
    /// </summary>
    public void QueryWhole(string sql, object[] parameters, Action<NpgsqlDataReader> read)
    {
        (_whole ??= new(batch.Connection, batch.Transaction)).Add(sql, parameters);
        _wholeReaders.Add(read);
    }

    /// <summary>Asks for what of some work is due by itself by the end of the time that passes.</summary>
    /// <param name="sql">In the order in which it is due, the instant first; $1: until when, $2: how many.</param>
    /// <param name="read">Called for each row that is taken.</param>
    public void Due(IDueWork work, string sql, Action<NpgsqlDataReader> read)
    {
        if (Passing is not { } passing)
            return;
        passing.Take(work);
        var (count, first) = (0, default(DateTimeOffset));
        Query(sql, [passing.Until, passing.MostDue + 1], row =>
        {
            var at = row.GetFieldValue<DateTimeOffset>(0);
            if (count++ == 0)
                first = at;
            if (count <= passing.MostDue)
                read(row);
            else
                passing.LeaveRest(work, first, at);
        });
    }

    /// <param name="rest">What follows FROM: which rows, in what order, how they are locked.</param>
    public void Rows<TRow>(Table<TRow> table, string rest, object[] parameters, Action<TRow> add) where TRow : Row =>
        Query($"{table.Select} {rest}", parameters, reader => add(table.Read(reader)));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_readers.Count > 0)
            await ReadAsync(await batch.ReadPreparedAsync(cancellationToken), _readers, cancellationToken);
        if (_whole is null)
            return;
        await using (_whole)
            await ReadAsync(await _whole.ExecuteReaderAsync(cancellationToken), _wholeReaders, cancellationToken);
    }

    private static async Task ReadAsync(NpgsqlDataReader results, List<Action<NpgsqlDataReader>> readers, CancellationToken cancellationToken)
    {
        await using var reader = results;
        for (var index = 0; index < readers.Count; index++)
        {
            if (index > 0)
                await reader.NextResultAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
                readers[index](reader);
        }
    }
}
