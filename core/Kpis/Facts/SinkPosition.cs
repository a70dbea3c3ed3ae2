using System.Globalization;
using ClickHouse.Driver;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.Utility;
using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// Where the sink stands, kept in ClickHouse itself, so that a ClickHouse that was dropped is filled anew. A block is planned before it is written; one that a
/// crash left half done is done again with exactly its range, which the tokens make harmless.
/// </summary>
public sealed class SinkPosition(ClickHouseClient client)
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

    public sealed record Block(long From, long To);

    /// <summary>The latest planned block, done or not; null where there is none.</summary>
    public async Task<Block?> LatestAsync(CancellationToken token)
    {
        var parameters = new ClickHouseParameterCollection();
        parameters.AddParameter("sink", Sink);
        await using var row = await client.ExecuteReaderAsync(Latest, parameters, cancellationToken: token);
        return await row.ReadAsync(token) ? new Block(row.GetInt64(0), row.GetInt64(1)) : null;
    }

    /// <summary>
    /// Plans a block. Of two that plan one at the same place (a holder of the lock that was overtaken and does not know yet), the first counts, by its token.
    /// </summary>
    /// <returns>The block's last sequence, as it is planned now.</returns>
    public async Task<long> PlanAsync(long from, long to, CancellationToken token)
    {
        var block = new PlannedBlock(Sink, (ulong)from, (ulong)to);
        await client.InsertOnceAsync<PlannedBlock>("sink_blocks", [block], string.Create(CultureInfo.InvariantCulture, $"plan/{Sink}/{from}"), token);
        var parameters = new ClickHouseParameterCollection();
        parameters.AddParameter("sink", Sink);
        parameters.AddParameter("from", block.From);
        return (long)(await client.ExecuteScalarAsync(Planned, parameters, cancellationToken: token))!;
    }

    private sealed class PlannedBlock(string sink, ulong from, ulong to)
    {
        [ClickHouseColumn(Name = "sink")] public string Of => sink;
        [ClickHouseColumn(Name = "from_sequence")] public ulong From => from;
        [ClickHouseColumn(Name = "to_sequence")] public ulong To => to;
    }
}
