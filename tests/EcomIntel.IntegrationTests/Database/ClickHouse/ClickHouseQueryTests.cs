using ClickHouse.Driver;
using ClickHouse.Driver.ADO;
using Dapper;
using EcomIntel.Core.Database.ClickHouse;
using EcomIntel.Core.Hosting.Workers;
using FsCheck;
using FsCheck.Fluent;

namespace EcomIntel.IntegrationTests.Database.ClickHouse;

/// <summary>What the hub relies on when it asks ClickHouse by the driver: values that stay values, types, errors.</summary>
[Collection(nameof(ClickHouseServer))]
public sealed class ClickHouseQueryTests(ClickHouseServer server)
{
    private const string Database = "query_tests";

    [ClickHouseFact]
    public async Task Text_stays_the_same_text_and_never_becomes_a_statement()
    {
        await using var connection = await server.OpenAsync(Database);
        string[] hostile =
        [
            "", " ", "'", "''", "'a'", "\\", "\\'", "'; DROP TABLE t --", "\\N", "NULL", "a\tb\nc\rd\be\ff\0g", "{x:String}", "\u2028é\U0001F600",
            "%27+&=#?", "\\x41\\t", "\"`\"", "\\\\\\", "[']", "('", "\v\a\u001b\u007f",
        ];
        foreach (var text in hostile)
            await SameAsync(connection, text);
        Prop.ForAll<NonNull<string>>(text => text.Get.Any(char.IsSurrogate) || SameAsync(connection, text.Get).Wait(TimeSpan.FromMinutes(1)))
            .QuickCheckThrowOnFailure();
        Assert.Equal(hostile, await connection.QuerySingleAsync<string[]>("SELECT {all:Array(String)}", new Dictionary<string, object?> { ["all"] = hostile }));
    }

    [ClickHouseFact]
    public async Task Days_and_instants_go_in_and_come_out()
    {
        await using var connection = await server.OpenAsync(Database);
        var at = new DateTime(2001, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc).AddTicks(1230);
        var early = DateTime.UnixEpoch.AddSeconds(-0.5);
        var row = await connection.QuerySingleAsync(
            """
            SELECT {day:Date32} AS day, {at:DateTime64(6, 'UTC')} AS at, toString({at:DateTime64(6, 'UTC')}) AS text,
                toDecimal128('-12345678901234567890.1234', 4) AS money, {all:Array(DateTime64(6, 'UTC'))} AS every
            """,
            new Dictionary<string, object?> { ["day"] = new DateOnly(1930, 2, 3), ["at"] = at, ["all"] = new[] { at, early } });
        Assert.Equal(
            (new DateTime(1930, 2, 3), at, "2001-02-03 04:05:06.789123", -12345678901234567890.1234m),
            ((DateTime)row.day, (DateTime)row.at, (string)row.text, (decimal)row.money));
        Assert.Equal([at, early], (DateTime[])row.every);
        Assert.Equal(DateTimeKind.Utc, ((DateTime)row.at).Kind);
    }

    [ClickHouseFact]
    public async Task Errors_have_the_servers_code_and_text_also_after_many_rows()
    {
        await using var connection = await server.OpenAsync(Database);
        var missing = await Assert.ThrowsAsync<ClickHouseServerException>(() => connection.ExecuteAsync("SELECT * FROM nowhere"));
        Assert.Equal(60, missing.ErrorCode);
        Assert.StartsWith("Code: 60. DB::Exception: ", missing.Message, StringComparison.Ordinal);
        Assert.Contains("nowhere", missing.Message, StringComparison.Ordinal);
        var syntax = await Assert.ThrowsAsync<ClickHouseServerException>(() => connection.ExecuteScalarAsync("SELEC 1"));
        Assert.Equal((62, false), (syntax.ErrorCode, TransientErrors.Includes(syntax)));
        using var elsewhere = ClickHouseDatabase.Client(server.ConnectionString("not_there"));
        Assert.Equal(81, (await Assert.ThrowsAsync<ClickHouseServerException>(() => elsewhere.ExecuteScalarAsync("SELECT 1 FROM x"))).ErrorCode);
        var late = await Assert.ThrowsAsync<ClickHouseServerException>(() => connection.QueryAsync<int>(
            "SELECT throwIf(number = 3000000, 'boom') FROM numbers(4000000) SETTINGS max_block_size = 1000, max_threads = 1"));
        Assert.Equal(395, late.ErrorCode);
        Assert.Contains("boom", late.Message, StringComparison.Ordinal);
    }

    [ClickHouseFact]
    public async Task The_transient_codes_are_the_servers_names_for_passing_trouble()
    {
        await using var connection = await server.OpenAsync(Database);
        var names = await connection.QuerySingleAsync<string>(
            "SELECT arrayStringConcat(arrayMap(c -> errorCodeToName(c), {codes:Array(UInt32)}), ' ')",
            new Dictionary<string, object?> { ["codes"] = TransientErrors.ClickHouseCodes.Order().ToArray() });
        Assert.Equal(
            "UNKNOWN_TABLE UNKNOWN_DATABASE TIMEOUT_EXCEEDED TOO_SLOW TOO_MANY_SIMULTANEOUS_QUERIES NO_FREE_CONNECTION SOCKET_TIMEOUT NETWORK_ERROR "
            + "TABLE_IS_DROPPED NO_ZOOKEEPER ABORTED MEMORY_LIMIT_EXCEEDED TABLE_IS_READ_ONLY TOO_MANY_PARTS ALL_CONNECTION_TRIES_FAILED TOO_FEW_LIVE_REPLICAS "
            + "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE UNKNOWN_STATUS_OF_INSERT SESSION_IS_LOCKED CANNOT_SCHEDULE_TASK S3_ERROR "
            + "TABLE_IS_BEING_RESTARTED SERVER_OVERLOADED KEEPER_EXCEPTION",
            names);
    }

    private static async Task SameAsync(ClickHouseConnection connection, string text)
    {
        var row = await connection.QuerySingleAsync<(string, string, string?[])>(
            "SELECT {text:String}, {maybe:Nullable(String)}, [{text:String}]", new Dictionary<string, object?> { ["text"] = text, ["maybe"] = text });
        Assert.Equal((text, text, text), (row.Item1, row.Item2, row.Item3[0]));
    }
}
