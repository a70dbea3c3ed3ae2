using System.Collections.Frozen;
using System.Data.Common;
using System.Net.Sockets;
using ClickHouse.Driver;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.Core.Hosting.Workers;

/// <summary>Errors that are worth a retry, as opposed to bugs.</summary>
public static class TransientErrors
{
    /// <summary>A database, schema or table that does not exist yet, or no longer: another process is about to create it.</summary>
    private static readonly HashSet<string> Missing = ["3D000", "3F000", "42P01"];

    /// <summary>ClickHouse's codes of load, of replicas that are away, of the network and of a rebuild under way: the same request may succeed later.</summary>
    internal static readonly FrozenSet<int> ClickHouseCodes = FrozenSet.ToFrozenSet(
    [
        60, // UNKNOWN_TABLE
        81, // UNKNOWN_DATABASE
        159, // TIMEOUT_EXCEEDED
        160, // TOO_SLOW
        202, // TOO_MANY_SIMULTANEOUS_QUERIES
        203, // NO_FREE_CONNECTION
        209, // SOCKET_TIMEOUT
        210, // NETWORK_ERROR
        218, // TABLE_IS_DROPPED
        225, // NO_ZOOKEEPER
        236, // ABORTED
        241, // MEMORY_LIMIT_EXCEEDED
        242, // TABLE_IS_READ_ONLY
        252, // TOO_MANY_PARTS
        279, // ALL_CONNECTION_TRIES_FAILED
        285, // TOO_FEW_LIVE_REPLICAS
        286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
        319, // UNKNOWN_STATUS_OF_INSERT
        373, // SESSION_IS_LOCKED
        439, // CANNOT_SCHEDULE_TASK
        499, // S3_ERROR
        733, // TABLE_IS_BEING_RESTARTED
        745, // SERVER_OVERLOADED
        999, // KEEPER_EXCEPTION
    ]);

    public static bool Includes(Exception exception) => exception switch
    {
        PostgresException refused => refused.IsTransient || Missing.Contains(refused.SqlState),
        ClickHouseServerException refused => ClickHouseCodes.Contains(refused.ErrorCode) || !IsClickHouse(refused),
        MigrationException { InnerException: { } cause } => Includes(cause),
        NpgsqlException => true, // connection lost, or a pool that is empty
        DbException failure => failure.IsTransient,
        IOException or SocketException or HttpRequestException or TimeoutException => true,
        OperationCanceledException { InnerException: TimeoutException } => true, // HttpClient's way to tell that no answer came in time
        AggregateException several => several.InnerExceptions.All(Includes),
        _ => false,
    };

    /// <summary>Whether ClickHouse itself refused. A proxy or load balancer in front of it has other words, and is busy or has no server to ask.</summary>
    private static bool IsClickHouse(ClickHouseServerException refused) => refused.Message.StartsWith("Code: ", StringComparison.Ordinal);
}
