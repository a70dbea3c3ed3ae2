using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// The rows of one query, read as they come: memory holds one buffer, not the result. DateTime columns give UTC whatever zone they are shown in, Date gives
/// midnight of no kind (or DateOnly, on asking), Enum its name, Array an array, Map a Dictionary, Tuple an object array, 128 and 256 bit integers BigInteger.
/// A failure of the server half way is thrown by the Read that meets it.
/// </summary>
[SuppressMessage("Design", "CA1010", Justification = "What an ADO.NET reader is, is System.Data's to say.")]
public sealed class ClickHouseDataReader : DbDataReader
{
    internal const string Format = "RowBinaryWithNamesAndTypes";
    private readonly ResultStream stream;
    private readonly ClickHouseConnection connection;
    private readonly CommandBehavior behavior;
    private readonly HttpResponseMessage response;
    private string[] names = [];
    private Codec[] codecs = [];
    private int[] offsets = [];
    private Dictionary<string, int>? ordinals;
    private bool onRow;
    private bool peeked;
    private bool rows;

    internal ClickHouseDataReader(HttpResponseMessage response, Abort abort, ClickHouseConnection connection, CommandBehavior behavior)
    {
        this.response = response;
        this.connection = connection;
        this.behavior = behavior;
        stream = new(response, abort, connection.DataSource);
    }

    public override int Depth => 0;

    public override int FieldCount => names.Length;

    public override bool HasRows => rows;

    public override bool IsClosed => stream.IsClosed;

    public override int RecordsAffected => -1;

    /// <summary>The id under which system.query_log has the query.</summary>
    public string? QueryId => stream.QueryId;

    public override object this[int ordinal] => GetValue(ordinal);

    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read() => MoveAsync(async: false, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override Task<bool> ReadAsync(CancellationToken cancellationToken) => MoveAsync(async: true, cancellationToken).AsTask();

    /// <summary>False: a ClickHouse query has one result.</summary>
    public override bool NextResult()
    {
        onRow = false;
        return false;
    }

    public override string GetName(int ordinal) => names[ordinal];

    public override int GetOrdinal(string name)
    {
        ordinals ??= Ordinals();
        return ordinals.TryGetValue(name, out var ordinal) || (ordinal = Array.FindIndex(names, own => own.Equals(name, StringComparison.OrdinalIgnoreCase))) >= 0
            ? ordinal
            : throw new ArgumentOutOfRangeException(nameof(name), name, $"The result has no column '{name}'; it has {string.Join(", ", names)}.");
    }

    /// <summary>The type as ClickHouse names it.</summary>
    public override string GetDataTypeName(int ordinal) => codecs[ordinal].TypeName;

    public override Type GetFieldType(int ordinal) => codecs[ordinal].ClrType;

    public override bool IsDBNull(int ordinal)
    {
        var reader = At(ordinal, out var codec);
        return codec is NothingCodec || (codec.InNullable is { } inner && (reader.Byte() == 1 || inner is NothingCodec));
    }

    public override object GetValue(int ordinal)
    {
        var reader = At(ordinal, out var codec);
        return codec.ReadBoxed(ref reader) ?? DBNull.Value;
    }

    public override int GetValues(object[] values)
    {
        var count = Math.Min(values.Length, FieldCount);
        for (var i = 0; i < count; i++)
            values[i] = GetValue(i);
        return count;
    }

    /// <summary>
    /// The value as T: without boxing where T is the column's own type; otherwise converted if nothing is lost by it. Also DateTimeOffset and DateOnly of times
    /// and dates, byte[] of strings, and T? for what may be NULL.
    /// </summary>
    /// <exception cref="InvalidCastException">NULL where T takes none, or no such conversion.</exception>
    public override T GetFieldValue<T>(int ordinal)
    {
        var reader = At(ordinal, out var codec);
        if (codec is Codec<T> own)
            return own.Read(ref reader) is { } value ? value : default(T) is null && typeof(T).IsValueType ? default! : throw Null(ordinal);
        if (codec.InNullable is { } inner)
        {
            if (reader.Byte() == 1)
                return typeof(T) == typeof(object) ? (T)(object)DBNull.Value : typeof(T).IsValueType && default(T) is null ? default! : throw Null(ordinal);
            codec = inner;
            if (codec is Codec<T> present)
                return present.Read(ref reader);
        }

        if (typeof(T) == typeof(byte[]))
        {
            return codec switch
            {
                StringCodec => (T)(object)reader.Bytes().ToArray(),
                FixedStringCodec fixedString => (T)(object)reader.Take(fixedString.Size).ToArray(),
                _ => throw Unfit(ordinal, typeof(T)),
            };
        }

        return (T)Converted(codec.ReadBoxed(ref reader), Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), ordinal);
    }

