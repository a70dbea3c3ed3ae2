using EcomIntel.Core.Policies;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Paging;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Policies;

[GraphQLObject("Policy")]
internal sealed record Policy(string Kind);

[GraphQLObject("PolicyVersion")]
internal sealed record PolicyVersion(string Kind, int Version, DateTime? EffectiveAt, string? Settings, IReadOnlyList<PolicyChange> Changes);

[GraphQLObject("PolicyChange")]
internal sealed record PolicyChange(string Setting, string Before, string After);

[GraphQLResolvers("Query")]
internal static class PolicyQueries
{
    public static IReadOnlyList<Policy> Policies([Service] PolicyCatalogue policies) => [.. policies.Kinds.Select(kind => new Policy(kind))];

    public static Policy? Policy([Service] PolicyCatalogue policies, string kind)
    {
        KnownNames.Check("policy", [kind], policies.Kinds);
        return new(kind);
    }
}

[GraphQLResolvers("Policy")]
internal static class PolicyFields
{
    private const string SelectVersions = $"""
        SELECT kind, version, effective_at, settings::text AS settings, effective_at <= {BusinessTime.Sql} AS has_begun
        FROM policies WHERE kind = ANY(@keys) ORDER BY kind, version
        """;

    private sealed record Row(string Kind, int Version, DateTime EffectiveAt, string Settings, bool? HasBegun);

    /// <param name="All">The highest first; the built-in one is the last.</param>
    private sealed record Versions(IReadOnlyList<PolicyVersion> All, PolicyVersion Ruling);

    public static async Task<int> Version([Parent] Policy policy, RequestContext context) => (await AllAsync(policy, context)).All[0].Version;

    public static async Task<PolicyVersion> Ruling([Parent] Policy policy, RequestContext context) => (await AllAsync(policy, context)).Ruling;

    public static async Task<IReadOnlyList<PolicyVersion>> History([Parent] Policy policy, RequestContext context, int first)
    {
        var page = new PageArguments(first, null, null, null).Checked();
        return [.. (await AllAsync(policy, context)).All.Take(page.Size)];
    }

    private static async Task<Versions> AllAsync(Policy policy, RequestContext context) => (await context.Batch<string, Versions>(policy.Kind, LoadAsync))!;

    private static async Task<IReadOnlyDictionary<string, Versions>> LoadAsync(IReadOnlyList<string> kinds, RequestContext context)
    {
        var (database, policies) = (context.Services.GetRequiredService<ReadDatabase>(), context.Services.GetRequiredService<PolicyCatalogue>());
        var rows = (await database.QueryAsync<Row>(SelectVersions, new { keys = kinds.ToArray() }, context)).ToLookup(row => row.Kind, StringComparer.Ordinal);
        return kinds.ToDictionary(kind => kind, kind => Of(kind, [.. rows[kind]], policies), StringComparer.Ordinal);
    }

    private static Versions Of(string kind, List<Row> rows, PolicyCatalogue policies)
    {
        var builtIn = new PolicyVersion(kind, 0, null, policies.Whole(kind, null), []);
        var (all, ruling) = (new List<PolicyVersion> { builtIn }, builtIn);
        foreach (var row in rows)
        {
            var settings = policies.Whole(kind, row.Settings);
            var changes = all[^1].Settings is { } before && settings is not null ? PolicyCatalogue.Differences(before, settings) : [];
            all.Add(new(kind, row.Version, row.EffectiveAt, settings,
                [.. changes.Select(change => new PolicyChange(change.Setting, change.Before, change.After))]));
            if (row.HasBegun == true)
                ruling = all[^1];
        }
        all.Reverse();
        return new(all, ruling);
    }
}

/// <summary>Who set a version: one statement for all versions of a response.</summary>
[GraphQLResolvers("PolicyVersion")]
internal static class PolicyVersionFields
{
    private const string SelectChanges = $"""
        SELECT subject AS kind, (after ->> 'version')::int AS version, actor, reason FROM audit_log
        WHERE subject = ANY(@kinds) AND action = '{SetPolicyMutation.Action}' AND outcome = 'done'
        """;

    private sealed record Change(string Kind, int Version, string Actor, string? Reason);

    public static async Task<string?> SetBy([Parent] PolicyVersion version, RequestContext context) => (await ChangeAsync(version, context))?.Actor;

    public static async Task<string?> Reason([Parent] PolicyVersion version, RequestContext context) => (await ChangeAsync(version, context))?.Reason;

    private static Task<Change?> ChangeAsync(PolicyVersion version, RequestContext context) =>
        context.Batch<(string Kind, int Version), Change>((version.Kind, version.Version), LoadAsync);

    private static async Task<IReadOnlyDictionary<(string Kind, int Version), Change>> LoadAsync(
        IReadOnlyList<(string Kind, int Version)> keys, RequestContext context)
    {
        var database = context.Services.GetRequiredService<ReadDatabase>();
        var kinds = keys.Select(key => key.Kind).Distinct(StringComparer.Ordinal).ToArray();
        var changes = await database.QueryAsync<Change>(SelectChanges, new { kinds }, context);
        return changes.ToDictionary(change => (change.Kind, change.Version));
    }
}
