using ClickHouse.Driver;
using ClickHouse.Driver.ADO.Parameters;
using ClickHouse.Driver.Utility;
using EcomIntel.Core.Database;
using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Kpis.Facts;

/// <summary>
/// Makes ClickHouse anew: drops its database, and leaves the rest to the sink, which finds its position gone, makes the tables and begins at the first
/// operation of the outbox. Nothing else may make the database meanwhile: an empty one that came from elsewhere would not be noticed.
/// </summary>
public static class AnalyticsRebuild
{
    private const int UnknownTable = 60;
    private const int UnknownDatabase = 81;

    /// <summary>How long the sink may show no progress.</summary>
    private static readonly TimeSpan StallTimeout = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <param name="Confirmed">Operations whose facts are there again.</param>
    /// <param name="Of">Operations there were when it began.</param>
    public sealed record Progress(long Confirmed, long Of);

    /// <param name="partial">Even where the outbox no longer has the first decisions: the facts of what was pruned are then lost.</param>
    /// <exception cref="TimeoutException">No sink began, or it stands still.</exception>
    /// <exception cref="OperationsPrunedException">Facts would be lost; nothing was dropped.</exception>
    public static async Task RunAsync(NpgsqlDataSource postgres, string clickHouse, bool partial, Action<Progress>? report, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(postgres);
        await using var connection = await postgres.OpenConnectionAsync(token);
        // Until PostgreSQL knows that ClickHouse has nothing any more, what was confirmed before is not pruned.
        await using var unpruned = await connection.BeginTransactionAsync(token);
        var first = await HoldPruningAsync(connection, token);
        if (first > 1 && !partial)
            throw new OperationsPrunedException(1, first);
        var head = await OutboxReader.HeadAsync(connection, token);
        await DropAsync(clickHouse, token);

        // A sink confirms 0 before it plans its first block in the new database; so once a block is planned there, what is confirmed is of there.
        var moved = TimeProvider.System.GetTimestamp();
        long last = -1;
        var held = true;
        while (true)
        {
            var planned = await PlannedAsync(clickHouse, token);
            var confirmed = planned > 0 ? await SinkPosition.ConfirmedAsync(connection, token) : planned;
            if (confirmed > last)
                moved = TimeProvider.System.GetTimestamp();
            last = confirmed;
            if (confirmed >= 0)
                report?.Invoke(new(confirmed, head));
            if (planned > 0 && held)
            {
                await unpruned.CommitAsync(token);
                held = false;
            }
            if (planned >= head && confirmed >= head)
                return;
            if (TimeProvider.System.GetElapsedTime(moved) > StallTimeout)
                throw new TimeoutException(confirmed < 0
                    ? "ClickHouse's database is dropped, but no sink fills it anew; is role sink running?"
                    : $"the sink stands still at operation {confirmed} of {head}");
            await Task.Delay(PollInterval, token);
        }
    }

    /// <returns>The first decision that is kept.</returns>
    private static async Task<long> HoldPruningAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand("SELECT sequence + 1 FROM pruned WHERE kind = 'operations' FOR UPDATE", connection);
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    /// <summary>Without SYNC: what a running query still reads goes away when it ends.</summary>
    private static async Task DropAsync(string clickHouse, CancellationToken token)
    {
        var database = new ClickHouseParameterCollection();
        database.AddParameter("database", ClickHouseDatabase.Parse(clickHouse).Database);
        using var client = ClickHouseDatabase.Client(clickHouse, database: "");
        await client.ExecuteNonQueryAsync("DROP DATABASE IF EXISTS {database:Identifier}", database, cancellationToken: token);
    }

    /// <returns>-1 where there is no database yet, 0 where nothing is planned.</returns>
    private static async Task<long> PlannedAsync(string clickHouse, CancellationToken token)
    {
        try
        {
            using var client = ClickHouseDatabase.Client(clickHouse);
            return await new SinkPosition(client).LatestAsync(token) is { } block ? block.To : 0;
        }
        catch (ClickHouseServerException missing) when (missing.ErrorCode is UnknownTable or UnknownDatabase)
        {
            return -1;
        }
    }
}
