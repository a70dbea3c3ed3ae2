using EcomIntel.Cli.Supervisor;
using EcomIntel.Cli.Supervisor.Services;
using EcomIntel.Core.Database;
using Npgsql;

namespace EcomIntel.IntegrationTests.Processing;

/// <summary>One PostgreSQL for all tests of the collection; each takes databases of its own from it.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ecomintel-");
    private Instance? _instance;
    private string _owner = "";
    private int _databases;

    /// <summary>The instance's own database and the connection strings of its roles.</summary>
    internal Addresses Addresses { get; private set; } = Addresses.None;

    public async Task InitializeAsync()
    {
        _instance = Instance.Open(Path.Combine(_folder.FullName, "instance"));
        var up = await _instance.EnsureUpAsync(new UpOptions { EnginesOnly = true, Engines = ["postgres"] }, null, CancellationToken.None);
        Addresses = up.Addresses;
        var secrets = InstanceSecrets.LoadOrCreate(_instance.Paths);
        _owner = new NpgsqlConnectionStringBuilder(
            up.Addresses.PostgresOwner!) { Username = PostgresService.Admin, Password = secrets.PostgresAdmin, Database = "postgres" }.ConnectionString;
        await ExecuteAsync(_owner, "CREATE DATABASE template_hub");
        await PostgresMigrations.ApplyAsync(At("template_hub") + ";Pooling=false", null, null, CancellationToken.None);
        // What PostgreSQL's clock says is a test's to set.
        await ExecuteAsync(At("template_hub") + ";Pooling=false", """
            CREATE TABLE test_clock AS SELECT null::timestamptz AS now;
            CREATE OR REPLACE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
            AS 'SELECT coalesce((SELECT now FROM test_clock), statement_timestamp())';
            """);
    }

    /// <summary>A new database with the hub's schema.</summary>
    public async Task<Database> CreateAsync()
    {
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync(_owner, $"CREATE DATABASE {name} TEMPLATE template_hub STRATEGY file_copy");
        return new(At(name));
    }

    /// <summary>The instance's.</summary>
    public string Folder => _instance!.Paths.Folder;

    /// <summary>The superuser's connection string to a database.</summary>
    public string Admin(string database) => At(database);

    public async Task DisposeAsync()
    {
        if (_instance is not null)
        {
            await _instance.DownAsync(CancellationToken.None);
            new KeptLogs(nameof(PostgresFixture), "engine").KeepFolder(_instance.Paths.Logs);
        }
        _folder.Delete(recursive: true);
    }

    private string At(string database) => new NpgsqlConnectionStringBuilder(_owner) { Database = database, IncludeErrorDetail = true }.ConnectionString;

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

[CollectionDefinition(nameof(PostgresCollection))]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>;
