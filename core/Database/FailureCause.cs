using System.Net.Sockets;
using Npgsql;

namespace EcomIntel.Core.Database;

/// <summary>Why a transaction failed, as far as that decides what becomes of it.</summary>
public enum FailureCause
{
    /// <summary>The connection, the server, its disk, or a schema or right that is missing: whatever is written meets it. To be tried again as it is.</summary>
    Outage,

    /// <summary>More than there is memory or time for, at least at the moment: less at once may pass.</summary>
    Size,

    /// <summary>What is written, or the program that writes it: the same again would be refused again.</summary>
    Content,
}

/// <summary>Tells causes apart. Of two mistakes the worse is to blame content for an outage: every good event would be refused.</summary>
public static class FailureCauses
{
    /// <param name="exception">Thrown while a connection was open: one that cannot be opened is an outage in any case.</param>
    public static FailureCause Of(Exception exception) => exception switch
    {
        _ when IsTimeout(exception) => FailureCause.Size,
        PostgresException refused => OfSqlState(refused.SqlState),
        OutOfMemoryException => FailureCause.Size,
        NpgsqlException or IOException or SocketException or TimeoutException or OperationCanceledException => FailureCause.Outage,
        _ => FailureCause.Content,
    };

    /// <summary>The client's patience, or PostgreSQL's with a statement or transaction, was over.</summary>
    public static bool IsTimeout(Exception exception) => exception is PostgresException { SqlState: "57014" or "25P04" }
        or NpgsqlException { InnerException: TimeoutException };

    /// <summary>By the codes of PostgreSQL's appendix A (its <c>errcodes.txt</c>); a code that is not in it, as a trigger may raise, is content.</summary>
    public static FailureCause OfSqlState(string sqlState)
    {
        ArgumentNullException.ThrowIfNull(sqlState);
        return sqlState switch
        {
            // insufficient_resources, out_of_memory (also of locks), configuration_limit_exceeded (of temporary files); a statement or transaction timed out
            "53000" or "53200" or "53400" or "57014" or "25P04" => FailureCause.Size,
            _ => sqlState.Length < 2 ? FailureCause.Content : sqlState[..2] switch
            {
                "08" => FailureCause.Outage, // connection; poolers report with it whatever is wrong with them
                "0A" => FailureCause.Outage, // in statements that are always the same: a prepared one whose table has changed
                "25" => FailureCause.Outage, // transaction state: a server that became a standby is read-only
                "26" => FailureCause.Outage, // a prepared statement is gone: a pooler gave us another session
                "28" => FailureCause.Outage, // who we are is no longer believed
                "3D" or "3F" => FailureCause.Outage, // no such database, no such schema
                "40" => FailureCause.Outage, // rolled back for another transaction's sake: deadlock, serialization
                "42" => FailureCause.Outage, // program, schema and rights do not fit each other: a migration is due
                "53" => FailureCause.Outage, // the disk is full, there are too many connections
                "55" => FailureCause.Outage, // what is needed is locked or in use
                "57" => FailureCause.Outage, // shut down, crashed, starting
                "58" => FailureCause.Outage, // the operating system failed
                "72" => FailureCause.Outage, // a snapshot too old
                "F0" => FailureCause.Outage, // the server's configuration
                "HV" => FailureCause.Outage, // a foreign server
                "XX" when sqlState is "XX001" or "XX002" => FailureCause.Outage, // a table or index is damaged: whoever touches it meets that
                _ => FailureCause.Content,
            },
        };
    }
}
