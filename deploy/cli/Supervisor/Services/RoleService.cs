using System.Globalization;

namespace EcomIntel.Cli.Supervisor.Services;

/// <summary>A program of the hub that an instance runs.</summary>
/// <param name="Name">Short and lower case.</param>
/// <param name="Folder">Its project's folder below the checkout.</param>
/// <param name="Assembly">Its assembly, without the ending.</param>
/// <param name="Arguments">What it is started with.</param>
/// <param name="Postgres">As whom it speaks to PostgreSQL.</param>
/// <param name="Api">It serves others beside metrics and health, on a port of its own.</param>
internal sealed record Role(
    string Name, string Folder, string Assembly, IReadOnlyList<string> Arguments, Func<Addresses, string?> Postgres, bool Api = false)
{
    /// <summary>The one that may be left out.</summary>
    public const string Models = "ml";

    /// <summary>Every role of an instance, in the order in which they start.</summary>
    public static readonly IReadOnlyList<Role> All =
    [
        new("ingest", "ingest", "EcomIntel.Ingest", ["--role", "ingest"], Writes),
        new("relay", "ingest", "EcomIntel.Ingest", ["--role", "relay"], Writes),
        new("sink", "ingest", "EcomIntel.Ingest", ["--role", "sink"], Writes),
        new(Models, "ml", "EcomIntel.Ml", ["--role", Models], static addresses => addresses.PostgresModels),
        new("graphql", "graphql", "EcomIntel.GraphQL", ["--role", "graphql"], Writes, Api: true),
    ];

    private static string? Writes(Addresses addresses) => addresses.Postgres;
}

/// <summary>Runs a role against the instance's engines; ready when its <c>/healthz/ready</c> says so.</summary>
internal sealed class RoleService(
    Role role, Home home, InstancePaths paths, InstancePorts ports, UpOptions options, Func<Addresses> addresses, HttpClient http) : Service
{
    private Uri? _ready;

    public override string Name => role.Name;

    public override Task<ProcessSpec> PrepareAsync(CancellationToken cancellationToken)
    {
        var own = Loopback(role.Api ? role.Name + "-metrics" : role.Name);
        Metrics = new($"http://{own}/metrics");
        _ready = new($"http://{own}/healthz/ready");
        Address = role.Api ? Loopback(role.Name) : own;
        var environment = new Dictionary<string, string> { ["ECOMINTEL__Metrics__Url"] = $"http://{own}" };
        void Set(string key, string? value)
        {
            if (value is not null) environment[key] = value;
        }

        var now = addresses();
        if (role.Api)
        {
            Set("ECOMINTEL__GraphQL__Url", $"http://{Address}");
            Set("ECOMINTEL__ConnectionStrings__PostgresReader", now.PostgresReader);
        }
        else
        {
            Set("ECOMINTEL__Clock__Mode", options.Clock);
        }
        if (role.Name == "ingest" && options.EmbeddedKafka)
            Set("ECOMINTEL__Ingest__Acknowledged", paths.Acknowledged);
        if (role.Name == "ingest" && !options.NoModels)
            Set("ECOMINTEL__Ingest__Models", "true");
        Set("ECOMINTEL__ConnectionStrings__Postgres", role.Postgres(now));
        Set("ECOMINTEL__ConnectionStrings__ClickHouse", now.ClickHouse);
        Set("ECOMINTEL__Kafka__BootstrapServers", now.Kafka);
        Set("ECOMINTEL__Kafka__ClusterId", now.KafkaClusterId); // the embedded broker has no controller to ask
        return Task.FromResult(ProcessSpec.Dotnet(home.Program(role.Folder, role.Assembly), role.Arguments, environment, TimeSpan.FromSeconds(30)));
    }

    public override async Task BecomeReadyAsync(Child child, CancellationToken cancellationToken)
    {
        while (!await IsReadyAsync(cancellationToken)) await Task.Delay(100, cancellationToken);
    }

    public override Task<bool> IsReadyAsync(CancellationToken cancellationToken) => http.AnswersAsync(_ready!, cancellationToken);

    private string Loopback(string name) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{ports.Claim(name)}");
}
