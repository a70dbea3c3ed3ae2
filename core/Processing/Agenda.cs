namespace EcomIntel.Core.Processing;

/// <summary>What falls due when, of what is at hand. Due work is asked for it between all events, so it is kept in order and not searched for.</summary>
internal sealed class Agenda<TKey> where TKey : notnull, IComparable<TKey>
{
    private readonly Dictionary<TKey, DateTimeOffset> _instants = [];
    private readonly SortedSet<(DateTimeOffset At, TKey Key)> _ordered = [];

    public DateTimeOffset? First => _ordered.Count == 0 ? null : _ordered.Min.At;

    /// <param name="at">Null: it does not fall due.</param>
    public void Set(TKey key, DateTimeOffset? at)
    {
        if (_instants.TryGetValue(key, out var before))
        {
            if (before == at)
                return;
            _ordered.Remove((before, key));
            _instants.Remove(key);
        }
        if (at is not { } instant)
            return;
        _instants.Add(key, instant);
        _ordered.Add((instant, key));
    }

    /// <summary>As of <see cref="IDueWork.NextAfter"/>. What was heard of only after its instant falls due as soon as time passes.</summary>
    public DateTimeOffset? NextAfter(DateTimeOffset from) => First is not { } first || first > from ? First : from.AddTicks(TimeSpan.TicksPerMicrosecond);

    /// <summary>As of <see cref="IDueWork.IsDueNow"/>.</summary>
    public bool IsDue(DateTimeOffset now) => First <= now;

    /// <summary>The earliest first, those of one instant in the order of their keys.</summary>
    public List<TKey> DueBy(DateTimeOffset at) => [.. _ordered.TakeWhile(due => due.At <= at).Select(due => due.Key)];
}
