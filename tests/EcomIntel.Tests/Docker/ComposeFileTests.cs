using System.Text.RegularExpressions;
using EcomIntel.Cli.Commands;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Cli.Supervisor.Services;
using EcomIntel.Core.Hosting.Configuration;
using EcomIntel.GraphQL.Hosting;
using EcomIntel.Hosting;
using EcomIntel.Ingest.Sink;
using EcomIntel.Ingest.Workflows;
using EcomIntel.Kafka;
using Microsoft.Extensions.Configuration;

namespace EcomIntel.Tests.Docker;

/// <summary>docker-compose.yml against the programs and files it speaks of.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly string Root = Home.Find().Root;
    private static readonly Dictionary<object, object> Services = Yaml.Read(Path.Combine(Root, "docker-compose.yml")).Map("services");

    public static TheoryData<string> EveryService => new(Services.Keys.Cast<string>());

    public static TheoryData<string> EveryRole => new(Role.All.Select(role => role.Name));

    [Theory]
    [MemberData(nameof(EveryRole))]
    public void Each_role_is_started_with_settings_it_knows(string role)
    {
        var service = Services.Map(role);
        Assert.Equal(["--role", role], service.Texts("command"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(service.Map("environment")
            .Select(entry => (Key: (string)entry.Key, Value: Variable().Replace((string)entry.Value, "x")))
            .Where(entry => entry.Key.StartsWith("ECOMINTEL__", StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create<string, string?>(entry.Key["ECOMINTEL__".Length..].Replace("__", ":", StringComparison.Ordinal), entry.Value)))
            .Build();

        configuration.RefuseOtherSections(RoleHost.Sections);
        Assert.Contains("Host=postgres;", configuration.ReadSection<ConnectionStrings>().Postgres, StringComparison.Ordinal);
        Assert.Equal("kafka:9092", configuration.ReadSection<KafkaOptions>().BootstrapServers);
        if (role == "ingest") Assert.Equal("wall", configuration.ReadSection<ClockOptions>().Mode);
        if (role == "graphql") Assert.Equal("http://0.0.0.0:8080", configuration.ReadSection<ApiOptions>().Url);
        Assert.Equal("http://0.0.0.0:9464", configuration.ReadSection<MetricsOptions>().Url);
        if (role is "sink" or "ml" or "graphql") Assert.Contains(
            "Host=clickhouse;", configuration.ReadSection<ConnectionStrings>().ClickHouse, StringComparison.Ordinal);
    }

    [Fact]
    public void The_migration_is_a_command_line_that_the_program_understands()
    {
        var service = Services.Map("migrate");
        Assert.Empty(CommandTree.Create().Parse([.. service.Texts("command")]).Errors);
        Assert.Contains(MigrateCommand.Variable, service.Map("environment").Keys);
    }

    [Theory]
    [MemberData(nameof(EveryService))]
    public void Each_service_is_bounded_watched_and_private(string name)
    {
        var service = Services.Map(name);
        Assert.True((string)service["restart"] is "unless-stopped" or "on-failure");
        Assert.Equal(["ALL"], service.Texts("cap_drop"));
        Assert.Equal(["no-new-privileges:true"], service.Texts("security_opt"));
        Assert.True(service.ContainsKey("mem_limit"), "no mem_limit");
        Assert.True(name == "migrate" || service.ContainsKey("healthcheck"), "no healthcheck");
        Assert.All(service.Texts("ports"), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryService))]
    public void What_a_service_mounts_exists(string name) => Assert.All(
        Services.Map(name).Texts("volumes").Where(volume => volume.StartsWith("./", StringComparison.Ordinal)),
        volume =>
        {
            Assert.True(Path.Exists(Path.Combine(Root, volume.Split(':')[0])), volume);
            Assert.EndsWith(":ro", volume, StringComparison.Ordinal);
        });

    [Fact]
    public void Every_secret_is_asked_for_and_none_has_a_default()
    {
        var used = Variable().Matches(File.ReadAllText(Path.Combine(Root, "docker-compose.yml"))).Where(match => match.Groups["name"].Value != "ECOMINTEL_TAG")
            .ToList();
        Assert.All(used, match => Assert.StartsWith(":?", match.Groups["rest"].Value, StringComparison.Ordinal));
        var offered = File.ReadLines(Path.Combine(Root, ".env.example")).Where(line => line.Length > 0 && line[0] != '#').ToList();
        Assert.All(offered, line => Assert.EndsWith("=", line, StringComparison.Ordinal));
        Assert.Equal(offered.Select(line => line[..^1]).Order(StringComparer.Ordinal),
            used.Select(match => match.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("postgres", "deploy/docker/postgres/roles.sh", @"\$(ECOMINTEL_\w+)")]
    [InlineData("clickhouse", "deploy/docker/clickhouse/users.xml", "from_env=\"(\\w+)\"")]
    public void What_a_server_reads_from_its_environment_is_given(string name, string file, string pattern)
    {
        var read = Regex.Matches(File.ReadAllText(Path.Combine(Root, file)), pattern, RegexOptions.None, TimeSpan.FromSeconds(5))
            .Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Equal(read.Order(StringComparer.Ordinal),
            Services.Map(name).Map("environment").Keys.Cast<string>().Where(key => key.StartsWith("ECOMINTEL_", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_image_is_built_from_what_is_there_and_let_through()
    {
        var let = File.ReadLines(Path.Combine(Root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..]).ToList();
        var copied = File.ReadLines(Path.Combine(Root, "deploy/docker/Dockerfile"))
            .Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToList();
        Assert.All(copied, path => Assert.True(Path.Exists(Path.Combine(Root, path)), path));
        Assert.Equal(copied.Order(StringComparer.Ordinal), let.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_database_roles_are_the_ones_that_a_single_machine_has()
    {
        var script = File.ReadAllText(Path.Combine(Root, "deploy/docker/postgres/roles.sh"));
        Assert.All([PostgresRoles.Owner, PostgresRoles.App, PostgresRoles.Reader],
            role => Assert.Contains($"CREATE ROLE {role} LOGIN NOSUPERUSER", script, StringComparison.Ordinal));
        Assert.Equal([PostgresRoles.App, PostgresRoles.Reader],
            Services.Map("migrate").Texts("command").Where(word => word.StartsWith("ecomintel_", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"\$\{(?<name>\w+)(?<rest>[^}]*)\}", RegexOptions.None, 5000)]
    private static partial Regex Variable();
}
