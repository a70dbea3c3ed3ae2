using Dapper;
using EcomIntel.Core.ExceptionCases;
using Npgsql;

namespace EcomIntel.Core.Remedies;

/// <summary>What may be done about a case, as an operator sees it.</summary>
public sealed class CaseActionStore(NpgsqlDataSource database)
{
    public async Task<IReadOnlyList<CaseActionFound>> OfAsync(CaseFound found, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<CaseChoiceRow>(new CommandDefinition(
            CaseActions.SelectChoices, new { keys = new[] { found.CaseId } }, cancellationToken: cancellationToken));
        return CaseActions.Of(found.CaseId, found.Category, found.Status, rows);
    }
}
