using EcomIntel.Core.Events;
using EcomIntel.Core.Processing;
using Npgsql;

namespace EcomIntel.Core.Inventory.Adjustments;

/// <summary>A correction of stock that is asked for, or decided, by the API.</summary>
/// <param name="Location">Where a new one is; null where it is decided.</param>
/// <param name="Locations">It must be at one of these; null for any.</param>
public sealed record DirectAdjustment(string AdjustmentId, LocationId? Location, IReadOnlyList<string>? Locations) : DirectSubject
{
    private const string SelectSku = "SELECT sku FROM stock_adjustments WHERE adjustment_id = $1";

    /// <summary>Of which sku an adjustment is; null where there is none.</summary>
    public static async Task<string?> SkuOfAsync(NpgsqlConnection connection, string adjustmentId, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SelectSku, connection) { Parameters = { new() { Value = adjustmentId } } };
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    internal override Rejection? Refuse(Workspace workspace) =>
        (Location ?? Find(workspace)?.Location) is not { } location ? new(RejectionCodes.UnknownAdjustment, $"no adjustment {AdjustmentId}")
        : Locations?.Contains(location.Value) == false
            ? Location is null ? new(RejectionCodes.UnknownAdjustment, $"no adjustment {AdjustmentId}")
                : new(RejectionCodes.UnknownLocation, $"no location {location}")
        : null;

    internal override Standing Stands(Workspace workspace) =>
        Find(workspace) is { } adjustment ? new(adjustment.Version, adjustment.Status.ToString()) : new(0, "NONE");

    private Adjustment? Find(Workspace workspace) => workspace.Get<AdjustmentBook>().Find(AdjustmentId);
}
