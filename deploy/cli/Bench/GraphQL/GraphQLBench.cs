using System.Globalization;
using System.Text;
using System.Text.Json;
using EcomIntel.Cli.Supervisor;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>The engine beside other GraphQL servers and beside ready-made bytes: same orders, same query, same load, taking turns.</summary>
/// <param name="folder">For files of the run.</param>
internal sealed class GraphQLBench(Home home, string folder, Action<string> tell)
{
    public const string Query = "{orders(first:100){id status channel total lines{sku qty price}}}";

    /// <summary>Open at a time, each with one request under way.</summary>
    public const int Connections = 32;

    private static readonly string[] Peers = ["graphql-js", "graphql-yoga", "mercurius-jit"];

    // Compilers work in the background, and a server that is kept busy on its only processor leaves them none: each is warmed up several times, with rests between.
    public const int WarmUps = 3;
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private readonly byte[] _body = JsonSerializer.SerializeToUtf8Bytes(new { query = Query });

    /// <exception cref="InstanceException">A server does not start, or one answers otherwise than the others.</exception>
    public async Task<(Load Engine, Dictionary<string, Load> Peers, LimitLoad Limit, Ratios Ratios, GraphQLBenchSetting Setting)> RunAsync(int rounds, TimeSpan round, CancellationToken token)
    {
        var (own, theirs, shared) = Processors();
        using var spawner = new Spawner();
        var contestants = new List<Contestant>();
        try
        {
            var (schema, orders, ready) = (Path.Combine(home.Root, "tests/EcomIntel.Benchmarks/schema.graphql"), Path.Combine(folder, "orders.json"), Path.Combine(folder, "ready.json"));
            OrderFile.Write(orders);
            async Task<(Contestant Server, byte[] Answer)> StartAsync(string name, params string[] words)
            {
                var server = await Contestant.StartAsync(name, words, theirs, spawner, folder, token);
                contestants.Add(server);
                return (server, new LoadGenerator(server.Url, _body).Ask());
            }

            var program = home.Program("tests/EcomIntel.Benchmarks", "EcomIntel.Benchmarks");
            var (engine, answer) = await StartAsync("engine", Dotnet, program, "engine", schema, orders);
            await File.WriteAllBytesAsync(ready, answer, token);
            var normal = SameAnswer.Normal(answer);
            var lengths = new Dictionary<Contestant, int> { [engine] = answer.Length };
            foreach (var peer in Peers)
            {
                var script = Home.Existing(Path.Combine(home.Root, "tests/EcomIntel.Benchmarks/peers", peer + ".mjs"));
                var (server, its) = await StartAsync(peer, "node", script, schema, orders);
                if (!SameAnswer.Normal(its).AsSpan().SequenceEqual(normal))
                    throw new InstanceException($"{peer} does not answer as the engine does, so nothing is measured: {Short(its)} and {Short(answer)}");
                lengths[server] = its.Length;
            }
            var (limit, bytes) = await StartAsync("limit", Dotnet, program, "limit", ready);
            lengths[limit] = bytes.AsSpan().SequenceEqual(answer) ? bytes.Length : throw new InstanceException("the ready-made answer is not the engine's");

            tell($"{contestants.Count} servers answer the same {normal.Length} bytes; warming up");
            for (var number = 1; number <= WarmUps; number++)
                foreach (var contestant in contestants) await BurstAsync(contestant, WarmUp);
            for (var number = 1; number <= rounds; number++)
            {
                foreach (var contestant in contestants) contestant.Bursts.Add(await BurstAsync(contestant, round));
                tell(string.Create(CultureInfo.InvariantCulture, $"round {number} of {rounds}: {string.Join(", ", contestants.Select(each => $"{each.Name} {each.Bursts[^1].RequestsPerSecond:0}"))} requests a second"));
            }

            Task<Burst> BurstAsync(Contestant contestant, TimeSpan lasting) => new LoadGenerator(contestant.Url, _body).RunAsync(lasting, Connections, lengths[contestant], own, token);
            var peers = contestants.Where(contestant => Peers.Contains(contestant.Name)).ToList();
            return (
                engine.Told(),
                peers.ToDictionary(peer => peer.Name, peer => peer.Told(), StringComparer.Ordinal),
                new(limit.Told().RequestsPerSecond, limit.Told().P99Ms, Math.Round(limit.GeneratorShare, 2)),
                new(Math.Round(peers.Min(engine.Times), 2), Math.Round(engine.Times(limit), 3)),
                new(Query, OrderFile.Orders, answer.Length, Connections, rounds, round.TotalSeconds, shared));
        }
        finally
        {
            foreach (var contestant in contestants) await contestant.DisposeAsync();
        }
    }

    private static string Dotnet => Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet";

    /// <summary>Who runs where: every server on one processor of its own, so that it counts what it costs and not on how many it spreads.</summary>
    private static (int? Generator, int? Server, string Told) Processors()
    {
        var allowed = File.ReadLines("/proc/self/status").First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim().Split(',')
            .SelectMany(part => part.Split('-') is [var from, var to] ? Enumerable.Range(int.Parse(from, CultureInfo.InvariantCulture), int.Parse(to, CultureInfo.InvariantCulture) - int.Parse(from, CultureInfo.InvariantCulture) + 1) : [int.Parse(part, CultureInfo.InvariantCulture)])
            .Where(processor => processor < 64).ToList();
        return allowed.Count < 2 ? (null, null, "one for both server and load generator") : (allowed[0], allowed[1], "one for the server, another for the load generator");
    }

    private static string Short(byte[] answer) => Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(200, answer.Length)));
}
