using System.Text.Json;
using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Processing;
using EcomIntel.Core.Procurement.Invoices;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using EcomIntel.GraphQL.Schema.Mutations;

namespace EcomIntel.GraphQL.Schema.Procurement.Invoices;

internal sealed record DecideInvoiceInput(string InvoiceId, string Reason, long? ExpectedVersion, string? IdempotencyKey);

[GraphQLObject("InvoicePayload")]
internal sealed record InvoicePayload(string InvoiceId, IReadOnlyList<UserError> Errors, bool Repeated);

/// <summary>Read apart from the change: if it cannot be read, the outcome of the change is still returned.</summary>
[GraphQLResolvers("InvoicePayload")]
internal static class InvoicePayloadFields
{
    public static Task<Invoice?> Invoice([Parent] InvoicePayload payload, RequestContext context, [Service] ReadDatabase database) =>
        InvoiceQueries.Invoice(context, database, payload.InvoiceId);
}

[GraphQLResolvers("Mutation")]
internal static class InvoiceMutations
{
    public static Task<InvoicePayload> ReleaseInvoice(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecideInvoiceInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.InvoiceApproved, "invoice.release");

    public static Task<InvoicePayload> DisputeInvoice(
        RequestContext context, [Service] Changes changes, [Service] DirectEvents events, [Service] TimeProvider time, DecideInvoiceInput input) =>
        DecideAsync(context, changes, events, time, input, EventCatalogue.InvoiceDisputed, "invoice.dispute");

    private static async Task<InvoicePayload> DecideAsync(
        RequestContext context, Changes changes, DirectEvents events, TimeProvider time, DecideInvoiceInput input, EventType type, string action)
    {
        var caller = context.Caller();
        var request = new ChangeRequest(
            caller.Id, action, input.InvoiceId, input.IdempotencyKey, JsonSerializer.Serialize(input with { IdempotencyKey = null }), input.Reason);
        var outcome = await UserErrors.RunAsync(context, cancellation => changes.RunAsync(
            request,
            async (connection, token) =>
            {
                if (!Identifier.IsValid(input.InvoiceId))
                    return ChangeResult.Refused(UserErrors.Invalid, "invoiceId is not a valid id");
                var subject = new DirectInvoice(new(input.InvoiceId), caller.Locations) { ExpectedVersion = input.ExpectedVersion };
                var result = await events.ApplyAsync(
                    connection, Guid.CreateVersion7(time.GetUtcNow()).ToString(),
                    [new(type, input.InvoiceId, new InvoiceDecided(caller.Id, input.Reason))], subject, token);
                return result.VersionChanged
                    ? ChangeResult.Refused(UserErrors.VersionChanged,
                        $"invoice {input.InvoiceId} has version {result.Before!.Version}, expected {input.ExpectedVersion}", Json(result.Before))
                    : result.Refusal is { } refusal ? UserErrors.Refused(refusal) : ChangeResult.Done(Json(result.Before!), Json(result.After!));
            },
            cancellation));
        return new(input.InvoiceId, UserErrors.Of(outcome), outcome.Repeated);
    }

    private static string Json(Standing standing) => JsonSerializer.Serialize(standing, JsonSerializerOptions.Web);
}
