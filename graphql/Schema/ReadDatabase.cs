using Dapper;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Engine;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.GraphQL.Schema;

/// <summary>PostgreSQL for queries, with the read-only role; each call is one statement.</summary>
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

    public Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken token) =>
        RunAsync(async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(), token);

    public Task<T?> FindAsync<T>(string sql, object? parameters, CancellationToken token) =>
        RunAsync(connection => connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token)), token);

    /// <returns>PostgreSQL's clock.</returns>
    /// <exception cref="NpgsqlException">PostgreSQL is unavailable.</exception>
    public async Task<DateTimeOffset> ProbeAsync(CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var command = new NpgsqlCommand("SELECT business_now()", connection);
        return new((DateTime)(await command.ExecuteScalarAsync(token))!, TimeSpan.Zero);
    }

    /// <exception cref="GraphQLException">PostgreSQL is unavailable, or a value of the client is invalid.</exception>
    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken token)
    {
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
