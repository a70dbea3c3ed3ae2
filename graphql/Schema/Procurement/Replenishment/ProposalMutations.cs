using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Replenishment;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;

namespace EcomIntel.GraphQL.Schema.Procurement.Replenishment;

internal sealed record AcceptProposalInput(
    string ProposalId, long? Quantity, AcceptedWithInput[]? With, string? Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record AcceptedWithInput(string ProposalId, long? Quantity);

internal sealed record DismissProposalInput(string ProposalId, DateTime? Until, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("ProposalPayload")]
internal sealed record ProposalPayload(string ProposalId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("ProposalPayload")]
internal static class ProposalPayloadFields
{
    public static Task<ReplenishmentProposal?> Proposal([Parent] ProposalPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        ProposalQueries.ReplenishmentProposal(context, database, payload.ProposalId);
}

[GraphQLResolvers("Mutation")]
internal static class ProposalMutations
{
    public static Task<ProposalPayload> AcceptProposal(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, AcceptProposalInput input)
    {
        var accepted = new ProposalAccepted(
            context.Caller().Id, input.Quantity, input.Reason, input.With?.Select(other =>
                new ProposalAccepted.AcceptedProposal(other.ProposalId, other.Quantity)).ToList());
        var request = new ChangeRequest(
            context.Caller().Id, "proposal.accept", input.ProposalId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }),
            input.Reason);
        return RunAsync(context, changes, events, time, request, input.ProposalId, input.ExpectedVersion,
            EventCatalogue.ProposalAccepted, accepted, [.. (input.With ?? []).Select(other => other.ProposalId)]);
    }

    public static Task<ProposalPayload> DismissProposal(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DismissProposalInput input)
    {
        DateTimeOffset? until = input.Until is { } at ? new(at, TimeSpan.Zero) : null;
        var request = new ChangeRequest(
            context.Caller().Id, "proposal.dismiss", input.ProposalId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }),
            input.Reason);
        return RunAsync(context, changes, events, time, request, input.ProposalId, input.ExpectedVersion,
            EventCatalogue.ProposalDismissed, new ProposalDismissed(context.Caller().Id, input.Reason, until), []);
    }

    private static async Task<ProposalPayload> RunAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, ChangeRequest request, string id, long? expectedVersion,
        EventType type, IEventData data, IReadOnlyList<string> with)
    {
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (!Identifier.IsValid(id))
                    return ChangeResult.Refused(UserErrors.Invalid, "proposalId is not a valid id");
                var subject = new DirectProposal(id, with, context.Caller().Locations) { ExpectedVersion = expectedVersion };
                var result = await events.ApplyAsync(
                    connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(), [new(type, id, data)], subject, token);
                return result.VersionChanged
                    ? ChangeResult.Refused(UserErrors.VersionChanged, $"proposal {id} has version {result.Before!.Version}, expected {expectedVersion}",
                        Json(result.Before))
                    : result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
            },
            cancellation));
        return new(id, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}
