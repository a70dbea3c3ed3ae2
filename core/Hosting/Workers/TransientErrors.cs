using System.Data.Common;
using System.Net.Sockets;
using EcomIntel.Core.Database.ClickHouse;
using Npgsql;

namespace EcomIntel.Core.Hosting.Workers;

/// <summary>Errors that are worth a retry, as opposed to bugs.</summary>
public static class TransientErrors
{
    /// <summary>A database, schema or table that does not exist yet, or no longer: another process is about to create it.</summary>
    private static readonly HashSet<string> Missing = ["3D000", "3F000", "42P01"];

    /// <summary>ClickHouse's UNKNOWN_TABLE, UNKNOWN_DATABASE, TABLE_IS_DROPPED: a rebuild is under way.</summary>
    private static readonly HashSet<int> BeingRebuilt = [60, 81, 218];

    public static bool Includes(Exception exception) => exception switch
    {
        PostgresException refused => refused.IsTransient || Missing.Contains(refused.SqlState),
        ClickHouseServerException refused => refused.IsTransient || BeingRebuilt.Contains(refused.ErrorCode),
        NpgsqlException => true, // connection lost, or a pool that is empty
        DbException failure => failure.IsTransient,
        IOException or SocketException or HttpRequestException or TimeoutException => true,
        AggregateException several => several.InnerExceptions.All(Includes),
        _ => false,
    };
}
