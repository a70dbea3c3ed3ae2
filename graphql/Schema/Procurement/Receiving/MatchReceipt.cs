using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Receiving;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;

namespace EcomIntel.GraphQL.Schema.Procurement.Receiving;

internal sealed record MatchReceiptInput(
    string ReceiptId, string PurchaseOrderId, MatchReceiptLineInput[]? Lines, string? Reason, long? ExpectedVersion, string? IdempotencyKey);

internal sealed record MatchReceiptLineInput(int Line, int OrderLine);

[GraphQLObject("MatchReceiptPayload")]
internal sealed record MatchReceiptPayload(string ReceiptId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("MatchReceiptPayload")]
internal static class MatchReceiptPayloadFields
{
    public static Task<Receipt?> Receipt([Parent] MatchReceiptPayload payload, RequestContext context, [Service] ReadDatabase database) =>
        ReceivingQueries.Receipt(context, database, payload.ReceiptId);
}

/// <summary>A person knows of which order goods are that came blind.</summary>
[GraphQLResolvers("Mutation")]
internal static class MatchReceiptMutation
{
    public static async Task<MatchReceiptPayload> MatchReceipt(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, MatchReceiptInput input)
    {
        var caller = context.Caller();
        var request = new ChangeRequest(
            caller.Id, "receipt.match", input.ReceiptId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (!Identifier.IsValid(input.ReceiptId) || !Identifier.IsValid(input.PurchaseOrderId))
                    return ChangeResult.Refused(UserErrors.Invalid, "receiptId or purchaseOrderId is not a valid id");
                var subject = new DirectReceipt(input.ReceiptId, input.PurchaseOrderId, caller.Locations) { ExpectedVersion = input.ExpectedVersion };
                var matched = new ReceiptMatched(new(input.ReceiptId), caller.Id, input.Reason,
                    input.Lines is { Length: > 0 } lines ? [.. lines.Select(line => new ReceiptMatched.MatchedLine(line.Line, line.OrderLine))] : null);
                var result = await events.ApplyAsync(connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(),
                    [new(EventCatalogue.ReceiptMatched, input.PurchaseOrderId, matched)], subject, token);
                if (result.VersionChanged)
                    return ChangeResult.Refused(UserErrors.VersionChanged,
                        $"receipt {input.ReceiptId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before));
                if (result.Refusal is { } refusal)
                    return UserErrors.Refused(refusal);
                return result.After != result.Before ? ChangeResult.Done(Json(result.Before!), Json(result.After!)) : ChangeResult.Refused(
                    UserErrors.WrongState, $"receipt {input.ReceiptId} is {result.After!.Status} already: nothing has changed");
            },
            cancellation));
        return new(input.ReceiptId, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}
