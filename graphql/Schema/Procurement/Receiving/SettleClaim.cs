using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;
using Npgsql;

namespace EcomIntel.GraphQL.Schema.Procurement.Receiving;

/// <param name="Settlement">As the SDL writes it.</param>
internal sealed record SettleClaimInput(
    string ClaimId, string Settlement, decimal? Amount, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("SettleClaimPayload")]
internal sealed record SettleClaimPayload(string ClaimId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("SettleClaimPayload")]
internal static class SettleClaimPayloadFields
{
    public static Task<SupplierClaim?> Claim([Parent] SettleClaimPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        ReceivingQueries.SupplierClaim(context, database, payload.ClaimId);
}

/// <summary>What a supplier said to a claim, as a person tells it.</summary>
[GraphQLResolvers("Mutation")]
internal static class SettleClaimMutation
{
    private const string SelectClaim = "SELECT purchase_order_id, currency FROM supplier_claims WHERE claim_id = $1";

    public static async Task<SettleClaimPayload> SettleClaim(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, SettleClaimInput input)
    {
        var caller = context.Caller();
        var request = new ChangeRequest(
            caller.Id, "claim.settle", input.ClaimId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (!Identifier.IsValid(input.ClaimId))
                    return ChangeResult.Refused(UserErrors.Invalid, "claimId is not a valid id");
                if ((input.Settlement == "CREDITED") != (input.Amount is not null))
                    return ChangeResult.Refused(UserErrors.Invalid, "amount comes with CREDITED, and with nothing else");
                if (await FindAsync(connection, input.ClaimId, token) is not var (orderId, currency))
                    return ChangeResult.Refused(UserErrors.NotFound, $"no claim {input.ClaimId}");
                var subject = new DirectClaim(input.ClaimId, orderId, caller.Locations)
                {
                    ExpectedVersion = input.ExpectedVersion,
                    Statuses = input.Settlement switch
                    {
                        "CREDITED" => DirectClaim.CanBeCredited, "ACCEPTED" => DirectClaim.CanBeAccepted, _ => DirectClaim.CanBeRefused,
                    },
                };
                var result = await events.ApplyAsync(
                    connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(), [EventOf(input, orderId, currency, caller.Id)], subject, token);
                if (result.VersionChanged)
                    return ChangeResult.Refused(UserErrors.VersionChanged,
                        $"claim {input.ClaimId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before));
                if (result.Refusal is { } refusal)
                    return UserErrors.Refused(refusal);
                return result.After != result.Before ? ChangeResult.Done(Json(result.Before!), Json(result.After!)) : ChangeResult.Refused(
                    UserErrors.WrongState, $"claim {input.ClaimId} was answered at this instant of business time or later; nothing has changed");
            },
            cancellation));
        return new(input.ClaimId, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static DirectEvent EventOf(SettleClaimInput input, string orderId, string currency, string by) => input.Settlement switch
    {
        "CREDITED" => new(EventCatalogue.ClaimCredited, orderId, new ClaimCredited(new(input.ClaimId), input.Amount!.Value, currency, by, input.Reason)),
        "ACCEPTED" => new(EventCatalogue.ClaimAccepted, orderId, new ClaimAnswered(new(input.ClaimId), by, input.Reason)),
        _ => new(EventCatalogue.ClaimRefused, orderId, new ClaimAnswered(new(input.ClaimId), by, input.Reason)),
    };

    private static async Task<(string OrderId, string Currency)?> FindAsync(NpgsqlConnection connection, string claimId, CancellationToken token)
    {
        await using var select = new NpgsqlCommand(SelectClaim, connection) { Parameters = { new() { Value = claimId } } };
        await using var row = await select.ExecuteReaderAsync(token);
        return await row.ReadAsync(token) ? (row.GetString(0), row.GetString(1)) : null;
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}
