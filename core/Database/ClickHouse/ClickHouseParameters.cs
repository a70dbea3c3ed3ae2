using Dapper;

namespace EcomIntel.Core.Database.ClickHouse;

/// <summary>Dapper's parameters for ClickHouse's placeholders.</summary>
public static class ClickHouseParameters
{
    /// <summary>
    /// An object's properties as parameters: <c>connection.QueryAsync&lt;Row&gt;("... WHERE day >= {from:Date}", ClickHouseParameters.Of(new { from }))</c>.
    /// Given the bare object, Dapper drops every property it does not find in the text as <c>@from</c>; a dictionary it passes whole.
    /// </summary>
    public static DynamicParameters Of(object values) => new(values) { RemoveUnused = false };
}
