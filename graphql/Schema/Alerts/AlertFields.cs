using System.Text.Json;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Alerts;

/// <summary>What an alert is about and rests on, from other tables: one statement each for all alerts of a response.</summary>
[GraphQLResolvers("Alert")]
internal static class AlertFields
{
    private const string SelectHistory = """
        SELECT alert_id, version, kind, at, status, level, findings AS finding_count, standing, detail, done_by AS by, note
        FROM (SELECT *, row_number() OVER (PARTITION BY alert_id ORDER BY version DESC) AS number FROM alert_entries WHERE alert_id = ANY(@keys)) e
        WHERE number <= 200 ORDER BY alert_id, version
        """;

    public static Task<Location?> Location([Parent] Alert found, RequestContext context) =>
        found.LocationId is { } location ? context.Batch<string, Location>(location, CatalogLoads.Locations) : Task.FromResult<Location?>(null);

    public static Task<FindingEvidence> Evidence([Parent] Alert found, RequestContext context) => EvidenceLoads.OfAsync(found.Lead, context);

    public static async Task<IReadOnlyList<Finding>> Findings([Parent] Alert found, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<Finding>>(found.AlertId, FindingsAsync) ?? [];

    public static async Task<IReadOnlyList<AlertEntry>> History([Parent] Alert found, RequestContext context) =>
        await context.Batch<string, IReadOnlyList<AlertEntry>>(found.AlertId, HistoryAsync) ?? [];

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<Finding>>> FindingsAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var visible = Finding.VisibleTo(context.Caller()).And("f.alert_id = ANY(@keys)", "keys", keys.ToArray());
        var sql = $"""
            SELECT {Finding.Columns}
            FROM (SELECT f.*, row_number() OVER (PARTITION BY f.alert_id ORDER BY f.told_at DESC, f.finding_id) AS number FROM findings f{visible.Where}) f
            WHERE number <= 200 ORDER BY f.told_at DESC, f.finding_id
            """;
        var findings = await database.QueryAsync<Finding>(sql, visible.Parameters, context);
        return findings.GroupBy(finding => finding.AlertId!).ToDictionary(
            group => group.Key, group => (IReadOnlyList<Finding>)[.. group], StringComparer.Ordinal);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<AlertEntry>>> HistoryAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var entries = await database.QueryAsync<AlertEntry>(SelectHistory, new { keys = keys.ToArray() }, context);
        return entries.GroupBy(entry => entry.AlertId).ToDictionary(
            group => group.Key, group => (IReadOnlyList<AlertEntry>)[.. group], StringComparer.Ordinal);
    }
}

[GraphQLResolvers("Finding")]
internal static class FindingFields
{
    public static Task<FindingEvidence> Evidence([Parent] Finding found, RequestContext context) => EvidenceLoads.OfAsync(found.FindingId, context);
}

internal static class EvidenceLoads
{
    private const string Select = "SELECT finding_id, evidence::text AS evidence FROM finding_evidence WHERE finding_id = ANY(@keys)";

    private sealed record Row(string FindingId, string Evidence);

    public static async Task<FindingEvidence> OfAsync(string findingId, RequestContext context)
    {
        var told = await context.Batch<string, Core.Events.FindingEvidence>(findingId, LoadAsync);
        // It names what others may see.
        var restricted = context.Caller() is { Channels: not null } or { Locations: not null };
        return new(
            [.. (told?.Series ?? []).Select(point => new FindingPoint(point.At.UtcDateTime, point.Actual, point.Expected, point.Low, point.High))],
            [.. (told?.Features ?? []).Select(feature => new FindingFeature(feature.Name, feature.Value, feature.Effect))],
            restricted ? [] : told?.AlsoMoved ?? []);
    }

    private static async Task<IReadOnlyDictionary<string, Core.Events.FindingEvidence>> LoadAsync(IReadOnlyList<string> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var rows = await database.QueryAsync<Row>(Select, new { keys = keys.ToArray() }, context);
        return rows.ToDictionary(
            row => row.FindingId, row => JsonSerializer.Deserialize<Core.Events.FindingEvidence>(row.Evidence, JsonSerializerOptions.Web)!,
            StringComparer.Ordinal);
    }
}
