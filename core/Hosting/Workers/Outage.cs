using System.Data.Common;
using System.Net.Sockets;
using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Hosting.Workers;

/// <summary>Tells an outage, which passes, from a bug, which does not.</summary>
public static class Outage
{
    /// <summary>Tables or a database not there yet, or not there any more: another process is about to make them.</summary>
    private static readonly HashSet<string> NotThereYet = ["3D000", "3F000", "42P01"];

    /// <summary>ClickHouse's UNKNOWN_TABLE, UNKNOWN_DATABASE, TABLE_IS_DROPPED: a rebuild is under way.</summary>
    private static readonly HashSet<int> BeingRebuilt = [60, 81, 218];

    public static bool Passes(Exception exception) => exception switch
    {
        PostgresException refused => refused.IsTransient || NotThereYet.Contains(refused.SqlState),
        ClickHouseServerException refused => refused.IsTransient || BeingRebuilt.Contains(refused.ErrorCode),
        NpgsqlException => true, // connection lost, or a pool that is empty
        DbException failure => failure.IsTransient,
        IOException or SocketException or HttpRequestException or TimeoutException => true,
        AggregateException several => several.InnerExceptions.All(Passes),
        _ => false,
    };
}
