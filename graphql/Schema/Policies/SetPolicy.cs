using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Policies;
using EcomIntel.Core.Processing;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Policies;

internal sealed record SetPolicyInput(string Kind, string Settings, string Reason, int? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("SetPolicyPayload")]
internal sealed record SetPolicyPayload(Policy? Policy, IReadOnlyList<UserError> Errors, bool Repeated);

[GraphQLResolvers("Mutation")]
internal static class SetPolicyMutation
{
    public const string Action = "policy.set";

    private const int MaxLength = 10_000;

    /// <summary>By them data are deleted, and events refused.</summary>
    private static readonly IReadOnlyList<string> OfAdmin = ["retention", "events"];

    private static readonly uint Admin = Caller.BitsOf(["ADMIN"]);

    // Two changes of one policy at a time would both be the same version.
    private const string Lock = "SELECT pg_advisory_xact_lock(hashtext('ecomintel.policy'), hashtext($1))";

    private const string Highest = "SELECT coalesce(max(version), 0) FROM policies WHERE kind = $1";

    public static async Task<SetPolicyPayload> SetPolicy(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] PolicyCatalogue policies, [Service] TimeProvider time,
        SetPolicyInput input)
    {
        var caller = context.Caller();
        var body = JsonSerializer.Serialize(input with { IdempotencyKey = null });
        var request = new ChangeRequest(caller.Id, Action, input.Kind, input.IdempotencyKey, body, input.Reason);
        var errors = new List<UserError>();
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(request, ChangeAsync, cancellation));
        if (errors.Count == 0)
            errors.AddRange(UserErrors.Of(outcome));
        return new(policies.Kinds.Contains(input.Kind) ? new(input.Kind) : null, errors, outcome.Repeated);

        async Task<ChangeResult> ChangeAsync(NpgsqlConnection connection, CancellationToken token)
        {
            if (Read(input, policies, caller, errors) is not { } settings)
                return Refused();
            await ScalarAsync(Lock, connection, input.Kind, token);
            var highest = (int)(await ScalarAsync(Highest, connection, input.Kind, token))!;
            var updated = new DirectEvent(EventCatalogue.PolicyUpdated, input.Kind, new PolicyUpdated(highest + 1, settings));
            var policy = new DirectPolicy(input.Kind) { ExpectedVersion = input.ExpectedVersion };
            var result = await ApplyAsync(events, connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(), updated, policy, token);
            if (result is { Refusal: null, VersionChanged: false })
                return ChangeResult.Done(Json(result.Before!), Json(result.After!));
            errors.Add(result?.Refusal is { } refusal
                ? new(UserErrors.Invalid, refusal.Detail, ["input", "settings"])
                : new(UserErrors.VersionChanged, VersionMismatch(input, result?.Before), ["input", "expectedVersion"]));
            return Refused();
        }

        ChangeResult Refused() => ChangeResult.Refused(errors[0].Code, string.Join("; ", errors.Select(error => error.Message)));
    }

    /// <returns>Null where an event of ingest has made the same version meanwhile.</returns>
    private static async Task<DirectResult?> ApplyAsync(
        DirectEvents events, NpgsqlConnection connection, string id, DirectEvent updated, DirectPolicy policy, CancellationToken token)
    {
        try
        {
            return await events.ApplyAsync(connection, id, [updated], policy, token);
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.UniqueViolation && taken.TableName == "policies")
        {
            return null;
        }
    }

    /// <returns>Null where something is wrong, which is added to the errors.</returns>
    private static JsonElement? Read(SetPolicyInput input, PolicyCatalogue policies, Caller caller, List<UserError> errors)
    {
        if (!policies.Kinds.Contains(input.Kind))
            errors.Add(new(UserErrors.Invalid, $"there is no such policy; there are {string.Join(", ", policies.Kinds)}", ["input", "kind"]));
        else if (OfAdmin.Contains(input.Kind) && (caller.RoleBits & Admin) == 0)
            errors.Add(new(UserErrors.Invalid, $"the policy {input.Kind} is set by ADMIN alone", ["input", "kind"]));
        else if (input.Settings.Length > MaxLength)
            errors.Add(new(UserErrors.Invalid, $"settings are longer than {MaxLength} characters", ["input", "settings"]));
        else if (Parsed(input.Settings, errors) is { } settings)
        {
            errors.AddRange(policies.Faults(input.Kind, settings).Select(fault => new UserError(
                UserErrors.Invalid, fault.Message, fault.Setting is { } setting ? ["input", "settings", setting] : ["input", "settings"])));
            return errors.Count == 0 ? settings : null;
        }
        return null;
    }

    private static JsonElement? Parsed(string settings, List<UserError> errors)
    {
        try
        {
            return JsonElement.Parse(settings);
        }
        catch (JsonException wrong)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}");
            errors.Add(new(UserErrors.Invalid, $"settings are no JSON, from {place} on", ["input", "settings"]));
            return null;
        }
    }

    private static string VersionMismatch(SetPolicyInput input, Standing? before) => before is null
        ? $"policy {input.Kind} was changed at the same time; look at it, and try again"
        : $"policy {input.Kind} has version {before.Version}, expected {input.ExpectedVersion}";

    /// <summary>For the audit log, and for who looks a version's author up.</summary>
    private static string Json(Standing standing) =>
        new JsonObject { ["version"] = standing.Version, ["settings"] = JsonNode.Parse(standing.Status) }.ToJsonString();

    private static async Task<object?> ScalarAsync(string sql, NpgsqlConnection connection, string kind, CancellationToken token)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = kind } } };
        return await command.ExecuteScalarAsync(token);
    }
}
