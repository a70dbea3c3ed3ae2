using Dapper;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Engine;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.GraphQL.Schema;

/// <summary>PostgreSQL as queries read it: by the role that may only read, each call one statement.</summary>
internal sealed partial class ReadDatabase(NpgsqlDataSource source, ApiInstruments instruments, ILogger<ReadDatabase> logger) : IAsyncDisposable
{
    /// <summary>What a cursor that was tampered with, or a text PostgreSQL cannot hold, comes to; other faults in data are ours.</summary>
    private static readonly HashSet<string> OfValues = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.InvalidDatetimeFormat, PostgresErrorCodes.DatetimeFieldOverflow, PostgresErrorCodes.NumericValueOutOfRange, PostgresErrorCodes.InvalidTextRepresentation,
        PostgresErrorCodes.CharacterNotInRepertoire,
    };

    public Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken token) =>
        RunAsync(async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(), token);

    public Task<T?> FindAsync<T>(string sql, object? parameters, CancellationToken token) =>
        RunAsync(connection => connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token)), token);

    /// <exception cref="NpgsqlException">PostgreSQL is away.</exception>
    public async Task ProbeAsync(CancellationToken token)
    {
        await using var connection = await source.OpenConnectionAsync(token);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(token);
    }

    /// <exception cref="GraphQLException">PostgreSQL is away, or a value the client sent cannot be used.</exception>
    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken token)
    {
        instruments.Asked();
        try
        {
            await using var connection = await source.OpenConnectionAsync(token);
            return await run(connection);
        }
        catch (PostgresException refused) when (OfValues.Contains(refused.SqlState))
        {
            throw new GraphQLException("a value cannot be used: a text or cursor that is none", "BAD_USER_INPUT", refused);
        }
        catch (Exception away) when (TransientErrors.Includes(away) && !token.IsCancellationRequested)
        {
            Away(logger, away.Message.ReplaceLineEndings(" "));
            throw new GraphQLException("the database does not answer; try again", "UNAVAILABLE", away);
        }
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "PostgreSQL does not answer a query: {Reason}")]
    private static partial void Away(ILogger logger, string reason);
}
