using System.Text.Json.Serialization;

namespace EcomIntel.Cli.Bench.GraphQL;

/// <summary>What one server did under load: the medians of its rounds.</summary>
/// <param name="P99Ms">Milliseconds from sending a request to having the whole response, for 99 of 100.</param>
internal record Load([property: JsonPropertyOrder(-2)] double RequestsPerSecond, [property: JsonPropertyOrder(-1)] double P99Ms);

/// <param name="GeneratorShare">Of one processor, what the load generator itself took meanwhile: at 1 it would be the limit.</param>
internal sealed record LimitLoad(double RequestsPerSecond, double P99Ms, double GeneratorShare) : Load(RequestsPerSecond, P99Ms);

/// <summary>Medians of the ratios of each round.</summary>
/// <param name="ToBestPeer">Requests a second of the engine to those of the peer that comes nearest.</param>
/// <param name="ToLimit">Requests a second of the engine to those of the ready-made bytes.</param>
internal sealed record Ratios(double ToBestPeer, double ToLimit);

/// <param name="Statements">SQL statements of one request for 100 orders.</param>
/// <param name="StatementsOf10">The same for 10 orders.</param>
/// <param name="Lines">In one answer, of all its orders.</param>
internal sealed record DatabaseLoad(double RequestsPerSecond, double P99Ms, long Statements, long StatementsOf10, int Orders, int Lines, string Query)
    : Load(RequestsPerSecond, P99Ms);

/// <summary>What <c>bench graphql</c> measured, in one run on one machine.</summary>
internal sealed record GraphQLBenchResult(
    Load Engine, IReadOnlyDictionary<string, Load> Peers, LimitLoad Limit, Ratios Ratios, DatabaseLoad Database, GraphQLBenchSetting Setting);

/// <param name="Processors">How server and load generator shared the machine.</param>
internal sealed record GraphQLBenchSetting(string Query, int Orders, int ResponseBytes, int Connections, int Rounds, double SecondsOfRound, string Processors);
