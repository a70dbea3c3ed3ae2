using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>PostgreSQL: a cluster of its own in the instance's folder, on loopback only, passwords by SCRAM, pages with checksums.</summary>
internal sealed class PostgresService(Home home, InstancePaths paths, InstanceSecrets secrets, InstancePorts ports) : Service
{
    public const string Admin = "ecomintel_admin";

    // For two shared cores and bulk ingest: room for a long checkpoint distance, and no promise to the client before the log is on disk.
    private static readonly string[] Settings =
    [
        "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=120",
        "shared_buffers=512MB", "effective_cache_size=4GB", "work_mem=32MB", "maintenance_work_mem=256MB", "random_page_cost=1.1", "jit=off",
        "synchronous_commit=on", "wal_compression=pglz", "max_wal_size=4GB", "min_wal_size=256MB", "checkpoint_timeout=15min",
        "password_encryption=scram-sha-256", "timezone=UTC", "log_timezone=UTC", "log_min_duration_statement=5s", "log_checkpoints=off",
    ];

    private int _port;

    public override string Name => "postgres";

    private string Data => Path.Combine(paths.Postgres, "data");

    /// <summary>Known once the server was given its port.</summary>
    public bool HasAddress => _port > 0;

    public string ConnectionString(string role, string password, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = role,
        Password = password,
        Database = database,
    }.ConnectionString;

    public override async Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken)
    {
        var server = Home.Existing(Path.Combine(home.PostgresFolder, "bin/postgres"));
        Directory.CreateDirectory(paths.Postgres, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var user = await Unprivileged.ChooseAsync(server, paths.Postgres, cancellationToken);
        await user.OwnAsync(paths.Postgres, cancellationToken);
        if (!Directory.Exists(Data)) await CreateClusterAsync(user, cancellationToken);
        ForgetDeadPostmaster();

        _port = ports.Claim(Name);
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_port}");
        string[] arguments = ["-D", Data, "-p", _port.ToString(CultureInfo.InvariantCulture), .. Settings.SelectMany(setting => new[] { "-c", setting })];
        // SIGINT is PostgreSQL's fast shutdown: sessions are ended, a checkpoint is written. SIGTERM would wait for the sessions.
        return new(server, arguments, new Dictionary<string, string>(), Native.Interrupt, TimeSpan.FromSeconds(60), user.Prefix);
    }

    public override async Task BecomeReadyAsync(Child child, CancellationToken cancellationToken)
    {
        while (!await IsReadyAsync(cancellationToken)) await Task.Delay(100, cancellationToken);
    }

    public override async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString(Admin, secrets.PostgresAdmin, "postgres") + ";Pooling=false;Timeout=5");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            throw new InstanceException(
                $"PostgreSQL in {Data} does not accept the password in {paths.Secrets}; restore that file, or remove the instance's folder to begin anew",
                refused);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Made beside and renamed, so that one that was interrupted is made again.
    private async Task CreateClusterAsync(Unprivileged user, CancellationToken cancellationToken)
    {
        var unfinished = Data + ".new";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        var passwordFile = Path.Combine(paths.Postgres, "password");
        await using (var file = new FileStream(passwordFile, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
            await file.WriteAsync(System.Text.Encoding.ASCII.GetBytes(secrets.PostgresAdmin), cancellationToken);

        await user.OwnAsync(passwordFile, cancellationToken);
        try
        {
            await user.RunAsync(
                [Path.Combine(home.PostgresFolder, "bin/initdb"), "-D", unfinished, "-U", Admin, $"--pwfile={passwordFile}", "--auth=scram-sha-256",
                "--data-checksums",
                 "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"], cancellationToken);
        }
        finally
        {
            File.Delete(passwordFile);
        }

        Directory.Move(unfinished, Data);
    }

    // The instance's lock says that no other server runs here, and the supervisor has waited for its own leftovers;
    // so a process id in the file is one that was given to somebody else meanwhile, and PostgreSQL would refuse to start because of it.
    private void ForgetDeadPostmaster()
    {
        var file = Path.Combine(Data, "postmaster.pid");
        if (!File.Exists(file)) return;
        var first = File.ReadLines(file).FirstOrDefault();
        if (int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && IsPostgres(pid)) return;
        File.Delete(file);
    }

    private static bool IsPostgres(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName == "postgres";
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
