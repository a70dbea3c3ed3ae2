using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>The engine beside other GraphQL servers and beside ready-made bytes: same orders, same query, same load, taking turns.</summary>
/// <param name="folder">For files of the run.</param>
internal sealed class GraphQLBench(Home home, string folder, Action<string> progress)
{
    public const string Query = "{orders(first:100){id status channel total lines{sku qty price}}}";

    /// <summary>Open at a time, each with one request under way.</summary>
    public const int Connections = 32;

    private static readonly string[] Peers = ["graphql-js", "graphql-yoga", "mercurius-jit"];

    // JIT compilers work in the background, and a server that is kept busy on its only processor leaves them none:
    // each is warmed up several times, with rests between.
    public const int WarmUps = 3;
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private readonly byte[] _body = JsonSerializer.SerializeToUtf8Bytes(new { query = Query });

    /// <exception cref="InstanceException">A server does not start, or one answers otherwise than the others.</exception>
    public async Task<(Load Engine, Dictionary<string, Load> Peers, LimitLoad Limit, Ratios Ratios, GraphQLBenchSetting Setting)> RunAsync(
        int rounds, TimeSpan round, CancellationToken token)
    {
        var (own, theirs, shared) = Processors();
        using var spawner = new Spawner();
        var servers = new List<BenchServer>();
        try
        {
            var schema = Path.Combine(home.Root, "tests/EcomIntel.Benchmarks/schema.graphql");
            var (orders, ready) = (Path.Combine(folder, "orders.json"), Path.Combine(folder, "ready.json"));
            OrderFile.Write(orders);
            async Task<(BenchServer Server, byte[] Answer)> StartAsync(string name, params string[] words)
            {
                var server = await BenchServer.StartAsync(name, words, theirs, spawner, folder, token);
                servers.Add(server);
                return (server, new LoadGenerator(server.Url, _body).SendOne());
            }

            var program = home.Program("tests/EcomIntel.Benchmarks", "EcomIntel.Benchmarks");
            var (engine, answer) = await StartAsync("engine", Dotnet, program, "engine", schema, orders);
            await File.WriteAllBytesAsync(ready, answer, token);
            var normal = NormalizedJson.Of(answer);
            var lengths = new Dictionary<BenchServer, int> { [engine] = answer.Length };
            foreach (var peer in Peers)
            {
                var script = Home.Existing(Path.Combine(home.Root, "tests/EcomIntel.Benchmarks/peers", peer + ".mjs"));
                var (server, its) = await StartAsync(peer, "node", script, schema, orders);
                if (!NormalizedJson.Of(its).AsSpan().SequenceEqual(normal))
                    throw new InstanceException($"{peer} does not answer as the engine does, so nothing is measured: {Short(its)} and {Short(answer)}");
                lengths[server] = its.Length;
            }
            var (limit, bytes) = await StartAsync("limit", Dotnet, program, "limit", ready);
            lengths[limit] = bytes.AsSpan().SequenceEqual(answer) ? bytes.Length : throw new InstanceException("the ready-made answer is not the engine's");

            progress($"{servers.Count} servers answer the same {normal.Length} bytes; warming up");
            for (var number = 1; number <= WarmUps; number++)
                foreach (var server in servers) await BurstAsync(server, WarmUp);
            for (var number = 1; number <= rounds; number++)
            {
                foreach (var server in servers) server.Bursts.Add(await BurstAsync(server, round));
                var figures = servers.Select(each => string.Create(CultureInfo.InvariantCulture, $"{each.Name} {each.Bursts[^1].RequestsPerSecond:0}"));
                progress($"round {number} of {rounds}: {string.Join(", ", figures)} requests a second");
            }

            Task<Burst> BurstAsync(BenchServer server, TimeSpan duration) =>
                new LoadGenerator(server.Url, _body).RunAsync(duration, Connections, lengths[server], own, token);
            var peers = servers.Where(server => Peers.Contains(server.Name)).ToList();
            return (
                engine.Summary(),
                peers.ToDictionary(peer => peer.Name, peer => peer.Summary(), StringComparer.Ordinal),
                new(limit.Summary().RequestsPerSecond, limit.Summary().P99Ms, Math.Round(limit.GeneratorShare, 2)),
                new(Math.Round(peers.Min(engine.RatioTo), 2), Math.Round(engine.RatioTo(limit), 3)),
                new(Query, OrderFile.Orders, answer.Length, Connections, rounds, round.TotalSeconds, shared));
        }
        finally
        {
            foreach (var server in servers) await server.DisposeAsync();
        }
    }

    private static string Dotnet => Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";

    /// <summary>Who runs where: every server on one processor of its own, so that it counts what it costs and not on how many it spreads.</summary>
    private static (int? Generator, int? Server, string Description) Processors()
    {
        var list = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();
        var allowed = list.Split(',').SelectMany(Range).Where(processor => processor < 64).ToList();
        return allowed.Count < 2
            ? (null, null, "one for both server and load generator")
            : (allowed[0], allowed[1], "one for the server, another for the load generator");

        static IEnumerable<int> Range(string part)
        {
            var ends = part.Split('-');
            var (first, last) = (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
            return Enumerable.Range(first, last - first + 1);
        }
    }

    private static string Short(byte[] answer) => Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(200, answer.Length)));
}
