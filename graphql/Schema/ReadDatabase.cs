using System.Diagnostics.Metrics;
using Dapper;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Engine;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace EcomIntel.GraphQL.Schema;

/// <summary>PostgreSQL as queries read it: by the role that may only read, each call one statement.</summary>
internal sealed partial class ReadDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;
    private readonly ILogger<ReadDatabase> _logger;
    private readonly Counter<long> _statements;

    public ReadDatabase(NpgsqlDataSource source, IMeterFactory meters, ILogger<ReadDatabase> logger)
    {
        (_source, _logger) = (source, logger);
        _statements = meters.Create("EcomIntel.GraphQL").CreateCounter<long>("ecomintel.graphql.statements", "{statement}", "SQL statements that queries sent to PostgreSQL");
    }

    public Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken token) =>
        RunAsync(async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))).AsList(), token);

    public Task<T?> FindAsync<T>(string sql, object? parameters, CancellationToken token) =>
        RunAsync(connection => connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token)), token);

    /// <exception cref="GraphQLException">PostgreSQL is away, or a value the client sent cannot be used.</exception>
    private async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> run, CancellationToken token)
    {
        _statements.Add(1);
        try
        {
            await using var connection = await _source.OpenConnectionAsync(token);
            return await run(connection);
        }
        catch (PostgresException refused) when (refused.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            // Class 22, data exception: a cursor that was tampered with, a text PostgreSQL cannot hold.
            throw new GraphQLException($"a value cannot be used: {refused.MessageText}", "BAD_USER_INPUT", refused);
        }
        catch (Exception away) when (Outage.Passes(away) && !token.IsCancellationRequested)
        {
            Away(_logger, away.Message.ReplaceLineEndings(" "));
            throw new GraphQLException("the database does not answer; try again", "UNAVAILABLE", away);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "PostgreSQL does not answer a query: {Reason}")]
    private static partial void Away(ILogger logger, string reason);
}
