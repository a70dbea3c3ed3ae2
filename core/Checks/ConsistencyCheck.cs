using System.Data;
using System.Data.Common;
using System.Globalization;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Kpis;
using EcomIntel.Core.Kpis.Facts;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Checks;

/// <summary>
/// Holds the truth against itself and ClickHouse against the truth. PostgreSQL is read in one snapshot; ClickHouse when the sink has confirmed all that is in
/// it. Where decisions go on meanwhile and figures differ, both are read again, a few times.
/// </summary>
public static class ConsistencyCheck
{
    /// <summary>How long the sink may take to confirm what PostgreSQL has.</summary>
    private static readonly TimeSpan SinkTimeout = TimeSpan.FromMinutes(5);

    /// <summary>How often both are read while decisions go on.</summary>
    private const int MaxAttempts = 5;

    private const string Now = "SELECT coalesce((SELECT now FROM business_clock WHERE mode = 'stream'), clock_timestamp())";

    private const int Shown = 3;

    /// <param name="clickHouse">A connection to ClickHouse, open or not.</param>
    /// <exception cref="TimeoutException">The sink does not confirm: is it running?</exception>
    public static async Task<CheckReport> RunAsync(NpgsqlDataSource postgres, DbConnection clickHouse, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(postgres);
        ArgumentNullException.ThrowIfNull(clickHouse);
        for (var attempt = 1; ; attempt++)
        {
            var (report, unchanged) = await OnceAsync(postgres, clickHouse, token);
            if (report.Ok || unchanged || attempt == MaxAttempts)
                return report;
        }
    }

    /// <summary>Waits until the sink has confirmed every decision that PostgreSQL has now.</summary>
    /// <exception cref="TimeoutException">The sink does not confirm: is it running?</exception>
    public static async Task UntilSinkHasAllAsync(NpgsqlDataSource postgres, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(postgres);
        await using var connection = await postgres.OpenConnectionAsync(token);
        await WaitForSinkAsync(connection, await OutboxReader.HeadAsync(connection, token), token);
    }

    private static async Task<(CheckReport Report, bool Unchanged)> OnceAsync(NpgsqlDataSource postgres, DbConnection clickHouse, CancellationToken token)
    {
        await using var connection = await postgres.OpenConnectionAsync(token);
        await WaitForSinkAsync(connection, await OutboxReader.HeadAsync(connection, token), token);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, token);
        var head = await OutboxReader.HeadAsync(connection, token);
        var now = await NowAsync(connection, token);
        var results = new List<CheckResult>();
        foreach (var (name, says, sql) in PostgresInvariants.All)
        {
            var wrong = await TextAsync(connection, sql, token);
            results.Add(new(name, wrong.Count == 0, wrong.Count == 0 ? says : $"{wrong.Count} do not hold: {string.Join("; ", wrong.Take(Shown))}"));
        }
        var audit = await AuditChain.VerifyAsync(connection, token);
        var intact = $"every entry of the audit log is as it was written and follows the one before: {audit.Entries}";
        results.Add(new("audit_chain", audit.Wrong is null, audit.Wrong ?? intact));
        results.Add(NothingLost(await LostMessages.ReadAsync(connection, token)));
        await using (var waiting = await postgres.OpenConnectionAsync(token))
            await WaitForSinkAsync(waiting, head, token);
        foreach (var (name, says, ours, theirs) in Domain.Facts.SelectMany(fact => fact.Comparisons))
            results.Add(Compare(name, says, await PairsAsync(connection, ours, token), await PairsAsync(clickHouse, theirs, token)));
        results.AddRange(await KpiTruth.CompareAsync(connection, new KpiQueries(clickHouse), now, token));
        await using var after = await postgres.OpenConnectionAsync(token);
        return (new(now, head, audit, results), await OutboxReader.HeadAsync(after, token) == head);
    }

    /// <summary>The figures may agree and still lack what never reached them.</summary>
    internal static CheckResult NothingLost(IReadOnlyList<LostMessages> lost) => lost.Count == 0
        ? new("lost_messages", true, "all that Kafka acknowledged was read, or was sent again")
        : new("lost_messages", false, $"acknowledged by Kafka and gone before they were read: {string.Join("; ", lost)}; "
            + "have their producers send them again (what was applied is known by its id), then check --sent-again");

    internal static CheckResult Compare(string name, string says, List<(string Key, string Value)> truth, List<(string Key, string Value)> facts)
    {
        var ours = truth.ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
        var theirs = facts.ToDictionary(row => row.Key, row => row.Value, StringComparer.Ordinal);
        var keys = ours.Keys.Union(theirs.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var wrong = keys
            .Where(key => ours.GetValueOrDefault(key) != theirs.GetValueOrDefault(key))
            .Select(key => $"{key}: PostgreSQL {ours.GetValueOrDefault(key) ?? "none"}, ClickHouse {theirs.GetValueOrDefault(key) ?? "none"}").ToList();
        return wrong.Count > 0
            ? new(name, false, $"{wrong.Count} of {keys.Count} differ: {string.Join("; ", wrong.Take(Shown))}")
            : new(name, true, $"{says}: {(ours.Count == 1 ? ours.Values.Single() : $"{ours.Count} equal")}");
    }

    private static async Task WaitForSinkAsync(NpgsqlConnection connection, long head, CancellationToken token)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var confirmed = await SinkPosition.ConfirmedAsync(connection, token);
            if (confirmed >= head)
                return;
            if (TimeProvider.System.GetElapsedTime(began) > SinkTimeout)
                throw new TimeoutException($"the analytics sink has confirmed {confirmed} of {head} operations and does not come up; is role sink running?");
            await Task.Delay(TimeSpan.FromMilliseconds(50), token);
        }
    }

    private static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(Now, connection);
        return new((DateTime)(await command.ExecuteScalarAsync(token))!);
    }

    private static async Task<List<string>> TextAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(token);
        var lines = new List<string>();
        while (await reader.ReadAsync(token))
            lines.Add(reader.GetString(0));
        return lines;
    }

    private static async Task<List<(string Key, string Value)>> PairsAsync(NpgsqlConnection connection, string sql, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await PairsAsync(command, token);
    }

    private static async Task<List<(string Key, string Value)>> PairsAsync(DbConnection clickHouse, string sql, CancellationToken token)
    {
        if (clickHouse.State != ConnectionState.Open)
            await clickHouse.OpenAsync(token);
        await using var command = clickHouse.CreateCommand();
        command.CommandText = sql;
        return await PairsAsync(command, token);
    }

    private static async Task<List<(string Key, string Value)>> PairsAsync(DbCommand command, CancellationToken token)
    {
        await using var reader = await command.ExecuteReaderAsync(token);
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync(token))
            rows.Add((reader.GetString(0), Convert.ToString(reader.GetValue(1), CultureInfo.InvariantCulture) ?? ""));
        return rows;
    }
}
