using System.Text;

namespace EcomIntel.Embedded.ClickHouse.Statements;

internal enum StatementKind
{
    /// <summary>Returns rows: its result goes through a pipe, and it is cancelled when its client goes away.</summary>
    Read,

    /// <summary>An INSERT whose data follow it.</summary>
    InsertData,

    /// <summary>INSERT ... SELECT: returns nothing, and is cancelled when its client goes away.</summary>
    InsertSelect,

    /// <summary>All else: DDL, SET, SYSTEM, KILL. Runs to its end once begun.</summary>
    Other,
}

/// <summary>
/// A statement as far as the front must know it: what it is, its format, and the edits that turn the client's text into the engine's.
/// </summary>
/// <param name="Format">The FORMAT it names (Values for VALUES); null when it names none.</param>
/// <param name="TextEnd">Behind the last byte of SQL.</param>
/// <param name="DataStart">For <see cref="StatementKind.InsertData"/>: where its data begin.</param>
/// <param name="Edits">In the order of the text, none overlapping.</param>
internal sealed record Statement(StatementKind Kind, string? Format, int TextEnd, int DataStart, IReadOnlyList<StatementEdit> Edits)
{
    /// <summary>The text for the engine.</summary>
    /// <param name="file">The pipe a result goes to, or the file an INSERT reads.</param>
    /// <param name="compression">How that file is compressed, as COMPRESSION names it.</param>
    public byte[] Text(ReadOnlySpan<byte> sql, string file = "", string compression = "none")
    {
        var text = new List<byte>(TextEnd + 128);
        var at = 0;
        foreach (var edit in Edits)
        {
            text.AddRange(sql[at..edit.Start]);
            text.AddRange(Encoding.UTF8.GetBytes(edit.Text
                .Replace(StatementEdit.File, Quoting.Literal(file), StringComparison.Ordinal)
                .Replace(StatementEdit.Compression, Quoting.Literal(compression), StringComparison.Ordinal)));
            at = edit.Start + edit.Length;
        }

        text.AddRange(sql[at..TextEnd]);
        return [.. text];
    }
}

/// <param name="Length">Bytes replaced; 0 inserts.</param>
/// <param name="Text">What comes there; <see cref="File"/> and <see cref="Compression"/> stand for what is known only when it runs.</param>
internal sealed record StatementEdit(int Start, int Length, string Text)
{
    public const string File = "\u0001";
    public const string Compression = "\u0002";
}
