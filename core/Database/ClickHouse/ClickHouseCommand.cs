using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>One statement. Values go in as <c>{name:Type}</c> placeholders with a parameter of that name, never by concatenation.</summary>
public sealed class ClickHouseCommand : DbCommand
{
    private readonly ClickHouseParameterCollection parameters = [];
    private volatile Abort? running;
    private TimeSpan? timeout;

    public ClickHouseCommand()
    {
    }

    public ClickHouseCommand(string commandText, ClickHouseConnection connection)
    {
        CommandText = commandText;
        Connection = connection;
    }

    [AllowNull]
    public override string CommandText { get => field ?? ""; set; }

    /// <summary>Seconds without a byte from the server until the command is given up; default the connection string's Timeout, 0 waits for ever.</summary>
    public override int CommandTimeout
    {
        get => (int)Patience.TotalSeconds;
        set => timeout = value >= 0 ? TimeSpan.FromSeconds(value) : throw new ArgumentOutOfRangeException(nameof(value), value, "A time-out is not negative.");
    }

    public override CommandType CommandType
    {
        get => CommandType.Text;
        set
        {
            if (value != CommandType.Text)
                throw new NotSupportedException("ClickHouse has statements only: CommandType.Text.");
        }
    }

    public override bool DesignTimeVisible { get; set; }

    public override UpdateRowSource UpdatedRowSource { get; set; }

    public new ClickHouseConnection? Connection { get; set; }

    public new ClickHouseParameterCollection Parameters => parameters;

    /// <summary>The id under which the server logs the query, and by which KILL QUERY finds it; default one of the server's making.</summary>
    public string? QueryId { get; set; }

    /// <summary>ClickHouse settings of this command, <c>max_execution_time</c> say; they go before the connection string's.</summary>
    public IDictionary<string, string> CustomSettings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = value is null or ClickHouseConnection ? (ClickHouseConnection?)value : throw new InvalidCastException($"A {value.GetType().Name} is no ClickHouseConnection.");
    }

    protected override DbParameterCollection DbParameterCollection => parameters;

    protected override DbTransaction? DbTransaction { get; set; }

    private TimeSpan Patience => timeout ?? Connection?.Settings.Timeout ?? TimeSpan.Zero;

    /// <summary>Breaks off what runs now: its request is aborted. ClickHouse itself notices when it next sends something, or at once with the setting cancel_http_readonly_queries_on_client_close.</summary>
    public override void Cancel() => running?.Cancel();

    /// <summary>Nothing to do: the server keeps no prepared statements.</summary>
    public override void Prepare()
    {
    }

    protected override DbParameter CreateDbParameter() => new ClickHouseParameter();

    public new ClickHouseDataReader ExecuteReader() => ReadAsync(async: false, CommandBehavior.Default, CancellationToken.None).GetAwaiter().GetResult();

    public new Task<ClickHouseDataReader> ExecuteReaderAsync(CancellationToken cancellationToken) => ReadAsync(async: true, CommandBehavior.Default, cancellationToken);

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ReadAsync(async: false, behavior, CancellationToken.None).GetAwaiter().GetResult();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        await ReadAsync(async: true, behavior, cancellationToken);

    /// <summary>Rows the server says it wrote, or -1 where it does not say.</summary>
    public override int ExecuteNonQuery() => RunAsync(async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExecuteNonQuery"/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => RunAsync(async: true, cancellationToken);

    /// <summary>The first column of the first row; null where there is no row, DBNull for NULL.</summary>
    public override object? ExecuteScalar()
    {
        using var reader = ExecuteReader();
        return reader.Read() ? reader.GetValue(0) : null;
    }

    /// <inheritdoc cref="ExecuteScalar"/>
    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken)
    {
        await using var reader = await ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? reader.GetValue(0) : null;
    }

    internal static long? WrittenRows(HttpResponseMessage response)
    {
        if (Transport.Header(response, "X-ClickHouse-Summary") is not { } summary)
            return null;
        try
        {
            using var json = JsonDocument.Parse(summary);
            return json.RootElement.TryGetProperty("written_rows", out var rows) && long.TryParse(rows.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? count
                : null;
        }
        catch (JsonException)
        {
            // A count for the log: a proxy that cut the header must not turn a done insert into a failed one.
            return null;
        }
    }

    private async Task<ClickHouseDataReader> ReadAsync(bool async, CommandBehavior behavior, CancellationToken token)
    {
        var connection = Open();
        var abort = new Abort(Patience, token);
        running = abort;
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(async, connection, abort, new("default_format", ClickHouseDataReader.Format));
            var reader = new ClickHouseDataReader(response, abort, connection, behavior);
            await reader.StartAsync(async);
            return reader;
        }
        catch
        {
            response?.Dispose();
            abort.Dispose();
            running = null;
            throw;
        }
    }

    private async Task<int> RunAsync(bool async, CancellationToken token)
    {
        var connection = Open();
        using var abort = new Abort(Patience, token);
        running = abort;
        try
        {
            // The server answers when all is done, so that a failure half way is a status and not a broken body.
            using var response = await SendAsync(async, connection, abort, new("wait_end_of_query", "1"));
            return WrittenRows(response) is { } rows ? (int)Math.Min(rows, int.MaxValue) : -1;
        }
        finally
        {
            running = null;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(bool async, ClickHouseConnection connection, Abort abort, KeyValuePair<string, string> option)
    {
        var query = new List<KeyValuePair<string, string>> { option };
        if (QueryId is not null)
            query.Add(new("query_id", QueryId));
        query.AddRange(CustomSettings);
        var types = Placeholders.Find(CommandText);
        foreach (var parameter in parameters.Cast<ClickHouseParameter>())
        {
            // One that no placeholder names is not sent: Dapper passes whole objects.
            if (types.TryGetValue(parameter.ParameterName, out var type))
                query.Add(new("param_" + parameter.ParameterName, ParameterText.Of(parameter.ParameterName, parameter.ClickHouseType ?? type, parameter.Value)));
        }

        var address = connection.Address(query);
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(CommandText));
        return await Transport.SendAsync(async, connection, address, body, abort);
    }

    private ClickHouseConnection Open()
    {
        var connection = Connection ?? throw new InvalidOperationException("The command has no connection.");
        return CommandText.Length > 0 ? connection : throw new InvalidOperationException("The command has no text.");
    }
}
