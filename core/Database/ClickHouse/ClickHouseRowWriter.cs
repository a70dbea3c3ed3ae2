using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// Takes a row's values in the columns' order. A value of the column's own CLR type (see <see cref="ClickHouseDataReader"/>) is written without boxing; others
/// are converted if nothing is lost: integers that fit, DateTimeOffset and DateOnly to times and dates, enums to names, collections to arrays.
/// </summary>
public sealed class ClickHouseRowWriter
{
    private readonly ClickHouseColumns columns;
    private readonly RowBinaryWriter body;
    private int next;

    internal ClickHouseRowWriter(ClickHouseColumns columns, RowBinaryWriter body)
    {
        this.columns = columns;
        this.body = body;
    }

    /// <summary>Rows finished.</summary>
    internal int Rows { get; private set; }

    /// <exception cref="ArgumentException">The value does not fit its column, or the row is full.</exception>
    public void Write<T>(T value)
    {
        var codec = Next();
        try
        {
            if (value is null)
            {
                codec.WriteBoxed(body, null);
            }
            else if (codec is Codec<T> own)
            {
                own.Write(body, value);
            }
            else if (codec.InNullable is Codec<T> present)
            {
                body.Byte(0);
                present.Write(body, value);
            }
            else
            {
                codec.WriteBoxed(body, value);
            }
        }
        catch (Exception unfit) when (unfit is InvalidCastException or OverflowException or FormatException)
        {
            throw Unfit(unfit);
        }
    }

    /// <summary>A value whose type is known only at run time.</summary>
    /// <inheritdoc cref="Write{T}"/>
    public void WriteObject(object? value)
    {
        var codec = Next();
        try
        {
            codec.WriteBoxed(body, value);
        }
        catch (Exception unfit) when (unfit is InvalidCastException or OverflowException or FormatException)
        {
            throw Unfit(unfit);
        }
    }

    public void WriteNull() => WriteObject(null);

    internal void EndRow()
    {
        if (next < columns.Codecs.Length)
            throw new ArgumentException($"Row {Rows} has {next} values for {columns.Codecs.Length} columns: '{columns.Names[next]}' is the first without one.");
        next = 0;
        Rows++;
    }

    private Codec Next() =>
        next < columns.Codecs.Length ? columns.Codecs[next++] : throw new ArgumentException($"Row {Rows} has more than its {columns.Codecs.Length} columns' values.");

    private ArgumentException Unfit(Exception unfit) =>
        new($"Row {Rows}, column '{columns.Names[next - 1]}' ({columns.Codecs[next - 1].TypeName}): {unfit.Message}", unfit);
}
