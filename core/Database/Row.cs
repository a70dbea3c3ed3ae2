namespace EcomIntel.Core.Database;

/// <summary>
/// A row of a <see cref="Table{TRow}"/> in memory: it keeps what the database has of it, so that a change shows by comparison and nobody must remember to mark
/// it.
/// </summary>
internal abstract class Row
{
    /// <summary>As it was loaded; null where the row is new.</summary>
    internal Row? Stored { get; private set; }

    /// <summary>What the row says now is what the database has.</summary>
    internal void MarkStored() => Stored = (Row)MemberwiseClone();
}
