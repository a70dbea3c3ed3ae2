using System.Text;
using EcomIntel.Embedded.ClickHouse.Native;

namespace EcomIntel.Embedded.ClickHouse;

/// <summary>A table that comes with a statement and lasts as long: libchdb has none, so it is a temporary table of the connection.</summary>
/// <param name="Structure">Its columns, as CREATE TABLE has them.</param>
/// <param name="Format">The format of its data.</param>
internal sealed record ExternalTable(string Name, string Structure, string Format, Spool Data)
{
    public byte[] CreateSql => Encoding.UTF8.GetBytes($"CREATE TEMPORARY TABLE {Quoting.Identifier(Name)} ({Structure})");

    public byte[] FillSql => Encoding.UTF8.GetBytes(
        $"INSERT INTO {Quoting.Identifier(Name)} FROM INFILE {Quoting.Literal(Data.EnginePath)} COMPRESSION 'none' FORMAT {Format}");

    public byte[] DropSql => Encoding.UTF8.GetBytes($"DROP TEMPORARY TABLE IF EXISTS {Quoting.Identifier(Name)}");

    /// <summary>The structure that a list of types alone stands for: columns _1, _2 and so on.</summary>
    public static string? Columns(string? types) =>
        types is null ? null : string.Join(", ", NativeTypeParser.Split(types).Select((type, index) => $"_{index + 1} {type}"));
}
