using System.Globalization;
using System.Text.Json;
using EcomIntel.Cli.Commands;
using EcomIntel.Cli.Replay;
using EcomIntel.Cli.Replay.Retail;
using EcomIntel.Cli.Supervisor;
using EcomIntel.Core.Database;
using EcomIntel.Core.Governance;
using EcomIntel.Kafka;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>The API's own orders with their lines, from the PostgreSQL of an instance made for it, which a simulated retailer filled through Kafka.</summary>
/// <param name="folder">For the instance and files of the run.</param>
internal sealed class DatabaseBench(Home home, string folder, Action<string> progress)
{
    private const int Orders = 1_000;
    private const int Page = 100;
    private const string Statements = "ecomintel_graphql_statements_total";

    /// <summary>After each warm-up, for the compilers in the background.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <exception cref="InstanceException">Something does not start, or an answer is not what was asked for.</exception>
    public async Task<DatabaseLoad> RunAsync(int rounds, TimeSpan round, CancellationToken token)
    {
        var instance = Instance.Open(Path.Combine(folder, "database"));
        try
        {
            progress($"an instance with {Orders} orders of a simulated retailer");
            await instance.EnsureUpAsync(new UpOptions { Clock = "stream", NoModels = true }, null, token);
            await FillAsync(instance.Addresses, token);
            return await AskAsync(instance, rounds, round, token);
        }
        finally
        {
            await instance.DownAsync(CancellationToken.None);
        }
    }

    private static async Task FillAsync(Addresses addresses, CancellationToken token)
    {
        await using var postgres = PostgresDataSource.Create(addresses.Postgres!, "ecomintel bench");
        using var source = RetailSource.Simulated(new RetailerOptions(1, Orders, Days: 30), new LineTally(), limit: null);
        var kafka = new KafkaOptions { BootstrapServers = addresses.Kafka!, ClusterId = addresses.KafkaClusterId };
        await new Replayer(kafka, postgres, TimeProvider.System).RunAsync(source, new(), _ => { }, token);
    }

    // A copy of the role beside the instance's own, that lets one address ask as often as it can.
    private async Task<DatabaseLoad> AskAsync(Instance instance, int rounds, TimeSpan round, CancellationToken token)
    {
        var addresses = instance.Addresses;
        var ports = new InstancePorts(new InstancePaths(folder), progress);
        var (api, metrics) = (Loopback(ports.Claim("api")), Loopback(ports.Claim("metrics")));
        var environment = new Dictionary<string, string>
        {
            ["ECOMINTEL__GraphQL__Url"] = api, ["ECOMINTEL__GraphQL__OperationsPerSecond"] = "0",
            ["ECOMINTEL__ConnectionStrings__PostgresReader"] = addresses.PostgresReader!,
        };
        using var spawner = new Spawner();
        var (program, log) = (home.Program("graphql", "EcomIntel.GraphQL"), Path.Combine(folder, "graphql.log"));
        await using var role = await RoleCopy.StartAsync(spawner, program, "graphql", metrics, addresses, environment, log, token);
        var key = await KeyAsync(addresses, token);
        LoadGenerator For(int first) => new(new Uri($"{api}/graphql"), JsonSerializer.SerializeToUtf8Bytes(new { query = Query(first) }), key);
        var few = await StatementsAsync(role, For(10), 10, token);
        var (statements, bytes, lines) = await StatementsAsync(role, For(Page), Page, token);
        if (statements != few.Statements)
            throw new InstanceException($"{Page} orders cost {statements} SQL statements and 10 cost {few.Statements}: their number grows with the rows");

        progress("orders from PostgreSQL");
        var bursts = new List<Burst>();
        for (var number = 0; number < GraphQLBench.WarmUps; number++)
        {
            await For(Page).RunAsync(GraphQLBench.WarmUp, GraphQLBench.Connections, bytes, null, token);
            await Task.Delay(Rest, token);
        }
        for (var number = 0; number < rounds; number++)
            bursts.Add(await For(Page).RunAsync(round, GraphQLBench.Connections, bytes, null, token));
        var perSecond = Math.Round(Statistics.Median(bursts.Select(burst => burst.RequestsPerSecond)), 1);
        var p99 = Math.Round(Statistics.Median(bursts.Select(burst => burst.P99())), 2);
        return new(perSecond, p99, statements, few.Statements, Page, lines, Query(Page));
    }

    private static string Query(int first) => string.Create(
        CultureInfo.InvariantCulture, $"{{orders(first:{first}){{nodes{{orderId status channel total{{amount}} lines{{sku ordered price{{amount}}}}}}}}}}");

    private static string Loopback(int port) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");

    private static async Task<string> KeyAsync(Addresses addresses, CancellationToken token)
    {
        await using var source = PostgresDataSource.Create(addresses.Postgres!, "ecomintel bench");
        var grant = new ApiKeyGrant("bench", ["ADMIN"], null, null, TimeSpan.FromDays(1));
        var (key, _, refusal) = await KeysCommand.Store(source).CreateAsync(KeysCommand.Actor, grant, token);
        return refusal is null ? key!.Value.Reveal() : throw new InstanceException(refusal);
    }

    /// <summary>SQL statements of one request, by the role's own count, and the bytes and lines of its answer.</summary>
    private static async Task<(long Statements, int Bytes, int Lines)> StatementsAsync(
        RoleCopy role, LoadGenerator generator, int orders, CancellationToken token)
    {
        generator.SendOne(); // the first also looks the key up
        var before = await CountedAsync(role, token);
        var answer = generator.SendOne();
        var statements = await CountedAsync(role, token) - before;
        var response = JsonDocument.Parse(answer).RootElement;
        if (response.TryGetProperty("errors", out var errors)) throw new InstanceException($"{orders} orders were asked for and not answered: {errors}");
        var nodes = response.GetProperty("data").GetProperty("orders").GetProperty("nodes").EnumerateArray().ToList();
        if (nodes.Count != orders) throw new InstanceException($"{orders} orders were asked for and {nodes.Count} answered");
        return (statements, answer.Length, nodes.Sum(node => node.GetProperty("lines").GetArrayLength()));
    }

    private static async Task<long> CountedAsync(RoleCopy role, CancellationToken token) => (long)(await role.ScrapeAsync(token)).Sum(Statements);
}
