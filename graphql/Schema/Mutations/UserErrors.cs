using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;
using EcomIntel.GraphQL.Engine.Execution;
using Microsoft.Extensions.DependencyInjection;

namespace EcomIntel.GraphQL.Schema.Mutations;

/// <param name="Code">A value of the SDL's UserErrorCode.</param>
/// <param name="Field">Path of the input that it is about; null where it is about none.</param>
[GraphQLObject("UserError")]
internal sealed record UserError(string Code, string Message, IReadOnlyList<string>? Field = null);

/// <summary>Changes that run at a time: the pool they take connections from is also that of key lookups.</summary>
internal sealed class ChangeGate
{
    private readonly FairGate _gate = new(16);

    public ValueTask<FairGate.Place> EnterAsync(string caller, CancellationToken token) => _gate.EnterAsync(caller, token);
}

internal static class UserErrors
{
    public const string Invalid = "INVALID";
    public const string NotFound = "NOT_FOUND";
    public const string QuantityExceeded = "QUANTITY_EXCEEDED";
    public const string VersionChanged = "VERSION_CHANGED";
    public const string WrongState = "WRONG_STATE";

    /// <summary>Runs a change on the caller's share of the connections, and translates an outage.</summary>
    /// <exception cref="GraphQLException">PostgreSQL is unavailable: whether the change was made is unknown.</exception>
    public static async Task<ChangeOutcome> RunAsync(RequestContext context, Func<CancellationToken, Task<ChangeOutcome>> change)
    {
        var token = context.Cancellation;
        using var place = await context.Services.GetRequiredService<ChangeGate>().EnterAsync(context.Caller().Id, token);
        try
        {
            return await change(token);
        }
        catch (Exception outage) when (TransientErrors.Includes(outage) && !token.IsCancellationRequested)
        {
            throw new GraphQLException(
                "PostgreSQL is unavailable, and whether the change was made is unknown; retry, with the same idempotencyKey so that it is not made twice",
                "UNAVAILABLE",
                outage);
        }
    }

    public static IReadOnlyList<UserError> Of(ChangeOutcome outcome) =>
        outcome.Code is null ? []
        : [new(outcome.Code == ChangeCodes.BadRequest ? Invalid : outcome.Code, outcome.Message ?? outcome.Code, FieldOf(outcome.Code))];

    /// <summary>Maps a workflow's rejection to the codes of the API.</summary>
    public static ChangeResult Refused(Rejection rejection)
    {
        var code = rejection.Code switch
        {
            RejectionCodes.UnknownOrder or RejectionCodes.UnknownLine or RejectionCodes.UnknownReturn or RejectionCodes.UnknownShipment
                or RejectionCodes.UnknownSku or RejectionCodes.UnknownLocation or RejectionCodes.UnknownAdjustment or RejectionCodes.UnknownSupplier
                or RejectionCodes.UnknownPurchaseOrder or RejectionCodes.UnknownClaim or RejectionCodes.UnknownInvoice
                or RejectionCodes.UnknownProposal or RejectionCodes.UnknownReceipt or RejectionCodes.UnknownCase
                or RejectionCodes.UnknownFinding or RejectionCodes.UnknownAlert => NotFound,
            RejectionCodes.WrongState or RejectionCodes.AlreadyExists => WrongState,
            RejectionCodes.QuantityExceeded => QuantityExceeded,
            _ => Invalid,
        };
        return ChangeResult.Refused(code, rejection.Detail);
    }

    /// <summary>Where all changes have what a code is about.</summary>
    private static string[]? FieldOf(string code) => code switch
    {
        VersionChanged => ["input", "expectedVersion"],
        ChangeCodes.IdempotencyKeyReused => ["input", "idempotencyKey"],
        _ => null,
    };
}
