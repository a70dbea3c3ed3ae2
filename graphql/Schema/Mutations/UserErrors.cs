using EcomIntel.Core.Events;
using EcomIntel.Core.Governance;
using EcomIntel.Core.Hosting.Workers;
using EcomIntel.GraphQL.Engine;
using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Schema.Mutations;

/// <param name="Code">Of the SDL's UserErrorCode.</param>
[GraphQLObject("UserError")]
internal sealed record UserError(string Code, string Message);

internal static class UserErrors
{
    public const string Invalid = "INVALID";
    public const string NotFound = "NOT_FOUND";
    public const string QuantityExceeded = "QUANTITY_EXCEEDED";
    public const string VersionChanged = "VERSION_CHANGED";
    public const string WrongState = "WRONG_STATE";

    /// <param name="change">Asks for it.</param>
    /// <exception cref="GraphQLException">PostgreSQL is away: whether the change was made is not known.</exception>
    public static async Task<ChangeOutcome> AskAsync(Func<CancellationToken, Task<ChangeOutcome>> change, CancellationToken token)
    {
        try
        {
            return await change(token);
        }
        catch (Exception away) when (TransientErrors.Includes(away) && !token.IsCancellationRequested)
        {
            throw new GraphQLException("the database does not answer; ask again, with the same idempotencyKey if the change must not be made twice", "UNAVAILABLE", away);
        }
    }

    public static IReadOnlyList<UserError> Of(ChangeOutcome outcome) =>
        outcome.Code is null ? [] : [new(outcome.Code == ChangeCodes.BadRequest ? Invalid : outcome.Code, outcome.Message ?? outcome.Code)];

    /// <summary>What a workflow refuses, in the API's words.</summary>
    public static ChangeResult Refused(Rejection rejection) => ChangeResult.Refused(rejection.Code switch
    {
        RejectionCodes.UnknownOrder or RejectionCodes.UnknownLine => NotFound,
        RejectionCodes.WrongState or RejectionCodes.AlreadyExists => WrongState,
        RejectionCodes.QuantityExceeded => QuantityExceeded,
        _ => Invalid,
    }, rejection.Detail);
}
