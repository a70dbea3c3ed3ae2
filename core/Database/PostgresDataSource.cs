using Npgsql;

namespace EcomIntel.Core.Database;

public static class PostgresDataSource
{
    /// <summary>
    /// A pool. Statements that are repeated all the time prepare themselves (<see cref="Bulk"/>); none is prepared behind their backs: one that PostgreSQL
    /// refuses in the very use in which Npgsql prepares it by itself spoils its connection for the uses that follow (a fault of Npgsql 10.0.0, npgsql#6391).
    /// </summary>
    public static NpgsqlDataSource Create(string connectionString, string applicationName)
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConnectionStringBuilder.ApplicationName = applicationName;
        if (builder.ConnectionStringBuilder.KeepAlive == 0)
            builder.ConnectionStringBuilder.KeepAlive = 30; // a session that holds a lock must notice that it is cut off
        builder.ConnectionStringBuilder.MaxAutoPrepare = 0;
        return builder.Build();
    }
}
