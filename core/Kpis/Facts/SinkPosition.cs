using System.Globalization;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// Where the sink stands, kept in ClickHouse itself, so that a ClickHouse that was dropped is filled anew. A block is planned before it is written; one that a crash
/// left half done is done again with exactly its range, which the tokens make harmless.
/// </summary>
public sealed class SinkPosition(ClickHouseConnection connection)
{
    /// <summary>The name under which PostgreSQL keeps what is confirmed (sink_positions).</summary>
    public const string Sink = "facts";

    private const string Latest =
        """
        SELECT toInt64(from_sequence) AS "From", toInt64(to_sequence) AS "To"
        FROM sink_blocks WHERE sink = {sink:String} ORDER BY from_sequence DESC LIMIT 1
        """;

    private const string Planned =
        """
        SELECT toInt64(to_sequence) FROM sink_blocks WHERE sink = {sink:String} AND from_sequence = {from:UInt64} LIMIT 1
        """;

    private const string Confirmed = "SELECT coalesce((SELECT confirmed FROM sink_positions WHERE sink = $1), 0)";

    /// <summary>What PostgreSQL was told: the facts of every operation up to this one are in ClickHouse.</summary>
    public static async Task<long> ConfirmedAsync(NpgsqlConnection postgres, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Confirmed, postgres) { Parameters = { new() { Value = Sink } } };
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>The latest planned block, done or not; null where there is none.</summary>
    public Task<Block?> LatestAsync(CancellationToken token) =>
        connection.QueryFirstOrDefaultAsync<Block>(new CommandDefinition(Latest, ClickHouseParameters.Of(new { sink = Sink }), cancellationToken: token));

    public sealed record Block(long From, long To);

    /// <summary>
    /// Plans a block. Of two that plan one at the same place (a holder of the lock that was overtaken and does not know yet), the first counts, by its token.
    /// </summary>
    /// <returns>The block's last sequence, as it is planned now.</returns>
    public async Task<long> PlanAsync(long from, long to, CancellationToken token)
    {
        var insert = new ClickHouseBulkCopy(connection, "sink_blocks", "sink", "from_sequence", "to_sequence")
        {
            DeduplicationToken = string.Create(CultureInfo.InvariantCulture, $"plan/{Sink}/{from}"),
            CustomSettings = { ["insert_deduplicate"] = "1", ["async_insert"] = "0" },
        };
        await insert.WriteToServerAsync([[Sink, (ulong)from, (ulong)to]], token);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(Planned, ClickHouseParameters.Of(new { sink = Sink, from = (ulong)from }), cancellationToken: token));
    }
}
