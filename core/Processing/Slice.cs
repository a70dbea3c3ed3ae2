using EcomIntel.Core.Kpis.Facts;

namespace EcomIntel.Core.Processing;

/// <summary>
/// A part of the domain, as processing knows it. It says in <see cref="Open"/> what it plugs into a batch: which events it applies with what, what must be
/// loaded for them, what it saves, what falls due in it. Slices are opened in the order of <see cref="SliceSet"/>, so one may take what those before it
/// share.
/// </summary>
internal abstract class Slice
{
    /// <summary>What of it is kept in ClickHouse.</summary>
    public virtual IReadOnlyList<Fact> Facts => [];

    /// <summary>
    /// An SQL condition, cheap to ask each second: due work of it waits that may be due before the next full minute. Null where there never is.
    /// </summary>
    public virtual string? WaitsSoon => null;

    /// <summary>Called once for each batch.</summary>
    public abstract void Open(Workspace workspace);
}

/// <summary>All slices there are: those that others build on come first.</summary>
public sealed class SliceSet
{
    internal SliceSet(params IReadOnlyList<Slice> all) => All = all;

    internal IReadOnlyList<Slice> All { get; }

    /// <summary>As of <see cref="Slice.WaitsSoon"/>, of any of them.</summary>
    internal string WaitsSoon => field ??= string.Join(" OR ", All.Select(slice => slice.WaitsSoon).OfType<string>().DefaultIfEmpty("false"));
}

/// <summary>Something that happens by the passing of business time.</summary>
internal interface IDueWork
{
    /// <summary>The next instant after <paramref name="from"/> at which it falls due; null while there is nothing to do.</summary>
    DateTimeOffset? NextAfter(DateTimeOffset from);

    /// <summary>Whether it must not wait for its instant.</summary>
    bool IsDueNow(DateTimeOffset now);

    /// <summary>Of instants that were missed while nobody was at work, only the latest is worth running.</summary>
    bool OnlyLatest { get; }

    void Run(DateTimeOffset at);
}
