using Npgsql;

namespace EcomIntel.Core.Models;

/// <summary>What business time waits for in a replay.</summary>
public static class ModelsDue
{
    private const string Waited = "SELECT s.due FROM model_schedule s CROSS JOIN business_clock c WHERE c.mode = 'stream' AND c.now = s.due";

    /// <returns>The instant at which business time stands until the role ml has answered; null where it does not.</returns>
    public static async Task<DateTimeOffset?> WaitedForAsync(NpgsqlDataSource database, CancellationToken token)
    {
        ArgumentNullException.ThrowIfNull(database);
        await using var command = database.CreateCommand(Waited);
        return await command.ExecuteScalarAsync(token) is DateTime due ? new(due, TimeSpan.Zero) : null;
    }
}
