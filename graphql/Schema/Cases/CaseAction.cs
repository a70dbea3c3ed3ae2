using EcomIntel.GraphQL.Auth;
using EcomIntel.GraphQL.Engine.Binding;

namespace EcomIntel.GraphQL.Schema.Cases;

/// <param name="Why">Why it may not be done now; null where it may.</param>
[GraphQLObject("CaseAction")]
internal sealed record CaseAction(string Remedy, bool Allowed, string? Why, IReadOnlyList<CaseChoiceShown> Choices);

[GraphQLObject("CaseChoice")]
internal sealed record CaseChoiceShown(string Target, int? Line, string? Hold);

/// <summary>
/// Who may use a remedy: who may make the change of its own, with the same restriction of rows. So a case is no way round the access of what it is about.
/// </summary>
internal static class RemedyAccess
{
    /// <summary>Roles, and whether a caller restricted to channels, or to locations, may make the change that does the same.</summary>
    private static readonly Dictionary<string, (string[] Roles, bool ByChannel, bool ByLocation)> Rules =
        new(StringComparer.Ordinal)
        {
            ["RESOURCE"] = (["PLANNER", "ADMIN", "SERVICE"], true, false),
            ["CANCEL_ORDER"] = (["PLANNER", "ADMIN", "SERVICE"], true, false),
            ["CANCEL_LINE"] = (["PLANNER", "ADMIN", "SERVICE"], true, false),
            ["RELEASE_HOLD"] = (["PLANNER", "FINANCE", "ADMIN", "SERVICE"], true, false),
            ["RECOUNT"] = (["PLANNER", "WAREHOUSE", "ADMIN", "SERVICE"], false, true),
            ["TRANSFER"] = (["PLANNER", "BUYER", "ADMIN"], false, true),
            ["EXPEDITE"] = (["BUYER", "ADMIN", "SERVICE"], false, true),
            // An invoice may be of orders for several locations, and its case is at none.
            ["DISPUTE"] = (["FINANCE", "ADMIN"], false, false),
        };

    /// <returns>Why the caller may not, in one sentence; null where he may.</returns>
    public static string? Refusal(string remedy, Caller caller)
    {
        var (roles, byChannel, byLocation) = Rules[remedy];
        return (caller.RoleBits & Caller.BitsOf(roles)) == 0 ? $"{remedy} requires one of the roles {string.Join(", ", roles)}"
            : caller.Channels is not null && !byChannel ? $"{remedy} cannot be filtered by channel, and your access is restricted to channels"
            : caller.Locations is not null && !byLocation ? $"{remedy} cannot be filtered by location, and your access is restricted to locations" : null;
    }
}
