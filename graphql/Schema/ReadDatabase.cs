using Dapper;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.GraphQL.Schema;

/// <summary>
/// PostgreSQL for queries, with the read-only role; each call is one statement. Callers share the pool's connections, and counts apart from them: whatever one
/// asks for, another gets a connection.
/// </summary>
internal sealed partial class ReadDatabase(NpgsqlDataSource source, ApiInstruments instruments, ILogger<ReadDatabase> logger) : IAsyncDisposable
{
    /// <summary>SQLSTATEs caused by a client's value, as a forged cursor or text PostgreSQL cannot store; other data errors are faults of the API.</summary>
    private static readonly HashSet<string> ClientErrors = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.InvalidDatetimeFormat,
        PostgresErrorCodes.DatetimeFieldOverflow,
        PostgresErrorCodes.NumericValueOutOfRange,
        PostgresErrorCodes.InvalidTextRepresentation,
        PostgresErrorCodes.CharacterNotInRepertoire,
    };

    /// <summary>Counts of whole lists at a time: each may read a table from its beginning to its end.</summary>
    private const int MaxCounts = 8;

    private readonly FairGate _statements = new(new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize);
    private readonly FairGate _counts = new(MaxCounts);

    public Task<List<T>> QueryAsync<T>(string sql, object? parameters, RequestContext context) =>
        RunAsync(
            async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: context.Cancellation))).AsList(),
            context.Caller().Id,
            context.Cancellation);

    public Task<T?> FindAsync<T>(string sql, object? parameters, RequestContext context) =>
        FindAsync<T>(sql, parameters, context.Caller().Id, context.Cancellation);

    /// <param name="caller">Whose share of the connections it takes.</param>
    public Task<T?> FindAsync<T>(string sql, object? parameters, string caller, CancellationToken token) =>
        RunAsync(connection => connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token)), caller, token);

    /// <summary>As <see cref="QueryAsync"/>, for a statement that reads all rows of a list.</summary>
    public async Task<List<T>> CountAsync<T>(string sql, object? parameters, RequestContext context)
    {
        using var place = await _counts.EnterAsync(context.Caller().Id, context.Cancellation);
        return await QueryAsync<T>(sql, parameters, context);
    }

    /// <returns>PostgreSQL's clock.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is unavailable.</exception>
    public async Task<DateTimeOffset> ProbeAsync(CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var command = new NpgsqlCommand("SELECT business_now()", connection);
        return new((DateTime)(await command.ExecuteScalarAsync(token))!, TimeSpan.Zero);
    }

    /// <exception cref="GraphQLException">PostgreSQL is unavailable, or a value of the client is invalid.</exception>
    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, string caller, CancellationToken token)
    {
        using var place = await _statements.EnterAsync(caller, token);
        instruments.Asked();
        try
        {
            await using var connection = await source.OpenConnectionAsync(token);
            return await run(connection);
        }
        catch (PostgresException invalid) when (ClientErrors.Contains(invalid.SqlState))
        {
            throw new GraphQLException("a text value or cursor is invalid", "BAD_USER_INPUT", invalid);
        }
        catch (Exception outage) when (TransientErrors.Includes(outage) && !token.IsCancellationRequested)
        {
            LogUnavailable(logger, outage.Message.ReplaceLineEndings(" "));
            throw new GraphQLException("PostgreSQL is unavailable; try again", "UNAVAILABLE", outage);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "PostgreSQL is unavailable, a query failed: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);
}
