using System.Diagnostics;
using EcomIntel.Core.Database;
using EcomIntel.Core.Events;
using Npgsql;

namespace EcomIntel.Core.Processing;

/// <summary>Rows that are numbered, gaplessly and in the order of commits, when the transaction has the right to.</summary>
/// <param name="Series">Of the table <c>sequences</c>: the column that holds the last number.</param>
/// <param name="Assign">Gives out numbers from the one after the given on.</param>
internal sealed record NumberedRows(string Series, Func<int> Count, Action<long> Assign, Action<NpgsqlBatch> Save);

/// <summary>
/// All that one batch reads and changes, in memory: facts loaded in bulk, decided on in order, saved in bulk. What of it there is, the slices say.
/// </summary>
internal sealed class Workspace
{
    private readonly Dictionary<Type, object> _shared = [];
    private readonly Dictionary<EventType, Func<CloudEvent, Rejection?>> _handlers = [];
    private readonly List<(EventType Type, Action<CloudEvent, Keys> Name)> _names = [];
    private readonly ILookup<EventType, Action<CloudEvent, Keys>> _namesByType;
    private readonly List<(Stage Stage, Action<Load> Add)> _loads = [];
    private readonly List<Action<NpgsqlBatch>> _saves = [];
    private readonly List<NumberedRows> _numbered = [];
    private readonly List<Func<CloudEvent, Rejection?>> _beforeEach = [];
    private readonly List<Action<CloudEvent>> _afterEach = [];
    private readonly List<IDueWork> _due = [];

    public Workspace(SliceSet slices)
    {
        foreach (var slice in slices.All)
            slice.Open(this);
        _namesByType = _names.ToLookup(name => name.Type, name => name.Name);
    }

    public Outbox Outbox { get; } = new();

    public IReadOnlyList<IDueWork> Due => _due;

    public IReadOnlyList<NumberedRows> Numbered => _numbered;

    /// <summary>PostgreSQL's clock, as <see cref="WallClock"/> has it. In a replay only what is kept by the wall clock goes by it.</summary>
    public DateTimeOffset WallNow { get; init; }

    /// <summary>Business time is the wall clock.</summary>
    public bool IsLive { get; init; }

    /// <summary>When an event took effect: at its time, but live not later than now, however far its producer's clock is ahead.</summary>
    public DateTimeOffset EffectOf(CloudEvent e) => IsLive && e.Time > WallNow ? WallNow : e.Time;

    /// <summary>What a slice shares with those that come after it.</summary>
    public T Share<T>(T part) where T : class
    {
        _shared.Add(typeof(T), part);
        return part;
    }

    public T Get<T>() where T : class => (T)_shared[typeof(T)];

    /// <summary>The one handler of a type of event: it applies it wholly or not at all, and returns why not.</summary>
    /// <param name="names">What must be loaded for it.</param>
    public void On<TData>(EventType type, Func<CloudEvent, TData, Rejection?> apply, Action<CloudEvent, TData, Keys>? names = null)
        where TData : class, IEventData
    {
        _handlers.Add(type, e => apply(e, (TData)e.Data));
        if (names is not null)
            Names(type, names);
    }

    /// <summary>What must be loaded for an event beside what its handler's slice says.</summary>
    public void Names<TData>(EventType type, Action<CloudEvent, TData, Keys> names) where TData : class, IEventData =>
        _names.Add((type, (e, keys) => names(e, (TData)e.Data, keys)));

    public void Load(Stage stage, Action<Load> add) => _loads.Add((stage, add));

    public void Save(Action<NpgsqlBatch> save) => _saves.Add(save);

    public void Save(NumberedRows rows) => _numbered.Add(rows);

    /// <summary>Asked before each event, whatever its type: why it may not be applied; null if it may.</summary>
    public void BeforeEach(Func<CloudEvent, Rejection?> refuse) => _beforeEach.Add(refuse);

    /// <summary>What is done after each event, applied or refused.</summary>
    public void AfterEach(Action<CloudEvent> settle) => _afterEach.Add(settle);

    /// <summary>Something is known now, or has come further, that events may await: see <see cref="Rejection.Awaits"/>.</summary>
    /// <param name="key">For example <c>order/O-3</c>.</param>
    public void Provide(string key) => Provided.Add(key);

    /// <summary>What was provided since it was last looked at.</summary>
    public HashSet<string> Provided { get; } = new(StringComparer.Ordinal);

    public void RunWhenDue(IDueWork work) => _due.Add(work);

    public void NameKeys(CloudEvent e, Keys keys)
    {
        keys.AddTime(EffectOf(e));
        foreach (var name in _namesByType[e.Type])
            name(e, keys);
    }

    /// <param name="passing">As of <see cref="Processing.Load.Passing"/>.</param>
    public async Task LoadAsync(NpgsqlConnection connection, Keys keys, PassingTime? passing, CancellationToken cancellationToken)
    {
        foreach (var stage in Enum.GetValues<Stage>())
        {
            await using var batch = connection.CreateBatch();
            var load = new Load(keys, passing, batch);
            foreach (var (of, add) in _loads)
                if (of == stage)
                    add(load);
            await load.RunAsync(cancellationToken);
        }
    }

    /// <summary>Applies one event, wholly or not at all.</summary>
    /// <returns>Why not; null if it was.</returns>
    public Rejection? Apply(CloudEvent e)
    {
        if (e.Data is ClockTicked)
            return new(RejectionCodes.ClockNotReplayed, "business time moves when every partition has ticked, not by one event that is tried again");
        if (!_handlers.TryGetValue(e.Type, out var apply))
            throw new UnreachableException($"no slice applies {e.Type}");
        foreach (var refuse in _beforeEach)
            if (refuse(e) is { } refused)
                return refused;
        var rejection = apply(e);
        foreach (var settle in _afterEach)
            settle(e);
        return rejection;
    }

    public void Save(NpgsqlBatch batch)
    {
        foreach (var save in _saves)
            save(batch);
    }
}