    public override bool GetBoolean(int ordinal) => GetFieldValue<bool>(ordinal);

    public override byte GetByte(int ordinal) => GetFieldValue<byte>(ordinal);

    public override char GetChar(int ordinal) => GetString(ordinal) is [var one] ? one : throw Unfit(ordinal, typeof(char));

    public override DateTime GetDateTime(int ordinal) => GetFieldValue<DateTime>(ordinal);

    public override decimal GetDecimal(int ordinal) => GetFieldValue<decimal>(ordinal);

    public override double GetDouble(int ordinal) => GetFieldValue<double>(ordinal);

    public override float GetFloat(int ordinal) => GetFieldValue<float>(ordinal);

    public override Guid GetGuid(int ordinal) => GetFieldValue<Guid>(ordinal);

    public override short GetInt16(int ordinal) => GetFieldValue<short>(ordinal);

    public override int GetInt32(int ordinal) => GetFieldValue<int>(ordinal);

    public override long GetInt64(int ordinal) => GetFieldValue<long>(ordinal);

    public override string GetString(int ordinal) => GetFieldValue<string>(ordinal);

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) =>
        Part(GetFieldValue<byte[]>(ordinal), dataOffset, buffer, bufferOffset, length);

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) =>
        Part(GetString(ordinal).ToCharArray(), dataOffset, buffer, bufferOffset, length);

    public override IEnumerator GetEnumerator() => new DbEnumerator(this, closeReader: false);

    public override DataTable GetSchemaTable()
    {
        var schema = new DataTable("SchemaTable") { Locale = CultureInfo.InvariantCulture };
        schema.Columns.Add(SchemaTableColumn.ColumnName, typeof(string));
        schema.Columns.Add(SchemaTableColumn.ColumnOrdinal, typeof(int));
        schema.Columns.Add(SchemaTableColumn.DataType, typeof(Type));
        schema.Columns.Add(SchemaTableColumn.AllowDBNull, typeof(bool));
        schema.Columns.Add("DataTypeName", typeof(string));
        for (var i = 0; i < names.Length; i++)
            schema.Rows.Add(names[i], i, codecs[i].ClrType, codecs[i].InNullable is not null, codecs[i].TypeName);
        return schema;
    }

    /// <summary>Closes; what the server has still to send is not waited for.</summary>
    public override void Close()
    {
        if (stream.IsClosed)
            return;
        stream.Dispose();
        onRow = false;
        if (behavior.HasFlag(CommandBehavior.CloseConnection))
            connection.Close();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    /// <summary>Reads the header, and the first row, so that HasRows can be answered and a query that fails at once fails here.</summary>
    internal async Task StartAsync(bool async)
    {
        if (Transport.Header(response, "X-ClickHouse-Format") is { } format && format != Format && response.Content.Headers.ContentLength != 0)
            throw new NotSupportedException($"The query asks for format {format}: leave the FORMAT clause out, a reader reads {Format}.");
        await stream.OpenAsync(async);
        if (await stream.ParseAsync(async, Header, CancellationToken.None) is { } header)
        {
            names = header.Names;
            codecs = [.. header.Names.Select((name, index) => Codecs.For(name, header.Types[index]))];
            offsets = new int[names.Length];
            peeked = rows = await MoveAsync(async, CancellationToken.None);
            onRow = false;
        }
    }

    private static (string[] Names, string[] Types) Header(ref RowBinaryReader reader)
    {
        var count = reader.Length();
        var texts = new List<string>();
        for (var i = 0; i < 2 * (long)count && !reader.Short; i++)
            texts.Add(System.Text.Encoding.UTF8.GetString(reader.Bytes()));
        return reader.Short ? ([], []) : ([.. texts[..count]], [.. texts[count..]]);
    }

    private async ValueTask<bool> MoveAsync(bool async, CancellationToken token)
    {
        ObjectDisposedException.ThrowIf(stream.IsClosed, this);
        if (peeked)
        {
            peeked = false;
            return onRow = true;
        }

        onRow = false;
        if (names.Length == 0)
            return false;
        return onRow = stream.TryParse(Row, out _) || await stream.ParseAsync(async, Row, token) is not null;
    }

    // Only where each value begins: values are decoded when asked for, and those never asked for not at all.
    private object? Row(ref RowBinaryReader reader)
    {
        for (var i = 0; i < codecs.Length; i++)
        {
            offsets[i] = reader.Position;
            codecs[i].Skip(ref reader);
        }

        return this;
    }

    private RowBinaryReader At(int ordinal, out Codec codec)
    {
        if (!onRow)
            throw new InvalidOperationException("The reader is not on a row: call Read first.");
        codec = codecs[ordinal];
        return new(stream.Data, offsets[ordinal]);
    }

    private object Converted(object? value, Type to, int ordinal)
    {
        try
        {
            return value switch
            {
                null or DBNull when to == typeof(object) => DBNull.Value,
                null or DBNull => throw Null(ordinal),
                _ when to.IsInstanceOfType(value) => value,
                DateTime instant when to == typeof(DateTimeOffset) => new DateTimeOffset(instant.WithKind(DateTimeKind.Utc)),
                DateTime day when to == typeof(DateOnly) => DateOnly.FromDateTime(day),
                BigInteger number when to == typeof(Int128) => (Int128)number,
                BigInteger number when to == typeof(UInt128) => (UInt128)number,
                BigInteger number when to == typeof(long) => (long)number,
                BigInteger number when to == typeof(ulong) => (ulong)number,
                BigInteger number when to == typeof(int) => (int)number,
                BigInteger number when to == typeof(decimal) => (decimal)number,
                BigInteger number when to == typeof(double) => (double)number,
                BigInteger number when to == typeof(string) => number.ToString(CultureInfo.InvariantCulture),
                string text when to == typeof(Guid) => Guid.Parse(text),
                string text when to.IsEnum => Enum.Parse(to, text),
                // Convert would round a fraction away and read a number out of a text.
                IConvertible and not string when to.IsPrimitive || to == typeof(decimal) => Exactly(value, to, ordinal),
                _ => throw Unfit(ordinal, to),
            };
        }
        catch (Exception unfit) when (unfit is OverflowException or FormatException)
        {
            throw new InvalidCastException($"{Unfit(ordinal, to).Message} {unfit.Message}", unfit);
        }
    }

    private object Exactly(object value, Type to, int ordinal)
    {
        var fraction = value is float or double or decimal;
        var target = to == typeof(float) || to == typeof(double) || to == typeof(decimal);
        return (!fraction || target) && value is not (DateTime or bool) && to != typeof(char) && to != typeof(bool)
            ? Convert.ChangeType(value, to, CultureInfo.InvariantCulture)
            : value is bool flag && !target && to != typeof(char)
                ? Convert.ChangeType(flag, to, CultureInfo.InvariantCulture)
                : to == typeof(bool) && value is byte and (0 or 1) ? (byte)value == 1 : throw Unfit(ordinal, to);
    }

    private InvalidCastException Null(int ordinal) => new($"Column '{names[ordinal]}' ({codecs[ordinal].TypeName}) is NULL.");

    private InvalidCastException Unfit(int ordinal, Type to) => new($"Column '{names[ordinal]}' ({codecs[ordinal].TypeName}) is not read as {to.Name}.");

    private Dictionary<string, int> Ordinals()
    {
        var all = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
            all.TryAdd(names[i], i);
        return all;
    }

    private static long Part<T>(T[] all, long from, T[]? buffer, int bufferOffset, int length)
    {
        if (buffer is null)
            return all.Length;
        var count = (int)Math.Clamp(all.Length - from, 0, Math.Min(length, buffer.Length - bufferOffset));
        Array.Copy(all, from, buffer, bufferOffset, count);
        return count;
    }
}
