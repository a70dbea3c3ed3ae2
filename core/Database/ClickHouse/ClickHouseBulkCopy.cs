using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>
/// Inserts many rows as RowBinary, one INSERT a batch, serialised into pooled buffers. With a <see cref="DeduplicationToken"/> the same call may be made again
/// after a crash or a lost answer and counts once (the table needs non_replicated_deduplication_window, or to be replicated). Keep one instance for a table:
/// the column types are asked for once. Not for use by two threads at once.
/// </summary>
public sealed class ClickHouseBulkCopy
{
    private readonly ClickHouseConnection connection;
    private readonly string insert;
    private readonly string probe;
    private ClickHouseColumns? columns;

    /// <param name="connection">An open connection.</param>
    /// <param name="destinationTable"><c>table</c> or <c>database.table</c>; each part is quoted here.</param>
    /// <param name="columnNames">The columns in the order the rows have them; those left out get their defaults.</param>
    public ClickHouseBulkCopy(ClickHouseConnection connection, string destinationTable, params IReadOnlyList<string> columnNames)
    {
        if (columnNames.Count == 0)
            throw new ArgumentException("A bulk insert needs its columns named: a table's order is not a contract.", nameof(columnNames));
        this.connection = connection;
        DestinationTableName = destinationTable;
        var table = string.Join('.', destinationTable.Split('.').Select(Quoted));
        var list = string.Join(", ", columnNames.Select(Quoted));
        insert = $"INSERT INTO {table} ({list}) FORMAT RowBinary";
        probe = $"SELECT {list} FROM {table} LIMIT 0";
    }

    public string DestinationTableName { get; }

    /// <summary>Rows to one INSERT; default 1,000,000, which ClickHouse keeps as one block: atomic, and deduplicated whole.</summary>
    public int BatchSize { get; set => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A batch has a row at least."); } = 1_000_000;

    /// <summary>Rows sent by this instance so far, those a token made count once included each time.</summary>
    public long RowsSent { get; private set; }

    /// <summary>
    /// Same token, same rows: counted once. It is of the call: further batches of one call get <c>token/1</c>, <c>token/2</c>, ..., so rows, their order and
    /// <see cref="BatchSize"/> must be the same on a repetition. Default none.
    /// </summary>
    public string? DeduplicationToken { get; set; }

    /// <summary>ClickHouse settings of these inserts.</summary>
    public IDictionary<string, string> CustomSettings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Asks for the column types; done by the first write otherwise.</summary>
    public async Task InitAsync(CancellationToken cancellationToken) => columns ??= await ClickHouseColumns.OfAsync(connection, probe, cancellationToken);

    /// <summary>Inserts rows given as values in the columns' order.</summary>
    /// <returns>How many were sent.</returns>
    public Task<long> WriteToServerAsync(IEnumerable<object?[]> rows, CancellationToken cancellationToken) =>
        WriteToServerAsync(
            rows,
            static (writer, row) =>
            {
                foreach (var value in row)
                    writer.WriteObject(value);
            },
            cancellationToken);

    /// <summary>Inserts rows, each written value by value without boxing. Writes nothing, and asks nothing, when there are none.</summary>
    /// <returns>How many were sent.</returns>
    /// <exception cref="ArgumentException">A value does not fit its column; column, type and row are named, and of that batch nothing was sent.</exception>
    public async Task<long> WriteToServerAsync<TRow>(IEnumerable<TRow> rows, Action<ClickHouseRowWriter, TRow> write, CancellationToken cancellationToken)
    {
        long sent = 0;
        var batch = 0;
        using var source = rows.GetEnumerator();
        var more = source.MoveNext();
        while (more)
        {
            await InitAsync(cancellationToken);
            using var body = new RowBinaryWriter();
            var writer = new ClickHouseRowWriter(columns!, body);
            for (; more && writer.Rows < BatchSize; more = source.MoveNext())
            {
                write(writer, source.Current);
                writer.EndRow();
            }

            await SendAsync(body, batch++, cancellationToken);
            sent += writer.Rows;
            RowsSent += writer.Rows;
        }

        return sent;
    }

    private async Task SendAsync(RowBinaryWriter body, int batch, CancellationToken token)
    {
        var query = new List<KeyValuePair<string, string>> { new("query", insert) };
        if (DeduplicationToken is not null)
            query.Add(new("insert_deduplication_token", batch == 0 ? DeduplicationToken : FormattableString.Invariant($"{DeduplicationToken}/{batch}")));
        query.AddRange(CustomSettings);
        using var abort = new Abort(connection.Settings.Timeout, token);
        using var packed = connection.Settings.Compression ? body.Gzip() : null;
        using var content = (packed ?? body).ToContent();
        if (packed is not null)
            content.Headers.ContentEncoding.Add("gzip");
        using var response = await Transport.SendAsync(async: true, connection, connection.Address(query), content, abort);
    }

    private static string Quoted(string identifier) => "`" + identifier.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("`", "\\`", StringComparison.Ordinal) + "`";
}

/// <summary>The columns of an insert and how each is written.</summary>
internal sealed record ClickHouseColumns(string[] Names, Codec[] Codecs)
{
    public static async Task<ClickHouseColumns> OfAsync(ClickHouseConnection connection, string probe, CancellationToken token)
    {
        using var command = new ClickHouseCommand(probe, connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        return new(names, [.. names.Select((name, index) => Wire.Codecs.For(name, reader.GetDataTypeName(index)))]);
    }
}
