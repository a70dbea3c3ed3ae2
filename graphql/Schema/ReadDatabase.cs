using System.Diagnostics.Metrics;
using Dapper;
using Npgsql;

namespace EcomIntel.GraphQL.Schema;

/// <summary>PostgreSQL as queries read it: by the role that may only read, each call one statement.</summary>
internal sealed class ReadDatabase(NpgsqlDataSource source) : IAsyncDisposable
{
    private static readonly Meter Meter = new("EcomIntel.GraphQL");
    private static readonly Counter<long> Statements = Meter.CreateCounter<long>("ecomintel.graphql.statements", "{statement}", "SQL statements that queries sent to PostgreSQL");

    public async Task<List<T>> QueryAsync<T>(string sql, object? parameters, CancellationToken token)
    {
        Statements.Add(1);
        await using var connection = await source.OpenConnectionAsync(token);
        return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token))];
    }

    public async Task<T?> FindAsync<T>(string sql, object? parameters, CancellationToken token)
    {
        Statements.Add(1);
        await using var connection = await source.OpenConnectionAsync(token);
        return await connection.QuerySingleOrDefaultAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: token));
    }

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
