using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EcomIntel.Core.Database.ClickHouse.Wire;

namespace EcomIntel.Core.Database.ClickHouse;

// The seam to ClickHouse.Client: reference that package, change the using of this namespace, delete this folder but for its migrations.

/// <summary>
/// A connection to ClickHouse over HTTP. Opening one asks the server nothing: sockets are pooled by the process and used by each request, so connections are
/// cheap to make and a server that is away shows at the first command, as a transient <see cref="ClickHouseServerException"/>. There are no transactions.
/// Several commands may run at once on one connection, unless it uses a session.
/// </summary>
public sealed class ClickHouseConnection : DbConnection
{
    private ClickHouseConnectionStringBuilder settings = [];
    private string? database;
    private string? sessionId;
    private string? serverVersion;
    private ConnectionState state;

    public ClickHouseConnection()
    {
    }

    /// <param name="connectionString">See <see cref="ClickHouseConnectionStringBuilder"/>.</param>
    public ClickHouseConnection(string connectionString) => ConnectionString = connectionString;

    [AllowNull]
    public override string ConnectionString
    {
        get => settings.ConnectionString;
        set
        {
            if (state == ConnectionState.Open)
                throw new InvalidOperationException("The connection string of an open connection cannot be changed.");
            settings = new(value ?? "");
            (database, sessionId, serverVersion) = (null, null, null);
        }
    }

    /// <summary>The database of unqualified names. Empty sends none, for statements that must work before it exists.</summary>
    public override string Database => database ?? settings.Database;

    public override string DataSource => $"{settings.Host}:{settings.Port}";

    /// <summary>Asked of the server once, when first wanted.</summary>
    public override string ServerVersion
    {
        get
        {
            if (serverVersion is null)
            {
                using var command = CreateCommand();
                command.CommandText = "SELECT version()";
                serverVersion = (string)command.ExecuteScalar()!;
            }

            return serverVersion;
        }
    }

    public override ConnectionState State => state;

    public override int ConnectionTimeout => (int)settings.Timeout.TotalSeconds;

    internal ClickHouseConnectionStringBuilder Settings => settings;

    internal string? Session => settings.UseSession ? sessionId ??= settings.SessionId ?? RandomNumberGenerator.GetHexString(32, lowercase: true) : null;

    /// <summary>Changes the database of the commands that follow; whether it exists shows at the first of them.</summary>
    public override void ChangeDatabase(string databaseName) => database = databaseName;

    public override void Open() => Move(ConnectionState.Open);

    public override Task OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Open();
        return Task.CompletedTask;
    }

    public override void Close() => Move(ConnectionState.Closed);

    public new ClickHouseCommand CreateCommand() => new() { Connection = this };

    protected override DbCommand CreateDbCommand() => CreateCommand();

    /// <exception cref="NotSupportedException">Always: ClickHouse has none. One insert of one block is atomic, and its token makes it repeatable.</exception>
    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) =>
        throw new NotSupportedException("ClickHouse has no transactions: make the insert one batch with a deduplication token.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    internal Uri Address(IEnumerable<KeyValuePair<string, string>> query)
    {
        if (state != ConnectionState.Open)
            throw new InvalidOperationException("The connection is not open.");
        return Transport.Address(this, query);
    }

    private void Move(ConnectionState to)
    {
        if (state == to)
            return;
        var before = state;
        state = to;
        OnStateChange(new(before, to));
    }
}
