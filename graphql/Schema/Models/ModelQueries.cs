using System.Text.Json;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;

namespace EcomIntel.GraphQL.Schema.Models;

/// <summary>A row of the registry; its figures are JSON objects.</summary>
[GraphQLObject("Model")]
internal sealed record Model(
    string Name, string Version, string Status, string Reason, string DecidedBy, DateTime? PromotedAt, DateTime TrainedAt, DateTime DataFrom, DateTime DataTo,
    long Rows, string ParametersJson, string MetricsJson, string BaselinesJson, string ArtefactSha256, int ArtefactBytes, double? Drift,
    string DriftsJson, DateTime? HeldAt, string? HeldAgainst, DateTime? HeldFrom, DateTime? HeldTo, string? HeldMetricsJson, string? HeldAgainstMetricsJson)
{
    public IReadOnlyList<ModelParameter> Parameters => [.. Of<string>(ParametersJson).Select(each => new ModelParameter(each.Key, each.Value))];

    public IReadOnlyList<ModelMetric> Metrics =>
    [
        .. ModelMetric.Of(MetricsJson, null),
        .. Of<Dictionary<string, double>>(BaselinesJson).OrderBy(each => each.Key, StringComparer.Ordinal)
            .SelectMany(baseline => baseline.Value.OrderBy(each => each.Key, StringComparer.Ordinal)
                .Select(each => new ModelMetric(each.Key, each.Value, baseline.Key))),
    ];

    public IReadOnlyList<ModelDrift> Drifts =>
    [
        .. JsonSerializer.Deserialize<List<Look>>(DriftsJson, JsonSerializerOptions.Web)!
            .Select(look => new ModelDrift(look.At.UtcDateTime, look.Ratio, look.Chance, look.Error, look.Expected)),
    ];

    public ModelContest? Held => HeldAt is { } at
        ? new(at, HeldAgainst!, HeldFrom!.Value, HeldTo!.Value,
            [.. ModelMetric.Of(HeldMetricsJson!, null), .. ModelMetric.Of(HeldAgainstMetricsJson!, HeldAgainst)])
        : null;

    internal static IOrderedEnumerable<KeyValuePair<string, T>> Of<T>(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, T>>(json)!.OrderBy(each => each.Key, StringComparer.Ordinal);

    /// <summary>As the registry keeps it.</summary>
    private sealed record Look(DateTimeOffset At, double Ratio, double Chance, double Error, double Expected);
}

[GraphQLObject("ModelParameter")]
internal sealed record ModelParameter(string Name, string Value);

[GraphQLObject("ModelMetric")]
internal sealed record ModelMetric(string Name, double Value, string? Baseline)
{
    /// <param name="json">An object of figures by name.</param>
    internal static IEnumerable<ModelMetric> Of(string json, string? baseline) =>
        Model.Of<double>(json).Select(each => new ModelMetric(each.Key, each.Value, baseline));
}

[GraphQLObject("ModelDrift")]
internal sealed record ModelDrift(DateTime At, double Ratio, double Chance, double Error, double Expected);

[GraphQLObject("ModelContest")]
internal sealed record ModelContest(DateTime At, string Against, DateTime From, DateTime To, IReadOnlyList<ModelMetric> Metrics);

[GraphQLResolvers("Query")]
internal static class ModelQueries
{
    private const string Select = """
        SELECT name, version, status, reason, decided_by, promoted_at, trained_at, data_from, data_to, rows, parameters::text AS parameters_json,
            metrics::text AS metrics_json, baselines::text AS baselines_json, encode(artefact_sha256, 'hex') AS artefact_sha256,
            octet_length(artefact) AS artefact_bytes, drift, drifts::text AS drifts_json, held_at, held_against, held_from, held_to,
            held_metrics::text AS held_metrics_json, held_against_metrics::text AS held_against_metrics_json
        FROM models WHERE @name::text IS NULL OR name = @name ORDER BY name COLLATE "C", version COLLATE "C" DESC LIMIT 1000
        """;

    public static async Task<IReadOnlyList<Model>> Models(RequestContext context, [Service] ReadDatabase database, string? name) =>
        await database.QueryAsync<Model>(Select, new { name }, context);
}
