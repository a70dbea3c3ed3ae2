using EcomIntel.Cli.Supervisor;
using Npgsql;

namespace EcomIntel.Cli.Bench.Live;

/// <summary>
/// Which copy of ingest has which partitions, by the transactions that move their positions. A trigger in PostgreSQL notes it, which is there only while
/// nothing is measured; a partition that nobody sends to does not show.
/// </summary>
internal sealed class PartitionSpread(Addresses addresses)
{
    private const string Setting = "bench.copy";

    private const string Create = $"""
        CREATE TABLE IF NOT EXISTS bench_spread (topic text, partition integer, copy integer, PRIMARY KEY (topic, partition));
        TRUNCATE bench_spread;
        CREATE OR REPLACE FUNCTION bench_note_copy() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
        BEGIN
            INSERT INTO bench_spread VALUES (NEW.topic, NEW.partition, current_setting('{Setting}')::integer)
            ON CONFLICT (topic, partition) DO UPDATE SET copy = excluded.copy;
            RETURN NULL;
        END $$;
        CREATE OR REPLACE TRIGGER bench_note_copy AFTER UPDATE ON consumer_positions FOR EACH ROW EXECUTE FUNCTION bench_note_copy();
        """;

    private const string Drop = "DROP TRIGGER bench_note_copy ON consumer_positions";

    private const string Read = "SELECT copy, topic, count(*)::integer FROM bench_spread GROUP BY copy, topic ORDER BY copy, topic";

    /// <summary>The connection string of one copy, so that its transactions can be told from another's.</summary>
    public string ConnectionString(int copy) => $"{addresses.Postgres};Options=-c {Setting}={copy}";

    public Task BeginAsync(CancellationToken token) => ExecuteAsync(Create, token);

    /// <returns>By copy, from 0 on: partitions by topic.</returns>
    public async Task<IReadOnlyDictionary<int, IReadOnlyDictionary<string, int>>> EndAsync(CancellationToken token)
    {
        await ExecuteAsync(Drop, token);
        await using var source = NpgsqlDataSource.Create(addresses.PostgresOwner!);
        await using var command = source.CreateCommand(Read);
        await using var row = await command.ExecuteReaderAsync(token);
        var spread = new List<(int Copy, string Topic, int Partitions)>();
        while (await row.ReadAsync(token))
            spread.Add((row.GetInt32(0), row.GetString(1), row.GetInt32(2)));
        return spread.GroupBy(each => each.Copy).ToDictionary(
            copy => copy.Key,
            IReadOnlyDictionary<string, int> (copy) => copy.ToDictionary(each => each.Topic, each => each.Partitions, StringComparer.Ordinal));
    }

    private async Task ExecuteAsync(string sql, CancellationToken token)
    {
        await using var source = NpgsqlDataSource.Create(addresses.PostgresOwner!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(token);
    }
}
